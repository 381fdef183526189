import { buildHistory } from './history-build.ts'
import type { CheckSeed, DeploymentSeed, PullSeed, StatusSeed } from './seed-changes.ts'
import { type Repository, rulesetsOn } from './world.ts'

/** A commit of a repository. Trees and files are not kept. */
export interface Commit {
  sha: string
  parents: readonly string[]
  author: string
  committer: string
  authoredAt: string
  committedAt: string
  message: string
  signed: boolean
  checks: readonly CheckSeed[]
  statuses: readonly StatusSeed[]
  /** Numbers of the pull requests that brought it to a branch, or propose to. */
  pulls: readonly number[]
}

export interface Pull {
  seed: PullSeed
  number: number
  base: string
  /** What the base branch pointed at when it was opened. */
  baseSha: string
  headName: string
  headSha: string
  /** Of its branch, oldest first. */
  commits: readonly Commit[]
  state: 'OPEN' | 'CLOSED' | 'MERGED'
  /** The commit that brought it to the base branch; the last one where there are several. */
  mergeSha?: string
  updatedAt: string
}

/** A push to a branch: of commits, or by the merge of a pull request. Refused ones have no `after`. */
export interface Push {
  branch: string
  by: string
  at: string
  before: string
  after?: string
  pull?: number
  result: 'pass' | 'fail' | 'bypass'
  /** Rule types that were not met. */
  broken: readonly string[]
}

export interface Deployed {
  seed: DeploymentSeed
  /** Its place in the list, from 0. */
  index: number
  sha: string
}

export interface History {
  /** Branch -> sha of its head. The default branch is first. */
  branches: ReadonlyMap<string, string>
  commits: ReadonlyMap<string, Commit>
  /** By number, oldest first. */
  pulls: readonly Pull[]
  pullByNumber: ReadonlyMap<number, Pull>
  /** Oldest first. */
  pushes: readonly Push[]
  deployments: readonly Deployed[]
}

const KEPT = 100

/** Histories by repository, made when asked for; only so many are kept, as the next asking makes the same again. */
export function historyBook() {
  const kept = new Map<number, History>()
  return (repository: Repository): History => {
    const known = kept.get(repository.id)
    if (known) return known
    const made = buildHistory(repository)
    kept.set(repository.id, made)
    const [oldest] = kept.keys()
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
    return made
  }
}

/** Rules that were in force where a push went. */
export const rulesetsOfPush = (repository: Repository, { branch }: Push) => rulesetsOn(repository, branch)
