/**
 * What is known of changes before they are written down, by whichever route they were read. Times are milliseconds since the
 * epoch; people are logins, which become tokens when the record is written.
 */

/** A person by login or an app by name; both null for an account that was deleted. */
export interface Account {
  login: string | null
  app: string | null
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED'

export interface PullReview {
  reviewer: Account
  state: ReviewState
  submittedAt: number
  /** The commit that was looked at; null if it is gone. */
  commit: string | null
  /** Belongs to the organisation or may push, as of now. In a public repository anybody may review. */
  insider: boolean
}

/** One thing that was reported for a commit; `null`: it had not ended. In lower case, as REST has it. */
export interface ReportedCheck {
  name: string
  conclusion: string | null
}

export interface ReportedChecks {
  /** GitHub's summary in lower case: `success`, `failure`, `pending` …; null if nothing was reported. */
  state: string | null
  total: number
  checks: readonly ReportedCheck[]
}

/** Who wrote the commits of a change. */
export interface Authorship {
  /** Authors and committers, each once. GitHub itself, which commits for people, is none of them. */
  accounts: readonly Account[]
  commits: number
  /** Commits whose author's address belongs to no account. */
  unlinked: number
}

/** A merged pull request, without what only some need to be asked for: see {@link PullDetails}. */
export interface Pull {
  number: number
  createdAt: number
  updatedAt: number
  mergedAt: number
  author: Account
  /** Branch it was merged into, by the name it had then. */
  base: string
  /** What that branch is called now; null if it is gone. */
  baseNow: string | null
  headSha: string
  /** The commit that brought it to the branch; of several the last one. */
  mergeSha: string | null
  autoMerge: boolean
  workItems: readonly string[]
  /** Asked for only if the pull request belongs to the population. */
  details: () => Promise<PullDetails>
  /** What was reported for its last commit; may be refused where the rest is not. */
  checks: () => Promise<ReportedChecks>
}

export interface PullDetails {
  merger: Account
  reviews: readonly PullReview[]
  authorship: Authorship
}

/** A pull request that GitHub says a commit came by. */
export interface CommitPull {
  number: number
  mergedAt: number
  base: string
  baseNow: string | null
}

export interface Commit {
  sha: string
  /** As the committer's clock had it. */
  committedAt: number
  authorship: Authorship
  /** First parent. */
  parent: string | null
  /** Merged pull requests of the same repository. */
  pulls: () => Promise<readonly CommitPull[]>
}

/** What GitHub's own record of pushes says of one of them. */
export interface Activity {
  before: string
  after: string
  at: number
  type: string
  actor: Account
}

/** A branch whose changes are counted. */
export interface Branch {
  name: string
  head: string
  /** Names of checks that it asks for today, in order. */
  required: readonly string[]
  /** Pull requests reach it through a merge queue, whose checks run on what is merged. */
  queue: boolean
}

export interface ChangedRepository {
  name: string
  full_name: string
  private: boolean
  pushedAt: number | null
  /** Undefined if nothing was ever pushed. */
  main: Branch | undefined
  /** Branches there are; undefined if not known. */
  branches: number | undefined
}

/** How GitHub says that somebody belongs to a repository or its organisation. */
const INSIDE = new Set(['OWNER', 'MEMBER', 'COLLABORATOR'])

export const isInside = (association: string | null): boolean => INSIDE.has(association ?? '')

export function sameAccount(a: Account, b: Account): boolean {
  return a.login === b.login && a.app === b.app
}

export const NOBODY: Account = { login: null, app: null }

export function isNobody({ login, app }: Account): boolean {
  return login === null && app === null
}

/** GitHub's own account, which commits what people do in the browser. */
const WEB_FLOW = 'web-flow'

/** Authors and committers of commits, each once, in order. `commits`: how many there are. */
export function authorshipOf(people: readonly (Account | null)[][], commits = people.length): Authorship {
  const accounts: Account[] = []
  let unlinked = 0
  for (const [author, ...others] of people) {
    if (author === null || author === undefined) unlinked += 1
    for (const one of [author, ...others]) {
      if (!one || isNobody(one) || one.login === WEB_FLOW) continue
      if (!accounts.some((known) => sameAccount(known, one))) accounts.push(one)
    }
  }
  return { accounts, commits, unlinked }
}
