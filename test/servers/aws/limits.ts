/** Calls of one API that one account may make in one region. */
export interface Rate {
  perSecond: number
  /** How many at once after a rest. */
  burst: number
}

/** Token buckets, one per account, region and API, as AWS has them. `now` in milliseconds. */
export function meter(rateOf: (action: string) => Rate | undefined, now: () => number) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    /** Whether the call may go through; it is counted if so. */
    take(account: string, region: string, action: string): boolean {
      const rate = rateOf(action)
      if (rate === undefined) return true
      const key = `${account}/${region}/${action}`
      const time = now()
      const bucket = buckets.get(key) ?? { tokens: rate.burst, at: time }
      bucket.tokens = Math.min(rate.burst, bucket.tokens + ((time - bucket.at) / 1000) * rate.perSecond)
      bucket.at = time
      buckets.set(key, bucket)
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    },
  }
}
