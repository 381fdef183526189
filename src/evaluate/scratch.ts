import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { LineSource } from '../model/compare-lines.ts'
import type { Evidence, ObjectWriter } from '../model/staging.ts'

const EMPTY = createHash('sha256').digest('hex')
const BATCH = 512

/**
 * Evidence for computing results again: reads stored objects, and of what is written keeps nothing but digest, size and
 * count. `failure` is what reading threw: a check may have caught it, and then its results say nothing.
 */
export interface ScratchEvidence extends Evidence {
  failure(): unknown
}

/** @param onLine is given every line that is written, and says when it may be given more */
export function scratchEvidence(
  read: Evidence['lines'],
  onLine?: (line: string) => void | Promise<void>,
): ScratchEvidence {
  let failure: unknown
  return {
    failure: () => failure,
    async *lines(sha256) {
      // The records of a source that never opened are an empty file that belongs to no line of the index.
      if (sha256 === EMPTY) return
      try {
        yield* read(sha256)
      } catch (error) {
        failure ??= error
        throw error
      }
    },
    create: () => Promise.resolve(hashingWriter(onLine)),
  }
}

function hashingWriter(onLine?: (line: string) => void | Promise<void>): ObjectWriter {
  const hash = createHash('sha256')
  let size = 0
  let count = 0
  return {
    write(line) {
      const bytes = Buffer.from(`${line}\n`)
      hash.update(bytes)
      size += bytes.length
      count += 1
      return onLine?.(line)
    },
    store: () => Promise.resolve({ sha256: hash.digest('hex'), size, count }),
    discard: () => Promise.resolve(),
    async *lines() {
      yield* []
      throw new TypeError('nothing that was written is kept')
    },
  }
}

/** What `compute` writes, as it is written: computing waits for its reader. Read it to the end. */
export function linesWritten(
  read: Evidence['lines'],
  compute: (evidence: ScratchEvidence) => Promise<unknown>,
): LineSource {
  return async function* () {
    const channel = new PassThrough({ objectMode: true, highWaterMark: 2 })
    let batch: string[] = []
    const evidence = scratchEvidence(read, (line) => {
      batch.push(line)
      if (batch.length < BATCH) return undefined
      const full = batch
      batch = []
      return channel.write(full) ? undefined : once(channel, 'drain').then(() => undefined)
    })
    const computed = compute(evidence).then(
      () => channel.end(batch),
      (error: unknown) => channel.destroy(error instanceof Error ? error : new Error(String(error))),
    )
    yield* channel as AsyncIterable<string[]>
    await computed
    const failure = evidence.failure()
    if (failure !== undefined) throw failure
  }
}
