import { readPopulations, sealedLines } from '../bundle/populations.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { Population } from '../model/population.ts'
import type { PopulationHead } from '../report/json/population.ts'
import { type ReadLines, readHead, rowsIn } from '../report/population-read.ts'
import type { RowSource } from '../report/population-rows.ts'
import type { Stream } from '../sdk/stream.ts'
import type { Environment } from './environment.ts'
import { type EvidenceOption, withEvidence } from './evidence.ts'
import { loadCode, lookUp } from './replay.ts'

/** Populations of a run in a store or an export, and what it takes to write them. */
export interface Populations {
  run: number
  all: readonly Population[]
  head(population: Population): Promise<PopulationHead>
  rows(population: Population): RowSource
}

/** Opens a run, the last one if none is named, and closes it when `act` has ended. @throws UserError, BundleError, StoreError */
export async function withPopulations<Value>(
  wanted: number | undefined,
  options: EvidenceOption,
  environment: Environment,
  act: (found: Populations) => Promise<Value>,
): Promise<Value> {
  const { collectors } = await loadCode(options, await environment.runtime())
  const { streamOf } = lookUp(collectors)
  return withEvidence(options, environment, async ({ reader, choose }) =>
    act(await populationsOf(reader, await choose(wanted), streamOf)),
  )
}

export async function populationsOf(
  reader: EvidenceReader,
  run: number,
  streamOf: (id: string) => Stream | undefined,
): Promise<Populations> {
  const lines: ReadLines = (file) => sealedLines(reader, run, file)
  return {
    run,
    all: await readPopulations(reader, run),
    head: (population) => readHead(population, lines),
    rows: (population) => rowsIn(population, lines, streamOf),
  }
}
