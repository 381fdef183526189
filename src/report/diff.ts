import { canonicalize } from '../model/canonical.ts'
import { type ChangeTally, compareLines, compareText, type LineSource } from '../model/compare-lines.ts'
import { parseControlLine } from '../model/control.ts'
import { planItemId, type ResultsLine } from '../model/index-line.ts'
import type { CheckDiff, ControlTurn, OutcomeChange, RecordsDiff, RunDiff } from '../model/run-diff.ts'
import type { ControlsLine, SealedRun } from '../model/sealed-run.ts'
import { resultIdentity, turnTally } from '../model/turn.ts'
import type { Stream } from '../sdk/stream.ts'
import { planChanges } from './diff-plan.ts'
import { recordsDiff } from './diff-records.ts'

export interface DiffRequest {
  from: SealedRun
  to: SealedRun
  /** Streams whose collector is loaded: their records are matched by key. */
  streamOf(id: string): Stream | undefined
  /** How many of each list of records or subjects are named; counts are always exact. */
  limit: number
}

/**
 * In what one sealed run differs from another. Starts from the digests of the two indexes: objects with one digest are
 * not read. The others are read side by side, in memory that does not grow with them. The same two runs always give the
 * same answer, and the runs exchanged give it the other way round.
 * @throws StoreError `missing`, `damaged`; UserError (exit status 4) for a line that is not what affiant writes
 */
export async function diffRuns(request: DiffRequest): Promise<RunDiff> {
  const { from, to } = request
  const side = ({ number, plan }: SealedRun) => ({ run: number, openedAt: plan.run.openedAt })
  return {
    from: side(from),
    to: side(to),
    plan: planChanges(from, to),
    outcomes: outcomeChanges(from, to),
    records: await recordsDiffs(request),
    checks: await checkDiffs(request),
    controls: await controlTurns(from, to),
  }
}

/** The pairs of what has one name on both sides, sorted by it. */
function pairs<Item>(
  from: readonly Item[],
  to: readonly Item[],
  nameOf: (item: Item) => string,
): { name: string; before: Item | undefined; after: Item | undefined }[] {
  const before = new Map(from.map((item) => [nameOf(item), item]))
  const after = new Map(to.map((item) => [nameOf(item), item]))
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort(compareText)
    .map((name) => ({ name, before: before.get(name), after: after.get(name) }))
}

function outcomeChanges(from: SealedRun, to: SealedRun): OutcomeChange[] {
  const ended = ({ sources, outcomes }: SealedRun) =>
    [...sources.map(({ source, outcome }) => ({ planItem: source, outcome })), ...outcomes].map(
      ({ planItem, outcome: { status, reason } }) => ({ planItem, ended: { status, ...(reason && { reason }) } }),
    )
  return pairs(ended(from), ended(to), ({ planItem }) => planItem).flatMap(({ name, before, after }) =>
    canonicalize(before?.ended ?? null) === canonicalize(after?.ended ?? null)
      ? []
      : [{ planItem: name, ...(before && { from: before.ended }), ...(after && { to: after.ended }) }],
  )
}

async function recordsDiffs({ from, to, streamOf, limit }: DiffRequest): Promise<RecordsDiff[]> {
  const diffs: RecordsDiff[] = []
  const streams = new Map(
    [...from.outcomes, ...to.outcomes].map(({ source, stream, scope }) => [planItemId(source, stream, scope), stream]),
  )
  for (const { name, before, after } of pairs(
    [...from.records.values()],
    [...to.records.values()],
    ({ planItem }) => planItem,
  )) {
    if (before?.sha256 === after?.sha256 && before?.schema === after?.schema) continue
    diffs.push(
      await recordsDiff({
        planItem: name,
        demo: isDemo(from, to, (before ?? after)?.planItem.split('/')[0] ?? ''),
        from: { line: before, lines: linesOf(from, before) },
        to: { line: after, lines: linesOf(to, after) },
        stream: streamOf(streams.get(name) ?? ''),
        limit,
      }),
    )
  }
  return diffs
}

async function checkDiffs({ from, to, limit }: DiffRequest): Promise<CheckDiff[]> {
  const diffs: CheckDiff[] = []
  const nameOf = ({ summary }: ResultsLine) => `${summary.source} ${summary.check}`
  for (const { before, after } of pairs(from.results, to.results, nameOf)) {
    const about = (after ?? before)?.summary
    const verdicts = { ...(before && { from: verdictOf(before) }), ...(after && { to: verdictOf(after) }) }
    const same = canonicalize(verdicts.from ?? null) === canonicalize(verdicts.to ?? null)
    if (about === undefined || (same && before?.sha256 === after?.sha256)) continue
    const tally = await compare({ run: from, line: before }, { run: to, line: after }, resultIdentity, () =>
      turnTally(limit, false),
    )
    const planned = byAge(from, to)
      .flatMap(({ plan }) => plan.checks)
      .find(({ id, source }) => id === about.check && source === about.source)
    const { check, source } = about
    const demo = isDemo(from, to, source)
    diffs.push({ check, source, demo, title: planned?.title ?? check, ...verdicts, turns: tally.turns() })
  }
  return diffs
}

/** The newer run first: it gives the titles, whichever way round two runs are compared. */
function byAge(from: SealedRun, to: SealedRun): SealedRun[] {
  return from.number > to.number ? [from, to] : [to, from]
}

function verdictOf({ summary: { status, reason, counts } }: ResultsLine): NonNullable<CheckDiff['from']> {
  return { status, ...(reason !== undefined && { reason }), counts }
}

async function controlTurns(from: SealedRun, to: SealedRun): Promise<ControlTurn[]> {
  const turns: ControlTurn[] = []
  for (const { name, before, after } of pairs(from.controls, to.controls, ({ mapping }) => mapping)) {
    if (before?.sha256 === after?.sha256) continue
    const { all } = await compare(
      { run: from, line: before },
      { run: to, line: after },
      (line) => parseControlLine(line).control,
      () => controlTally(name, from.number > to.number),
    )
    turns.push(...all.sort((a, b) => compareText(a.control, b.control)))
  }
  return turns
}

function controlTally(mapping: string, isBackwards: boolean): ChangeTally & { all: ControlTurn[] } {
  const all: ControlTurn[] = []
  return {
    all,
    add({ identity, from, to }) {
      const before = from === undefined ? undefined : parseControlLine(from)
      const after = to === undefined ? undefined : parseControlLine(to)
      if (before?.status === after?.status) return
      all.push({
        mapping,
        control: identity,
        title: (isBackwards ? (before ?? after) : (after ?? before))?.title ?? '',
        ...(before && { from: before.status }),
        ...(after && { to: after.status }),
      })
    },
  }
}

interface Side {
  run: SealedRun
  line: ResultsLine | ControlsLine | undefined
}

function compare<Tally extends ChangeTally>(
  from: Side,
  to: Side,
  identityOf: (line: string) => string,
  tally: () => Tally,
): Promise<Tally> {
  const none: LineSource = async function* () {}
  // Objects with one digest are not read.
  const same = from.line?.sha256 === to.line?.sha256
  return compareLines({
    from: same ? none : linesOf(from.run, from.line),
    to: same ? none : linesOf(to.run, to.line),
    count: Math.max(from.line?.count ?? 0, to.line?.count ?? 0),
    identityOf,
    tally,
  })
}

function linesOf(run: SealedRun, line: { sha256: string } | undefined): LineSource {
  return async function* () {
    if (line !== undefined) yield* run.lines(line.sha256)
  }
}

function isDemo(from: SealedRun, to: SealedRun, source: string): boolean {
  return [...from.plan.sources, ...to.plan.sources].some(({ id, demo }) => id === source && demo === true)
}
