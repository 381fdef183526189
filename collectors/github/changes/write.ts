import type { Observed } from 'affiant/sdk'
import type { Found } from './branch.ts'
import {
  type Account,
  type Authorship,
  type Branch,
  type ChangedRepository,
  isNobody,
  NOBODY,
  type Pull,
  type PullDetails,
  type PullReview,
  type ReportedChecks,
  sameAccount,
} from './model.ts'
import type { ChangeRecord } from './record.ts'

const iso = (time: number) => new Date(time).toISOString()

export interface Writing {
  repository: Pick<ChangedRepository, 'full_name' | 'private'>
  branch: Pick<Branch, 'name' | 'required'>
  excluded: string | null
}

type Checks = Observed<ReportedChecks>

/** A merged pull request as it is written down. */
export function pullRecord(
  { pull, activity }: Extract<Found, { kind: 'pull-request' }>,
  { merger, reviews, authorship }: PullDetails,
  checks: Checks,
  { repository, branch, excluded }: Writing,
): ChangeRecord {
  const authors = withAuthor(pull.author, authorship)
  const before = reviews
    .filter(({ submittedAt }) => submittedAt <= pull.mergedAt)
    .map((review) => ({ ...review, insider: repository.private || review.insider }))
    .toSorted((a, b) => a.submittedAt - b.submittedAt)
  return {
    kind: 'pull-request',
    repository: repository.full_name,
    branch: branch.name,
    occurredAt: iso(pull.mergedAt),
    timeFrom: 'merge',
    number: pull.number,
    sha: pull.mergeSha,
    headSha: pull.headSha,
    activity: activity?.type ?? null,
    createdAt: iso(pull.createdAt),
    by: pull.author,
    authors,
    commits: authorship.commits,
    unlinkedCommits: authorship.unlinked,
    merger,
    autoMerge: pull.autoMerge,
    reviews: before.map((review) => ({
      reviewer: review.reviewer,
      state: STATES[review.state],
      submittedAt: iso(review.submittedAt),
      commit: review.commit,
      afterLastPush: review.commit === pull.headSha,
      insider: review.insider,
    })),
    independentApproval: isApproved(pull, before, authors),
    checks: written(checks, branch),
    workItems: [...pull.workItems],
    otherPullRequests: [],
    excluded,
  }
}

/** A commit that reached a branch without a pull request. */
export function pushRecord(
  { sha, commit, at, timeFrom, activity }: Extract<Found, { kind: 'direct-push' }>,
  otherPullRequests: readonly number[],
  { repository, branch, excluded }: Writing,
): ChangeRecord {
  const pusher = activity?.actor ?? NOBODY
  const authorship = commit?.authorship ?? { accounts: [], commits: 1, unlinked: 0 }
  return {
    kind: 'direct-push',
    repository: repository.full_name,
    branch: branch.name,
    occurredAt: iso(at),
    timeFrom,
    number: null,
    sha,
    headSha: sha,
    activity: activity?.type ?? null,
    createdAt: iso(commit?.committedAt ?? at),
    by: pusher,
    authors: [...authorship.accounts],
    commits: authorship.commits,
    unlinkedCommits: authorship.unlinked,
    merger: pusher,
    autoMerge: false,
    reviews: [],
    independentApproval: false,
    checks: { state: 'absent' },
    workItems: [],
    otherPullRequests: [...otherPullRequests],
    excluded,
  }
}

const STATES = { APPROVED: 'approved', CHANGES_REQUESTED: 'changes-requested', DISMISSED: 'dismissed' } as const

function withAuthor(author: Account, { accounts }: Authorship): Account[] {
  return isNobody(author) || accounts.some((one) => sameAccount(one, author)) ? [...accounts] : [author, ...accounts]
}

/** The last word of each reviewer counts. An app is nobody who looks. */
function isApproved({ headSha }: Pull, reviews: readonly PullReview[], authors: readonly Account[]): boolean {
  const last = new Map<string, PullReview>()
  for (const review of reviews) if (review.reviewer.login !== null) last.set(review.reviewer.login, review)
  return [...last.values()].some(
    ({ state, commit, reviewer, insider }) =>
      insider && state === 'APPROVED' && commit === headSha && !authors.some((author) => sameAccount(author, reviewer)),
  )
}

const FINE = new Set(['success', 'neutral', 'skipped'])

/** Of several reports under one name the worst counts. */
function written(checks: Checks, { required }: Pick<Branch, 'required'>): ChangeRecord['checks'] {
  if (checks.state !== 'observed') return checks
  const { state, total, checks: reported } = checks.value
  const conclusionOf = (name: string) => {
    const conclusions = reported.filter((one) => one.name === name).map(({ conclusion }) => conclusion ?? 'pending')
    return conclusions.find((one) => !FINE.has(one)) ?? conclusions[0] ?? 'missing'
  }
  return {
    state: 'observed',
    value: { state, reported: total, required: required.map((name) => ({ name, conclusion: conclusionOf(name) })) },
  }
}
