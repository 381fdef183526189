import { type CollectContext, InvalidError, z } from 'affiant/sdk'
import type { GraphqlAnswer } from './graphql.ts'

/** Asked for in each document: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
const RateLimit = z.object({
  cost: z.int().nonnegative(),
  remaining: z.int().nonnegative(),
  resetAt: z.iso.datetime({ offset: true }),
})

/** The reset is in whole seconds, and of GitHub's clock. */
const AFTER_RESET_MS = 2000

export interface Points {
  /**
   * Does the query once there are points for it. What it costs is what it cost before; the first of its name is asked alone,
   * to learn it. Waits for the next hour rather than ask for more than is left.
   */
  spend(name: string, query: () => Promise<GraphqlAnswer>): Promise<GraphqlAnswer>
}

/** The account of GraphQL's points: a query costs several, which the seam that counts requests cannot know. */
export function createPoints({ clock, signal }: Pick<CollectContext<unknown, string>, 'clock' | 'signal'>): Points {
  const costs = new Map<string, number>()
  /** The first of each name under way. */
  const first = new Map<string, Promise<void>>()
  let left = Number.POSITIVE_INFINITY
  /** Points reserved for what is under way. */
  let underWay = 0
  let resetsAt = 0

  async function reserve(cost: number): Promise<void> {
    for (;;) {
      const now = clock.now().getTime()
      if (now >= resetsAt) left = Number.POSITIVE_INFINITY
      if (left >= cost) break
      await clock.sleep(resetsAt - now, signal)
    }
    left -= cost
    underWay += cost
  }

  function learn(name: string, { data, what }: GraphqlAnswer, reserved: number): void {
    const said = RateLimit.nullish().safeParse(data.rateLimit)
    if (!said.success) throw new InvalidError(`${what}: GitHub's answer is not what it documents (rateLimit)`)
    // Enterprise Servers may have no limit.
    if (said.data === null || said.data === undefined) return
    const { cost, remaining, resetAt } = said.data
    costs.set(name, Math.max(cost, costs.get(name) ?? 0))
    const until = Date.parse(resetAt) + AFTER_RESET_MS
    // What is under way may not be counted in it yet.
    const known = until === resetsAt ? left + reserved - cost : Number.POSITIVE_INFINITY
    left = Math.min(known, remaining - underWay + reserved)
    resetsAt = until
  }

  return {
    async spend(name, query) {
      while (!costs.has(name) && first.has(name)) await first.get(name)
      const { promise, resolve } = Promise.withResolvers<void>()
      const isFirst = !costs.has(name)
      if (isFirst) first.set(name, promise)
      try {
        const cost = costs.get(name) ?? 1
        await reserve(cost)
        try {
          const answer = await query()
          learn(name, answer, cost)
          return answer
        } finally {
          underWay -= cost
        }
      } finally {
        if (isFirst) first.delete(name)
        resolve()
      }
    },
  }
}
