import { posix } from 'node:path'
import { choosePopulation, choosePopulations } from '../bundle/populations.ts'
import { isComplete, type Population } from '../model/population.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { PopulationExportJson, PopulationListJson } from '../report/json/population.ts'
import { columnsOf, populationCsv } from '../report/population-csv.ts'
import { populationFile, showPopulationJson } from '../report/population-json.ts'
import { populationName } from '../report/population-name.ts'
import { showPopulation, showPopulationExport, showPopulations } from '../report/show-population.ts'
import { type JsonOption, lookOf, print } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT, untilStopped } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import type { EvidenceOption } from './evidence.ts'
import { type Populations, withPopulations } from './population-source.ts'

export interface PopulationOptions extends EvidenceOption, JsonOption {
  run?: number
  source?: string
  scope?: string
}

export interface PopulationExportOptions extends PopulationOptions {
  output: string
  format?: 'csv' | 'json'
  bom?: true
}

/** `affiant population list`: what a sealed run has, events apart from states. Exit status 0 whatever is missing. */
export async function populationList(
  run: number | undefined,
  options: EvidenceOption & JsonOption,
  environment: Environment,
): Promise<number> {
  const { stdout } = environment
  return withIntegrity(() =>
    withPopulations(run, options, environment, async ({ run: number, all }) => {
      const [first] = all
      const document: PopulationListJson = {
        schema: 'affiant.population-list/1',
        run: number,
        period: first?.plan.run.period ?? { from: '', to: '' },
        populations: all.map(listed),
      }
      await stdout.write(options.json ? jsonText(document) : showPopulations(document, lookOf(stdout, options)))
      return EXIT.ok
    }),
  )
}

function listed(one: Population): PopulationListJson['populations'][number] {
  const { end, stream, planned, plan, records } = one
  return {
    source: end.source,
    demo: planned.demo === true,
    stream: end.stream,
    scope: end.scope,
    kind: stream.occurredAt === undefined ? 'state' : 'events',
    ...(stream.occurredAt !== undefined && { period: plan.run.period }),
    count: end.outcome.records,
    complete: isComplete(one),
    status: end.outcome.status,
    ...(end.outcome.reason !== undefined && { reason: end.outcome.reason }),
    ...(records && { sha256: records.sha256 }),
  }
}

/** `affiant population show`: one population, whole. Exit status 3 if it is not complete. */
export async function populationShow(
  stream: string,
  options: PopulationOptions,
  environment: Environment,
): Promise<number> {
  return withIntegrity(() =>
    withPopulations(options.run, options, environment, async ({ run, all, head, rows }) => {
      const population = choosePopulation(all, run, { ...options, stream })
      const about = await head(population)
      const source = rows(population)
      const pieces = options.json
        ? showPopulationJson(about, source)
        : showPopulation(about, source, lookOf(environment.stdout, options))
      await print(environment, pieces)
      return isComplete(population) ? EXIT.ok : EXIT.incomplete
    }),
  )
}

/** `affiant population export`: files of every population of a stream. Exit status 3 if one of them is not complete. */
export async function populationExport(
  stream: string,
  options: PopulationExportOptions,
  environment: Environment,
): Promise<number> {
  const { stdout } = environment
  return withIntegrity(() =>
    withPopulations(options.run, options, environment, async (found) => {
      const chosen = choosePopulations(found.all, found.run, { ...options, stream })
      const written: PopulationExportJson['written'] = []
      for (const population of chosen) written.push(...(await writeFiles(population, found, options, environment)))
      const complete = chosen.every(isComplete)
      const document: PopulationExportJson = {
        schema: 'affiant.population-export/1',
        run: found.run,
        written,
        complete,
      }
      await stdout.write(options.json ? jsonText(document) : showPopulationExport(document, lookOf(stdout, options)))
      return complete ? EXIT.ok : EXIT.incomplete
    }),
  )
}

async function writeFiles(
  population: Population,
  { head, rows }: Populations,
  { output, format, bom }: PopulationExportOptions,
  environment: Environment,
): Promise<PopulationExportJson['written']> {
  const runtime = await environment.runtime()
  const about = await head(population)
  const source = rows(population)
  const { end } = population
  const written: PopulationExportJson['written'] = []
  for (const one of format === undefined ? (['csv', 'json'] as const) : [format]) {
    const pieces =
      one === 'csv'
        ? populationCsv(about, source, await columnsOf(source), { bom: bom === true })
        : populationFile(about, source)
    using writing = untilStopped(environment, halfWay())
    const path = posix.join(output, `${populationName(population)}.${one}`)
    written.push({
      path,
      format: one,
      ...(await runtime.writeNewStream(path, pieces, writing.signal)),
      source: end.source,
      stream: end.stream,
      scope: end.scope,
      count: end.outcome.records,
      complete: isComplete(population),
    })
  }
  return written
}

function halfWay(): UserError {
  const next = 'Export again into another folder: nothing is ever overwritten.'
  return new UserError('stopped; each file that has its name is whole', next, { exitCode: EXIT.interrupted })
}
