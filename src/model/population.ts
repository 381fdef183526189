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

/** Lines of the index of a run, by what they are about. */
export interface PopulationLines {
  /** By id of the source. */
  sources: ReadonlyMap<string, SourceLine>
  /** By plan item, as the others. */
  records: ReadonlyMap<string, RecordsLine>
  carried: ReadonlyMap<string, CarriedLine>
  receipts: ReadonlyMap<string, NonNullable<Population['receipts']>>
}

/** What the index has of a plan item; `undefined` if the plan does not name its stream, which no verifier lets pass. */
export function populationOf(
  end: OutcomeLine,
  run: Pick<Population, 'run' | 'plan' | 'seal'>,
  lines: PopulationLines,
): Population | undefined {
  const planned = run.plan.sources.find(({ id }) => id === end.source)
  const stream = planned?.streams.find(({ id }) => id === end.stream)
  if (planned === undefined || stream === undefined) return undefined
  const [source, records] = [lines.sources.get(end.source), lines.records.get(end.planItem)]
  const [carried, receipts] = [lines.carried.get(end.planItem), lines.receipts.get(end.planItem)]
  return {
    ...run,
    planned,
    stream,
    end,
    ...(source && { source }),
    ...(records && { records }),
    ...(carried && { carried }),
    ...(receipts && { receipts }),
  }
}

/** The whole of what the source has of it was read; and, of events, when the period had ended. */
export function isComplete({ end }: Population): boolean {
  return end.outcome.status === 'complete'
}

/** `github-acme, acme`: source and scope, as messages name a population. */
export function placeOf({ end }: Population): string {
  return end.scope === '*' ? end.source : `${end.source}, ${end.scope}`
}
