import { readPopulations, sealedLines } from '../bundle/populations.ts'
import { storeReader } from '../bundle/store-reader.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { Population } from '../model/population.ts'
import { UserError } from '../model/user-error.ts'
import type { PopulationHead } from '../report/json/population.ts'
import { type ReadLines, readHead, rowsIn } from '../report/population-read.ts'
import type { RowSource } from '../report/population-rows.ts'
import type { Stream } from '../sdk/stream.ts'
import { type StoreOption, storePath } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { loadCode, lookUp, openForReading } from './replay.ts'
import { lastRun } from './run-view.ts'

export interface FromOptions extends StoreOption {
  /** An export to read instead of a store. */
  export?: string
}

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
  options: FromOptions,
  environment: Environment,
  act: (found: Populations) => Promise<Value>,
): Promise<Value> {
  const runtime = await environment.runtime()
  const from = options.export
  const { collectors } = await loadCode(from === undefined ? options : { store: '', ...options }, runtime)
  const { streamOf } = lookUp(collectors)
  if (from === undefined) {
    const store = runtime.openStore(await storePath(options, runtime))
    const run = wanted ?? (await lastRun(store))
    return act(await populationsOf(storeReader(store), run, streamOf))
  }
  const file = await openFile(from, options, runtime)
  try {
    const { reader, runs } = await openForReading(from, file)
    const run = wanted ?? runs.at(-1)
    if (run === undefined || !runs.includes(run))
      throw new UserError('the export has no such run', `Its runs: ${runs.join(', ') || 'none'}.`)
    return await act(await populationsOf(reader, run, streamOf))
  } finally {
    await file.close()
  }
}

async function openFile(path: string, { store }: FromOptions, runtime: Runtime) {
  if (store !== undefined) throw new UserError('both --export and --store were given', 'Give one of them.')
  if ((await runtime.kindOf(path)) === 'file') return runtime.openEvidenceFile(path)
  throw new UserError(`there is no file ${path}`, 'Give an export (a .tar file).')
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
