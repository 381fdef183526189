import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { loadConfig, type LoadResult, neededCollectors } from '../config/load.ts'
import { formatProblems, type Problem } from '../config/problem.ts'
import { resolveSecrets } from '../config/secrets.ts'
import { UserError } from '../model/user-error.ts'
import { builtInCollectors, type LoadedCollector, loadPlugin } from './collectors.ts'
import { errnoOf } from '../store/errors.ts'

export interface LoadedConfig {
  config: Config
  /** SHA-256 of the file's bytes. */
  sha256: string
  collectors: readonly LoadedCollector[]
  warnings: readonly Problem[]
}

/**
 * Reads and checks a config file with the collectors and plug-ins it names.
 * @throws UserError with every problem of the file
 */
export async function loadConfigFile(path: string): Promise<LoadedConfig> {
  const { result, sha256, collectors } = await readConfigFile(path)
  if (!result.ok) {
    throw new UserError(formatProblems(result.problems, path), `Correct ${path}; "affiant validate" checks it again.`)
  }
  return { config: result.config, sha256, collectors, warnings: result.problems }
}

export interface CheckedConfig {
  problems: readonly Problem[]
  installation?: string
  sources?: readonly { id: string; collector: string; demo: boolean }[]
}

/**
 * Checks a config file, and with `secrets` also what it refers to: every problem as data.
 * @throws UserError if the file or a plug-in cannot be read
 */
export async function checkConfigFile(path: string, { secrets }: { secrets: boolean }): Promise<CheckedConfig> {
  const { result } = await readConfigFile(path)
  if (!result.ok) return { problems: result.problems }
  const { config } = result
  const found = secrets ? await resolveSecrets(config, { env: process.env, fs, uid: process.getuid?.() }) : undefined
  return {
    problems: [...result.problems, ...(found?.problems ?? [])],
    installation: config.installation,
    sources: config.sources.map(({ id, collector, demo }) => ({ id, collector: collector.id, demo })),
  }
}

async function readConfigFile(
  path: string,
): Promise<{ result: LoadResult; sha256: string; collectors: LoadedCollector[] }> {
  const absolute = resolve(path)
  const bytes = await readBytes(absolute, path)
  const text = new TextDecoder().decode(bytes)
  const collectors = await builtInCollectors()
  for (const { position, ...ref } of neededCollectors(text, absolute).plugins) {
    const where = `${path}:${position.line}:${position.column}`
    const loaded = await loadPlugin(ref, absolute, where)
    const twin = collectors.find(({ collector }) => collector.id === loaded.collector.id)
    if (twin !== undefined) {
      throw new UserError(
        `${where}  the plug-in ${loaded.plugin?.name} has the id "${twin.collector.id}" of ${twin.plugin?.name ?? 'a built-in collector'}`,
        'Two collectors cannot have one id: remove one of them, or ask the author of the plug-in to rename it.',
      )
    }
    collectors.push(loaded)
  }
  const byId = new Map(collectors.map(({ collector }) => [collector.id, collector]))
  const result = loadConfig({
    text,
    path: absolute,
    collectors: (id) => byId.get(id),
    knownCollectorIds: [...byId.keys()],
  })
  return { result, sha256: createHash('sha256').update(bytes).digest('hex'), collectors }
}

async function readBytes(absolute: string, shown: string): Promise<Buffer> {
  try {
    return await fs.readFile(absolute)
  } catch (cause) {
    const missing = errnoOf(cause) === 'ENOENT'
    throw new UserError(
      missing ? `there is no ${shown}` : `cannot read ${shown} (${errnoOf(cause)})`,
      missing ? 'Write one with "affiant init", or name another with --config.' : 'Check the path and its permissions.',
      { cause },
    )
  }
}
