import type { ControlLine } from '../../model/control.ts'
import type { OutcomeLine, RecordsLine, ResultsLine, SourceLine } from '../../model/index-line.ts'
import type { Plan, PlannedCheck } from '../../model/plan.ts'
import type { ReceiptsLine, RunEvidence } from '../../model/report-source.ts'
import type { Counts } from '../../model/result.ts'
import { type Asked, gatherAsked } from '../population-receipts.ts'
import { count } from './text.ts'

type PlannedStream = Plan['sources'][number]['streams'][number]

/** One stream of one source in a run, over all its scopes. */
export interface StreamFacts {
  source: string
  stream: string
  planned: PlannedStream | undefined
  /** What the source said of itself; absent if it could not be opened or the line is withheld. */
  told: SourceLine | undefined
  /** Its plan items, in the order of the index: at least one. */
  items: readonly { line: OutcomeLine; records: RecordsLine | undefined; receipts: ReceiptsLine | undefined }[]
  complete: number
  rows: number
  pages: number
  requests: number
  /** From when the first plan item began to when the last one ended. */
  read: { from: string; to: string }
}

/** A check on a source: what was planned of it and what came of it, as far as the evidence has either. */
export interface JudgedCheck {
  check: string
  source: string
  planned: PlannedCheck | undefined
  line: ResultsLine | undefined
}

/** What several pages of a report need to know of a run, put in order once. */
export interface RunFacts {
  /** In plan order; then what the index has besides. */
  checks: readonly JudgedCheck[]
  checkOf(check: string, source: string): JudgedCheck | undefined
  streamOf(source: string, stream: string): StreamFacts | undefined
  /** What a check reads: streams of its own source, and those of other collectors in every source that has them. */
  inputsOf(judged: JudgedCheck): StreamFacts[]
  /** Controls that name the check, with how strongly. */
  controlsOf(judged: JudgedCheck): { control: ControlLine; strength: ControlLine['evidence'][number]['strength'] }[]
}

export function runFacts(run: RunEvidence): RunFacts {
  const streams = streamFacts(run)
  const byStream = Map.groupBy(streams.values(), ({ stream }) => stream)
  const checks = judgedChecks(run)
  const controls = Map.groupBy(
    run.controls.flatMap((control) =>
      control.evidence.flatMap(({ check, source, strength }) =>
        check === undefined || source === undefined ? [] : [{ key: keyOf(check, source), control, strength }],
      ),
    ),
    ({ key }) => key,
  )
  const plannedStreams = new Map(
    run.plan.sources.map(({ id, streams: own }) => [id, new Set(own.map((one) => one.id))]),
  )
  return {
    checks: [...checks.values()],
    checkOf: (check, source) => checks.get(keyOf(check, source)),
    streamOf: (source, stream) => streams.get(keyOf(source, stream)),
    inputsOf({ source, planned }) {
      const own = plannedStreams.get(source)
      return (planned?.inputs ?? []).flatMap((stream) => {
        const all = byStream.get(stream) ?? []
        return own?.has(stream) ? all.filter((one) => one.source === source) : all
      })
    },
    controlsOf: ({ check, source }) => controls.get(keyOf(check, source)) ?? [],
  }
}

const keyOf = (a: string, b: string): string => JSON.stringify([a, b])

function judgedChecks({ plan, results }: RunEvidence): Map<string, JudgedCheck> {
  const lines = new Map(results.map((line) => [keyOf(line.summary.check, line.summary.source), line]))
  const checks = new Map<string, JudgedCheck>()
  for (const planned of plan.checks) {
    const key = keyOf(planned.id, planned.source)
    checks.set(key, { check: planned.id, source: planned.source, planned, line: lines.get(key) })
  }
  for (const [key, line] of lines) {
    const { check, source } = line.summary
    if (!checks.has(key)) checks.set(key, { check, source, planned: undefined, line })
  }
  return checks
}

function streamFacts(run: RunEvidence): Map<string, StreamFacts> {
  const told = new Map(run.sources.map((line) => [line.source, line]))
  const plannedSources = new Map(run.plan.sources.map((source) => [source.id, source]))
  const groups = Map.groupBy(run.outcomes, ({ source, stream }) => keyOf(source, stream))
  const facts = new Map<string, StreamFacts>()
  for (const [key, lines] of groups) {
    const [first] = lines
    if (first === undefined) continue
    const { source, stream } = first
    const from = plannedSources.get(source)
    const total = (of: (line: OutcomeLine) => number) => lines.reduce((sum, line) => sum + of(line), 0)
    facts.set(key, {
      source,
      stream,
      planned: from?.streams.find(({ id }) => id === stream),
      told: told.get(source),
      items: lines.map((line) => ({
        line,
        records: run.records.get(line.planItem),
        receipts: run.receipts.get(line.planItem),
      })),
      complete: total(({ outcome }) => (outcome.status === 'complete' ? 1 : 0)),
      rows: total(({ outcome }) => outcome.records),
      pages: total(({ outcome }) => outcome.pages),
      requests: total(({ outcome }) => outcome.requests),
      read: {
        from: lines.reduce((least, { outcome }) => (outcome.startedAt < least ? outcome.startedAt : least), '~'),
        to: lines.reduce((most, { outcome }) => (outcome.endedAt > most ? outcome.endedAt : most), ''),
      },
    })
  }
  return facts
}

/** So many receipts of a plan item are looked at for what it asked; the population card has all of it. */
const RECEIPTS_READ = 200

/** What was asked of the source for the first plan item of a stream that has receipts. */
export async function firstAsked(run: RunEvidence, { items }: StreamFacts): Promise<Asked | undefined> {
  const file = items.find(({ receipts }) => receipts !== undefined)?.receipts
  if (file === undefined) return undefined
  const asked = gatherAsked()
  let read = 0
  for await (const receipt of run.receiptLines(file)) {
    asked.add(receipt)
    read += 1
    if (read === RECEIPTS_READ) break
  }
  return asked.finish()
}

/** `25 = 22 passed + 3 failed + 0 excepted`: the two sums that counts are. */
export function sums({
  inScope,
  inspected,
  passed,
  failed,
  excepted,
  notApplicable,
  unknown,
}: Counts): [string, string] {
  return [
    `${count(inScope)} in scope = ${count(inspected)} inspected + ${count(notApplicable)} not applicable + ${count(unknown)} unknown`,
    `${count(inspected)} inspected = ${count(passed)} passed + ${count(failed)} failed + ${count(excepted)} excepted`,
  ]
}
