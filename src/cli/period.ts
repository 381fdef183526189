import { UserError } from '../model/user-error.ts'
import type { Period } from '../sdk/context.ts'
import { DAY_MS } from '../sdk/days.ts'

export interface PeriodOptions {
  period?: string
  from?: string
  to?: string
}

const FORMS = 'Give a quarter (2026-Q3), a month (2026-09) or a year (2026), in UTC; or --from and --to.'

/**
 * The period of `--period` or of `--from` and `--to`; `undefined` if none of them is there.
 * @throws UserError
 */
export function periodOf({ period, from, to }: PeriodOptions): Period | undefined {
  if (period !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new UserError('--period and --from or --to say the same thing twice', FORMS)
    return namedPeriod(period)
  }
  if (from === undefined && to === undefined) return undefined
  if (from === undefined || to === undefined)
    throw new UserError(
      `--${from === undefined ? 'from' : 'to'} is missing`,
      'A period has two ends: give both --from and --to.',
    )
  return boundsOf(from, to)
}

/**
 * The period from a day to a day, which belongs to it; either may be an instant.
 * @throws UserError
 */
export function boundsOf(from: string, to: string): Period {
  const bounds = { from: instantOf('--from', from, 0), to: instantOf('--to', to, DAY_MS) }
  if (bounds.from >= bounds.to)
    throw new UserError('--from is later than --to', 'Give the first and the last day of the period.')
  return bounds
}

/**
 * The moment of `--as-of`: an instant, or the last millisecond of a day in UTC.
 * @throws UserError
 */
export function momentOf(option: string, text: string): Date {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  return new Date(instantOf(option, text, DAY_MS).getTime() - (isDay ? 1 : 0))
}

function namedPeriod(text: string): Period {
  const [, year, quarter, month] = /^(2\d{3})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$/i.exec(text) ?? []
  if (year === undefined) throw new UserError(`--period ${text} is no period`, FORMS)
  const first = quarter !== undefined ? (Number(quarter) - 1) * 3 : month !== undefined ? Number(month) - 1 : 0
  const months = quarter !== undefined ? 3 : month !== undefined ? 1 : 12
  return {
    from: new Date(Date.UTC(Number(year), first)),
    to: new Date(Date.UTC(Number(year), first + months)),
  }
}

/** A day in UTC, or an instant. @param whole what to add to a day: the last day of a period belongs to it */
function instantOf(option: string, text: string, whole: number): Date {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const time = Date.parse(isDay ? `${text}T00:00:00.000Z` : text)
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/.test(text)
  // Days that no month has are moved on by some engines and refused by others.
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10))
  const instant = new Date(time + (isDay ? whole : 0))
  // Times are compared as text, in which the year 10000 would come before every other.
  if (isReal && (isDay || isInstant) && instant.getUTCFullYear() <= 9999) return instant
  throw new UserError(
    `${option} ${text} is no time`,
    'Give a day such as 2026-10-01, or an instant such as 2026-10-01T06:00:00Z; both in UTC.',
  )
}
