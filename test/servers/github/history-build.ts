import { createHash } from 'node:crypto'
import { WEB_FLOW } from './actors.ts'
import { ancestors } from './ancestors.ts'
import type { Commit, Deployed, History, Pull, Push } from './history.ts'
import type { CommitSeed, HistorySeed, PullSeed } from './seed-changes.ts'
import type { Repository } from './world.ts'

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
