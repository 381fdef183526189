import type { Limit } from '../sdk/collector.ts'
import type { Clock } from '../sdk/context.ts'
import { AbortedError, ThrottledError } from '../sdk/errors.ts'

export interface LimiterPass {
  signal: AbortSignal
  /** Epoch milliseconds after which waiting is pointless. */
  deadline: number
}

export interface Limiter {
  /**
   * Waits for a place within the limit that covers this URL and returns the function that gives the place back.
   * @throws ThrottledError when the wait would pass the deadline; AbortedError when the signal is aborted.
   */
  take(url: URL, pass: LimiterPass): Promise<() => void>
  /** Lets nothing to this host and limit start before `until` (epoch milliseconds): the source said so. */
  pause(url: URL, until: number): void
}

/**
 * One bucket per host and limit. A sixth of a minute's budget may go at once, the rest is spread over the minute, so that
 * no 60 seconds ever see more than `perMinute` requests; at most `concurrency` are in flight.
 */
export function createLimiter(limits: readonly Limit[], clock: Clock): Limiter {
  const byPrefixLength = [...limits].sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0))
  const buckets = new Map<string, Bucket>()

  function bucketFor(url: URL): Bucket {
    const limit = byPrefixLength.find(({ path }) => path === undefined || url.pathname.startsWith(path))
    if (limit === undefined)
      throw new TypeError(`no limit of the manifest covers ${url.pathname}; give one without path`)
    const key = `${url.host} ${limit.id}`
    let bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, (bucket = new Bucket(limit, clock)))
    return bucket
  }

  return {
    take: (url, pass) => bucketFor(url).take(pass),
    pause: (url, until) => bucketFor(url).pause(until),
  }
}

class Bucket {
  readonly #clock: Clock
  readonly #capacity: number
  readonly #perMillisecond: number
  #tokens: number
  #filledAt: number
  #pausedUntil = 0
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(limit: Limit, clock: Clock) {
    this.#clock = clock
    this.#capacity = Math.max(1, Math.floor(limit.perMinute / 6))
    this.#perMillisecond = Math.max(limit.perMinute - this.#capacity, limit.perMinute / 60) / 60_000
    this.#tokens = this.#capacity
    this.#filledAt = clock.now().getTime()
    this.#free = limit.concurrency
  }

  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }

  async take({ signal, deadline }: LimiterPass): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1
    else await this.#queue(signal)
    try {
      for (let wait = this.#wait(); wait > 0; wait = this.#wait()) {
        if (this.#clock.now().getTime() + wait > deadline) {
          throw new ThrottledError(
            `the rate limit leaves no room for another request for ${Math.ceil(wait / 1000)} s, longer than this plan item may take`,
          )
        }
        await this.#clock.sleep(wait, signal)
      }
      if (signal.aborted) throw abortReason(signal)
      this.#tokens -= 1
    } catch (error) {
      this.#release()
      throw error
    }
    let released = false
    return () => {
      if (!released) this.#release()
      released = true
    }
  }

  /** Milliseconds until a request may start; 0 = now. */
  #wait(): number {
    const now = this.#clock.now().getTime()
    if (now < this.#pausedUntil) return this.#pausedUntil - now
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, now - this.#filledAt) * this.#perMillisecond)
    this.#filledAt = now
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / this.#perMillisecond)
  }

  async #queue(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortReason(signal)
    await new Promise<void>((resolve, reject) => {
      const give = () => {
        signal.removeEventListener('abort', abandon)
        resolve()
      }
      const abandon = () => {
        const place = this.#waiting.indexOf(give)
        if (place >= 0) this.#waiting.splice(place, 1)
        reject(abortReason(signal))
      }
      this.#waiting.push(give)
      signal.addEventListener('abort', abandon, { once: true })
    })
  }

  #release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new AbortedError('the run was stopped')
}
