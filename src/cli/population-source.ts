import { readPopulations, sealedLines } from '../bundle/populations.ts'
import { storeReader } from '../bundle/store-reader.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { Population } from '../model/population.ts'
import { Receipt } from '../model/receipt.ts'
import { UserError } from '../model/user-error.ts'
import type { PopulationHead } from '../report/json/population.ts'
import { type Asked, gatherAsked, populationHead } from '../report/population-head.ts'
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
  return {
    run,
    all: await readPopulations(reader, run),
    head: async (population) => populationHead(population, await askedIn(reader, population)),
    rows: (population) => {
      const { records, stream } = population
      const keyOf = keyFor(population, streamOf)
      return {
        occurredAt: stream.occurredAt,
        ...(keyOf && { keyOf }),
        lines: () => (records === undefined ? none() : sealedLines(reader, run, records)),
      }
    },
  }
}

/** Only the version that read the records is sure to read their keys. */
export function keyFor({ stream }: Population, streamOf: (id: string) => Stream | undefined) {
  const known = streamOf(stream.id)
  return known?.version === stream.version ? (record: unknown) => known.key(record) : undefined
}

async function askedIn(reader: EvidenceReader, { run, receipts }: Population): Promise<Asked> {
  const gathered = gatherAsked()
  if (receipts !== undefined)
    for await (const batch of sealedLines(reader, run, receipts))
      for (const line of batch) gathered.add(Receipt.parse(JSON.parse(line)))
  return gathered.finish()
}

async function* none(): AsyncIterable<readonly string[]> {}
