import { createHash } from 'node:crypto'
import type { Evidence, ObjectWriter } from '../model/staging.ts'

/** Evidence kept in memory. */
export interface MemoryEvidence extends Evidence {
  /** What was stored, by digest. */
  objects: Map<string, readonly string[]>
  /** Writers that were neither stored nor discarded. */
  open: number
}

/** @param beforeWrite awaited before each line is taken, to hold the engine up */
export function memoryEvidence(beforeWrite?: (line: string) => Promise<void>): MemoryEvidence {
  const objects = new Map<string, readonly string[]>()
  const evidence: MemoryEvidence = {
    objects,
    open: 0,
    async create(): Promise<ObjectWriter> {
      evidence.open += 1
      const lines: string[] = []
      return {
        async write(line) {
          await beforeWrite?.(line)
          lines.push(line)
        },
        async store() {
          evidence.open -= 1
          const text = lines.map((line) => `${line}\n`).join('')
          const sha256 = createHash('sha256').update(text).digest('hex')
          objects.set(sha256, lines)
          return { sha256, size: Buffer.byteLength(text), count: lines.length }
        },
        async discard() {
          evidence.open -= 1
        },
        async *lines() {
          yield lines
        },
      }
    },
    async *lines(sha256) {
      yield objects.get(sha256) ?? []
    },
  }
  return evidence
}
