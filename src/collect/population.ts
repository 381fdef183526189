import { type Bounds, isWithin, occurrenceIn } from '../model/occurrence.ts'
import type { Period } from '../sdk/context.ts'
import { InvalidError, PrematureError, type ReadError } from '../sdk/errors.ts'
import type { Stream } from '../sdk/stream.ts'

/** What the records of a stream of events must keep to. */
export interface Population {
  /** @throws InvalidError for a record that does not say when, or that happened outside of the period */
  admit(record: unknown): void
  /** Why what was read from that time on cannot be all of it. */
  premature(startedAt: Date): ReadError | undefined
}

/** `undefined` for a stream that is no population of events. */
export function populationOf({ id, occurredAt }: Stream, period: Period | undefined): Population | undefined {
  if (occurredAt === undefined) return undefined
  if (period === undefined) throw new TypeError(`${id} is a population of events and was read without a period`)
  const bounds: Bounds = { from: period.from.toISOString(), to: period.to.toISOString() }
  return {
    admit(record) {
      if (isWithin(bounds, timeOf(record))) return
      throw new InvalidError(
        `a record of ${id} happened outside of the period, ${bounds.from} to ${bounds.to}: the source answered for other bounds than it was asked for, or the collector misreads it`,
      )
    },
    premature(startedAt) {
      if (startedAt >= period.to) return undefined
      return new PrematureError(
        `the period ends on ${bounds.to}, after ${startedAt.toISOString()}, when reading began: what happens in between is not among the records`,
      )
    },
  }

  function timeOf(record: unknown): number | undefined {
    try {
      return occurrenceIn(record, occurredAt as string)
    } catch (cause) {
      throw new InvalidError(`a record of ${id} does not say in "${occurredAt}" when it happened, in UTC`, { cause })
    }
  }
}
