import { createHash } from 'node:crypto'
import type { Evidence, ObjectWriter } from '../../src/model/staging.ts'

/** Evidence kept in memory. `objects` is what was stored, by digest; `open` counts writers that were not ended. */
export function memoryEvidence(): Evidence & { objects: Map<string, string[]>; open: number } {
  const objects = new Map<string, string[]>()
  const evidence = {
    objects,
    open: 0,
    async create(): Promise<ObjectWriter> {
      evidence.open += 1
      const lines: string[] = []
      return {
        write: (line) => void lines.push(line),
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
    async *lines(sha256: string) {
      yield objects.get(sha256) ?? []
    },
  }
  return evidence
}
