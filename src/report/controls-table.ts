import { type Control, type LoadedMapping, type MappingEntry, THEMES } from '../model/control.ts'
import { didYouMean } from '../model/did-you-mean.ts'

/**
 * How much of a control the mapping can evidence without a person. `automated`: a direct check speaks to it. `partly`: a
 * supporting check or a stream does. `manual`: neither.
 */
const COVERAGES = ['automated', 'partly', 'manual'] as const
type Coverage = (typeof COVERAGES)[number]

/** Values as a person types them: in any case, attributes also with `#` and with spaces or hyphens for underscores. */
export interface ControlFilters {
  /** Any of them. */
  theme?: readonly string[] | undefined
  /** All of them; each may be of any of the five attribute sets. */
  attribute?: readonly string[] | undefined
  /** Any of them. */
  coverage?: readonly string[] | undefined
}

/** One line of `affiant controls`. */
export interface ControlRow {
  id: string
  title: string
  theme: Control['theme']
  attributes: Control['attributes']
  coverage: Coverage
  /** Ids of the checks that speak to it, the strongest first. */
  checks: string[]
  /** Ids of the streams shown for it. */
  streams: string[]
  manual?: { reason: string; owner: string; cadence: string }
}

/** `problems`: one sentence for each filter value that does not exist, with the values that do. */
export type ControlsTable = { ok: true; rows: ControlRow[] } | { ok: false; problems: string[] }

/** The controls of a mapping in the catalogue's order, narrowed by filters. */
export function controlsTable(loaded: LoadedMapping, filters: ControlFilters = {}): ControlsTable {
  const values = attributeValues(loaded)
  const theme = choose('theme', filters.theme, THEMES)
  const attribute = choose('attribute', filters.attribute, values)
  const coverage = choose('coverage', filters.coverage, COVERAGES)
  const problems = [theme, attribute, coverage].flatMap((choice) => choice.problems)
  if (problems.length > 0) return { ok: false, problems }

  const entries = new Map(loaded.mapping.controls.map((entry) => [entry.control, entry]))
  const rows = loaded.catalog.controls
    .map((control) => rowOf(control, entries.get(control.id)))
    .filter((row) => theme.chosen.length === 0 || theme.chosen.includes(row.theme))
    .filter((row) => coverage.chosen.length === 0 || coverage.chosen.includes(row.coverage))
    .filter((row) => {
      const has = new Set(Object.values(row.attributes).flat().map(normal))
      return attribute.chosen.every((value) => has.has(normal(value)))
    })
  return { ok: true, rows }
}

/** How much of a control its entry in the mapping covers. */
function coverageOf(entry: MappingEntry | undefined): Coverage {
  const links = entry?.evidence ?? []
  const checks = links.filter((link) => link.check !== undefined)
  if (checks.some((link) => link.strength === 'direct')) return 'automated'
  const some = checks.some((link) => link.strength === 'supporting') || links.some((link) => link.stream !== undefined)
  return some ? 'partly' : 'manual'
}

const ORDER = { direct: 0, supporting: 1, context: 2 }

function rowOf(control: Control, entry: MappingEntry | undefined): ControlRow {
  const links = (entry?.evidence ?? []).toSorted((a, b) => ORDER[a.strength] - ORDER[b.strength])
  return {
    ...control,
    coverage: coverageOf(entry),
    checks: links.flatMap((link) => link.check ?? []),
    streams: links.flatMap((link) => link.stream ?? []),
    ...(entry?.manual && { manual: entry.manual }),
  }
}

function attributeValues(loaded: LoadedMapping): string[] {
  const all = loaded.catalog.controls.flatMap((control) => Object.values(control.attributes).flat())
  return [...new Set(all)].sort()
}

function choose(
  kind: string,
  wanted: readonly string[] | undefined,
  valid: readonly string[],
): { chosen: string[]; problems: string[] } {
  const chosen: string[] = []
  const problems: string[] = []
  for (const written of wanted ?? []) {
    const value = valid.find((candidate) => normal(candidate) === normal(written))
    if (value !== undefined) chosen.push(value)
    else {
      const hint = didYouMean(normal(written), valid) || '.'
      problems.push(`There is no ${kind} "${written}"${hint} Valid: ${valid.join(', ')}.`)
    }
  }
  return { chosen, problems }
}

function normal(value: string): string {
  return value
    .trim()
    .replace(/^#/, '')
    .replaceAll(/[\s-]+/g, '_')
    .toLowerCase()
}
