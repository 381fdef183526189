import type { Effort } from '../model/examination.ts'
import type { Clock } from '../sdk/context.ts'
import type { Scope, Stream } from '../sdk/stream.ts'
import { startTrace } from './item.ts'
import { ownPerMinute } from './limiter.ts'
import type { Source } from './source.ts'
import { within } from './trace.ts'

export interface EffortRequest {
  clock: Clock
  signal: AbortSignal
  /** Milliseconds one estimate may take. */
  deadlineMs: number
  /** Milliseconds a plan item of a run may take. */
  itemDeadlineMs: number
}

type Requests = ReadonlyMap<string, number>

/**
 * How long reading everything once will take, by the streams that can tell how many requests they make. An estimate that
 * fails is left out: whether the stream can be read is found out elsewhere. `undefined` if no stream can tell.
 */
export async function estimateEffort(
  source: Source,
  session: unknown,
  scopes: readonly Scope[],
  request: EffortRequest,
): Promise<Effort | undefined> {
  const { streams } = source.collector
  const all = new Map<string, number>()
  const counted = new Set<string>()
  const tooLong: { stream: string; minutes: number }[] = []
  for (const stream of streams) {
    for (const scope of scopes.filter(({ excluded }) => excluded === undefined)) {
      const requests = await estimate(source, stream, session, scope, request)
      if (requests === undefined) continue
      counted.add(stream.id)
      for (const [limit, count] of requests) all.set(limit, (all.get(limit) ?? 0) + count)
      const minutes = minutesFor(requests, source)
      if (minutes * 60_000 > request.itemDeadlineMs) tooLong.push({ stream: stream.id, minutes: Math.ceil(minutes) })
    }
  }
  if (counted.size === 0) return undefined
  const budgets = source.limits.flatMap((limit) => {
    const requests = all.get(limit.id) ?? 0
    return requests === 0 ? [] : [{ limit: limit.id, requests, perMinute: Math.floor(ownPerMinute(limit)) }]
  })
  const deadlineMinutes = Math.floor(request.itemDeadlineMs / 60_000)
  return { minutes: Math.ceil(minutesFor(all, source)), streams: [...counted], budgets, deadlineMinutes, tooLong }
}

/** The limit that takes longest decides: budgets are used side by side. */
function minutesFor(requests: Requests, { limits }: Source): number {
  return Math.max(0, ...limits.map((limit) => (requests.get(limit.id) ?? 0) / ownPerMinute(limit)))
}

async function estimate(
  { limits }: Source,
  stream: Stream,
  session: unknown,
  scope: Scope,
  request: EffortRequest,
): Promise<Requests | undefined> {
  using trace = startTrace(request, () => undefined)
  try {
    const said = await within(trace, { failures: [] }, () => stream.estimate?.(session, scope))
    if (said === undefined) return undefined
    const ids = limits.map(({ id }) => id)
    return new Map(
      Object.entries(said).filter(([id, count]) => ids.includes(id) && Number.isSafeInteger(count) && count > 0),
    )
  } catch {
    return undefined
  }
}
