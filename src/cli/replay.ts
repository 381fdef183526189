import { replayExitCode } from '../model/replay.ts'
import { replay as replayStored } from '../replay.ts'
import { jsonText } from '../report/json-run.ts'
import { replayJson, showReplay } from '../report/replay.ts'
import type { LoadedCollector } from '../runtime.ts'
import { type JsonOption, lookOf, type StoreOption, storePath } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { withIntegrity } from './integrity.ts'
import { loadIfThere } from './load-if-there.ts'

export interface ReplayOptions extends StoreOption, JsonOption {
  limit?: number
}

/** How many subjects of a check are listed in JSON; a person is shown fewer. */
export const DEFAULT_LIMIT = 1000

/** `affiant replay`: whether the results of a sealed run come out of its records again. Exit status 0, 2 or 4. */
export async function replay(run: number, options: ReplayOptions, environment: Environment): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  const path = await storePath(options, runtime)
  const { collectors, mappings } = await loadCode(options, runtime)
  const settings =
    options.config === undefined ? undefined : (await runtime.loadConfigFile(options.config)).config.checks
  const mapping = await runtime.loadMappings(collectors, mappings)
  const [version, build] = await Promise.all([runtime.agentVersion(), runtime.buildDigest()])
  const found = await withIntegrity(() =>
    replayStored({
      store: runtime.openStore(path),
      run,
      ...lookUp(collectors),
      mapping,
      ...(settings && { settings }),
      limit: options.limit ?? DEFAULT_LIMIT,
      program: { version, build },
      pluginVersion: (name) => collectors.find(({ plugin }) => plugin?.name === name)?.plugin?.version,
    }),
  )
  await stdout.write(options.json ? jsonText(replayJson(found)) : showReplay(found, lookOf(stdout, options)))
  return replayExitCode(found)
}

/** Collectors and mapping files; with `--store` alone no config is read. */
export async function loadCode(options: StoreOption, runtime: Runtime) {
  if (options.store === undefined || options.config !== undefined) return loadIfThere(options, runtime)
  return { collectors: await runtime.builtInCollectors(), mappings: [] }
}

export function lookUp(loaded: readonly LoadedCollector[]) {
  const checks = new Map(loaded.flatMap(({ collector }) => collector.checks.map((check) => [check.id, check])))
  const streams = new Map(loaded.flatMap(({ collector }) => collector.streams.map((stream) => [stream.id, stream])))
  return { checkOf: (id: string) => checks.get(id), streamOf: (id: string) => streams.get(id) }
}
