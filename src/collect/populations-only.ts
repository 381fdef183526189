import type { Collector } from '../sdk/collector.ts'

/**
 * What of the collectors can be read of a period that is over: populations of events, and the checks that judge one.
 * Settings are as they are, not as they were then, so they are read only where such a check needs them beside its events.
 * Gives collectors with less in them, in the same order.
 */
export function populationsOnly(collectors: readonly Collector[]): Collector[] {
  const streams = collectors.flatMap((collector) => collector.streams)
  const events = new Set(streams.filter(({ occurredAt }) => occurredAt !== undefined).map(({ id }) => id))
  const inputsOf = (check: Collector['checks'][number]) => Object.values(check.inputs).map(({ id }) => id)
  const judgesEvents = (check: Collector['checks'][number]) => inputsOf(check).some((id) => events.has(id))
  const needed = new Set(collectors.flatMap(({ checks }) => checks.filter(judgesEvents).flatMap(inputsOf)))
  return collectors.map((collector) => ({
    ...collector,
    streams: collector.streams.filter(({ id }) => events.has(id) || needed.has(id)),
    checks: collector.checks.filter(judgesEvents),
  }))
}
