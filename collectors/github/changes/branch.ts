import { TruncatedError } from 'affiant/sdk'
import type { Activity, Branch, Commit, CommitPull, Pull } from './model.ts'

/** Commits in a row that are dated before the period, with nothing that says when they came, after which a branch is not followed further. */
export const OLD_COMMITS = 100

/** The branches of a repository whose changes are counted. */
export interface Counted {
  /** The default branch. */
  main: string
  names: ReadonlySet<string>
}

/** A merged pull request as the list and as its commit have it. */
type Merged = Pick<CommitPull, 'number' | 'mergedAt' | 'base' | 'baseNow'>

/**
 * The counted branch a pull request went to. One whose base is gone may have gone to the default branch by an older name: then
 * its commit stands there, but it cannot be expected.
 */
export function targetOf(
  { base, baseNow }: Merged,
  { main, names }: Counted,
): { branch: string; certain: boolean } | undefined {
  if (baseNow !== null && names.has(baseNow)) return { branch: baseNow, certain: true }
  if (names.has(base)) return { branch: base, certain: true }
  return baseNow === null ? { branch: main, certain: false } : undefined
}

/** What was found on a branch, back to before the period. */
export interface Walk {
  /** First parents, newest first. The last ones may be older than the period. */
  chain: readonly Commit[]
  /** The pull request that each of them came by, where there is one. */
  claims: ReadonlyMap<string, Merged>
  /** Everything that was seen on the way, side branches included. */
  seen: ReadonlyMap<string, Commit>
  /** Commits of `chain` that came by pull requests into another counted branch. */
  elsewhere: ReadonlySet<string>
}

export interface WalkRequest {
  branch: Pick<Branch, 'name' | 'head'>
  counted: Counted
  pulls: readonly Pull[]
  activity: readonly Activity[]
  /** Start of the period. */
  from: number
  pages: AsyncIterable<readonly Commit[]>
}

/**
 * Follows first parents from the head of a branch until a commit that was there before the period: GitHub's times of merges and
 * pushes say so, as dates of commits may be any. Reads on until it has met every pull request that the list has.
 * @throws TruncatedError if the history ends before
 */
export async function walkBranch({ branch, counted, pulls, activity, from, pages }: WalkRequest): Promise<Walk> {
  const byMerge = new Map(pulls.flatMap((pull) => (pull.mergeSha === null ? [] : [[pull.mergeSha, pull] as const])))
  const pushedBefore = new Set(activity.filter(({ at }) => at < from).map(({ after }) => after))
  const awaited = new Set(
    pulls
      .filter((pull) => pull.mergedAt >= from && isExpected(pull, branch.name, counted))
      .flatMap(({ mergeSha }) => mergeSha ?? []),
  )
  const seen = new Map<string, Commit>()
  const chain: Commit[] = []
  const claims = new Map<string, Merged>()
  const elsewhere = new Set<string>()
  let next: string | null = branch.head
  let old = 0
  let isDone = false

  async function take(commit: Commit): Promise<boolean> {
    const named = byMerge.get(commit.sha)
    const known = named === undefined ? await commit.pulls() : [named]
    const here = known
      .filter((one) => targetOf(one, counted)?.branch === branch.name)
      .toSorted((a, b) => a.mergedAt - b.mergedAt)[0]
    if (here !== undefined) {
      if (here.mergedAt < from) return false
      claims.set(commit.sha, here)
    } else if (known.some((one) => targetOf(one, counted)?.certain)) elsewhere.add(commit.sha)
    if (pushedBefore.has(commit.sha)) return false
    old = here === undefined && commit.committedAt < from ? old + 1 : 0
    chain.push(commit)
    return old < OLD_COMMITS
  }

  for await (const page of pages) {
    for (const commit of page) {
      seen.set(commit.sha, commit)
      awaited.delete(commit.sha)
    }
    while (!isDone && next !== null) {
      const commit = seen.get(next)
      if (commit === undefined) break
      isDone = !(await take(commit))
      next = commit.parent
    }
    isDone ||= next === null
    const isOld = page.every(({ committedAt }) => committedAt < from)
    if (isDone && (awaited.size === 0 || isOld)) return { chain, claims, seen, elsewhere }
  }
  if (!isDone) throw new TruncatedError(`the history of ${branch.name} ends before its first commit was found`)
  return { chain, claims, seen, elsewhere }
}

function isExpected(pull: Pull, branch: string, counted: Counted): boolean {
  const target = targetOf(pull, counted)
  return target?.branch === branch && target.certain
}

/** A change of the period, before it is written down. */
export type Found =
  | { kind: 'pull-request'; pull: Pull; activity: Activity | undefined }
  | {
      kind: 'direct-push'
      sha: string
      /** Undefined if it was pushed away again. */
      commit: Commit | undefined
      at: number
      timeFrom: 'activity' | 'commit' | 'neighbours'
      activity: Activity | undefined
    }

/** The changes of a branch in the period, and whether the ways to count them agree. */
export interface Reckoning {
  changes: readonly Found[]
  /** Merged pull requests of the period by the list of pull requests. */
  listed: number
  /** The same by the commits of the branch. */
  found: number
  /** Numbers that the list has and the branch has not, though nothing was pushed away since. */
  notOnBranch: readonly number[]
  /** Numbers that commits came by in the period and the list has not. */
  notListed: readonly number[]
  /** Commits that GitHub recorded as merges, of pull requests that are not there. */
  unexplained: readonly string[]
}

export interface ReckonRequest extends Pick<WalkRequest, 'counted' | 'pulls' | 'activity' | 'from'> {
  branch: string
  /** End of the period, or when reading began if that is earlier. */
  to: number
  walk: Walk
  /** First parents of the default branch, where this is another one: what came from there is counted there. */
  shared: ReadonlySet<string>
}

const MERGES = new Set(['pr_merge', 'merge_queue_merge'])
const PUSHES = new Set(['push', 'force_push'])
/** A pull request whose commits are pushed to the branch is called merged a little after. */
const MERGED_BY_PUSH_MS = 600_000

/** Puts list, commits and GitHub's record of pushes side by side. */
export function reckon(request: ReckonRequest): Reckoning {
  const { branch, counted, pulls, activity, from, to, walk, shared } = request
  const isInPeriod = (at: number) => from <= at && at < to
  const byNumber = new Map(pulls.map((pull) => [pull.number, pull]))
  const claimed = new Set([...walk.claims.values()].map(({ number }) => number))
  const isMerged = (pull: Pull) => {
    const target = targetOf(pull, counted)
    return isInPeriod(pull.mergedAt) && target?.branch === branch && (target.certain || claimed.has(pull.number))
  }
  const merged = pulls.filter(isMerged)
  const isThere = ({ number, mergeSha }: Pull) => claimed.has(number) || (mergeSha !== null && walk.seen.has(mergeSha))
  const there = merged.filter(isThere)
  const rewritten = activity.filter(({ type }) => type === 'force_push').map(({ at }) => at)
  const notOnBranch = merged.filter((pull) => !isThere(pull) && !rewritten.some((at) => at >= pull.mergedAt))
  const inCommits = new Map(
    [...walk.claims.values()].filter(({ mergedAt }) => isInPeriod(mergedAt)).map((one) => [one.number, one]),
  )
  const notListed = [...inCommits.keys()].filter((number) => !byNumber.has(number))

  const byAfter = new Map(activity.toSorted((a, b) => b.at - a.at).map((one) => [one.after, one]))
  const direct = directPushes(request, byAfter).filter(({ at }) => isInPeriod(at))
  const told = new Set([
    ...direct.map(({ sha }) => sha),
    ...[...walk.claims].flatMap(([sha, { mergedAt }]) => (wasPushedBefore(byAfter.get(sha), mergedAt) ? [] : [sha])),
    ...merged.flatMap(({ mergeSha, headSha }) => [mergeSha ?? headSha, headSha]),
  ])
  const only = activity
    .filter(({ type, at, after }) => PUSHES.has(type) && isInPeriod(at) && !told.has(after))
    .map((one): Found => {
      const commit = walk.seen.get(one.after)
      return { kind: 'direct-push', sha: one.after, commit, at: one.at, timeFrom: 'activity', activity: one }
    })
  const unexplained = activity
    .filter(({ type, at, after }) => MERGES.has(type) && isInPeriod(at) && !told.has(after) && !shared.has(after))
    .filter(({ at }) => !rewritten.some((later) => later >= at))
    .map(({ after }) => after)

  return {
    changes: [
      ...merged.map(
        (pull): Found => ({ kind: 'pull-request', pull, activity: byAfter.get(pull.mergeSha ?? pull.headSha) }),
      ),
      ...direct,
      ...only,
    ],
    listed: merged.length,
    found: there.length + notListed.length,
    notOnBranch: notOnBranch.map(({ number }) => number),
    notListed,
    unexplained,
  }
}

/** It was on the branch before the pull request was merged that GitHub says it came by. */
function wasPushedBefore(event: Activity | undefined, mergedAt: number): boolean {
  return event !== undefined && PUSHES.has(event.type) && event.at < mergedAt - MERGED_BY_PUSH_MS
}

type Direct = Extract<Found, { kind: 'direct-push' }>

/**
 * First parents that came by no pull request, each with the time it came. Where GitHub does not record pushes it is that of the
 * commit, as far as what is before and after it on the branch allows.
 */
function directPushes(
  { walk, shared, counted, branch }: ReckonRequest,
  byAfter: ReadonlyMap<string, Activity>,
): Direct[] {
  const { chain, claims, elsewhere } = walk
  const events: (Activity | undefined)[] = []
  let event: Activity | undefined
  for (const { sha } of chain) {
    if (event !== undefined && (event.before === sha || claims.has(sha))) event = undefined
    event = byAfter.get(sha) ?? event
    events.push(event)
    // It may have led back to a commit that was there long before, and does not say how far.
    if (event?.type === 'force_push') event = undefined
  }
  const known = chain.map(({ sha }, place) => claims.get(sha)?.mergedAt ?? events[place]?.at)
  const earliest: number[] = []
  let floor = Number.NEGATIVE_INFINITY
  for (let place = chain.length - 1; place >= 0; place--) {
    floor = Math.max(floor, known[place] ?? floor)
    earliest[place] = floor
  }
  let ceiling = Number.POSITIVE_INFINITY
  return chain.flatMap((commit, place): Direct[] => {
    const { sha, committedAt } = commit
    const told = known[place]
    if (told !== undefined) ceiling = Math.min(ceiling, told)
    const cameFromMain = branch !== counted.main && (shared.has(sha) || elsewhere.has(sha))
    if (claims.has(sha) || cameFromMain) return []
    const activity = events[place]
    if (activity !== undefined)
      return [{ kind: 'direct-push', sha, commit, at: activity.at, timeFrom: 'activity', activity }]
    const at = Math.max(Math.min(committedAt, ceiling), earliest[place] ?? committedAt)
    return [{ kind: 'direct-push', sha, commit, at, timeFrom: at === committedAt ? 'commit' : 'neighbours', activity }]
  })
}
