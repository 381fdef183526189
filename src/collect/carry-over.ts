import { createHash } from 'node:crypto'
import { canonicalize } from '../model/canonical.ts'
import { Carried, readTimes } from '../model/carried.ts'
import { parseInterval } from '../model/interval.ts'
import type { Outcome } from '../model/outcome.ts'
import type { PreviousItem } from '../model/previous.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'
import { InvalidError } from '../sdk/errors.ts'
import type { CarriedRecord, Previous, Stream } from '../sdk/stream.ts'
import type { Pseudonymise } from './redact.ts'
import { sortLines } from './sorter.ts'
import type { Source } from './source.ts'

/** How one run reads a stream that has full sweeps. */
export interface SweepPlan {
  /** What the increment builds on; absent: a full sweep. */
  previous?: PreviousItem | undefined
  /** As {@link Outcome} `sweep.basis`. */
  basis: string
}

/** Clocks differ, and sources list a change late: so much is asked for again. */
const MARGIN_MS = 600_000

/** A sweep is due a little before its time, so that a weekly one stays weekly though no two runs begin at the same second. */
const DUE_AT = 0.95

/**
 * What must be the same for records to be carried over: config, version, redaction, and the key behind the pseudonyms,
 * whose token of a fixed word also keeps the digest from being guessed.
 */
export function basisOf({ config }: Pick<Source, 'config'>, stream: Stream, pseudonymise: Pseudonymise): string {
  const { id, version, redact = {} } = stream
  const written: unknown = JSON.parse(JSON.stringify({ config: config ?? null, id, version, redact }))
  return createHash('sha256')
    .update(`${canonicalize(written)}\n${pseudonymise('carry-over')}`)
    .digest('hex')
}

/** Milliseconds between full sweeps of a stream of this source; `undefined` if it is read whole in each run. */
export function sweepEvery({ sweeps }: Pick<Source, 'sweeps'>, stream: Stream): number | undefined {
  if (stream.sweep === undefined) return undefined
  return sweeps?.[stream.id] ?? parseInterval(stream.sweep.every)
}

/** Whether the next full sweep is due. */
export function isSweepDue({ outcome }: PreviousItem, every: number, now: Date): boolean {
  const fullAt = outcome.sweep?.fullAt
  return fullAt === undefined || now.getTime() - Date.parse(fullAt) >= every * DUE_AT
}

/** The records of an earlier run as an increment sees them, and the way back from what it carries over to what was written. */
export interface Lent {
  previous: Previous
  /** @throws InvalidError for an object that `previous.records()` did not give */
  lineOf(record: CarriedRecord): { line: string; carried: Carried }
}

export function lendPrevious(item: PreviousItem, stream: Stream, evidence: Pick<Evidence, 'lines'>): Lent {
  const { run, outcome, records, carried } = item
  const written = new WeakMap<CarriedRecord, { line: string; carried: Carried }>()
  async function* lend(): AsyncGenerator<CarriedRecord> {
    await using times = carried === undefined ? undefined : readTimes(evidence.lines(carried))
    for await (const lines of evidence.lines(records)) {
      for (const line of lines) {
        const record: unknown = JSON.parse(line)
        const key = stream.key(record)
        const since = (await times?.of(key)) ?? { key, readAt: outcome.startedAt, run }
        const lent = { record, key, readAt: new Date(since.readAt) }
        written.set(lent, { line, carried: since })
        yield lent
      }
    }
  }
  return {
    previous: { since: new Date(Date.parse(outcome.startedAt) - MARGIN_MS), records: lend },
    lineOf(record) {
      const known = written.get(record)
      if (known !== undefined) return known
      throw new InvalidError(`${stream.id} carried a record over that no earlier run gave it`)
    },
  }
}

/** Gathers which records were carried over, for the bundle. */
export interface CarriedLog {
  add(carried: Carried): void | Promise<void>
  /** Nothing if there was none. */
  finish(): Promise<{ object: StoredObject; facts: NonNullable<Outcome['carriedOver']> } | undefined>
}

export function carriedLog(evidence: Evidence): CarriedLog {
  const lines = sortLines(evidence, (line) => Carried.parse(JSON.parse(line)).key)
  let count = 0
  let oldest: string | undefined
  return {
    add(carried) {
      count += 1
      if (oldest === undefined || carried.readAt < oldest) oldest = carried.readAt
      return lines.add(carried.key, canonicalize(carried))
    },
    async finish() {
      if (oldest === undefined) return undefined
      const { object } = await lines.finish()
      return { object, facts: { count, oldest } }
    },
  }
}
