import { createHash } from 'node:crypto'
import type { CheckSeed, CommitSeed, DeploymentSeed, HistorySeed, PullSeed, StatusSeed } from './seed-changes.ts'
import { WEB_FLOW } from './actors.ts'
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

const FOUNDED = '2021-04-06T09:00:00Z'
const NO_SHA = '0'.repeat(40)

/** The history of a repository as its seed tells it. An empty repository has no commit and no branch. */
export function buildHistory(repository: Repository): History {
  const { seed, fullName, defaultBranch } = repository
  const told: HistorySeed = typeof seed.history === 'function' ? seed.history() : (seed.history ?? {})
  const commits = new Map<string, Commit>()
  const branches = new Map<string, string>()
  const pulls = new Map<number, Pull>()
  const pushes: Push[] = []

  function commit(
    key: string,
    parents: readonly string[],
    parts: CommitSeed & { author: string; authoredAt?: string },
  ) {
    const sha = createHash('sha1')
      .update(`${fullName}:${key}:${parents.join(',')}`)
      .digest('hex')
    const made: Commit = {
      sha,
      parents,
      author: parts.author,
      committer: parts.committer ?? parts.author,
      authoredAt: parts.authoredAt ?? parts.committedAt,
      committedAt: parts.committedAt,
      message: parts.message,
      signed: parts.signed ?? false,
      checks: [],
      statuses: [],
      pulls: [],
    }
    commits.set(sha, made)
    return made
  }
  const change = (sha: string, parts: Partial<Commit>) => {
    const found = commits.get(sha)
    if (found) commits.set(sha, { ...found, ...parts })
  }
  const associate = (sha: string, number: number) => {
    const known = commits.get(sha)?.pulls ?? []
    if (!known.includes(number)) change(sha, { pulls: [...known, number] })
  }

  if (!seed.empty) {
    const [author] = [told.pushes?.[0]?.by ?? told.pulls?.[0]?.author ?? 'amber-otter']
    const root = commit('root', [], { author, message: 'Start', committedAt: seed.createdAt ?? FOUNDED })
    branches.set(defaultBranch, root.sha)
    const others = [...(told.pulls ?? []).map(({ base }) => base), ...(told.pushes ?? []).map(({ branch }) => branch)]
    for (const name of others) if (name !== undefined && !branches.has(name)) branches.set(name, root.sha)
  }

  /** Commits that can be reached from one sha and not from another, oldest first. */
  function between(head: string, base: string): Commit[] {
    const known = new Set(ancestors(commits, base).map(({ sha }) => sha))
    return ancestors(commits, head)
      .filter(({ sha }) => !known.has(sha))
      .toReversed()
  }

  function open(pull: PullSeed, number: number): void {
    const base = pull.base ?? defaultBranch
    const baseSha = branches.get(base) ?? NO_SHA
    const named = pull.head === undefined ? undefined : branches.get(pull.head)
    const own = pull.commits ?? [{ message: pull.title, committedAt: pull.openedAt }]
    const chain: Commit[] = []
    if (named !== undefined && pull.commits === undefined) chain.push(...between(named, baseSha))
    else {
      let parent = baseSha
      for (const [place, one] of own.entries()) {
        const made = commit(`pull:${number}:${place}`, [parent], { ...one, author: one.author ?? pull.author })
        chain.push(made)
        parent = made.sha
      }
    }
    const headSha = chain.at(-1)?.sha ?? baseSha
    change(headSha, { checks: pull.checks ?? [], statuses: pull.statuses ?? [] })
    const moments = [
      pull.openedAt,
      pull.merged?.at,
      pull.closedAt,
      ...(pull.reviews ?? []).map(({ submittedAt }) => submittedAt),
      ...own.map(({ committedAt }) => committedAt),
    ]
    for (const { sha } of chain) associate(sha, number)
    pulls.set(number, {
      seed: pull,
      number,
      base,
      baseSha,
      headName: pull.head ?? `change/${number}`,
      headSha,
      commits: chain.map(({ sha }) => commits.get(sha) as Commit),
      state: pull.merged ? 'MERGED' : pull.closedAt === undefined ? 'OPEN' : 'CLOSED',
      updatedAt: moments.reduce<string>((latest, one) => (one !== undefined && one > latest ? one : latest), ''),
    })
  }

  /** What the merge puts on the base branch. */
  function land(pull: Pull, before: string): string {
    const { merged, title, author } = pull.seed
    const { number } = pull
    if (!merged) return before
    const common = { committedAt: merged.at, committer: WEB_FLOW, signed: true } as const
    if (merged.method === 'merge') {
      const message = `Merge pull request #${number} from ${pull.headName}\n\n${title}`
      return commit(`merge:${number}`, [before, pull.headSha], { ...common, author: merged.by, message }).sha
    }
    if (merged.method === 'rebase' || merged.method === 'pushed') {
      if (merged.method === 'pushed' && pull.baseSha === before) return pull.headSha
      let parent = before
      for (const [place, one] of pull.commits.entries()) {
        const { author: by, message, authoredAt } = one
        // GitHub signs what it merges and squashes, and not what it rebases.
        const when =
          merged.method === 'rebase'
            ? { committedAt: merged.at, committer: merged.by }
            : { committedAt: one.committedAt }
        parent = commit(`land:${number}:${place}`, [parent], { ...when, author: by, message, authoredAt }).sha
        associate(parent, number)
      }
      return parent
    }
    const message = `${title} (#${number})`
    return commit(`squash:${number}`, [before], { ...common, author, message }).sha
  }

  const numbers = (told.pulls ?? []).map((pull, place) => [pull.number ?? place + 1, pull] as const)
  const steps = [
    ...numbers.map(([number, pull]) => ({ at: pull.openedAt, run: () => open(pull, number) })),
    ...numbers.flatMap(([number, { merged }]) =>
      merged === undefined
        ? []
        : [
            {
              at: merged.at,
              run: () => {
                const pull = pulls.get(number)
                const before = pull && branches.get(pull.base)
                if (!pull || before === undefined) return
                const after = land(pull, before)
                associate(after, number)
                branches.set(pull.base, after)
                pulls.set(number, { ...pull, mergeSha: after })
                const broken = merged.bypass?.rules ?? []
                const result = merged.bypass ? 'bypass' : 'pass'
                pushes.push({
                  branch: pull.base,
                  by: merged.by,
                  at: merged.at,
                  before,
                  after,
                  pull: number,
                  result,
                  broken,
                })
              },
            },
          ],
    ),
    ...(told.pushes ?? []).map((push, place) => ({
      at: push.at,
      run: () => {
        const branch = push.branch ?? defaultBranch
        const before = branches.get(branch)
        if (before === undefined) return
        let parent = before
        for (const [index, one] of push.commits.entries()) {
          parent = commit(`push:${place}:${index}`, [parent], { ...one, author: one.author ?? push.by }).sha
        }
        change(parent, { checks: push.checks ?? [] })
        branches.set(branch, parent)
        const result = push.bypass ? 'bypass' : 'pass'
        pushes.push({
          branch,
          by: push.by,
          at: push.at,
          before,
          after: parent,
          result,
          broken: push.bypass?.rules ?? [],
        })
      },
    })),
    ...(told.refused ?? []).map(({ branch = defaultBranch, by, at, rules }) => ({
      at,
      run: () => {
        pushes.push({ branch, by, at, before: branches.get(branch) ?? NO_SHA, result: 'fail', broken: rules })
      },
    })),
  ]
  for (const { run } of steps.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) run()

  const ordered = [...pulls.values()].toSorted((a, b) => a.number - b.number)
  const deployments = (told.deployments ?? []).map((one, index): Deployed => {
    const merged = one.pull === undefined ? undefined : pulls.get(one.pull)?.mergeSha
    const last = pushes.findLast(({ branch, at, after }) => branch === defaultBranch && after && at <= one.createdAt)
    return { seed: one, index, sha: merged ?? last?.after ?? branches.get(defaultBranch) ?? NO_SHA }
  })
  return { branches, commits, pulls: ordered, pullByNumber: pulls, pushes, deployments }
}

/** Every commit that can be reached, newest first: by commit date, children before parents. */
export function ancestors(commits: ReadonlyMap<string, Commit>, head: string): Commit[] {
  const seen = new Map<string, Commit>()
  const queue = [head]
  for (let sha = queue.pop(); sha !== undefined; sha = queue.pop()) {
    const found = commits.get(sha)
    if (!found || seen.has(sha)) continue
    seen.set(sha, found)
    queue.push(...found.parents)
  }
  const waiting = new Map<string, number>()
  for (const { parents } of seen.values()) for (const sha of parents) waiting.set(sha, (waiting.get(sha) ?? 0) + 1)
  const ready = [...seen.values()].filter(({ sha }) => !waiting.has(sha))
  const sorted: Commit[] = []
  for (let next = takeNewest(ready); next; next = takeNewest(ready)) {
    sorted.push(next)
    for (const sha of next.parents) {
      const left = (waiting.get(sha) ?? 1) - 1
      waiting.set(sha, left)
      const parent = seen.get(sha)
      if (left === 0 && parent) ready.push(parent)
    }
  }
  return sorted
}

function takeNewest(ready: Commit[]): Commit | undefined {
  let newest = 0
  for (let place = 1; place < ready.length; place++) {
    if ((ready[place]?.committedAt ?? '') > (ready[newest]?.committedAt ?? '')) newest = place
  }
  return ready.length === 0 ? undefined : ready.splice(newest, 1)[0]
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
