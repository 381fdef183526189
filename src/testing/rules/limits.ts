import type { Call } from '../fake-source.ts'
import type { Finding } from '../violation.ts'
import { readAll } from './reading.ts'
import { onceItReads, type Rule } from './context.ts'

const MINUTE = 60_000

export const limitRules: readonly Rule[] = [
  onceItReads('keeps to the rate and the concurrency of its limits', async (context) => {
    const findings: Finding[] = []
    const [declared] = context.collector.limits
    const ways = [
      {
        limits: { perMinute: declared.perMinute, concurrency: declared.concurrency },
        how: 'the limits of the manifest',
      },
      // As a careful user sets them; a request that goes round the engine shows here.
      { limits: { perMinute: 6, concurrency: 1 }, how: '6 requests a minute, one at a time' },
    ]
    for (const { limits, how } of ways) {
      // Each stream has its own deadline, so a low limit only makes it slow.
      const bench = await context.open({ limits })
      await readAll(bench)
      const { calls, mostAtOnce } = bench.source
      const mostAMinute = busiestMinute(calls)
      if (mostAMinute > limits.perMinute || mostAtOnce > limits.concurrency) {
        findings.push({
          code: 'exceeds-limits',
          what: `under ${how}: ${mostAMinute} requests in a minute, ${mostAtOnce} at once`,
          instead: "makes every request with `context.fetch`, and has its vendor's client use that.",
        })
      }
    }
    return findings
  }),
  onceItReads('only reads', async (_, { bench }) =>
    [...new Set(bench.refused)].map(
      (request): Finding => ({
        code: 'writes',
        what: `tried ${request}, which is no read; the engine refused it`,
        instead:
          'reads with GET. Where its source wants POST for a read, the manifest lists the path under `reads` and says why it changes nothing.',
      }),
    ),
  ),
]

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
