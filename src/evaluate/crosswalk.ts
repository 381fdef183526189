import { createHash } from 'node:crypto'
import type { Catalog } from '../model/control.ts'
import { Crosswalk, type LoadedCrosswalk, pairsOf } from '../model/crosswalk.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import { type MappingProblem, readYaml, type TextFile, type YamlFile } from './yaml-file.ts'

export type CrosswalkResult = { ok: true; loaded: LoadedCrosswalk } | { ok: false; problems: MappingProblem[] }

/**
 * Reads a crosswalk, or gives every problem of it at once. It must name each control of the catalogue once, in its order: one
 * that was forgotten would look like one without a pair.
 */
export function loadCrosswalk(file: TextFile, catalog: Catalog): CrosswalkResult {
  const read = readYaml(file, Crosswalk)
  if ('problems' in read) return { ok: false, problems: read.problems }
  const problems = [...checkHead(read.file, catalog), ...checkControls(read.file, catalog), ...checkItems(read.file)]
  if (problems.length > 0) return { ok: false, problems }
  const sha256 = createHash('sha256').update(file.text, 'utf8').digest('hex')
  return { ok: true, loaded: { crosswalk: read.file.value, sha256 } }
}

function checkHead({ value, problem }: YamlFile<Crosswalk>, catalog: Catalog): MappingProblem[] {
  if (value.catalog === catalog.id) return []
  return [problem(['catalog'], `the catalogue is "${catalog.id}", not "${value.catalog}"`)]
}

function checkControls({ value, problem }: YamlFile<Crosswalk>, catalog: Catalog): MappingProblem[] {
  const problems: MappingProblem[] = []
  const places = new Map(catalog.controls.map(({ id }, index) => [id, index]))
  const seen = new Set<string>()
  let last = -1
  for (const [index, { control, pairs = [] }] of value.controls.entries()) {
    const at = (key: string, message: string) => problems.push(problem(['controls', index, key], message))
    const place = places.get(control)
    if (place === undefined) at('control', `unknown control "${control}"${didYouMean(control, places.keys())}`)
    else if (seen.has(control)) at('control', `${control} stands twice; join the two`)
    else if (place < last) at('control', `${control} stands too late; sort by control number`)
    else last = place
    seen.add(control)
    if (value.trust.level !== 'derived' && pairs.some(({ strength }) => strength !== undefined)) {
      at('pairs', `pairs have a "strength" only where the level of "trust" is derived, and it is ${value.trust.level}`)
    }
  }
  const missing = [...places.keys()].filter((id) => !seen.has(id))
  if (missing.length > 0) {
    problems.push(problem(['controls'], `no entry for ${missing.join(', ')}; "items: []" says that there is no pair`))
  }
  return problems
}

function checkItems({ value, problem }: YamlFile<Crosswalk>): MappingProblem[] {
  const known = value.all && new Set(value.all)
  const problems = checkList(value.all ?? [], undefined, (index, message) => problem(['all', index], message))
  for (const [index, entry] of value.controls.entries()) {
    const key = entry.pairs === undefined ? 'items' : 'pairs'
    const items = pairsOf(entry).map(({ item }) => item)
    problems.push(...checkList(items, known, (at, message) => problem(['controls', index, key, at], message)))
  }
  for (const [index, { items }] of (value.clauses ?? []).entries()) {
    problems.push(...checkList(items, known, (at, message) => problem(['clauses', index, 'items', at], message)))
  }
  return problems
}

function checkList(
  items: readonly string[],
  known: ReadonlySet<string> | undefined,
  problem: (index: number, message: string) => MappingProblem,
): MappingProblem[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    if (seen.has(item)) return [problem(index, `${item} stands twice; keep one of the two`)]
    seen.add(item)
    if (known === undefined || known.has(item)) return []
    return [problem(index, `${item} is not among "all"${didYouMean(item, known)}`)]
  })
}
