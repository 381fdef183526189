import { entryIndex, type LedgerEntry, readEntry } from './bundle/ledger.ts'
import { ledgerRuns } from './bundle/ledger-runs.ts'
import { PLAN, runKey } from './bundle/layout.ts'
import { claimedTime } from './bundle/timed.ts'
import type { EvidenceReader } from './model/evidence-reader.ts'
import type { PeriodSource } from './model/period-source.ts'
import type { Schedule } from './model/plan.ts'
import type { LedgerRun } from './model/report-source.ts'
import { UserError } from './model/user-error.ts'
import { readIntactRun } from './replay.ts'
import { openReportSource, present, type ReportRequest } from './report-source.ts'
import { dueTimes } from './worker/due.ts'

/** So many entries of the ledger before the period are looked at for the last run of each job. */
const ENTRIES_BACK = 1000
/** So many sealed runs after the period are looked at for events in it, the earliest first. */
const RUNS_AFTER = 50
/** No schedule that is longer is evaluated: a list of every minute of a day is shorter. */
const LONGEST_CRON = 1000

export interface PeriodRequest {
  reader: EvidenceReader
  /** `to` is the first instant that no longer counts. */
  period: { from: Date; to: Date }
  /** When the report is asked for. Default: the last time that the ledger speaks of, as for an export that was closed then. */
  at?: Date | undefined
  streamOf: ReportRequest['streamOf']
}

/**
 * Reads what the ledger tells of a period. Nobody verifies it here.
 * @throws UserError if there is no ledger; BundleError `ledger-invalid`; StoreError
 */
export async function openPeriodSource(request: PeriodRequest): Promise<PeriodSource> {
  const { reader, streamOf } = request
  const period = { from: request.period.from.toISOString(), to: request.period.to.toISOString() }
  const { origin, runs: opened, last } = await readLedger(reader, period.from)
  const asked = request.at?.toISOString() ?? last
  // A clock that is behind the ledger knows no better.
  const until = asked > last ? asked : last
  const isExport = reader.kind === 'export'
  const later = isExport ? await present(reader, opened) : opened
  const inside = opened.filter(({ openedAt }) => openedAt >= period.from && openedAt < period.to)
  const isBefore = ({ openedAt, number }: LedgerRun) =>
    openedAt < period.from && number < (inside[0]?.number ?? Number.POSITIVE_INFINITY)
  return {
    origin,
    evidence: reader.kind,
    period,
    until,
    runs: inside,
    before: isExport ? [] : lastOfEachJob(opened.filter((run) => isBefore(run) && isSealed(run))),
    clockTurns: clockTurnsOf(opened, period),
    after: later.filter((run) => run.openedAt >= period.to && isSealed(run)).slice(0, RUNS_AFTER),
    async read(number) {
      if ((await reader.stat(runKey(number, PLAN))) === undefined) return undefined
      return readIntactRun(reader, number)
    },
    dueTimes: timesOf,
    report: (run) =>
      openReportSource({
        reader,
        run,
        streamOf,
        ...(isExport && inside[0] && { firstRun: inside[0].number }),
      }),
  }
}

export interface RunInForce {
  run: LedgerRun
  /** The first sealed run of the job that was opened after it: what was so in between, nobody saw. */
  next?: LedgerRun
}

/**
 * The run in force at a moment, of each job: the last one that was sealed by then. Oldest first. An export knows of its own
 * runs only.
 * @throws UserError if there is no ledger; BundleError `ledger-invalid`; StoreError
 */
export async function runsInForce(reader: EvidenceReader, at: Date): Promise<RunInForce[]> {
  const moment = at.toISOString()
  const { runs } = await readLedger(reader, moment)
  const all = runs.filter(isSealed)
  const sealed = reader.kind === 'export' ? await present(reader, all) : all
  return lastOfEachJob(sealed.filter(({ end }) => end !== undefined && end.at <= moment)).map((run) => {
    // By the times that they claim, as a clock can run back: a run with a lower number may have looked later.
    const next = sealed
      .filter(({ job, openedAt }) => job === run.job && openedAt > run.openedAt)
      .sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1))[0]
    return { run, ...(next && { next }) }
  })
}

function isSealed({ end }: LedgerRun): boolean {
  return end?.kind === 'sealed'
}

/** @param opened in the order of the ledger */
function clockTurnsOf(opened: readonly LedgerRun[], { from, to }: PeriodSource['period']): PeriodSource['clockTurns'] {
  return opened.flatMap((run, place) => {
    const before = opened[place - 1]
    const isTurn = before !== undefined && run.openedAt < before.openedAt
    return isTurn && run.openedAt < to && before.openedAt >= from ? [{ run, before }] : []
  })
}

function lastOfEachJob(runs: readonly LedgerRun[]): LedgerRun[] {
  const last = new Map(runs.map((run) => [run.job, run]))
  return [...last.values()].sort((a, b) => a.number - b.number)
}

interface LedgerRuns {
  origin: string
  /** Oldest first. */
  runs: readonly LedgerRun[]
  /** The last time that an entry claims. */
  last: string
}

/**
 * The runs that were opened since a time, and the last ones before it. Goes back from the head, so that a ledger of years is
 * not read for a report of its last month. A missing entry is for `affiant verify`: the others are read.
 */
async function readLedger(reader: EvidenceReader, since: string): Promise<LedgerRuns> {
  const indexes: number[] = []
  for await (const key of reader.list('ledger/')) {
    const index = entryIndex(key)
    if (index !== undefined) indexes.push(index)
  }
  const entries: LedgerEntry['statement'][] = []
  let last: string | undefined
  let earlier = 0
  for (const index of indexes.toReversed()) {
    const { statement } = await readEntry(reader, index)
    const at = claimedTime(statement)
    if (last === undefined || at > last) last = at
    entries.push(statement)
    if (at < since) earlier += 1
    if (earlier > ENTRIES_BACK) break
  }
  const [head] = entries
  if (head === undefined || last === undefined)
    throw new UserError('there is no ledger here', 'Make the first run: affiant run')
  return { origin: head.predicate.ledger.origin, runs: ledgerRuns(entries.toReversed()), last }
}

function* timesOf({ cron, timeZone }: Schedule, after: string, until: string): Iterable<string> {
  if (cron.length > LONGEST_CRON) return
  try {
    for (const time of dueTimes({ schedule: cron, timeZone }, new Date(after), new Date(until)))
      yield time.toISOString()
  } catch {
    // A schedule of another program, or a time zone that this machine does not know: its times are not known here.
  }
}
