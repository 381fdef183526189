import { passingEvidence } from '../collect/doctor-evidence.ts'
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
  const kept = passingEvidence()
  const evidence: MemoryEvidence = {
    objects: kept.objects,
    open: 0,
    async create(): Promise<ObjectWriter> {
      const writer = await kept.create()
      evidence.open += 1
      return {
        ...writer,
        async write(line) {
          await beforeWrite?.(line)
          await writer.write(line)
        },
        store() {
          evidence.open -= 1
          return writer.store()
        },
        discard() {
          evidence.open -= 1
          return writer.discard()
        },
      }
    },
    lines: (sha256) => kept.lines(sha256),
  }
  return evidence
}
