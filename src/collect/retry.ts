import { isUsedUp, resetsIn } from './budget.ts'

const MAX_ATTEMPTS = 4
const MAX_THROTTLED_ATTEMPTS = 10
const BASE_MS = 400
const MAX_BACKOFF_MS = 30_000

/**
 * Is this answer a rate limit? 429 always. 403 too when the source says when to come back, or that nothing is left
 * (GitHub: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
export function isThrottled({ status, headers }: Response): boolean {
  if (status === 429) return true
  return status === 403 && (headers.has('retry-after') || isUsedUp(headers))
}

/**
 * How long to wait before the next attempt, or `undefined` to give up. `told` means the source named the time, so others
 * should wait as well. Without word from the source: exponential back-off with full jitter.
 */
export function waitBeforeRetry(
  response: Response | undefined,
  attempt: number,
  now: Date,
  random: number,
  throttled = response !== undefined && isThrottled(response),
): { milliseconds: number; told: boolean } | undefined {
  if (attempt >= (throttled ? MAX_THROTTLED_ATTEMPTS : MAX_ATTEMPTS)) return undefined
  const told = response && toldToWait(response.headers, now)
  if (told !== undefined) return { milliseconds: told, told: true }
  const ceiling = Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** attempt)
  return { milliseconds: Math.ceil(ceiling * (0.5 + random / 2)), told: throttled }
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3); else the reset time once nothing is left, in epoch seconds. */
function toldToWait(headers: Headers, now: Date): number | undefined {
  const retryAfter = headers.get('retry-after')
  if (retryAfter !== null) {
    const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now.getTime()) / 1000
    if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  }
  const reset = resetsIn(headers, now)
  return isUsedUp(headers) && reset !== undefined ? Math.max(0, reset) + 1000 : undefined
}
