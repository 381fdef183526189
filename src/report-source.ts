import { BundleError } from './bundle/errors.ts'
import { PLAN, runKey } from './bundle/layout.ts'
import { type LedgerEntry, readEntry } from './bundle/ledger.ts'
import { ledgerRuns } from './bundle/ledger-runs.ts'
import { sealedLines } from './bundle/populations.ts'
import { readRun, readShownIndex } from './bundle/read.ts'
import { parseCanonical } from './model/canonical.ts'
import { runFolder } from './model/common.ts'
import { ControlLine } from './model/control.ts'
import type { EvidenceReader } from './model/evidence-reader.ts'
import type {
  CarriedLine,
  OutcomeLine,
  RecordsLine,
  ResultsLine,
  SourceLine,
  WithheldLine,
} from './model/index-line.ts'
import { Receipt } from './model/receipt.ts'
import { LinesError } from './model/lines.ts'
import type { EarlierRun, LedgerRun, ReceiptsLine, ReportSource, RunEvidence, Verdict } from './model/report-source.ts'
import { ResultLine } from './model/result.ts'
import { StoreError } from './model/store.ts'
import { UserError } from './model/user-error.ts'
import type { Verification } from './model/verification.ts'
import { readIntactRun } from './replay.ts'
import { diffRuns } from './report/diff.ts'
import type { RunDiff } from './model/run-diff.ts'
import type { Stream } from './sdk/stream.ts'

/** So many entries of the ledger are looked at for what came before a run. */
const ENTRIES_BACK = 1000
/** So many earlier runs are looked at for how checks ended, and so many bytes of their indexes. */
const RUNS_BACK = 30
const INDEXES_BACK = 32 * 1024 * 1024
/** So many subjects and records of a difference are named; counts are exact. */
const NAMED = 100

/**
 * Reads a run with all that a report says of it: its index whole, everything else when it is asked for.
 * @throws BundleError, StoreError; UserError for a file that is not what affiant writes
 */
export async function readRunEvidence(reader: EvidenceReader, number: number): Promise<RunEvidence> {
  const run = await readRun(reader, number)
  const sources: SourceLine[] = []
  const outcomes: OutcomeLine[] = []
  const results: ResultsLine[] = []
  const controls: ControlLine[] = []
  const records = new Map<string, RecordsLine>()
  const carried = new Map<string, CarriedLine>()
  const receipts = new Map<string, ReceiptsLine>()
  const withheld: WithheldLine[] = []
  const lines = (file: { path: string; sha256: string }) => sealedLines(reader, number, file)
  async function* parsed<Line>(file: { path: string; sha256: string }, shape: { parse(value: unknown): Line }) {
    for await (const batch of lines(file)) for (const line of batch) yield parseLine(number, line, shape)
  }
  if (run.statement !== undefined) {
    for await (const { line } of readShownIndex(reader, number)) {
      if (line.kind === 'source') sources.push(line)
      else if (line.kind === 'outcome') outcomes.push(line)
      else if (line.kind === 'results') results.push(line)
      else if (line.kind === 'records') records.set(line.planItem, line)
      else if (line.kind === 'carried') carried.set(line.planItem, line)
      else if (line.kind === 'receipts') receipts.set(line.planItem, line)
      else if (line.kind === 'withheld') withheld.push(line)
      else for await (const control of parsed(line, ControlLine)) controls.push(control)
    }
  }
  return {
    number,
    folder: runFolder(number),
    plan: run.plan,
    ...(run.statement && { statement: run.statement }),
    ...sealOf(run),
    sources,
    outcomes,
    results,
    controls,
    records,
    carried,
    receipts,
    withheld,
    lines,
    resultLines: (line) => parsed(line, ResultLine),
    receiptLines: (line) => parsed(line, Receipt),
  }
}

function sealOf({ statement, end }: Awaited<ReturnType<typeof readRun>>): Pick<RunEvidence, 'seal'> {
  if (statement === undefined || end === undefined) return {}
  const { index, sha256 } = end
  const { run, keyid } = statement.predicate
  return { seal: { index, sha256, at: run.sealedAt, keyId: keyid } }
}

export interface ReportRequest {
  reader: EvidenceReader
  run: number
  /** The first run that the report may speak of: an export holds no others. Default: every run of the ledger. */
  firstRun?: number
  /** Streams whose collector is loaded: changed records are matched by key. */
  streamOf(id: string): Stream | undefined
  verification?: Verification
}

/** @throws UserError if the run was never sealed; as {@link readRunEvidence} */
export async function openReportSource(request: ReportRequest): Promise<ReportSource> {
  const { reader, firstRun = 1, streamOf, verification } = request
  const run = await readRunEvidence(reader, request.run)
  const { statement, seal } = run
  if (statement === undefined || seal === undefined)
    throw new UserError(`run ${request.run} was never sealed: it has no results`, 'Run again: affiant run')
  const { runs, more } = await runsBefore(reader, seal.index, firstRun)
  const ofJob = runs.filter(
    ({ number, job, end }) => number < run.number && job === run.plan.run.job && end?.kind === 'sealed',
  )
  const own = reader.kind === 'export' ? await present(reader, ofJob) : ofJob
  const before = own.at(-1)
  return {
    run,
    ledger: { origin: statement.predicate.ledger.origin, runs, more },
    ...(before && {
      previous: { number: before.number, ...(await differenceOf(reader, before.number, run, streamOf)) },
    }),
    earlier: await earlierRuns(reader, own),
    ...(verification && { verification }),
  }
}

/** The ledger of an export tells of all runs, also of those that it does not hold. */
export async function present(reader: EvidenceReader, runs: readonly LedgerRun[]): Promise<LedgerRun[]> {
  const there: LedgerRun[] = []
  for (const run of runs) if ((await reader.stat(runKey(run.number, PLAN))) !== undefined) there.push(run)
  return there
}

async function earlierRuns(reader: EvidenceReader, runs: readonly LedgerRun[]): Promise<EarlierRun[]> {
  const earlier: EarlierRun[] = []
  let bytes = 0
  for (const run of runs.slice(-RUNS_BACK).toReversed()) {
    bytes += (await reader.stat(`${runFolder(run.number)}/index.jsonl`))?.size ?? 0
    if (bytes > INDEXES_BACK) break
    const verdicts = await verdictsOf(reader, run.number)
    earlier.push({ number: run.number, openedAt: run.openedAt, ...(verdicts && { verdicts }) })
  }
  return earlier.toReversed()
}

/** An old run that is damaged is for `affiant verify`: it must not stand in the way of this one. */
async function verdictsOf(reader: EvidenceReader, run: number): Promise<EarlierRun['verdicts']> {
  try {
    const { plan, results } = await readIntactRun(reader, run)
    const verdicts = new Map<string, Verdict | 'withheld'>()
    for (const { id, source, disabled } of plan.checks)
      if (disabled === undefined) verdicts.set(`${source} ${id}`, 'withheld')
    for (const { summary } of results) {
      const { source, check, status, reason, counts, revision } = summary
      verdicts.set(`${source} ${check}`, { status, counts, revision, ...(reason !== undefined && { reason }) })
    }
    return verdicts
  } catch (error) {
    if (isDamage(error)) return undefined
    throw error
  }
}

/** Nothing if the earlier run is damaged, as for its verdicts. */
async function differenceOf(
  reader: EvidenceReader,
  before: number,
  { number }: RunEvidence,
  streamOf: ReportRequest['streamOf'],
): Promise<{ diff?: RunDiff }> {
  const to = await readIntactRun(reader, number)
  try {
    const from = await readIntactRun(reader, before)
    return { diff: await diffRuns({ from, to, streamOf, limit: NAMED }) }
  } catch (error) {
    if (isDamage(error)) return {}
    throw error
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof StoreError || error instanceof BundleError || error instanceof LinesError
}

/** The runs that were opened in the entries up to one of them. */
async function runsBefore(
  reader: EvidenceReader,
  last: number,
  firstRun: number,
): Promise<{ runs: LedgerRun[]; more: boolean }> {
  const first = Math.max(0, last - ENTRIES_BACK + 1)
  const statements: LedgerEntry['statement'][] = []
  for (let index = first; index <= last; index++) statements.push((await readEntry(reader, index)).statement)
  return { runs: ledgerRuns(statements).filter(({ number }) => number >= firstRun), more: first > 0 }
}

function parseLine<Line>(number: number, line: string, shape: { parse(value: unknown): Line }): Line {
  try {
    return shape.parse(parseCanonical(line))
  } catch (cause) {
    const message = `a file of run ${number} is not what affiant writes`
    throw new UserError(message, `affiant verify ${number} says more.`, { exitCode: 4, cause })
  }
}
