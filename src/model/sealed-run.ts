import type { CarriedLine, IndexLine, OutcomeLine, RecordsLine, ResultsLine, SourceLine } from './index-line.ts'
import type { Plan } from './plan.ts'

export type ControlsLine = Extract<IndexLine, { kind: 'controls' }>

/** The index of a sealed run, sorted out, for computing with it: all that is kept in memory of a run. */
export interface SealedRun {
  number: number
  plan: Plan
  sources: readonly SourceLine[]
  /** In plan order. */
  outcomes: readonly OutcomeLine[]
  /** By plan item. */
  records: ReadonlyMap<string, RecordsLine>
  /** By plan item. */
  carried: ReadonlyMap<string, CarriedLine>
  results: readonly ResultsLine[]
  controls: readonly ControlsLine[]
  /** `seq` of the lines that an export withholds; empty for a run in a store. */
  withheld: ReadonlySet<number>
  /** The lines of an object. Raises StoreError `missing` and, at its end, `damaged`. */
  lines(sha256: string): AsyncIterable<readonly string[]>
}
