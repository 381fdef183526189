import { createHash } from 'node:crypto'
import type { Evidence, ObjectWriter } from '../model/staging.ts'

/** Evidence that lives as long as the examination: first pages are looked at and forgotten, never stored. `objects`: by digest. */
export function passingEvidence(): Evidence & { objects: Map<string, readonly string[]> } {
  const objects = new Map<string, readonly string[]>()
  return {
    objects,
    async create(): Promise<ObjectWriter> {
      const written: string[] = []
      return {
        write: (line) => void written.push(line),
        async store() {
          const text = written.map((line) => `${line}\n`).join('')
          const sha256 = createHash('sha256').update(text).digest('hex')
          objects.set(sha256, written)
          return { sha256, size: Buffer.byteLength(text), count: written.length }
        },
        async discard() {
          written.length = 0
        },
        async *lines() {
          yield written
        },
      }
    },
    async *lines(sha256) {
      yield objects.get(sha256) ?? []
    },
  }
}
