import type { CarriedLine, OutcomeLine, RecordsLine, SourceLine } from './index-line.ts'
import type { Plan } from './plan.ts'
import type { SealEntry } from './report-source.ts'

/** What one stream gave for one scope of one source in a sealed run, as the index of the run has it. */
export interface Population {
  run: number
  plan: Plan
  /** The entry that seals the run. */
  seal: SealEntry
  planned: Plan['sources'][number]
  stream: Plan['sources'][number]['streams'][number]
  /** What the source said of itself. */
  source?: SourceLine
  /** How reading it ended. */
  end: OutcomeLine
  /** Absent: nothing was read, or an export withholds it. */
  records?: RecordsLine
  /** Which of the records were read by earlier runs. */
  carried?: Pick<CarriedLine, 'path' | 'sha256'>
  receipts?: { path: string; sha256: string; size: number; count: number }
}

/** The whole of what the source has of it was read; and, of events, when the period had ended. */
export function isComplete({ end }: Population): boolean {
  return end.outcome.status === 'complete'
}

/** `github-acme, acme`: source and scope, as messages name a population. */
export function placeOf({ end }: Population): string {
  return end.scope === '*' ? end.source : `${end.source}, ${end.scope}`
}
