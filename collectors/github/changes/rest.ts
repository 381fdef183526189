import { InvalidError, type Reader, z } from 'affiant/sdk'
import { AccountAnswer, told } from '../answers.ts'
import { accountOfUser, Someone } from './accounts.ts'
import { branchByRest, branchOptions } from './branches.ts'
import {
  type Account,
  authorshipOf,
  type ChangedRepository,
  type Commit,
  type CommitPull,
  isInside,
  type Pull,
  type PullReview,
  type ReportedCheck,
} from './model.ts'
import { type ChangeSource, workItemKeys } from './source.ts'
import { listRepositories, pathOf } from '../listing.ts'
import { checkRuns, commitStatuses, history, pullRequests } from './permissions.ts'
import type { Organization } from '../session.ts'

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const PullItem = z.object({
  number: z.int(),
  title: z.string(),
  body: told(z.string()),
  user: Someone,
  created_at: Time,
  updated_at: Time,
  merged_at: Time.nullable(),
  merge_commit_sha: told(z.string()),
  base: z.object({ ref: z.string() }),
  head: z.object({ sha: z.string() }),
  auto_merge: told(z.object({})),
})
type PullItem = z.output<typeof PullItem>

const PullDetail = z.object({ merged_by: Someone, commits: z.int() })

const TAKES_A_STAND = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'])
const ReviewItem = z.object({
  state: z.string(),
  user: Someone,
  submitted_at: told(Time),
  author_association: told(z.string()),
  commit_id: told(z.string()),
})

const CommitItem = z.object({
  sha: z.string(),
  parents: z.array(z.object({ sha: z.string() })),
  author: told(AccountAnswer.partial()),
  committer: told(AccountAnswer.partial()),
  commit: z.object({ committer: told(z.object({ date: Time })) }),
})
type CommitItem = z.output<typeof CommitItem>

const CheckRuns = z.object({
  total_count: z.int(),
  check_runs: z.array(z.object({ name: z.string(), conclusion: z.string().nullable() })),
})
const CombinedStatus = z.object({
  state: z.string(),
  total_count: z.int(),
  statuses: z.array(z.object({ context: z.string(), state: z.string() })),
})

/** GitHub gives an empty object for an address that it cannot link. */
function linked(user: CommitItem['author']): Account | null {
  return user?.login === undefined ? null : accountOfUser({ login: user.login, type: user.type ?? null })
}

const PAGE_SIZE = 100
/** Those of a pull request; GitHub gives no more. https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request */
const MOST_COMMITS = 250

/** Reads changes by REST, where GraphQL is refused: five requests and more a pull request. */
export function changesByRest(at: Organization, reader: Reader, keys: RegExp | undefined): ChangeSource {
  const { client } = at

  const source: ChangeSource = {
    async *repositories() {
      for await (const { items, cursor } of listRepositories(at)) {
        const read = items.map(async ({ name, full_name, private: isPrivate, pushed_at, default_branch }) => {
          const main =
            pushed_at === null || default_branch === null || Date.parse(pushed_at) < at.period.from.getTime()
              ? undefined
              : await reader.observe(
                  `${full_name}: ${default_branch}`,
                  () => branchByRest(at, { full_name }, default_branch),
                  {
                    absentOn: 'not-found',
                  },
                )
          const repository: ChangedRepository = {
            name,
            full_name,
            private: isPrivate,
            pushedAt: pushed_at === null ? null : Date.parse(pushed_at),
            main: main?.state === 'observed' ? main.value : undefined,
            branches: undefined,
          }
          return { repository, failure: undefined }
        })
        yield { items: await Promise.all(read), cursor }
      }
    },

    async *pulls(repository, since) {
      const names = new Map<string, Promise<string | null>>()
      const pages = client.pages(
        '/repos/{owner}/{repo}/pulls',
        { ...pathOf(repository), state: 'closed', sort: 'updated', direction: 'desc' },
        PullItem,
        { permission: pullRequests.name },
      )
      for await (const { items, cursor } of pages) {
        const merged = items.filter(({ merged_at }) => merged_at !== null && merged_at >= since)
        const read = merged.map(async (item) => {
          const base = item.base.ref
          const asked = names.get(base) ?? nameNow(repository, base)
          names.set(base, asked)
          return pullOf(repository, item, await asked)
        })
        yield { items: await Promise.all(read), cursor }
        if (items.some(({ updated_at }) => updated_at < since)) return
      }
    },

    async *commits(repository, head) {
      const pages = client.pages('/repos/{owner}/{repo}/commits', { ...pathOf(repository), sha: head }, CommitItem, {
        permission: history.name,
      })
      for await (const { items } of pages) yield items.map((item) => commitOf(repository, item))
    },

    async checks(repository, sha) {
      const { owner, repo } = pathOf(repository)
      const runs: ReportedCheck[] = []
      for (let page = 1; ; page++) {
        const { total_count: total, check_runs: items } = await client.get(
          '/repos/{owner}/{repo}/commits/{ref}/check-runs',
          { owner, repo, ref: sha, per_page: PAGE_SIZE, page },
          CheckRuns,
          { permission: checkRuns.name },
        )
        runs.push(...items)
        if (runs.length >= total || items.length === 0) break
      }
      const combined = await client.get(
        '/repos/{owner}/{repo}/commits/{ref}/status',
        { owner, repo, ref: sha, per_page: PAGE_SIZE },
        CombinedStatus,
        { permission: commitStatuses.name },
      )
      const statuses = combined.statuses.map(({ context, state }) => ({
        name: context,
        conclusion: state === 'pending' ? null : state,
      }))
      const checks = [...runs, ...statuses]
      return { state: summaryOf(checks), total: checks.length, checks }
    },
  }

  /** What a branch is called now; null if it is gone. GitHub leads from the old name of a branch to the new one. */
  async function nameNow(repository: ChangedRepository, base: string): Promise<string | null> {
    if (base === repository.main?.name) return base
    const found = await reader.observe(
      `${repository.full_name}: ${base}`,
      () =>
        client.get(
          '/repos/{owner}/{repo}/branches/{branch}',
          { ...pathOf(repository), branch: base },
          BranchName,
          branchOptions,
        ),
      { absentOn: 'not-found' },
    )
    return found.state === 'observed' ? found.value.name : found.state === 'absent' ? null : base
  }

  function pullOf(repository: ChangedRepository, item: PullItem, baseNow: string | null): Pull {
    const { number, merged_at: mergedAt } = item
    if (mergedAt === null) throw new InvalidError('GitHub listed a pull request as merged that is not')
    const path = { ...pathOf(repository), pull_number: number }
    const options = { permission: pullRequests.name }
    const list = <T>(what: string, shape: z.ZodType<T>) =>
      client.all(`/repos/{owner}/{repo}/pulls/{pull_number}/${what}`, path, shape, options)
    return {
      number,
      createdAt: item.created_at,
      updatedAt: item.updated_at,
      mergedAt,
      author: accountOfUser(item.user),
      base: item.base.ref,
      baseNow,
      headSha: item.head.sha,
      mergeSha: item.merge_commit_sha,
      autoMerge: item.auto_merge !== null,
      // Which issues it closes, GraphQL alone tells.
      workItems: workItemKeys([item.title, item.body], keys),
      details: async () => {
        const [detail, reviews, commits] = await Promise.all([
          client.get('/repos/{owner}/{repo}/pulls/{pull_number}', path, PullDetail, options),
          list('reviews', ReviewItem),
          list('commits', CommitItem),
        ])
        const people = commits.map(({ author, committer }) => [linked(author), linked(committer)])
        const unseen = detail.commits > MOST_COMMITS ? detail.commits - commits.length : 0
        const authorship = authorshipOf(people, detail.commits)
        return {
          merger: accountOfUser(detail.merged_by),
          reviews: reviews.flatMap(reviewOf),
          authorship: { ...authorship, unlinked: authorship.unlinked + unseen },
        }
      },
      checks: () => source.checks(repository, item.head.sha),
    }
  }

  function commitOf(repository: ChangedRepository, item: CommitItem): Commit {
    const { sha, parents, author, committer, commit } = item
    return {
      sha,
      committedAt: commit.committer?.date ?? 0,
      authorship: authorshipOf([[linked(author), linked(committer)]]),
      parent: parents[0]?.sha ?? null,
      async pulls() {
        const path = { ...pathOf(repository), ref: sha }
        const found = await client.all('/repos/{owner}/{repo}/commits/{ref}/pulls', path, PullItem, {
          permission: pullRequests.name,
        })
        const merged = found.filter(({ merged_at }) => merged_at !== null)
        return Promise.all(
          merged.map(
            async ({ number, merged_at, base }): Promise<CommitPull> => ({
              number,
              mergedAt: merged_at ?? 0,
              base: base.ref,
              baseNow: await nameNow(repository, base.ref),
            }),
          ),
        )
      },
    }
  }

  return source
}

const BranchName = z.object({ name: z.string() })

function reviewOf(review: z.output<typeof ReviewItem>): PullReview[] {
  const { state, user, submitted_at: submittedAt, commit_id: commit, author_association: association } = review
  if (!TAKES_A_STAND.has(state) || submittedAt === null) return []
  return [
    {
      reviewer: accountOfUser(user),
      state: state as PullReview['state'],
      submittedAt,
      commit,
      insider: isInside(association),
    },
  ]
}

const BAD = new Set(['failure', 'timed_out', 'cancelled', 'action_required', 'startup_failure'])

/** As GraphQL sums up checks and statuses. */
function summaryOf(checks: readonly ReportedCheck[]): string | null {
  if (checks.length === 0) return null
  if (checks.some(({ conclusion }) => conclusion !== null && BAD.has(conclusion))) return 'failure'
  if (checks.some(({ conclusion }) => conclusion === 'error')) return 'error'
  return checks.some(({ conclusion }) => conclusion === null) ? 'pending' : 'success'
}
