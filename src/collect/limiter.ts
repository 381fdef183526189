import type { Limit } from '../sdk/collector.ts'
import type { Clock } from '../sdk/context.ts'
import { ThrottledError } from '../sdk/errors.ts'
import type { Budget } from './budget.ts'
import { limitFor } from './limit-paths.ts'
import { abortReason, createPlaces, type Places } from './places.ts'

export interface LimiterPass {
  signal: AbortSignal
  /** Epoch milliseconds after which waiting is pointless. */
  deadline: number
}

/** What a request asks for, of a source whose requests name it. */
export interface Asking {
  operation: string | undefined
  /** What its budget belongs to besides host, limit and operation; `undefined`: host and limit are all that counts. */
  budget: string | undefined
}

/** @param isFree the source does not count this request */
export type Release = (budget?: Budget, isFree?: boolean) => void

export interface Limiter {
  /**
   * Waits for a place within the limit that covers this URL and returns the function that gives the place back, and takes
   * what the answer says is left of the budget: at the end of our share of it, everybody waits for the reset.
   * @throws ThrottledError when the wait would pass the deadline; AbortedError when the signal is aborted.
   */
  take(url: URL, pass: LimiterPass, asking?: Asking): Promise<Release>
  /** Lets nothing to this host and limit start before `until` (epoch milliseconds): the source said so. */
  pause(url: URL, until: number, asking?: Asking): void
  /** How the source took a request, for limits that adapt. */
  answered(url: URL, throttled: boolean, asking?: Asking): void
}

/** Requests a minute that are ours: the share of the limit, and never less than one. */
export function ownPerMinute({ perMinute, share = 1 }: Pick<Limit, 'perMinute' | 'share'>): number {
  return Math.max(1, perMinute * share)
}

/**
 * One bucket per host and limit. A sixth of a minute's budget may go at once, the rest is spread over the minute, so that
 * no 60 seconds ever see more than our share of `perMinute`; at most `concurrency` are in flight, and at most
 * `together` over all limits of a host. Where requests name what they ask for, each operation has a bucket of its own for
 * each of what `budget` tells apart, and `together` counts over all hosts: they are of one source.
 */
export function createLimiter(
  limits: readonly Limit[],
  clock: Clock,
  together: number = Number.POSITIVE_INFINITY,
): Limiter {
  const buckets = new Map<string, Bucket>()
  const hosts = new Map<string, Places>()
  let sweepAt = BUCKETS_KEPT

  function bucketFor({ host, pathname }: URL, asking?: Asking): Bucket {
    const limit = limitFor(pathname, limits, asking?.operation)
    if (limit === undefined) throw new TypeError(`no limit of the manifest covers ${pathname}; give one without path`)
    const isOwn = asking?.budget !== undefined
    const key = `${host} ${limit.id}${isOwn ? ` ${asking.operation} ${asking.budget}` : ''}`
    const shared = isOwn ? '' : host
    const known = buckets.get(key)
    if (known !== undefined) return known
    const places = hosts.get(shared) ?? createPlaces(together)
    hosts.set(shared, places)
    const bucket = new Bucket(limit, clock, places)
    buckets.set(key, bucket)
    if (buckets.size >= sweepAt) {
      for (const [other, { isRested }] of buckets) if (other !== key && isRested) buckets.delete(other)
      sweepAt = Math.max(BUCKETS_KEPT, buckets.size * 2)
    }
    return bucket
  }

  return {
    take: (url, pass, asking) => bucketFor(url, asking).take(pass),
    pause: (url, until, asking) => bucketFor(url, asking).pause(until),
    answered: (url, throttled, asking) => bucketFor(url, asking).answered(throttled),
  }
}

/** Accounts, regions and operations multiply: from so many buckets on, those that are as good as new are let go. */
const BUCKETS_KEPT = 1024

/** The source's window and ours do not begin at the same moment; its reset is in whole seconds. */
const AFTER_RESET_MS = 1000
/** Two answers that name ends of a window no farther apart speak of one. */
const SAME_WINDOW_MS = 10_000

/** Of a limit that adapts: least part of the rate, and what each answer gives back of it. */
const SLOWEST = 1 / 32
const REGAIN = 1 / 64
/** What was in flight together is throttled together, and counts once. */
const SLOW_EVERY_MS = 500

class Bucket {
  readonly #clock: Clock
  readonly #capacity: number
  readonly #perMillisecond: number
  readonly #share: number
  /** Places of this limit, and of the host as a whole. */
  readonly #own: Places
  readonly #shared: Places
  #tokens: number
  #filledAt: number
  #pausedUntil = 0
  readonly #adaptive: boolean
  /** Part of the rate that the source lets us have. */
  #pace = 1
  #slowedAt = 0
  #inFlight = 0
  /** Requests that may still start before the source's window ends, by what it said last. */
  #left = Number.POSITIVE_INFINITY
  #resetsAt = 0
  /** Of a budget that others use too, the first answer says what is left: nobody else starts before it is there. */
  #first: PromiseWithResolvers<void> | undefined
  #isAsked = false

  constructor(limit: Limit, clock: Clock, shared: Places) {
    const perMinute = ownPerMinute(limit)
    this.#clock = clock
    this.#capacity = Math.max(1, Math.floor(perMinute / 6))
    this.#perMillisecond = Math.max(perMinute - this.#capacity, perMinute / 60) / 60_000
    this.#share = limit.share ?? 1
    this.#adaptive = limit.adaptive === true
    this.#tokens = this.#capacity
    this.#filledAt = clock.now().getTime()
    this.#own = createPlaces(limit.concurrency)
    this.#shared = shared
    this.#first = limit.share === undefined ? undefined : Promise.withResolvers()
  }

  /** Whether a new one in its place would behave the same: it is full, nobody uses it, and the source has said nothing. */
  get isRested(): boolean {
    const isUnused = this.#own.isIdle() && this.#first === undefined
    return (
      isUnused && this.#pace === 1 && this.#wait() === 0 && this.#tokens === this.#capacity && this.#left === Infinity
    )
  }

  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }

  answered(throttled: boolean): void {
    if (!this.#adaptive) return
    const now = this.#clock.now().getTime()
    if (!throttled) this.#pace = Math.min(1, this.#pace + REGAIN)
    else if (now - this.#slowedAt >= SLOW_EVERY_MS) {
      this.#slowedAt = now
      this.#pace = Math.max(SLOWEST, this.#pace / 2)
      this.#tokens = Math.min(this.#tokens, 1)
    }
  }

  #learn({ limit, remaining, resetsInMs }: Budget): void {
    if (resetsInMs <= 0) return
    const ours = remaining - limit * (1 - this.#share)
    const resetsAt = this.#clock.now().getTime() + resetsInMs + AFTER_RESET_MS
    const isSameWindow = Math.abs(resetsAt - this.#resetsAt) < SAME_WINDOW_MS
    // What is in flight may be counted there or not yet; taken as not, nobody is sent one too many. From then on we count
    // ourselves, and answers say what others use.
    this.#left = isSameWindow ? Math.min(this.#left, ours) : ours - this.#inFlight
    this.#resetsAt = resetsAt
  }

  async take(pass: LimiterPass): Promise<Release> {
    await this.#own.take(pass.signal)
    const answered = this.#isAsked ? await this.#first?.promise : this.#askFirst()
    try {
      await this.#start(pass)
    } catch (error) {
      this.#own.give()
      answered?.()
      throw error
    }
    let released = false
    return (budget, isFree = false) => {
      if (released) return
      released = true
      this.#inFlight -= 1
      if (isFree) this.#left += 1
      if (budget !== undefined) this.#learn(budget)
      this.#shared.give()
      this.#own.give()
      answered?.()
    }
  }

  #askFirst(): () => void {
    this.#isAsked = true
    return () => {
      this.#first?.resolve()
      this.#first = undefined
    }
  }

  /** Waits for a token, and only then for a place at the host: a place must not be held by who has to wait. */
  async #start({ signal, deadline }: LimiterPass): Promise<void> {
    for (;;) {
      for (let wait = this.#wait(); wait > 0; wait = this.#wait()) {
        if (this.#clock.now().getTime() + wait > deadline) {
          throw new ThrottledError(
            `the rate limit leaves no room for another request for ${Math.ceil(wait / 1000)} s, longer than this plan item may take`,
          )
        }
        await this.#clock.sleep(wait, signal)
      }
      if (signal.aborted) throw abortReason(signal)
      await this.#shared.take(signal)
      if (this.#wait() === 0) break
      this.#shared.give()
    }
    this.#tokens -= 1
    this.#left -= 1
    this.#inFlight += 1
  }

  /** Milliseconds until a request may start; 0 = now. */
  #wait(): number {
    const now = this.#clock.now().getTime()
    if (now < this.#pausedUntil) return this.#pausedUntil - now
    if (now >= this.#resetsAt) this.#left = Number.POSITIVE_INFINITY
    else if (this.#left < 1) return this.#resetsAt - now
    const perMillisecond = this.#perMillisecond * this.#pace
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, now - this.#filledAt) * perMillisecond)
    this.#filledAt = now
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / perMillisecond)
  }
}
