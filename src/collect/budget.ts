/** What a source says of its budget in the headers of an answer. */
export interface Budget {
  /** Requests in a window of the source's own length. */
  limit: number
  /** Requests left in it. */
  remaining: number
  /** Milliseconds until it begins anew; 0 or less: it has. */
  resetsInMs: number
}

/** Window and our clock tick apart by this much at most; later, and one of the two is not a clock to go by. */
const PLAUSIBLE_SKEW_MS = 600_000

/**
 * The budget in the headers, under either spelling in use: `x-ratelimit-*`
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api) and `x-rate-limit-*`
 * (https://developer.okta.com/docs/reference/rl-best-practices/), both with the reset in epoch seconds.
 */
export function budgetIn(headers: Headers, now: Date): Budget | undefined {
  const limit = counted(headers, 'limit')
  const remaining = counted(headers, 'remaining')
  const resetsInMs = resetsIn(headers, now)
  if (limit === undefined || remaining === undefined || resetsInMs === undefined) return undefined
  return { limit, remaining, resetsInMs }
}

/** `true` when the headers say that nothing is left. */
export function isUsedUp(headers: Headers): boolean {
  return counted(headers, 'remaining') === 0
}

/** Milliseconds until the reset the headers name, by the clock of the source where it sends its time. */
export function resetsIn(headers: Headers, now: Date): number | undefined {
  const reset = counted(headers, 'reset')
  if (reset === undefined) return undefined
  const theirs = Date.parse(headers.get('date') ?? '')
  const isPlausible = Math.abs(theirs - now.getTime()) <= PLAUSIBLE_SKEW_MS
  return reset * 1000 - (isPlausible ? theirs : now.getTime())
}

function counted(headers: Headers, what: 'limit' | 'remaining' | 'reset'): number | undefined {
  const text = headers.get(`x-ratelimit-${what}`) ?? headers.get(`x-rate-limit-${what}`)
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined
}
