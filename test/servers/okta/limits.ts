/**
 * Okta's rate limits: requests a minute for a group of endpoints, shared by all that ask the org.
 * https://developer.okta.com/docs/reference/rl-global-mgmt/
 */
export const BUCKETS = {
  /** `/api/v1/users` */
  users: 600,
  /** `/api/v1/users/{id}` */
  user: 2000,
  /** `/api/v1/groups` */
  groups: 500,
  /** `/api/v1/apps` and everything below */
  apps: 100,
  /** `/api/v1/logs` */
  logs: 120,
  /** `/oauth2/v1/clients` and below */
  clients: 100,
  /** `/oauth2/v1/token` */
  token: 2000,
  /** Everything else below `/api/v1` */
  rest: 1200,
} as const
export type Bucket = keyof typeof BUCKETS
export type Budgets = Readonly<Record<Bucket, number>>

export function bucketOf(path: string): Bucket {
  if (path === '/api/v1/users') return 'users'
  if (/^\/api\/v1\/users\/[^/]+$/.test(path)) return 'user'
  if (path === '/api/v1/groups') return 'groups'
  if (/^\/api\/v1\/apps(?:\/|$)/.test(path)) return 'apps'
  if (path === '/api/v1/logs') return 'logs'
  if (path.startsWith('/oauth2/v1/clients')) return 'clients'
  return path === '/oauth2/v1/token' ? 'token' : 'rest'
}

export interface Taken {
  allowed: boolean
  headers: Record<string, string>
}

/** Fixed windows of a minute, as `X-Rate-Limit-Reset` tells them. `now` in milliseconds. */
export function meter(budgets: Budgets, now: () => number) {
  const windows = new Map<Bucket, { until: number; used: number }>()
  return {
    take(bucket: Bucket): Taken {
      const limit = budgets[bucket]
      const at = now()
      let window = windows.get(bucket)
      if (!window || at >= window.until) {
        window = { until: (Math.floor(at / 1000) + 60) * 1000, used: 0 }
        windows.set(bucket, window)
      }
      const allowed = window.used < limit
      // A refused request does not count.
      if (allowed) window.used += 1
      return {
        allowed,
        headers: {
          'x-rate-limit-limit': String(limit),
          'x-rate-limit-remaining': String(limit - window.used),
          'x-rate-limit-reset': String(window.until / 1000),
        },
      }
    },
    /** As if so many requests of the current window were used, with those of others. */
    use(bucket: Bucket, requests: number) {
      this.take(bucket)
      const window = windows.get(bucket)
      if (window) window.used = Math.max(window.used, requests)
    },
  }
}
