import type { CheckSettings, KnownCollectors } from './config.ts'
import { check } from './issues.ts'
import type { Finding } from './problem.ts'
import { duplicates, entriesAt, listAt, notFound, type Path } from './raw.ts'
import { isMapping, valueAt } from './shape.ts'

/** Checks params by the schemas of the checks; gives the settings of every check of the collectors in use. */
export function checkChecks(
  raw: unknown,
  known: KnownCollectors,
): { findings: Finding[]; settings: Map<string, CheckSettings> } {
  const used = new Set(listAt(raw, 'sources').map((source) => valueAt(source, ['collector'])))
  const areKnown =
    used.size > 0 && [...used].every((id) => typeof id === 'string' && known.collectors(id) !== undefined)
  const all = known.knownCollectorIds.flatMap((id) => known.collectors(id) ?? [])
  const checks = new Map(
    all.flatMap((collector) => collector.checks.map((one) => [one.id, { one, collector }] as const)),
  )
  const findings: Finding[] = []
  for (const [id] of entriesAt(raw, 'checks')) {
    const path: Path = ['checks', id]
    const owner = checks.get(id)?.collector
    if (owner === undefined)
      findings.push({ ...notFound('unknown-check', 'check', id, path, [...checks.keys()]), at: 'key' })
    else if (areKnown && !used.has(owner.id)) {
      const message = `no source uses the collector "${owner.id}"; this setting has no effect`
      findings.push({ code: 'no-effect', severity: 'warning', path, at: 'key', message })
    }
  }
  const settings = new Map<string, CheckSettings>()
  for (const [id, { one, collector }] of checks) {
    const path: Path = ['checks', id]
    const given = valueAt(raw, [...path, 'params'])
    if (given === undefined && !used.has(collector.id)) continue
    if (given !== undefined && !isMapping(given)) continue
    const params = check(one.params, given ?? {}, [...path, 'params'])
    const disabled = valueAt(raw, [...path, 'disabled'])
    const isOff = typeof disabled === 'string'
    if (given !== undefined || !isOff) findings.push(...params.findings)
    if (used.has(collector.id)) settings.set(id, { params: params.data ?? {}, ...(isOff && { disabled }) })
  }
  return { findings, settings }
}

/** Files and packages that are named twice. */
export function checkLists(raw: unknown): Finding[] {
  return [
    ...duplicates(listAt(raw, 'mappings'), 'mapping', (index) => ['mappings', index]),
    ...duplicates(listAt(raw, 'plugins'), 'plug-in', (index) => ['plugins', index]),
  ]
}
