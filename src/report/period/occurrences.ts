import type { PeriodSource } from '../../model/period-source.ts'
import type { MissedDue, PeriodJob } from '../../model/period-view.ts'
import type { Schedule } from '../../model/plan.ts'
import type { LedgerRun } from '../../model/report-source.ts'
import { GRACE_MS, isLate } from '../../model/schedule.ts'

/** So many of the times at which a job was due and did not run are listed. */
const MOST_LISTED = 5000

export interface JobRuns {
  job: string
  /** Opened in the period, oldest first. */
  runs: readonly LedgerRun[]
  /** The last sealed run before it. */
  before: LedgerRun | undefined
  /** As the plan of a sealed run says it. */
  scheduleOf(run: number): Schedule | undefined
}

export interface Occurrences
  extends Pick<
    PeriodJob,
    'schedule' | 'known' | 'expected' | 'performed' | 'missed' | 'late' | 'pending' | 'missedDues' | 'omitted'
  > {
  /** When a run was due, of those that were opened in time. */
  dueOf: ReadonlyMap<number, string>
}

type Context = Pick<PeriodSource, 'period' | 'until' | 'dueTimes'>

/**
 * When a job was due, and what was done about it. A time counts as kept if a run was opened within an hour of it, whatever
 * triggered it, and was sealed with something read. The schedule is that of the last sealed run before each time.
 */
export function occurrencesOf(job: JobRuns, context: Context): Occurrences {
  const { dues, known, schedule } = duesOf(job, context)
  const dueOf = new Map<number, string>()
  const missedDues: MissedDue[] = []
  const found = { performed: 0, missed: 0, late: 0, pending: 0 }
  for (const [place, dueAt] of dues.entries()) {
    const next = dues[place + 1]
    const within = job.runs.filter(({ openedAt }) => openedAt >= dueAt && (next === undefined || openedAt < next))
    const inTime = within.filter(({ openedAt }) => !isLate(dueAt, openedAt))
    const kept = inTime.find(isUsable)
    if (kept !== undefined) {
      found.performed += 1
      dueOf.set(kept.number, dueAt)
    } else if (inTime.length === 0 && !isLate(dueAt, context.until)) found.pending += 1
    else {
      const missed = missedDue(dueAt, inTime, within)
      found.missed += 1
      if (missed.caughtUpBy !== undefined) found.late += 1
      if (missedDues.length < MOST_LISTED) missedDues.push(missed)
    }
  }
  return {
    ...(schedule && { schedule }),
    known,
    expected: dues.length,
    ...found,
    missedDues,
    omitted: found.missed - missedDues.length,
    dueOf,
  }
}

function isUsable({ end }: LedgerRun): boolean {
  return end?.kind === 'sealed' && end.status !== 'failed'
}

function missedDue(dueAt: string, inTime: readonly LedgerRun[], within: readonly LedgerRun[]): MissedDue {
  const [failed, aborted, unended] = [
    inTime.find(({ end }) => end?.kind === 'sealed'),
    inTime.find(({ end }) => end?.kind === 'aborted'),
    inTime.find(({ end }) => end === undefined),
  ]
  const run = failed ?? aborted ?? unended
  const later = within.find(isUsable)
  return {
    dueAt,
    cause: failed ? 'failed' : aborted ? 'aborted' : unended ? 'unended' : 'missed',
    ...(run && { run: run.number }),
    ...(later && { caughtUpBy: { run: later.number, openedAt: later.openedAt, trigger: later.trigger } }),
  }
}

/** The times at which the job was due in the period, as far as the evidence tells them. */
function duesOf({ runs, before, scheduleOf }: JobRuns, { period, until, dueTimes }: Context) {
  const end = before1ms(period.to) < until ? before1ms(period.to) : until
  const sealed = runs.filter((run) => run.end?.kind === 'sealed')
  const witnesses = [...(before ? [before] : []), ...sealed]
  const dues = new Set<string>()
  let known: PeriodJob['known'] = 'none'
  let notUnderstood = false
  let schedule: Schedule | undefined
  const [first] = witnesses
  const own = first && scheduleOf(first.number)
  // The time for which the first run of all was opened: no run before it tells.
  if (before === undefined && first !== undefined && own !== undefined) {
    const hourBefore = new Date(Date.parse(first.openedAt) - GRACE_MS).toISOString()
    const last = [...dueTimes(own, hourBefore, first.openedAt)].at(-1)
    if (last !== undefined && last >= period.from) dues.add(last)
  }
  for (const [place, witness] of witnesses.entries()) {
    const next = witnesses[place + 1]
    const last = next === undefined || next.openedAt > end ? end : next.openedAt
    const from = witness.openedAt < period.from ? before1ms(period.from) : witness.openedAt
    schedule = scheduleOf(witness.number)
    const expectedBy = witness.end?.kind === 'sealed' ? witness.end.expectedBy : undefined
    if (schedule !== undefined) {
      known = 'schedule'
      const times = [...dueTimes(schedule, from, last)]
      for (const due of times) dues.add(due)
      // Of a schedule that cannot be understood here the seal still says when the next run was due.
      if (times.length > 0) continue
    }
    if (expectedBy !== undefined) {
      if (known === 'none') known = 'next'
      if (expectedBy <= from || expectedBy > last) continue
      dues.add(expectedBy)
      notUnderstood ||= schedule !== undefined
    }
  }
  return { dues: [...dues].sort(), known: notUnderstood ? ('next' as const) : known, schedule }
}

function before1ms(instant: string): string {
  return new Date(Date.parse(instant) - 1).toISOString()
}

/** Time from one due time to the next, about the end of the period; `undefined` if the schedule does not tell. Milliseconds. */
export function cadenceOf(
  schedule: Schedule | undefined,
  end: string,
  dueTimes: Context['dueTimes'],
): number | undefined {
  if (schedule === undefined) return undefined
  for (const days of [3, 40, 400]) {
    const from = new Date(Date.parse(end) - days * 86_400_000).toISOString()
    const [last, other] = [...dueTimes(schedule, from, end)].toReversed()
    if (last !== undefined && other !== undefined) return Date.parse(last) - Date.parse(other)
  }
  return undefined
}
