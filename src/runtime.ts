/**
 * The composition root: the only place that reads the environment, the clock, the disk, the network and randomness, and
 * hands them to stages that know none of it.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { createRequire, findPackageJSON } from 'node:module'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { collectors as builtIn } from '../collectors/index.ts'
import { createFileSigner } from './bundle/keys.ts'
import type { Sealed } from './bundle/seal.ts'
import type { Progress } from './collect/collect.ts'
import { createPseudonymiser } from './collect/redact.ts'
import { openSeams } from './collect/seams.ts'
import type { Config } from './config/config.ts'
import { loadConfig, neededCollectors } from './config/load.ts'
import { formatProblems, type Problem } from './config/problem.ts'
import { resolveSecrets } from './config/secrets.ts'
import { loadMapping } from './evaluate/mapping.ts'
import type { LoadedMapping } from './model/control.ts'
import type { Trigger } from './model/plan.ts'
import { UserError } from './model/user-error.ts'
import { run } from './run.ts'
import type { Collector } from './sdk/collector.ts'
import type { Clock, Log } from './sdk/context.ts'
import { createEvidence } from './store/evidence.ts'
import { createFsStore } from './store/fs.ts'
import { lockStore } from './store/lock.ts'

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(milliseconds, signal) {
    try {
      await delay(milliseconds, undefined, signal === undefined ? undefined : { signal })
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
  after(milliseconds, act) {
    // Longer than a timer can be means: never in this process's life.
    const timer = setTimeout(act, Math.min(milliseconds, 2 ** 31 - 1))
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

const startedAt = new Date()
const owner = { pid: process.pid, host: hostname(), startedAt }

/** Where `package.json` is: `src/` or `dist/src/` may be one or two folders below. */
const packageFile = findPackageJSON('..', import.meta.url) ?? join(import.meta.dirname, '..', 'package.json')
export const packageRoot = dirname(packageFile)

export async function agentVersion(): Promise<string> {
  return JSON.parse(await fs.readFile(packageFile, 'utf8')).version
}

export interface LoadedCollector {
  collector: Collector
  /** Where a plug-in comes from; absent for a built-in collector. */
  plugin?: { name: string; version: string }
}

export const builtInIds: readonly string[] = Object.keys(builtIn)

/** Every built-in collector's manifest. Loads no vendor SDK. */
export async function builtInCollectors(): Promise<LoadedCollector[]> {
  const modules = await Promise.all(Object.values(builtIn).map((load) => load()))
  return modules.map(({ collector }) => ({ collector }))
}

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
  const absolute = resolve(path)
  const bytes = await readConfig(absolute, path)
  const text = new TextDecoder().decode(bytes)
  const collectors = [...(await builtInCollectors())]
  for (const { position, ...ref } of neededCollectors(text, absolute).plugins) {
    const plugin = await loadPlugin(ref, absolute, `${path}:${position.line}:${position.column}`)
    const twin = collectors.find(({ collector }) => collector.id === plugin.collector.id)
    if (twin !== undefined) {
      throw new UserError(
        `${path}:${position.line}:${position.column}  the plug-in ${plugin.plugin?.name} has the id "${twin.collector.id}" of ${twin.plugin?.name ?? 'a built-in collector'}`,
        'Two collectors cannot have one id: remove one of them, or ask the author of the plug-in to rename it.',
      )
    }
    collectors.push(plugin)
  }
  const byId = new Map(collectors.map(({ collector }) => [collector.id, collector]))
  const result = loadConfig({
    text,
    path: absolute,
    collectors: (id) => byId.get(id),
    knownCollectorIds: [...byId.keys()],
  })
  if (!result.ok)
    throw new UserError(formatProblems(result.problems, path), `Correct ${path}; "affiant validate" checks it again.`)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { config: result.config, sha256, collectors, warnings: result.problems }
}

async function readConfig(absolute: string, shown: string): Promise<Buffer> {
  try {
    return await fs.readFile(absolute)
  } catch (cause) {
    const missing = errno(cause) === 'ENOENT'
    throw new UserError(
      missing ? `there is no ${shown}` : `cannot read ${shown} (${errno(cause)})`,
      missing ? 'Write one with "affiant init", or name another with --config.' : 'Check the path and its permissions.',
      { cause },
    )
  }
}

/** @throws UserError when it cannot be loaded or is not a collector of this API version */
async function loadPlugin(
  ref: { package: string } | { file: string },
  config: string,
  where: string,
): Promise<LoadedCollector> {
  const specifier = 'package' in ref ? ref.package : resolve(dirname(config), ref.file)
  const refuse = (what: string, cause?: unknown) =>
    new UserError(
      `${where}  plug-in ${specifier}: ${what}`,
      'A plug-in is an npm package, installed beside the config, that exports "collector" made with defineCollector of affiant/sdk.',
      { cause },
    )
  let exported: unknown
  let manifest: string | undefined
  try {
    const file = createRequire(config).resolve(specifier)
    manifest = findPackageJSON(pathToFileURL(file))
    exported = (await import(pathToFileURL(file).href)).collector
  } catch (cause) {
    throw refuse(
      `it could not be loaded (${errno(cause) ?? (cause instanceof Error ? cause.name : 'unknown error')})`,
      cause,
    )
  }
  if (!isCollector(exported)) throw refuse('it does not export a collector of API version 1')
  const { name = specifier, version = '0.0.0' } =
    manifest === undefined ? {} : JSON.parse(await fs.readFile(manifest, 'utf8'))
  return { collector: exported, plugin: { name, version } }
}

function isCollector(value: unknown): value is Collector {
  if (typeof value !== 'object' || value === null) return false
  const manifest = value as Partial<Collector>
  return (
    manifest.apiVersion === 1 &&
    typeof manifest.id === 'string' &&
    /^[a-z][a-z0-9-]*$/.test(manifest.id) &&
    typeof manifest.open === 'function' &&
    typeof manifest.identify === 'function' &&
    typeof manifest.scopes === 'function' &&
    Array.isArray(manifest.streams) &&
    Array.isArray(manifest.checks) &&
    Array.isArray(manifest.limits) &&
    manifest.streams.every((stream) => String(stream.id).startsWith(`${manifest.id}.`))
  )
}

/**
 * The built-in mapping, extended by the files of the config.
 * @throws UserError with every problem of the files
 */
export async function loadMappings(
  collectors: readonly LoadedCollector[],
  extensions: readonly string[] = [],
): Promise<LoadedMapping> {
  const folder = join(packageRoot, 'mappings', 'iso27001-2022')
  const read = async (path: string) => {
    try {
      return { path, text: await fs.readFile(path, 'utf8') }
    } catch (cause) {
      throw new UserError(
        `cannot read the mapping file ${path} (${errno(cause)})`,
        'Correct "mappings" in the config.',
        { cause },
      )
    }
  }
  const result = loadMapping(
    {
      catalog: await read(join(folder, 'catalog.yaml')),
      map: await read(join(folder, 'map.yaml')),
      extensions: await Promise.all(extensions.map(read)),
    },
    {
      checks: collectors.flatMap(({ collector }) => collector.checks.map(({ id }) => id)),
      streams: collectors.flatMap(({ collector }) => collector.streams.map(({ id }) => id)),
    },
  )
  if (result.ok) return result.loaded
  const lines = result.problems.map(({ path, line, message }) => `${path}:${line}  ${message}`)
  throw new UserError(lines.join('\n'), 'Correct the mapping file and try again.')
}

export function openStore(path: string) {
  return createFsStore(fs, path, owner)
}

export interface JobRequest {
  loaded: LoadedConfig
  /** Default: the only job; without jobs, every source. */
  job?: string | undefined
  /** Restricts the job to these sources. */
  sources?: readonly string[] | undefined
  trigger: Trigger
  signal: AbortSignal
  log: Log
  progress: Progress
  onOpened?: (run: number) => void
  onWarning?: (message: string) => void
  /** Tests set the clock. */
  clock?: Clock
}

/**
 * Runs one job of the config, from its secrets to the sealed bundle, with the store to itself.
 * @throws UserError, StoreError, BundleError
 */
export async function runJob(request: JobRequest): Promise<Sealed> {
  const { loaded, log, signal, clock = systemClock } = request
  const { config } = loaded
  const { job, sources: sourceIds } = chooseJob(config, request)
  const mapping = await loadMappings(loaded.collectors, config.mappings)
  const resolved = await resolveSecrets(config, { env: process.env, fs }, sourceIds)
  if (!resolved.ok) {
    throw new UserError(
      formatProblems(resolved.problems, config.path),
      'Set what is missing; "affiant validate" checks it without running.',
    )
  }
  const { secrets } = resolved
  const signer = createFileSigner(secrets.signingKey.reveal())
  const pseudonymise = createPseudonymiser(Buffer.from(secrets.pseudonymKey.reveal(), 'base64'))

  const store = openStore(config.store.path)
  await using lock = await lockStore(fs, config.store.path, { owner, now: clock.now(), isAlive })
  if (lock.takenOver) {
    request.onWarning?.(
      `the run of process ${lock.takenOver.pid}, started ${lock.takenOver.startedAt}, ended without sealing; what it collected is kept, unsealed`,
    )
  }

  const to = clock.now()
  return await run(
    {
      job,
      trigger: request.trigger,
      period: { from: new Date(to.getTime() - config.period.days * 86_400_000), to },
      agent: {
        installation: config.installation,
        version: await agentVersion(),
        build: { sha256: await buildDigest() },
      },
      configSha256: loaded.sha256,
      checks: Object.fromEntries(
        [...config.checks].map(([id, { params, disabled }]) => [
          id,
          { params: params as Record<string, unknown>, disabled },
        ]),
      ),
      mapping,
      deadlineMs: config.deadline,
      concurrency: config.concurrency,
      sources: config.sources
        .filter(({ id }) => sourceIds.includes(id))
        .map((source) => ({
          ...source,
          secrets: secrets.sources.get(source.id) ?? {},
          plugin: loaded.collectors.find(({ collector }) => collector === source.collector)?.plugin,
        })),
      ...(request.onOpened && { onOpened: request.onOpened }),
    },
    {
      store,
      evidence: createEvidence(store),
      signer,
      pseudonymise,
      clock,
      log,
      signal,
      progress: request.progress,
      seamsFor: (source) =>
        openSeams(source, {
          fetch: globalThis.fetch,
          spawn,
          env: process.env,
          folder: config.folder,
          clock,
          random: Math.random,
          log,
        }),
    },
  )
}

function chooseJob(
  config: Config,
  { job, sources }: Pick<JobRequest, 'job' | 'sources'>,
): { job: string; sources: readonly string[] } {
  const named = job === undefined ? undefined : config.jobs.find(({ id }) => id === job)
  if (job !== undefined && named === undefined) {
    throw new UserError(
      `there is no job "${job}"`,
      `Jobs of the config: ${config.jobs.map(({ id }) => id).join(', ') || 'none'}.`,
    )
  }
  const only = config.jobs.length === 1 ? config.jobs[0] : undefined
  if (named === undefined && only === undefined && sources === undefined && config.jobs.length > 1) {
    throw new UserError(
      'the config has several jobs',
      `Choose one with --job: ${config.jobs.map(({ id }) => id).join(', ')}.`,
    )
  }
  const chosen = named ?? only
  const all = chosen?.sources ?? config.sources.map(({ id }) => id)
  const strange = sources?.find((id) => !config.sources.some((source) => source.id === id))
  if (strange !== undefined) {
    throw new UserError(
      `there is no source "${strange}"`,
      `Sources of the config: ${config.sources.map(({ id }) => id).join(', ')}.`,
    )
  }
  return { job: chosen?.id ?? 'all', sources: sources ?? all }
}

/** Digest over the agent's own program files and mappings, so that two builds of one version can be told apart. */
async function buildDigest(): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of [
    import.meta.dirname,
    join(import.meta.dirname, '..', 'collectors'),
    join(packageRoot, 'mappings'),
  ]) {
    const names = (await fs.readdir(folder, { recursive: true }))
      .filter((name) => /\.(?:js|ts|yaml)$/.test(name))
      .sort()
    for (const name of names) {
      const digest = createHash('sha256')
        .update(await fs.readFile(join(folder, name)))
        .digest('hex')
      hash.update(`${digest}  ${name.replaceAll('\\', '/')}\n`)
    }
  }
  return hash.digest('hex')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errno(error) === 'EPERM'
  }
}

function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
