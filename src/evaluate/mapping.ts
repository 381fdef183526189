import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Catalog, EvidenceLink, type LoadedMapping, Mapping, MappingEntry } from '../model/control.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import { type MappingProblem, readYaml, type TextFile, type YamlFile } from './yaml-file.ts'

export type { MappingProblem, TextFile } from './yaml-file.ts'

/** What a mapping may refer to: every check and stream of the built-in collectors and of the plug-ins in use. */
export interface KnownIds {
  checks: Iterable<string>
  streams: Iterable<string>
}

export interface MappingFiles {
  catalog: TextFile
  map: TextFile
  /** Files of the user that extend `map`, in the order of the config. */
  extensions: readonly TextFile[]
}

export type MappingResult = { ok: true; loaded: LoadedMapping } | { ok: false; problems: MappingProblem[] }

/** A user's mapping file. `controls` need not name all controls, and an entry gives only what it adds. */
const MappingExtension = z.strictObject({
  /** Id of the mapping it adds to. */
  extends: z.string(),
  controls: z.array(
    z.strictObject({
      control: z.string(),
      evidence: z.array(EvidenceLink).min(1).optional(),
      manual: MappingEntry.shape.manual,
      'also-needed': z.string().min(1).optional(),
    }),
  ),
})
type MappingExtension = z.output<typeof MappingExtension>

interface Known {
  checks: ReadonlySet<string>
  streams: ReadonlySet<string>
}

/**
 * Reads a catalogue, its map and the user's extensions, and gives either the merged mapping or every problem at once.
 *
 * Merge rule, file by file in the order given. An extension
 * - adds its `evidence` behind ours; a check or stream that the control already has is a problem, so a link of ours can
 *   neither be removed nor weakened;
 * - replaces `manual` where we have one and adds it where we have none; two extensions that both give it for one control
 *   contradict each other, which is a problem;
 * - appends its `also-needed` to ours;
 * - may refer to checks and streams of plug-ins, which must be among `known`.
 *
 * The map itself must have exactly the controls of the catalogue, both sorted by control number. In the result every
 * control without a direct or supporting check has a `manual` entry. `sha256` is over the bytes of catalogue, map and
 * extensions one after the other, so `cat catalog.yaml map.yaml own.yaml | sha256sum` gives it too.
 */
export function loadMapping(files: MappingFiles, knownIds: KnownIds): MappingResult {
  const known = { checks: new Set(knownIds.checks), streams: new Set(knownIds.streams) }
  const problems: MappingProblem[] = []
  const read = <Value>(text: TextFile, schema: z.ZodType<Value>): YamlFile<Value> | undefined => {
    const result = readYaml(text, schema)
    if ('file' in result) return result.file
    problems.push(...result.problems)
    return undefined
  }
  const catalog = read(files.catalog, Catalog)
  const map = read(files.map, Mapping)
  const extensions = files.extensions.map((text) => read(text, MappingExtension))

  if (catalog) problems.push(...checkCatalog(catalog))
  if (map) problems.push(...checkLinks(map, known))
  if (catalog && map) problems.push(...checkMap(map, catalog.value))
  const merged = new Map((map?.value.controls ?? []).map((entry) => [entry.control, entry]))
  const manualFrom = new Map<string, string>()
  for (const extension of extensions) {
    if (!extension) continue
    problems.push(...checkLinks(extension, known))
    if (map) problems.push(...extend(merged, extension, map.value.id, manualFrom))
  }
  if (!catalog || !map || problems.length > 0) return { ok: false, problems }

  const controls = map.value.controls.map((entry) => merged.get(entry.control) ?? entry)
  const sha256 = createHash('sha256')
  for (const file of [files.catalog, files.map, ...files.extensions]) sha256.update(file.text, 'utf8')
  return {
    ok: true,
    loaded: { mapping: { ...map.value, controls }, catalog: catalog.value, sha256: sha256.digest('hex') },
  }
}

/** One problem a line: `own.yaml:12:5  unknown check "…"; did you mean "…"?`. */
export function formatMappingProblems(problems: readonly MappingProblem[]): string {
  return problems.map(({ path, line, column, message }) => `${path}:${line}:${column}  ${message}`).join('\n')
}

function checkCatalog(file: YamlFile<Catalog>): MappingProblem[] {
  return checkOrder(
    file.value.controls.map((control) => control.id),
    (index, message) => file.problem(['controls', index, 'id'], message),
  )
}

function checkMap(file: YamlFile<Mapping>, catalog: Catalog): MappingProblem[] {
  const problems: MappingProblem[] = []
  if (file.value.catalog !== catalog.id) {
    problems.push(file.problem(['catalog'], `the catalogue is "${catalog.id}", not "${file.value.catalog}"`))
  }
  const ids = catalog.controls.map((control) => control.id)
  const entries = file.value.controls.map((entry) => entry.control)
  problems.push(...checkOrder(entries, (index, message) => file.problem(['controls', index, 'control'], message)))
  for (const [index, entry] of file.value.controls.entries()) {
    if (!ids.includes(entry.control)) {
      problems.push(file.problem(['controls', index, 'control'], unknownId('control', entry.control, ids)))
    }
    if (!entry.manual && !entry.evidence?.some(decides)) {
      const message = `${entry.control} has no direct or supporting check, so it needs a "manual" entry`
      problems.push(file.problem(['controls', index, 'control'], message))
    }
  }
  const missing = ids.filter((id) => !entries.includes(id))
  if (missing.length > 0) problems.push(file.problem(['controls'], `no entry for ${missing.join(', ')}`))
  return problems
}

/** Ids resolve, and no control has the same check or stream twice in one file. */
function checkLinks(file: YamlFile<Mapping | MappingExtension>, known: Known): MappingProblem[] {
  const problems: MappingProblem[] = []
  for (const [index, entry] of file.value.controls.entries()) {
    const seen = new Set<string>()
    for (const [position, link] of (entry.evidence ?? []).entries()) {
      const { kind, id } = target(link)
      const at = (message: string) => file.problem(['controls', index, 'evidence', position, kind], message)
      const ids = kind === 'check' ? known.checks : known.streams
      if (!ids.has(id)) problems.push(at(unknownId(kind, id, ids)))
      if (seen.has(`${kind} ${id}`)) problems.push(at(`${entry.control} already has ${kind} "${id}"`))
      seen.add(`${kind} ${id}`)
    }
  }
  return problems
}

function extend(
  merged: Map<string, MappingEntry>,
  file: YamlFile<MappingExtension>,
  id: string,
  manualFrom: Map<string, string>,
): MappingProblem[] {
  const problems: MappingProblem[] = []
  if (file.value.extends !== id) {
    problems.push(file.problem(['extends'], `there is no mapping "${file.value.extends}" to extend; it is "${id}"`))
  }
  const seen = new Set<string>()
  for (const [index, addition] of file.value.controls.entries()) {
    const at = (key: string, message: string) => file.problem(['controls', index, key], message)
    const entry = merged.get(addition.control)
    if (!entry) {
      problems.push(at('control', unknownId('control', addition.control, merged.keys())))
      continue
    }
    if (seen.has(addition.control)) problems.push(at('control', `${addition.control} stands twice; join the two`))
    seen.add(addition.control)
    const has = new Set((entry.evidence ?? []).map((link) => linkKey(link)))
    for (const [position, link] of (addition.evidence ?? []).entries()) {
      if (!has.has(linkKey(link))) continue
      const { kind, id: linked } = target(link)
      const message = `${addition.control} already has ${kind} "${linked}"; an extension only adds`
      problems.push(file.problem(['controls', index, 'evidence', position, kind], message))
    }
    const other = manualFrom.get(addition.control)
    if (addition.manual && other !== undefined) {
      problems.push(at('manual', `${other} already gives "manual" for ${addition.control}; keep one of the two`))
    }
    if (addition.manual) manualFrom.set(addition.control, file.path)
    merged.set(addition.control, join(entry, addition))
  }
  return problems
}

function join(entry: MappingEntry, addition: MappingExtension['controls'][number]): MappingEntry {
  const evidence = [...(entry.evidence ?? []), ...(addition.evidence ?? [])]
  const manual = addition.manual ?? entry.manual
  const needed = [entry['also-needed'], addition['also-needed']].filter((text) => text !== undefined)
  return {
    control: entry.control,
    ...(evidence.length > 0 && { evidence }),
    ...(manual && { manual }),
    ...(needed.length > 0 && { 'also-needed': needed.join(' ') }),
  }
}

function target(link: EvidenceLink): { kind: 'check' | 'stream'; id: string } {
  return link.check === undefined ? { kind: 'stream', id: link.stream ?? '' } : { kind: 'check', id: link.check }
}

function linkKey(link: EvidenceLink): string {
  const { kind, id } = target(link)
  return `${kind} ${id}`
}

function decides(link: EvidenceLink): boolean {
  return link.check !== undefined && link.strength !== 'context'
}

function unknownId(kind: string, id: string, candidates: Iterable<string>): string {
  return `unknown ${kind} "${id}"${didYouMean(id, candidates)}`
}

/** Sorted by control number (`A.5.2` before `A.5.10`), each once. */
function checkOrder(ids: readonly string[], at: (index: number, message: string) => MappingProblem): MappingProblem[] {
  const problems: MappingProblem[] = []
  const seen = new Set<string>()
  for (const [index, id] of ids.entries()) {
    const previous = ids[index - 1]
    if (seen.has(id)) problems.push(at(index, `${id} stands twice; join the two`))
    else if (previous !== undefined && compareControls(previous, id) > 0) {
      problems.push(at(index, `${id} stands after ${previous}; sort by control number`))
    }
    seen.add(id)
  }
  return problems
}

function compareControls(left: string, right: string): number {
  const a = left.split('.').map(Number)
  const b = right.split('.').map(Number)
  return (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0)
}
