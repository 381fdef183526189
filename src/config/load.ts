import { posix } from 'node:path'
import { checkChecks, checkLists } from './check-rules.ts'
import type { CheckSettings, Config, Job, KnownCollectors, PluginRef, SecretRef } from './config.ts'
import { type ConfigDocument, readDocument } from './document.ts'
import { parseDuration } from './duration.ts'
import { check } from './issues.ts'
import { checkJobs } from './job-rules.ts'
import { type Finding, type Problem, sortProblems, toProblem } from './problem.ts'
import { isReferencePath, referenceFindings } from './references.ts'
import { ConfigFile } from './schema.ts'
import { valueAt } from './shape.ts'
import { showPath } from './show.ts'
import { type CheckedSource, checkSources } from './source-rules.ts'

export interface LoadOptions extends KnownCollectors {
  /** Content of the config file. */
  text: string
  /** Where the file is; relative paths in it are joined to its folder. */
  path: string
}

/** Either the whole config (with warnings, if any), or everything that is wrong with it, in the order of the text. */
export type LoadResult =
  | { ok: true; config: Config; problems: readonly Problem[] }
  | { ok: false; problems: readonly Problem[] }

/** Reads, checks and resolves `affiant.yaml`. Never throws for what stands in the file; reads no secret and no other file. */
export function loadConfig({ text, path, ...known }: LoadOptions): LoadResult {
  const doc = readDocument(text)
  const { value: raw } = doc
  if (raw === undefined || raw === null) {
    const message = 'the file is empty; write one with "affiant init"'
    const empty = toProblem({ code: 'missing-key', path: [], message }, { line: 1, column: 1 })
    return { ok: false, problems: doc.problems.length > 0 ? doc.problems : [empty] }
  }
  const file = check(ConfigFile, raw, [])
  const sources = checkSources(raw, known)
  const checks = checkChecks(raw, known)
  const findings = [
    ...file.findings.filter((finding) => !isReported(finding, raw)),
    ...referenceFindings(raw),
    ...sources.findings,
    ...checkJobs(raw),
    ...checks.findings,
    ...checkLists(raw),
  ]
  const problems = sortProblems([
    ...doc.problems,
    ...findings.map((finding) => toProblem(finding, doc.locate(finding.path, finding.at))),
  ])
  const isValid = problems.every(({ severity }) => severity === 'warning')
  const checked = sources.checked.filter((source) => source !== undefined)
  if (!isValid || file.data === undefined || checked.length < file.data.sources.length) return { ok: false, problems }
  return { ok: true, config: resolve(file.data, { path, doc, checked, checks: checks.settings }), problems }
}

/** References to secrets are checked by hand, so that nothing of them is repeated. */
function isReported({ path }: Finding, raw: unknown): boolean {
  if (isReferencePath(path)) return valueAt(raw, path.slice(0, path[0] === 'sources' ? 4 : 2)) !== undefined
  const isGroup = path[0] === 'sources' ? path.length === 3 && path[2] === 'secrets' : path.length === 1
  const name = path.at(-1)
  return (
    isGroup &&
    (name === 'secrets' || name === 'signing' || name === 'pseudonyms') &&
    typeof valueAt(raw, path) === 'string'
  )
}

interface Checked {
  path: string
  doc: ConfigDocument
  checked: readonly CheckedSource[]
  checks: ReadonlyMap<string, CheckSettings>
}

function resolve(file: ConfigFile, { path, doc, checked, checks }: Checked): Config {
  const join = (target: string): string => joinTo(path, target)
  const reference = (target: { env: string } | { file: string }, at: PropertyKey[]): SecretRef => ({
    ...('env' in target ? { env: target.env } : { file: join(target.file) }),
    path: showPath(at),
    position: doc.locate(at),
  })
  return {
    path,
    folder: posix.dirname(path),
    installation: file.installation,
    store: { path: join(file.store.path) },
    signing: signingOf(file.signing, reference),
    pseudonyms: { key: reference(file.pseudonyms.key, ['pseudonyms', 'key']) },
    timestamps: (file.timestamps?.authorities ?? []).map(({ url, roots, timeout }) => ({
      url,
      ...(roots !== undefined && { rootsFile: join(roots) }),
      timeoutMs: parseDuration(timeout ?? '10s') ?? 10_000,
    })),
    period: { days: file.period?.days ?? 90 },
    deadline: parseDuration(file.deadline ?? '10m') ?? 600_000,
    concurrency: file.concurrency ?? Math.max(4, ...checked.map(({ collector }) => collector.itemsAtOnce ?? 0)),
    sources: checked.flatMap((source, index) => {
      const { id = '', demo = false, secrets = {} } = file.sources[index] ?? {}
      const refs = Object.entries(secrets).map(([name, target]) => [
        name,
        reference(target, ['sources', index, 'secrets', name]),
      ])
      return { ...source, id, demo, secrets: Object.fromEntries(refs) }
    }),
    jobs: jobsOf(file),
    checks,
    mappings: (file.mappings ?? []).map(join),
    plugins: pluginRefs(file.plugins ?? [], path, doc),
  }
}

function signingOf(
  signing: ConfigFile['signing'],
  reference: (target: { env: string } | { file: string }, at: PropertyKey[]) => SecretRef,
): Config['signing'] {
  if ('key' in signing) {
    const { key, passphrase } = signing
    return {
      key: reference(key, ['signing', 'key']),
      ...(passphrase !== undefined && { passphrase: reference(passphrase, ['signing', 'passphrase']) }),
    }
  }
  const { keyId, region, endpoint } = signing.kms
  return { kms: { keyId, region, ...(endpoint !== undefined && { endpoint }) } }
}

function jobsOf({ jobs = [{ id: 'default' }], sources }: ConfigFile): Job[] {
  const all = sources.map(({ id }) => id)
  return jobs.map(({ id, schedule, timeZone = 'UTC', sources: read = all }) => ({
    id,
    timeZone,
    sources: read,
    ...(schedule !== undefined && { schedule }),
  }))
}

/** What must be loaded before {@link loadConfig} can check the file. */
export interface Needed {
  /** Ids that sources name, and those that ids of checks begin with; they need not exist. */
  collectors: readonly string[]
  plugins: readonly PluginRef[]
}

/** Looks up which collectors and plug-ins a config names, whatever else is wrong with it; nothing is reported here. */
export function neededCollectors(text: string, path: string): Needed {
  const doc = readDocument(text)
  const ids = new Set<string>()
  const sources = valueAt(doc.value, ['sources'])
  for (const source of Array.isArray(sources) ? sources : []) {
    const id = valueAt(source, ['collector'])
    if (typeof id === 'string') ids.add(id)
  }
  const checks = valueAt(doc.value, ['checks'])
  for (const id of typeof checks === 'object' && checks !== null ? Object.keys(checks) : []) {
    ids.add(id.split('.')[0] ?? id)
  }
  const plugins = check(ConfigFile.shape.plugins, valueAt(doc.value, ['plugins']), ['plugins']).data ?? []
  return { collectors: [...ids], plugins: pluginRefs(plugins, path, doc) }
}

function pluginRefs(names: readonly string[], path: string, doc: ConfigDocument): PluginRef[] {
  return names.map((name, index) => ({
    ...(/^\.{0,2}\//.test(name) ? { file: joinTo(path, name) } : { package: name }),
    position: doc.locate(['plugins', index]),
  }))
}

function joinTo(path: string, target: string): string {
  return posix.isAbsolute(target) ? target : posix.join(posix.dirname(path), target)
}
