import type { LoadedMapping } from '../../src/model/control.ts'
import { loadMapping, type MappingProblem, type TextFile } from '../../src/evaluate/mapping.ts'

/** A catalogue of three controls, one of them with a two-digit number so that sorting by text would be wrong. */
export const catalog: TextFile = {
  path: 'catalog.yaml',
  text: `id: small
title: Small
source: invented for tests
controls:
  - id: A.5.9
    title: Inventory
    theme: organizational
    attributes: { type: [preventive], property: [integrity], concept: [identify], capability: [asset_management], domain: [protection] }
  - id: A.5.10
    title: Use
    theme: organizational
    attributes: { type: [preventive], property: [integrity], concept: [protect], capability: [governance], domain: [protection] }
  - id: A.8.5
    title: Sign-on
    theme: technological
    attributes: { type: [preventive, detective], property: [confidentiality], concept: [protect], capability: [identity_and_access_management], domain: [defence] }
`,
}

export const map: TextFile = {
  path: 'map.yaml',
  text: `id: small
catalog: small
controls:
  - control: A.5.9
    evidence:
      - { stream: acme.things, strength: context, shows: All things., not-shown: Their owners. }
    manual: { reason: Owners are people., owner: Asset manager, cadence: yearly }
  - control: A.5.10
    manual: { reason: Read by people., owner: HR, cadence: yearly }
    also-needed: The rules.
  - control: A.8.5
    evidence:
      - { check: acme.factor-enrolled, strength: direct, shows: A factor., not-shown: Its kind. }
`,
}

export const known = {
  checks: ['acme.factor-enrolled', 'acme.things-owned', 'plugin.badge-returned'],
  streams: ['acme.things', 'acme.people'],
}

export function load(files: { catalog?: string; map?: string; extensions?: TextFile[] } = {}) {
  return loadMapping(
    {
      catalog: { ...catalog, text: files.catalog ?? catalog.text },
      map: { ...map, text: files.map ?? map.text },
      extensions: files.extensions ?? [],
    },
    known,
  )
}

export function loaded(files: Parameters<typeof load>[0] = {}): LoadedMapping {
  const result = load(files)
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join('\n'))
  return result.loaded
}

export function problems(files: Parameters<typeof load>[0]): MappingProblem[] {
  const result = load(files)
  return result.ok ? [] : result.problems
}

export function own(text: string, path = 'own.yaml'): TextFile {
  return { path, text }
}
