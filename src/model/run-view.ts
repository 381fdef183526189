import type { ControlLine } from './control.ts'
import type { OutcomeLine, ResultsLine, SourceLine } from './index-line.ts'
import type { Plan } from './plan.ts'
import type { ResultLine } from './result.ts'
import type { Statement } from './statement.ts'

/**
 * A run as it is shown to a person: what stands in its index, and the controls. Everything in it came from a bundle that
 * nobody verified, so nothing of it is printed as it is.
 */
export interface RunView {
  number: number
  /** Folder of the run in the store, relative to the store. */
  folder: string
  plan: Plan
  /** Absent if the run was never sealed; then there are no lines either. */
  statement?: Statement
  sources: readonly SourceLine[]
  outcomes: readonly OutcomeLine[]
  results: readonly ResultsLine[]
  controls: readonly ControlLine[]
  /** What one check says of each subject, streamed: there can be a million. */
  resultLines(results: ResultsLine): AsyncIterable<ResultLine>
}
