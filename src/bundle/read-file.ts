import { LinesError, splitLines } from '../model/lines.ts'
import type { Store } from '../model/store.ts'
import { hashStream } from './crypto.ts'

export interface FileRead {
  sha256: string
  /** Bytes. */
  size: number
  /** Lines read before the first problem. */
  count: number
  /** Why the file is not made of lines, if it is not. */
  problem?: string
}

/**
 * Reads a file once, in constant memory, giving its lines and its digest. The digest is that of the whole file also if
 * it stops being made of lines half way.
 * @throws StoreError, and whatever `onLine` throws
 */
export async function readFile(
  store: Store,
  key: string,
  onLine: (line: string, number: number) => void,
): Promise<FileRead> {
  const hash = hashStream()
  const source = store.get(key)[Symbol.asyncIterator]()
  let size = 0
  let count = 0
  let problem: string | undefined
  const next = async () => {
    const step = await source.next()
    if (step.done !== true) {
      hash.update(step.value)
      size += step.value.length
    }
    return step
  }
  try {
    // Without a `return` method, so that a reader of lines that gives up does not end the reading of bytes.
    for await (const batch of splitLines({ [Symbol.asyncIterator]: () => ({ next }) })) {
      for (const line of batch) onLine(line, count++)
    }
  } catch (error) {
    if (!(error instanceof LinesError)) throw error
    problem = error.message
    while ((await next()).done !== true);
  }
  return { sha256: hash.hex(), size, count, ...(problem !== undefined && { problem }) }
}
