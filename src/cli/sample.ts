import { choosePopulation } from '../bundle/populations.ts'
import { BundleError } from '../bundle/errors.ts'
import { storeReader } from '../bundle/store-reader.ts'
import type { TakenSample } from '../bundle/sample/take-sample.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import { SAMPLE_METHOD } from '../model/sample.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { PopulationHead, SampleJson } from '../report/json/population.ts'
import { keyFor } from '../report/population-read.ts'
import { presetOf, sampleReadme, showSample } from '../report/show-sample.ts'
import { type ConfigOption, configPath, type JsonOption, lookOf } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { EXIT, stopped } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { populationsOf } from './population-source.ts'
import { lookUp } from './replay.ts'
import { lastRun } from './run-view.ts'

export interface SampleOptions extends ConfigOption, JsonOption {
  engagement: string
  control: string
  output: string
  size?: number
  preset?: string
  all?: true
  run?: number
  source?: string
  scope?: string
}

/**
 * `affiant sample`: picks items of a population and records it. Exit status 0; 3 for a population that is not complete, of which
 * nothing is picked; 4 for a damaged store.
 */
export async function sample(stream: string, options: SampleOptions, environment: Environment): Promise<number> {
  const { stdout, stderr } = environment
  const asked = askedOf(options)
  const runtime = await environment.runtime()
  const { config, collectors } = await runtime.loadConfigFile(configPath(options))
  const control = await findControl(options.control, collectors, config.mappings, runtime)
  const store = runtime.openStore(config.store.path)
  const interrupted = new AbortController()
  using _ = environment.onInterrupt(() => interrupted.abort(stopped('Sample again.')))
  const made = await refusing(async () => {
    const { streamOf } = lookUp(collectors)
    const run = options.run ?? (await lastRun(store))
    const found = await populationsOf(storeReader(store), run, streamOf)
    const population = choosePopulation(found.all, run, { ...options, stream })
    const head = await found.head(population)
    let document: SampleJson | undefined
    const { path } = await runtime.sampleEvidence({
      config,
      population,
      engagement: options.engagement,
      control: control.id,
      asked,
      keyOf: keyFor(population, streamOf),
      path: options.output,
      signal: interrupted.signal,
      onWarning: (message) => void stderr.write(`warning: ${message}\n`),
      async describe(taken) {
        document = sampleJson(taken, head, control)
        return { 'sample.json': jsonText(document), 'README.txt': sampleReadme(document) }
      },
    })
    if (document === undefined) throw new TypeError('a sample is described')
    return { document, path }
  })
  await stdout.write(
    options.json ? jsonText(made.document) : showSample(made.document, made.path, lookOf(stdout, options)),
  )
  return EXIT.ok
}

function askedOf({ size, preset, all }: SampleOptions): string {
  if (size !== undefined) return String(size)
  if (preset !== undefined) return preset
  if (all) return 'all'
  throw new UserError(
    'nothing says how many items are wanted',
    'The auditor says it: --size 25, or --preset NAME for a published rule, or --all. There is no default.',
  )
}

/** @throws UserError if the catalogue has no such control */
async function findControl(
  written: string,
  collectors: Parameters<Runtime['loadMappings']>[0],
  mappings: readonly string[],
  runtime: Runtime,
): Promise<{ id: string; title: string }> {
  const { catalog } = await runtime.loadMappings(collectors, mappings)
  const wanted = written.toUpperCase().replace(/^(?=\d)/, 'A.')
  const control = catalog.controls.find(({ id }) => id === wanted)
  if (control !== undefined) return control
  const hint = didYouMean(
    wanted,
    catalog.controls.map(({ id }) => id),
  )
  throw new UserError(`there is no control "${written}"${hint}`, '"affiant controls" lists them.')
}

/** A population that cannot be sampled ends the program with status 3. */
async function refusing<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return await withIntegrity(act)
  } catch (cause) {
    if (!(cause instanceof BundleError) || (cause.code !== 'population-incomplete' && cause.code !== 'unsealed'))
      throw cause
    throw new UserError(cause.message, cause.hint, { exitCode: EXIT.incomplete, cause })
  }
}

function sampleJson(
  taken: TakenSample,
  population: PopulationHead,
  { id, title }: { id: string; title: string },
): SampleJson {
  const { request, seed, size, picks, entry, tests } = taken
  const preset = presetOf(request.asked)
  const titles = new Map(taken.population.plan.checks.map((check) => [check.id, check.title]))
  return {
    schema: 'affiant.sample/1',
    population,
    engagement: request.engagement,
    control: { id, title },
    asked: request.asked,
    ...(preset && { preset }),
    method: SAMPLE_METHOD,
    seed,
    size,
    of: population.count,
    picks: [...picks],
    receipts: taken.receipts,
    ...(tests && {
      tests: tests.map(({ summary, deviations, file }) => ({
        check: summary.check,
        title: titles.get(summary.check) ?? summary.check,
        status: summary.status,
        tested: summary.counts.inScope,
        deviations,
        ...(file !== undefined && { file }),
      })),
    }),
    sampledAt: taken.sampledAt,
    entry: { origin: entry.origin, index: entry.index, statementSha256: entry.sha256, keyId: entry.keyId },
  }
}
