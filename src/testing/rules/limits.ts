import { limitFor } from '../../collect/limit-paths.ts'
import { ownPerMinute } from '../../collect/limiter.ts'
import type { Limit } from '../../sdk/collector.ts'
import type { Call } from '../fake-source.ts'
import type { Finding } from '../violation.ts'
import { knowRequests } from '../watch.ts'
import { readAll } from './reading.ts'
import { type ContractContext, onceItReads, type Rule } from './context.ts'

const MINUTE = 60_000

export const limitRules: readonly Rule[] = [
  onceItReads('keeps to the rate and the concurrency of its limits', async (context) => {
    const { limits } = context.collector
    // As a careful user lowers them: this is where requests that go round the limits show.
    const lowered = limits.map((limit) => ({ ...limit, perMinute: Math.min(6, limit.perMinute), concurrency: 1 }))
    return [
      ...(await limitFindings(context, limits, 'the limits of the manifest')),
      ...(await limitFindings(context, lowered, 'limits of 6 requests a minute, one at a time')),
    ]
  }),
  onceItReads('only reads', async (_, { bench }) => [...new Set(bench.refused)].map(writes)),
]

async function limitFindings(context: ContractContext, limits: readonly Limit[], how: string): Promise<Finding[]> {
  const bench = await context.open({ limits })
  await readAll(bench)
  const { calls, mostAtOnce } = bench.source
  const askedOf = knowRequests(context.collector)
  const asked = calls.map((call) => ({ call, ...bucketOf(askedOf, limits, call) }))
  const findings: Finding[] = []
  let mayBeOpen = 0
  for (const [bucket, own] of Map.groupBy(asked, (one) => one.bucket)) {
    const limit = own[0]?.limit
    const perMinute = limit === undefined ? 0 : ownPerMinute(limit)
    mayBeOpen += limit?.concurrency ?? 0
    const most = busiestMinute(own.map(({ call }) => call))
    if (most > perMinute) findings.push(tooMuch(`${most} requests in a minute to ${bucket}, under ${how}`))
  }
  const together = Math.min(mayBeOpen, context.collector.concurrency ?? mayBeOpen)
  if (mostAtOnce > together) findings.push(tooMuch(`${mostAtOnce} requests at once, under ${how}`))
  return findings
}

/** The budget a request counts in, and its name. */
function bucketOf(askedOf: ReturnType<typeof knowRequests>, limits: readonly Limit[], { request }: Call) {
  const { method, url, headers, body } = request
  const asking = askedOf({ method, url, headers, body: new TextEncoder().encode(body) })
  const limit = limitFor(url.pathname, limits, asking?.operation)
  const bucket = [url.host, limit?.id, ...(asking?.budget === undefined ? [] : [asking.operation, asking.budget])].join(
    ' ',
  )
  return { limit, bucket }
}

function tooMuch(what: string): Finding {
  return {
    code: 'exceeds-limits',
    what,
    instead: "makes every request with `context.fetch`, and has its vendor's client use that.",
  }
}

/** The most requests that started within any 60 s. */
function busiestMinute(calls: readonly Call[]): number {
  let most = 0
  let from = 0
  for (const [place, { at }] of calls.entries()) {
    while ((calls[from] as Call).at <= at - MINUTE) from += 1
    most = Math.max(most, place - from + 1)
  }
  return most
}

/** `request`: method and path, or program and arguments. */
export function writes(request: string): Finding {
  return {
    code: 'writes',
    what: `tried ${request}, which is no read; the engine refused it`,
    instead:
      'reads with GET. Where its source wants POST for a read, the manifest lists the path under `reads` and says why it changes nothing.',
  }
}
