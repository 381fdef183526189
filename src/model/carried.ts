import { z } from 'zod'
import { Instant, RunNumber } from './common.ts'

/**
 * One line of a `carried` file: a record of the plan item that was not read in this run but taken over from an earlier
 * one. Lines stand in the order of keys, as the records do.
 */
export const Carried = z.strictObject({
  key: z.string().min(1),
  /** When the plan item began that read the record from the source. */
  readAt: Instant,
  /** The run it belonged to: its receipts show the reading. */
  run: RunNumber,
})
export type Carried = z.output<typeof Carried>

/** When records were read, asked for in the order of their keys. Dispose of it when done. */
export interface ReadTimes extends AsyncDisposable {
  /** What the file says of this key; `undefined` if the record was read by its own run. */
  of(key: string): Promise<Carried | undefined>
}

/** Walks through the lines of a `carried` file beside the records. Holds one batch of lines. */
export function readTimes(lines: AsyncIterable<readonly string[]>): ReadTimes {
  const batches = lines[Symbol.asyncIterator]()
  let batch: readonly string[] = []
  let place = 0
  let next: Carried | undefined
  async function advance(): Promise<void> {
    while (place >= batch.length) {
      const step = await batches.next()
      if (step.done === true) {
        next = undefined
        return
      }
      batch = step.value
      place = 0
    }
    next = Carried.parse(JSON.parse(batch[place] ?? ''))
    place += 1
  }
  let started = false
  return {
    async of(key) {
      if (!started) await advance()
      started = true
      while (next !== undefined && next.key < key) await advance()
      return next?.key === key ? next : undefined
    },
    async [Symbol.asyncDispose]() {
      await batches.return?.()
    },
  }
}
