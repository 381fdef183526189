import { Carried } from '../model/carried.ts'
import { type Population, populationOf } from '../model/population.ts'
import { Receipt } from '../model/receipt.ts'
import type { RunEvidence } from '../model/report-source.ts'
import type { Stream } from '../sdk/stream.ts'
import type { PopulationHead } from './json/population.ts'
import { populationHead } from './population-head.ts'
import { gatherTranscript } from './population-receipts.ts'
import type { RowSource } from './population-rows.ts'

/** The lines of a file of a run, in batches as they are read. */
export type ReadLines = (file: { path: string; sha256: string }) => AsyncIterable<readonly string[]>

/** So many earlier runs are told apart. */
const MAX_RUNS = 100

/** Every population of a sealed run, in plan order, as far as an export shows it. */
export function populationsOfRun(run: RunEvidence): Population[] {
  const { number, seal, plan } = run
  if (seal === undefined) return []
  const sources = new Map(run.sources.map((line) => [line.source, line]))
  return run.outcomes.flatMap((end) => populationOf(end, { run: number, plan, seal }, { ...run, sources }) ?? [])
}

/** The head of a population, for which its receipts are read, and which records were carried over. */
export async function readHead(population: Population, lines: ReadLines): Promise<PopulationHead> {
  const { receipts } = population
  const transcript = gatherTranscript(receipts?.count ?? 0)
  if (receipts !== undefined)
    for await (const batch of lines(receipts)) for (const line of batch) transcript.add(Receipt.parse(JSON.parse(line)))
  return populationHead(population, transcript.finish(), await carriedFrom(population, lines))
}

async function carriedFrom({ carried }: Population, lines: ReadLines): Promise<PopulationHead['carriedFrom']> {
  if (carried === undefined) return []
  const runs = new Map<string, PopulationHead['carriedFrom'][number]>()
  for await (const batch of lines(carried)) {
    for (const line of batch) {
      const { run, readAt } = Carried.parse(JSON.parse(line))
      const key = `${readAt} ${run}`
      const known = runs.get(key)
      if (known !== undefined) known.count += 1
      else if (runs.size < MAX_RUNS) runs.set(key, { run, readAt, count: 1 })
    }
  }
  return [...runs.values()].sort((a, b) => (a.readAt === b.readAt ? a.run - b.run : a.readAt < b.readAt ? -1 : 1))
}

/** The rows of a population; with their keys if the version of the collector that read them is at hand. */
export function rowsIn(
  population: Population,
  lines: ReadLines,
  streamOf: (id: string) => Stream | undefined,
): RowSource {
  const { records, stream } = population
  const keyOf = keyFor(population, streamOf)
  return {
    occurredAt: stream.occurredAt,
    ...(keyOf && { keyOf }),
    lines: () => (records === undefined ? none() : lines(records)),
  }
}

/** Only the version that read the records is sure to read their keys. */
export function keyFor({ stream }: Population, streamOf: (id: string) => Stream | undefined) {
  const known = streamOf(stream.id)
  return known?.version === stream.version ? (record: unknown) => known.key(record) : undefined
}

async function* none(): AsyncIterable<readonly string[]> {}
