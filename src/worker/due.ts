import { createTask, parse } from 'node-cron'
import type { ScheduledJob } from './environment.ts'

const MINUTE_MS = 60_000
/** Offsets of all current time zones are multiples of it, so a minute of the schedule is known modulo 15 in UTC too. */
const OFFSET_STEP_MINUTES = 15
/** A schedule that was not due for longer is treated as never due: with leap days there are some. */
const LOOK_BACK_MS = 366 * 24 * 60 * MINUTE_MS

/**
 * The latest time in `(after, now]` at which the job was due, at most 366 days back; `undefined` if there is none.
 *
 * node-cron fires in the future and only answers whether one moment matches, so this walks back from `now` over the
 * moments whose second and minute can match at all. The same matcher decides what fires and what was missed: a second
 * cron library would disagree with it sooner or later.
 */
export function latestDue({ schedule, timeZone }: Omit<ScheduledJob, 'id'>, after: Date, now: Date): Date | undefined {
  const task = createTask(schedule, () => {}, { timezone: timeZone })
  try {
    const fields = parse(schedule)
    const seconds = fields.second.toSorted((a, b) => b - a)
    const minutes = new Set(fields.minute.map((minute) => minute % OFFSET_STEP_MINUTES))
    const fires = firesAt(timeZone)
    const end = now.getTime()
    const start = Math.max(after.getTime(), end - LOOK_BACK_MS)
    for (let minute = Math.floor(end / MINUTE_MS) * MINUTE_MS; minute > start - MINUTE_MS; minute -= MINUTE_MS) {
      if (!minutes.has((minute / MINUTE_MS) % OFFSET_STEP_MINUTES)) continue
      for (const second of seconds) {
        const at = minute + second * 1000
        if (at > end) continue
        if (at <= start) break
        const date = new Date(at)
        if (task.match(date) && fires(date)) return date
      }
    }
    return undefined
  } finally {
    void task.destroy()
  }
}

/**
 * The first time after `after` at which the job is due, at most 366 days ahead; `undefined` if there is none. By the same
 * matcher as {@link latestDue}.
 */
export function nextDue(job: Omit<ScheduledJob, 'id'>, after: Date): Date | undefined {
  for (const date of dueTimes(job, after, new Date(after.getTime() + LOOK_BACK_MS))) return date
  return undefined
}

/** The times in `(after, until]` at which the job is due, in order. By the same matcher as {@link latestDue}. */
export function* dueTimes({ schedule, timeZone }: Omit<ScheduledJob, 'id'>, after: Date, until: Date): Iterable<Date> {
  const task = createTask(schedule, () => {}, { timezone: timeZone })
  try {
    const fields = parse(schedule)
    const seconds = fields.second.toSorted((a, b) => a - b)
    const minutes = new Set(fields.minute.map((minute) => minute % OFFSET_STEP_MINUTES))
    const fires = firesAt(timeZone)
    const start = Math.floor(after.getTime() / MINUTE_MS) * MINUTE_MS
    for (let minute = start; minute <= until.getTime(); minute += MINUTE_MS) {
      if (!minutes.has((minute / MINUTE_MS) % OFFSET_STEP_MINUTES)) continue
      for (const second of seconds) {
        const date = new Date(minute + second * 1000)
        if (date > after && date <= until && task.match(date) && fires(date)) yield date
      }
    }
  } finally {
    void task.destroy()
  }
}

/**
 * Whether a moment that matches is the one node-cron fires at. They differ when summer time ends and an hour is shown
 * twice: node-cron fires once, with the offset that the zone has when UTC shows that wall clock.
 */
function firesAt(timeZone: string): (date: Date) => boolean {
  const wallClock = wallClockOf(timeZone)
  return (date) => {
    const wall = wallClock(date.getTime())
    const preferred = wall - (wallClock(wall) - wall)
    return preferred === date.getTime() || wallClock(preferred) !== wall
  }
}

/** What clocks of the zone show at a moment, as if it were UTC. Epoch milliseconds; whole seconds. */
function wallClockOf(timeZone: string): (at: number) => number {
  const two = '2-digit'
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  })
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  }
}

/** Remembers up to when it has looked, so that asking again and again stays cheap. `now` must not go back. */
export function dueTracker(job: Omit<ScheduledJob, 'id'>, after: Date): (now: Date) => Date | undefined {
  let seen = after
  let latest: Date | undefined
  return (now) => {
    if (now > seen) {
      latest = latestDue(job, seen, now) ?? latest
      seen = now
    }
    return latest
  }
}
