import { GRACE_MS } from '../model/schedule.ts'
import type { ScheduleGap } from '../model/verification.ts'

/** A run, as far as its schedule is concerned. */
export interface ScheduledRun {
  number: number
  job: string
  /** ISO 8601, UTC, milliseconds. */
  openedAt: string
  /** When its seal says that the next one is due. */
  expectedBy?: string | undefined
}

export interface ScheduleInput {
  /** In the order in which they were opened. */
  runs: readonly ScheduledRun[]
  /** The last time that the ledger speaks of: what was due later is not missed yet. Absent: it speaks of none. */
  until: string | undefined
  /** Longest time between two openings of one job that the policy allows. */
  maxGapSeconds: number | undefined
}

/** Where a run was due and was opened later, or not at all: in the order of the runs after which it was due. */
export function findGaps({ runs, until, maxGapSeconds }: ScheduleInput): ScheduleGap[] {
  const gaps: ScheduleGap[] = []
  const last = new Map<string, ScheduledRun>()
  const end = until === undefined ? Number.NEGATIVE_INFINITY : Date.parse(until)
  const compare = (before: ScheduledRun, next: ScheduledRun | undefined) => {
    const due = dueAfter(before, maxGapSeconds)
    if (due === undefined || (next === undefined ? end : Date.parse(next.openedAt)) <= due.latest) return
    gaps.push({
      job: before.job,
      run: before.number,
      dueAt: new Date(due.at).toISOString(),
      ...(next && { openedAt: next.openedAt }),
    })
  }
  for (const run of runs) {
    const before = last.get(run.job)
    if (before) compare(before, run)
    last.set(run.job, run)
  }
  for (const before of last.values()) compare(before, undefined)
  return gaps.sort((a, b) => a.run - b.run)
}

/** When the run after this one is due, and how late it may be: whichever rule is the stricter. */
function dueAfter(
  { openedAt, expectedBy }: ScheduledRun,
  maxGapSeconds: number | undefined,
): { at: number; latest: number } | undefined {
  const rules = []
  if (expectedBy !== undefined) {
    const at = Date.parse(expectedBy)
    rules.push({ at, latest: at + GRACE_MS })
  }
  if (maxGapSeconds !== undefined) {
    const at = Date.parse(openedAt) + maxGapSeconds * 1000
    rules.push({ at, latest: at })
  }
  return rules.sort((a, b) => a.latest - b.latest)[0]
}
