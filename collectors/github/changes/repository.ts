import { type Observed, type Reader, TruncatedError } from 'affiant/sdk'
import { type Counted, type Found, type Reckoning, reckon, targetOf, walkBranch } from './branch.ts'
import { activityOf, otherProtectedBranches } from './branches.ts'
import type { Branch, ChangedRepository, Commit, Pull, ReportedChecks } from './model.ts'
import type { ChangeRecord } from './record.ts'
import type { ChangeSource } from './source.ts'
import { pullRecord, pushRecord, type Writing } from './write.ts'
import type { Organization } from '../session.ts'

/** The changes of one repository, by the pages of pull requests they were found with. */
export interface RepositoryPage {
  records: ChangeRecord[]
  cursor: string
}

export interface RepositoryRequest {
  at: Organization
  reader: Reader
  source: ChangeSource
  repository: ChangedRepository
  /** Milliseconds; `to` is not after the moment the source was opened. */
  from: number
  to: number
}

/**
 * Reads a repository whole, as only then a commit can be known to have come by no pull request. What fails becomes a gap that
 * names the repository; what was read before is kept.
 */
export async function changesIn(request: RepositoryRequest): Promise<RepositoryPage[]> {
  const { at, reader, source, repository, from, to } = request
  const { main, full_name: name } = repository
  if (main === undefined) return []
  const pages: { pulls: readonly Pull[]; cursor: string }[] = []
  const found: { branch: Branch; reckoning: Reckoning }[] = []
  const branches = [main]
  let isRead = false

  await reader.observe(`${name}: changes`, async () => {
    if (repository.branches !== 1) branches.push(...(await otherProtectedBranches(at, repository)))
    for await (const { items, cursor } of source.pulls(repository, from)) pages.push({ pulls: items, cursor })
    isRead = true
  })
  const pulls = pages.flatMap((page) => page.pulls)
  const counted: Counted = { main: main.name, names: new Set(branches.map((branch) => branch.name)) }

  let shared: ReadonlySet<string> = new Set()
  for (const branch of isRead ? branches : []) {
    await reader.observe(`${name}: commits of ${branch.name}`, async () => {
      const activity = await activityOf(at, reader, repository, branch.name, from)
      const commits = source.commits(repository, branch.head)
      const walk = await walkBranch({ branch, counted, pulls, activity, from, pages: commits })
      if (branch === main) shared = new Set(walk.chain.map(({ sha }) => sha))
      const others = branch === main ? new Set<string>() : shared
      const reckoning = reckon({ branch: branch.name, counted, pulls, activity, from, to, walk, shared: others })
      found.push({ branch, reckoning })
      await noteDifference(request, branch, reckoning)
    })
  }
  return write(request, pages, branches, found, counted)
}

/**
 * Counting by the list and by the commits must give the same, or something is missing that nobody can name. The subject of the
 * gap says both counts, as only it is printed.
 */
async function noteDifference(
  { reader, repository }: RepositoryRequest,
  branch: Branch,
  reckoning: Reckoning,
): Promise<void> {
  const { listed, found, notOnBranch, notListed, unexplained } = reckoning
  if (notOnBranch.length + notListed.length + unexplained.length === 0) return
  const differences = [
    ...(notOnBranch.length > 0 ? [`not on the branch: ${numbers(notOnBranch)}`] : []),
    ...(notListed.length > 0 ? [`not in the list: ${numbers(notListed)}`] : []),
    ...(unexplained.length > 0 ? [`recorded as merges of nothing in the list: ${unexplained.length}`] : []),
  ]
  const what = `${repository.full_name}: ${branch.name} has ${listed} merged pull requests by the list and ${found} by its commits (${differences.join('; ')})`
  await reader.observe(what, async () => {
    throw new TruncatedError(what)
  })
}

const MOST_NAMED = 10
const numbers = (list: readonly number[]) =>
  list
    .slice(0, MOST_NAMED)
    .map((number) => `#${number}`)
    .join(', ') + (list.length > MOST_NAMED ? ` and ${list.length - MOST_NAMED} more` : '')

async function write(
  request: RepositoryRequest,
  pages: readonly { pulls: readonly Pull[]; cursor: string }[],
  branches: readonly Branch[],
  found: readonly { branch: Branch; reckoning: Reckoning }[],
  counted: Counted,
): Promise<RepositoryPage[]> {
  const { at, repository, from, to } = request
  const byName = new Map(branches.map((branch) => [branch.name, branch]))
  const writing = (branch: Branch): Writing => ({
    repository,
    branch,
    excluded: at.excluded.get(repository.name.toLowerCase()) ?? null,
  })
  const byNumber = new Map<number, { branch: Branch; change: Extract<Found, { kind: 'pull-request' }> }>()
  const pushes: ChangeRecord[] = []
  for (const { branch, reckoning } of found) {
    for (const change of reckoning.changes) {
      if (change.kind === 'pull-request') byNumber.set(change.pull.number, { branch, change })
      else pushes.push(pushRecord(change, await otherPulls(change.commit), writing(branch)))
    }
  }
  // Of a branch whose commits could not be read, what the list says is kept all the same.
  const read = new Set(found.map(({ branch }) => branch.name))
  for (const pull of pages.flatMap((page) => page.pulls)) {
    const target = targetOf(pull, counted)
    const branch = byName.get(target?.branch ?? '')
    if (
      !target?.certain ||
      branch === undefined ||
      read.has(branch.name) ||
      pull.mergedAt < from ||
      pull.mergedAt >= to
    )
      continue
    byNumber.set(pull.number, { branch, change: { kind: 'pull-request', pull, activity: undefined } })
  }
  const checksOf = checksReader(request)
  const written: RepositoryPage[] = []
  for (const { pulls, cursor } of pages) {
    const records: ChangeRecord[] = []
    for (const { number } of pulls) {
      const one = byNumber.get(number)
      // A pull request that was touched while the list was read comes twice.
      byNumber.delete(number)
      if (one === undefined) continue
      const { change, branch } = one
      const checks = await checksOf(change.pull, branch)
      const details = await request.reader.observe(`${repository.full_name}#${number}`, change.pull.details)
      if (details.state === 'observed') records.push(pullRecord(change, details.value, checks, writing(branch)))
    }
    if (pulls.length > 0) written.push({ records, cursor })
  }
  const last = written.at(-1)
  if (last) last.records.push(...pushes)
  else if (pushes.length > 0) written.push({ records: pushes, cursor: 'pushes' })
  return written
}

async function otherPulls(commit: Commit | undefined): Promise<number[]> {
  return ((await commit?.pulls()) ?? []).map(({ number }) => number)
}

type Read = (pull: Pull, branch: Branch) => Promise<Observed<ReportedChecks>>

/** Once a repository's checks were refused they are not asked for again: one gap says it of all. */
function checksReader({ reader, source, repository }: RepositoryRequest): Read {
  let refused: Observed<ReportedChecks> | undefined
  return async (pull, branch) => {
    if (refused !== undefined) return refused
    const checks = await reader.observe(`${repository.full_name}: checks of merged pull requests`, async () => {
      const own = await pull.checks()
      const missing = branch.required.filter((name) => !own.checks.some((one) => one.name === name))
      if (!branch.queue || missing.length === 0 || pull.mergeSha === null) return own
      // What a merge queue asks for runs on what it merges.
      const queued = await source.checks(repository, pull.mergeSha)
      const added = queued.checks.filter(({ name }) => missing.includes(name))
      return { ...own, total: own.total + added.length, checks: [...own.checks, ...added] }
    })
    if (checks.state === 'unknown') refused = checks
    return checks
  }
}
