import type { Effort } from '../model/examination.ts'
import { Receipt } from '../model/receipt.ts'
import type { Evidence } from '../model/staging.ts'
import type { CollectedSource } from './collect.ts'
import { limitFor } from './limit-paths.ts'
import { ownPerMinute } from './limiter.ts'
import type { Source } from './source.ts'

/**
 * The least effort of a run, by what reading the first page of everything took: for sources that name what they are asked,
 * none of whose streams can tell. Most lists of such a source have a single page.
 */
export async function firstPagesEffort(
  source: Source,
  { segments }: CollectedSource,
  evidence: Evidence,
  itemDeadlineMs: number,
): Promise<Effort | undefined> {
  const { collector, limits } = source
  const read = segments.filter(({ files }) => files !== undefined)
  if (collector.naming === undefined || read.length === 0) return undefined
  const byLimit = new Map<string, number>()
  const billed = { requests: 0, usd: 0 }
  for (const { files } of read) {
    if (files === undefined) continue
    for await (const lines of evidence.lines(files.receipts.sha256)) {
      for (const line of lines) {
        const receipt = Receipt.parse(JSON.parse(line))
        if (receipt.kind !== 'http') continue
        const limit = limitFor(new URL(receipt.url).pathname, limits, receipt.operation)?.id ?? ''
        byLimit.set(limit, (byLimit.get(limit) ?? 0) + 1)
        const price = priceOf(collector, receipt.operation)
        if (price === undefined) continue
        billed.requests += 1
        billed.usd += price / 1000
      }
    }
  }
  const began = Math.min(...read.map(({ outcome }) => Date.parse(outcome.startedAt)))
  const ended = Math.max(...read.map(({ outcome }) => Date.parse(outcome.endedAt)))
  return {
    minutes: Math.max(1, Math.ceil((ended - began) / 60_000)),
    streams: [...new Set(read.map(({ stream }) => stream.id))],
    budgets: limits.flatMap((limit) => {
      const requests = byLimit.get(limit.id) ?? 0
      return requests === 0 ? [] : [{ limit: limit.id, requests, perMinute: Math.floor(ownPerMinute(limit)) }]
    }),
    deadlineMinutes: Math.floor(itemDeadlineMs / 60_000),
    tooLong: [],
    atLeast: true,
    ...(billed.requests > 0 && { billed: { requests: billed.requests, usd: Math.round(billed.usd * 1e6) / 1e6 } }),
  }
}

/** An operation's own price goes before its service's. */
function priceOf({ prices = [] }: Source['collector'], operation: string | undefined): number | undefined {
  if (operation === undefined) return undefined
  const whole = `${operation.split(':')[0]}:*`
  const price = prices.find((one) => one.operation === operation) ?? prices.find((one) => one.operation === whole)
  return price?.usdPerThousand
}
