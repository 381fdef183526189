import type { Deviation, MissedDue, PeriodCheck, PeriodJob, PeriodView } from '../../model/period-view.ts'
import { day, grouped, minute, number } from '../words.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2 days`, `1 day 6 hours`, `45 minutes`: two units at most, rounded down; `less than a minute`. */
export function lasting(milliseconds: number): string {
  if (milliseconds < MINUTE) return 'less than a minute'
  const [days, hours, minutes] = [
    Math.floor(milliseconds / DAY),
    Math.floor((milliseconds % DAY) / HOUR),
    Math.floor((milliseconds % HOUR) / MINUTE),
  ]
  const parts = [
    ...(days > 0 ? [number(days, 'day')] : []),
    ...(hours > 0 ? [number(hours, 'hour')] : []),
    ...(days === 0 && minutes > 0 ? [number(minutes, 'minute')] : []),
  ]
  return parts.join(' ')
}

type Bounds = PeriodView['period']

/** `2026-10-01 to 2026-12-31` where both ends are midnight, else with the time. */
export function boundsWords({ from, to }: Bounds): string {
  const days = daysOf({ from, to })
  if (days === undefined) return `${minute(from)} up to but not including ${minute(to)}`
  return days.first === days.last ? days.first : `${days.first} to ${days.last}`
}

/** `2026-10-01_2026-12-31`, for names of folders. */
export function boundsName({ from, to }: Bounds): string {
  const days = daysOf({ from, to })
  if (days !== undefined) return `${days.first}_${days.last}`
  const compact = (instant: string) => instant.slice(0, 16).replaceAll(':', '').replace('T', 't')
  return `${compact(from)}_${compact(to)}`
}

/** The first and the last day, if the bounds are those of whole days in UTC. */
function daysOf({ from, to }: Bounds): { first: string; last: string } | undefined {
  if (![from, to].every((instant) => instant.endsWith('T00:00:00.000Z'))) return undefined
  return { first: day(from), last: day(new Date(Date.parse(to) - DAY).toISOString()) }
}

export const CAUSES = {
  missed: 'nobody ran',
  aborted: 'a run was opened and thrown away',
  unended: 'a run was opened and never ended',
  failed: 'a run was sealed and could read nothing',
} as const satisfies Record<MissedDue['cause'], string>

/** Consecutive times with one cause, none of which was made up for: one line. */
export interface Gap {
  cause: MissedDue['cause']
  dues: readonly MissedDue[]
}

export function gapsOf(missed: readonly MissedDue[]): Gap[] {
  const gaps: { cause: MissedDue['cause']; dues: MissedDue[] }[] = []
  for (const due of missed) {
    const gap = gaps.at(-1)
    const joins =
      gap !== undefined &&
      gap.cause === due.cause &&
      due.cause === 'missed' &&
      gap.dues.at(-1)?.caughtUpBy === undefined
    if (joins) gap.dues.push(due)
    else gaps.push({ cause: due.cause, dues: [due] })
  }
  return gaps
}

/** `10 times due, 8 kept, 2 missed (1 of them made up for later)` */
export function dueWords({ expected, performed, missed, late, pending, known }: PeriodJob): string {
  if (known === 'none') return 'has no schedule that the evidence knows: it cannot be said whether a run is missing'
  const made = late > 0 ? ` (${grouped(late)} of them made up for later)` : ''
  const soon = pending > 0 ? `, ${grouped(pending)} due within the last hour` : ''
  const first = known === 'next' ? '; of a longer silence only the first time is known' : ''
  return `due ${number(expected, 'time')}: ${grouped(performed)} kept, ${grouped(missed)} missed${made}${soon}${first}`
}

/** Between what the duration of a deviation lies: `at least 1 day, at most 3 days`. */
export function boundsOf({ atLeast, atMost }: Pick<Deviation, 'atLeast' | 'atMost'>): string {
  const least = atLeast < MINUTE ? 'one run saw it' : `at least ${lasting(atLeast)}`
  return atMost === undefined ? least : `${least}, at most ${lasting(atMost)}`
}

/** `open for 2 days (at least 1 day, at most 3 days)` */
export function openWords(deviation: Deviation): string {
  const { closed, seenFor } = deviation
  return `${closed === undefined ? 'open for' : 'was open'} ${lasting(seenFor)} (${boundsOf(deviation)})`
}

export const CLOSED_AS = {
  pass: 'seen to pass',
  'not-applicable': 'seen not to apply any more',
  absent: 'no longer among the results',
} as const satisfies Record<NonNullable<Deviation['closed']>['as'], string>

/** What the states of a check rest on. */
export function basisWords({ kind, runs, maxGap }: PeriodCheck['basis']): string {
  const gap = runs === 0 ? 'no run in the period' : `longest time without one ${lasting(maxGap)}`
  return kind === 'events'
    ? `events: every one in the periods of ${number(runs, 'run')}`
    : `snapshots: ${number(runs, 'run')}, ${gap}`
}

const MOST_TURNS = 10

/** Where the times that runs claim go back. */
export function clockWords({ clockTurns }: PeriodView): string[] {
  const more = clockTurns.length - MOST_TURNS
  return [
    ...clockTurns
      .slice(0, MOST_TURNS)
      .map(
        ({ run, before }) =>
          `The ledger has run ${run.run} after run ${before.run}, and it says that it was opened ${minute(run.at)}, run ${before.run} ${minute(before.at)}: a clock was set back, or had been ahead. A run with a wrong time may be missing here, or stand in a period that it does not belong to.`,
      ),
    ...(more > 0 ? [`So it is in ${number(more, 'more place')}.`] : []),
  ]
}

/** What the evidence cannot say of the period. */
export function limitsOf({ evidence, ended, until, period }: PeriodView): string[] {
  return [
    ...(ended
      ? []
      : [
          `The period had not ended, or nothing is known of its end: the evidence goes up to ${minute(until)}, the period to ${minute(period.to)}.`,
        ]),
    ...(evidence === 'export'
      ? ['Only runs in the export are spoken of: what was in force before them is not known here.']
      : []),
    'Settings were seen when runs read them. Between two runs nothing is known of them, and none is shown as of the end of the period.',
  ]
}
