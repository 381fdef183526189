/** What GitHub calls a resource of rate limits; each is counted for itself. */
export type Resource = 'core' | 'graphql'

/**
 * Limits beside the hourly ones, of which GitHub says which they are
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
export interface SecondaryLimits {
  /** Requests in flight, REST and GraphQL together. */
  concurrent: number
  /** Points a minute of REST; a `GET` is one. */
  restPerMinute: number
  /** Points a minute of GraphQL; a query is one. */
  graphqlPerMinute: number
}

export const SECONDARY: SecondaryLimits = { concurrent: 100, restPerMinute: 900, graphqlPerMinute: 2000 }

export interface Taken {
  /** The hourly limit let it through. */
  allowed: boolean
  limit: number
  remaining: number
  used: number
  /** Seconds since the epoch. */
  reset: number
}

/** Fixed windows for each token and resource, from the start of the server. */
export function meter(windowMs: number, now: () => number) {
  const start = now()
  const used = new Map<string, { window: number; points: number }>()

  function windowOf(key: string) {
    const window = Math.floor((now() - start) / windowMs)
    const known = used.get(key)
    if (known?.window === window) return known
    const fresh = { window, points: 0 }
    used.set(key, fresh)
    return fresh
  }
  return {
    /** What is refused is not counted. */
    take(resource: Resource, token: string, points: number, limit: number): Taken {
      const entry = windowOf(`${resource} ${token}`)
      const allowed = entry.points + points <= limit
      if (allowed) entry.points += points
      return {
        allowed,
        limit,
        remaining: Math.max(0, limit - entry.points),
        used: entry.points,
        reset: Math.ceil((start + (entry.window + 1) * windowMs) / 1000),
      }
    },
    /** An answer that costs nothing after all: 304. */
    giveBack(resource: Resource, token: string, points: number) {
      windowOf(`${resource} ${token}`).points -= points
    },
  }
}

/** The secondary limits of one server; without `limits` there are none. */
export function secondaryMeter(limits: SecondaryLimits | undefined, now: () => number) {
  const flying = new Map<string, number>()
  const minutes = new Map<string, { minute: number; points: number }>()
  return {
    /** Seconds to wait, or undefined if the request may go on; `leave` must then be called. */
    enter(resource: Resource, token: string): number | undefined {
      if (!limits) return undefined
      if ((flying.get(token) ?? 0) >= limits.concurrent) return 60
      const minute = Math.floor(now() / 60_000)
      const key = `${resource} ${token}`
      const entry = minutes.get(key)?.minute === minute ? minutes.get(key) : undefined
      const points = (entry?.points ?? 0) + 1
      if (points > (resource === 'core' ? limits.restPerMinute : limits.graphqlPerMinute)) {
        return Math.max(1, Math.ceil((minute + 1) * 60 - now() / 1000))
      }
      minutes.set(key, { minute, points })
      flying.set(token, (flying.get(token) ?? 0) + 1)
      return undefined
    },
    leave(token: string) {
      if (limits) flying.set(token, (flying.get(token) ?? 1) - 1)
    },
  }
}
