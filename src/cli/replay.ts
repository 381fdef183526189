import { openExport } from '../bundle/export/open-export.ts'
import { collectFailures } from '../bundle/reasons.ts'
import { storeReader } from '../bundle/store-reader.ts'
import type { EvidenceReader, RandomAccessFile } from '../model/evidence-reader.ts'
import { type Replay, replayExitCode } from '../model/replay.ts'
import { Limits } from '../model/trust-policy.ts'
import { UserError } from '../model/user-error.ts'
import { replay as replayStored } from '../replay.ts'
import { jsonText } from '../report/json-run.ts'
import type { ReplayExportJson } from '../report/json/replay.ts'
import { replayJson, showReplay } from '../report/replay.ts'
import type { LoadedCollector } from '../runtime.ts'
import { type JsonOption, lookOf, type StoreOption, storePath } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import type { EvidenceOption } from './evidence.ts'
import { EXIT } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { loadIfThere } from './load-if-there.ts'

export interface ReplayOptions extends StoreOption, JsonOption {
  limit?: number
  /** Of an export: only this run. */
  run?: number
}

/** How many subjects of a check are listed in JSON; a person is shown fewer. */
export const DEFAULT_LIMIT = 1000

/** `affiant replay`: whether the results of sealed runs come out of their records again. Exit status 0, 2 or 4. */
export async function replay(
  target: number | string,
  options: ReplayOptions,
  environment: Environment,
): Promise<number> {
  if (typeof target === 'string') return replayExport(target, options, environment)
  const { stdout } = environment
  const runtime = await environment.runtime()
  const path = await storePath(options, runtime)
  const again = await replayer(options, runtime)
  const found = await withIntegrity(() => again(storeReader(runtime.openStore(path)), target))
  await stdout.write(options.json ? jsonText(replayJson(found)) : showReplay(found, lookOf(stdout, options)))
  return replayExitCode(found)
}

/** Replays the runs of an export. What they lack because it is withheld is said, and is no difference. */
async function replayExport(path: string, options: ReplayOptions, environment: Environment): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  if (options.store !== undefined)
    throw new UserError(
      'both an export and --store were given',
      'Give the file alone, or the number of a run with --store.',
    )
  if ((await runtime.kindOf(path)) !== 'file')
    throw new UserError(
      `there is no file ${path}`,
      'Give an export (a .tar file), or the number of a run in the store.',
    )
  const again = await replayer({ ...options, export: path }, runtime)
  const file = await runtime.openEvidenceFile(path)
  try {
    const { reader, runs } = await openForReading(path, file)
    const asked = options.run === undefined ? runs : runs.filter((run) => run === options.run)
    if (asked.length === 0) throw new UserError('the export has no such run', `Its runs: ${runs.join(', ') || 'none'}.`)
    const replays: Replay[] = []
    for (const run of asked) {
      const found = await withIntegrity(() => again(reader, run))
      if (!options.json)
        await stdout.write(`${replays.length > 0 ? '\n' : ''}${showReplay(found, lookOf(stdout, options))}`)
      replays.push(found)
    }
    const exitCode = replays.map(replayExitCode).reduce((a, b) => (a > b ? a : b), 0)
    const document: ReplayExportJson = { schema: 'affiant.replay-export/1', exitCode, runs: replays }
    if (options.json) await stdout.write(jsonText(document))
    return exitCode
  } finally {
    await file.close()
  }
}

/** @throws UserError, status 4, if it is no export as affiant writes it */
export async function openForReading(path: string, file: RandomAccessFile) {
  const { report, failures } = collectFailures()
  const opened = await openExport(file, { limits: Limits.parse({}), report })
  const [first] = failures
  if (opened !== undefined && first === undefined) return { reader: opened.reader, runs: opened.facts.runs }
  throw new UserError(
    `${path} is no export as affiant writes it: ${first?.code ?? 'unreadable'}: ${first?.detail ?? ''}`,
    'affiant verify says more. Ask for the export again.',
    { exitCode: EXIT.integrity },
  )
}

/** Replays runs with the code, mapping and settings of this build and config. */
async function replayer(
  options: ReplayOptions & EvidenceOption,
  runtime: Runtime,
): Promise<(reader: EvidenceReader, run: number) => Promise<Replay>> {
  const { collectors, mappings } = await loadCode(options, runtime)
  const settings =
    options.config === undefined ? undefined : (await runtime.loadConfigFile(options.config)).config.checks
  const mapping = await runtime.loadMappings(collectors, mappings)
  const [version, build] = await Promise.all([runtime.agentVersion(), runtime.buildDigest()])
  return (reader, run) =>
    replayStored({
      reader,
      run,
      ...lookUp(collectors),
      mapping,
      ...(settings && { settings }),
      limit: options.limit ?? DEFAULT_LIMIT,
      program: { version, build },
      pluginVersion: (name) => collectors.find(({ plugin }) => plugin?.name === name)?.plugin?.version,
    })
}

/** Collectors and mapping files; with `--store` or `--export` alone no config is read. */
export async function loadCode(options: EvidenceOption, runtime: Runtime) {
  const isNamed = options.store !== undefined || options.export !== undefined
  if (!isNamed || options.config !== undefined) return loadIfThere(options, runtime)
  return { collectors: await runtime.builtInCollectors(), mappings: [] }
}

export function lookUp(loaded: readonly LoadedCollector[]) {
  const checks = new Map(loaded.flatMap(({ collector }) => collector.checks.map((check) => [check.id, check])))
  const streams = new Map(loaded.flatMap(({ collector }) => collector.streams.map((stream) => [stream.id, stream])))
  return { checkOf: (id: string) => checks.get(id), streamOf: (id: string) => streams.get(id) }
}
