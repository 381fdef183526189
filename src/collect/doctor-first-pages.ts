import type { Billed, Effort } from '../model/examination.ts'
import { Receipt } from '../model/receipt.ts'
import type { Evidence } from '../model/staging.ts'
import type { Price } from '../sdk/collector.ts'
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
  { segments, opened }: CollectedSource,
  evidence: Evidence,
  itemDeadlineMs: number,
): Promise<Effort | undefined> {
  const { collector, limits } = source
  const read = segments.filter(({ files }) => files !== undefined)
  if (collector.naming === undefined || read.length === 0) return undefined
  const kinds = new Map(opened.scopes.map(({ id, kind }) => [id, kind ?? 'scope']))
  const byLimit = new Map<string, number>()
  const byKind = new Map<string, { scopes: Set<string>; requests: number }>()
  const byPrice = new Map<Price, number>()
  let began = Number.POSITIVE_INFINITY
  let ended = 0
  for (const { files, scope, outcome } of read) {
    if (files === undefined) continue
    began = Math.min(began, Date.parse(outcome.startedAt))
    ended = Math.max(ended, Date.parse(outcome.endedAt))
    const kind = kinds.get(scope) ?? 'scope'
    const ofKind = byKind.get(kind) ?? { scopes: new Set(), requests: 0 }
    byKind.set(kind, ofKind)
    ofKind.scopes.add(scope)
    for await (const lines of evidence.lines(files.receipts.sha256)) {
      for (const line of lines) {
        const receipt = Receipt.parse(JSON.parse(line))
        if (receipt.kind !== 'http') continue
        ofKind.requests += 1
        const limit = limitFor(new URL(receipt.url).pathname, limits, receipt.operation)?.id ?? ''
        byLimit.set(limit, (byLimit.get(limit) ?? 0) + 1)
        const price = priceOf(collector.prices ?? [], receipt.operation)
        if (price !== undefined) byPrice.set(price, (byPrice.get(price) ?? 0) + 1)
      }
    }
  }
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
    scopes: [...byKind].map(([kind, { scopes, requests }]) => ({ kind, count: scopes.size, requests })),
    ...(byPrice.size > 0 && { billed: billedOf(byPrice) }),
  }
}

function billedOf(byPrice: ReadonlyMap<Price, number>): Billed {
  const operations = [...byPrice].map(([price, requests]) => ({ ...price, requests }))
  const usd = operations.reduce(
    (sum, { usdPerThousand, requests }) =>
      sum + (usdPerThousand === 'unknown' ? 0 : (usdPerThousand * requests) / 1000),
    0,
  )
  return {
    requests: operations.reduce((sum, { requests }) => sum + requests, 0),
    usd: Math.round(usd * 1e6) / 1e6,
    operations: operations.sort((a, b) => (a.operation < b.operation ? -1 : 1)),
  }
}

/** An operation's own price goes before its service's. */
function priceOf(prices: readonly Price[], operation: string | undefined): Price | undefined {
  if (operation === undefined) return undefined
  const whole = `${operation.split(':')[0]}:*`
  return prices.find((one) => one.operation === operation) ?? prices.find((one) => one.operation === whole)
}
