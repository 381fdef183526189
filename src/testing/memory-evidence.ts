import { createHash } from 'node:crypto'
import type { Evidence, ObjectWriter } from '../model/staging.ts'

/** Evidence kept in memory; `objects` is what was stored, by digest. */
export interface MemoryEvidence extends Evidence {
  objects: Map<string, readonly string[]>
}

/** @param beforeWrite awaited before each line is taken, to hold the engine up */
export function memoryEvidence(beforeWrite?: (line: string) => Promise<void>): MemoryEvidence {
  const objects = new Map<string, readonly string[]>()
  return {
    objects,
    async create(): Promise<ObjectWriter> {
      const lines: string[] = []
      return {
        async write(line) {
          await beforeWrite?.(line)
          lines.push(line)
        },
        async store() {
          const text = lines.map((line) => `${line}\n`).join('')
          const sha256 = createHash('sha256').update(text).digest('hex')
          objects.set(sha256, lines)
          return { sha256, size: Buffer.byteLength(text), count: lines.length }
        },
        async discard() {},
        async *lines() {
          yield lines
        },
      }
    },
    async *lines(sha256) {
      yield objects.get(sha256) ?? []
    },
  }
}
