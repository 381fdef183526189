import type { Collector, Limit } from '../sdk/collector.ts'
import type { KnownCollectors } from './config.ts'
import { parseInterval } from '../model/interval.ts'
import { check } from './issues.ts'
import type { Finding } from './problem.ts'
import { duplicates, entriesAt, listAt, notFound, type Path } from './raw.ts'
import { isMapping, valueAt } from './shape.ts'

/** What a source's collector made of the source. */
export interface CheckedSource {
  collector: Collector
  config: unknown
  limits: readonly Limit[]
  concurrency?: number
  sweeps: Readonly<Record<string, number>>
}

/** Checks every source against the manifest of its collector. `checked[i]` belongs to `sources[i]`. */
export function checkSources(
  raw: unknown,
  known: KnownCollectors,
): { findings: Finding[]; checked: (CheckedSource | undefined)[] } {
  const sources = listAt(raw, 'sources')
  const ids = sources.map((source) => valueAt(source, ['id']))
  const findings = duplicates(ids, 'source id', (index) => ['sources', index, 'id'])
  const checked = sources.map((source, index) => {
    const path = ['sources', index]
    const id = valueAt(source, ['collector'])
    if (typeof id !== 'string' || id === '') return undefined
    const collector = known.collectors(id)
    if (collector) return checkSource(source, collector, path, findings)
    findings.push(notFound('unknown-collector', 'collector', id, [...path, 'collector'], known.knownCollectorIds))
    return undefined
  })
  return { findings, checked }
}

function checkSource(
  source: unknown,
  collector: Collector,
  path: Path,
  findings: Finding[],
): CheckedSource | undefined {
  const given = valueAt(source, ['config'])
  const limits = checkLimits(source, collector, path, findings)
  const concurrency = checkConcurrency(source, collector, path, findings)
  const sweeps = checkSweeps(source, collector, path, findings)
  const config =
    given === undefined || isMapping(given) ? check(collector.config, given ?? {}, [...path, 'config']) : undefined
  findings.push(...(config?.findings ?? []))
  const parsed = config?.findings.length === 0
  checkSecretNames(source, collector, path, findings, parsed ? collector.needs?.(config.data) : undefined, parsed)
  if (!parsed) return undefined
  return { collector, config: config.data, limits, sweeps, ...(concurrency !== undefined && { concurrency }) }
}

function checkSecretNames(
  source: unknown,
  collector: Collector,
  path: Path,
  findings: Finding[],
  needs: readonly string[] | undefined,
  parsed: boolean,
): void {
  const declared = Object.keys(collector.secrets)
  const group = valueAt(source, ['secrets'])
  if (group !== undefined && !isMapping(group)) return
  const given = entriesAt(source, 'secrets').map(([name]) => name)
  const strange = given.filter((name) => !declared.includes(name))
  const meant = new Set<string>()
  for (const name of strange) {
    const at: Path = [...path, 'secrets', name]
    const finding = notFound(
      'unknown-secret',
      'secret',
      name,
      at,
      declared.filter((one) => !given.includes(one)),
    )
    if (finding.nearest !== undefined) meant.add(finding.nearest)
    findings.push({ ...finding, at: 'key' })
  }
  // Which secrets are needed may depend on a config that is itself wrong: then only a manifest without `needs` can tell.
  const needed = needs ?? (parsed || collector.needs === undefined ? declared : [])
  for (const name of needed) {
    if (given.includes(name) || meant.has(name)) continue
    const what = collector.secrets[name] ?? 'secret'
    const message = `missing secret "${name}" (${what}); write secrets: { ${name}: { env: NAME } }`
    findings.push({ code: 'missing-secret', path: [...path, 'secrets', name], message, expected: what })
  }
}

function checkLimits(source: unknown, collector: Collector, path: Path, findings: Finding[]): readonly Limit[] {
  const given = entriesAt(source, 'limits')
  const ids = collector.limits.map(({ id }) => id)
  for (const [id] of given.filter(([name]) => !ids.includes(name))) {
    findings.push({ ...notFound('unknown-limit', 'limit', id, [...path, 'limits', id], ids), at: 'key' })
  }
  const shareOfAll = valueAt(source, ['share'])
  return collector.limits.map((limit) => {
    const set = { ...limit }
    for (const field of ['perMinute', 'concurrency'] as const) {
      const at: Path = ['limits', limit.id, field]
      set[field] = lowered(valueAt(source, at), limit[field], [...path, ...at], findings) ?? limit[field]
    }
    const share = valueAt(source, ['limits', limit.id, 'share']) ?? shareOfAll
    return typeof share === 'number' ? { ...set, share } : set
  })
}

function checkConcurrency(source: unknown, collector: Collector, path: Path, findings: Finding[]): number | undefined {
  return lowered(valueAt(source, ['concurrency']), collector.concurrency, [...path, 'concurrency'], findings)
}

/** What the source sets in place of a limit of the manifest, which must not be more. */
function lowered(value: unknown, limit: number | undefined, path: Path, findings: Finding[]): number | undefined {
  if (typeof value !== 'number') return limit
  if (limit !== undefined && value > limit) {
    const message = `${value} is above the limit of the collector; it may only be lowered: at most ${limit}`
    findings.push({ code: 'limit-raised', path, message, expected: `at most ${limit}` })
  }
  return value
}

function checkSweeps(
  source: unknown,
  { streams }: Collector,
  path: Path,
  findings: Finding[],
): Readonly<Record<string, number>> {
  const ids = streams.filter(({ sweep }) => sweep !== undefined).map(({ id }) => id)
  const sweeps: Record<string, number> = {}
  for (const [id, every] of entriesAt(source, 'sweeps')) {
    const milliseconds = typeof every === 'string' ? parseInterval(every) : undefined
    if (milliseconds !== undefined) sweeps[id] = milliseconds
    if (ids.includes(id)) continue
    const at: Path = [...path, 'sweeps', id]
    findings.push({ ...notFound('unknown-stream', 'stream with full sweeps', id, at, ids), at: 'key' })
  }
  return sweeps
}
