import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Catalog } from '../../src/model/control.ts'
import { crosswalkCounts, FRAMEWORKS, frameworkItems, pairsOf } from '../../src/model/crosswalk.ts'
import { unpairedControls } from '../../src/report/crosswalk.ts'
import { loadCrosswalks } from '../../src/runtime/crosswalks.ts'

const root = new URL('../../', import.meta.url)
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8')
const catalog = Catalog.parse(parse(textOf('mappings/iso27001-2022/catalog.yaml')))
const loaded = await loadCrosswalks(FRAMEWORKS)
const of = (id: (typeof FRAMEWORKS)[number]) => {
  const found = loaded.find(({ crosswalk }) => crosswalk.id === id)
  if (found === undefined) throw new Error(`there is no ${id}`)
  return found.crosswalk
}
const itemsOf = (id: (typeof FRAMEWORKS)[number]) => frameworkItems(of(id)).map(({ item }) => item)
const pairedOf = (id: (typeof FRAMEWORKS)[number]) =>
  frameworkItems(of(id))
    .filter(({ controls }) => controls.length > 0)
    .map(({ item }) => item)

/** What the sources count, and what an id of each framework looks like. */
const EXPECTED = {
  'nist-csf-2.0': {
    pairs: 244,
    items: { all: 106, paired: 97, clausesOnly: 9, unpaired: 0 },
    paired: 67,
    id: /^(?:GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d{2}$/,
  },
  'nist-800-53r5': {
    pairs: 439,
    items: { paired: 205, clausesOnly: 15, unpaired: 0 },
    paired: 91,
    id: /^(?:A[CTU]|C[AMP]|I[AR]|M[AP]|P[ELMST]|RA|S[ACIR])-[1-9]\d?(?:\([1-9]\d?\))?$/,
  },
  'fedramp-moderate': {
    pairs: 367,
    items: { all: 323, paired: 145, clausesOnly: 5, unpaired: 173 },
    paired: 87,
    id: /^(?:A[CTU]|C[AMP]|I[AR]|M[AP]|P[ELS]|RA|S[ACIR])-[1-9]\d?(?:\([1-9]\d?\))?$/,
  },
  hipaa: {
    pairs: 230,
    items: { all: 22, paired: 22, clausesOnly: 0, unpaired: 0 },
    paired: 71,
    id: /^164\.3(?:08|10|12|14|16)\([a-e]\)(?:\([1-8]\))?$/,
  },
  'iso27001-2013': {
    pairs: 115,
    items: { all: 114, paired: 114, clausesOnly: 0, unpaired: 0 },
    paired: 82,
    id: /^A\.(?:[5-9]|1[0-8])\.[1-7]\.[1-9]$/,
  },
  iso27701: {
    pairs: 29,
    items: { all: 29, paired: 29, clausesOnly: 0, unpaired: 0 },
    paired: 29,
    id: /^A\.3\.[1-9]\d?$/,
  },
}

test('every folder of mappings but that of Annex A is a framework that can be named, and the other way round', () => {
  const folders = readdirSync(new URL('mappings/', root), { withFileTypes: true })
  expect(folders.map(({ name }) => name).sort()).toEqual(['iso27001-2022', ...FRAMEWORKS].sort())
  expect(loaded.map(({ crosswalk }) => crosswalk.id)).toEqual([...FRAMEWORKS])
})

describe.each(FRAMEWORKS)('%s', (id) => {
  const crosswalk = of(id)
  const expected = EXPECTED[id]

  test('names each of the 93 controls once, in the order of the catalogue', () => {
    expect(crosswalk.controls.map(({ control }) => control)).toEqual(catalog.controls.map((control) => control.id))
  })

  test('has as many pairs, items and controls as its source counts, and they add up', () => {
    const counts = crosswalkCounts(crosswalk)
    expect(counts).toEqual({
      pairs: expected.pairs,
      items: expected.items,
      controls: { all: 93, paired: expected.paired, unpaired: 93 - expected.paired },
    })
    const { paired, clausesOnly, unpaired, all } = counts.items
    expect(paired + clausesOnly + unpaired).toBe(all ?? itemsOf(id).length)
    expect(unpairedControls(crosswalk)).toHaveLength(counts.controls.unpaired)
    const named = frameworkItems(crosswalk).flatMap(({ controls }) => controls)
    expect(named).toHaveLength(counts.pairs)
  })

  test('holds ids of its framework, and no pair twice', () => {
    expect(itemsOf(id).filter((item) => !expected.id.test(item))).toEqual([])
    const pairs = crosswalk.controls.flatMap((entry) => pairsOf(entry).map(({ item }) => `${entry.control} ${item}`))
    expect(new Set(pairs).size).toBe(pairs.length)
  })

  test('says where it is from, at which state, and how far to trust it', () => {
    expect(crosswalk.transcription).toMatch(/[0-9a-f]{40}|transcripts/)
    for (const text of [crosswalk.source, crosswalk.licence, crosswalk.direction]) expect(text).toMatch(/^[A-Z].+\.$/s)
    expect(crosswalk.trust.said).toMatch(/^[A-Z].+\.$/s)
    expect(crosswalk.relation.said).toMatch(/^[A-Z].+\.$/s)
  })

  test('has a README with its counts, and a line in docs/frameworks.md with the same', () => {
    const readme = textOf(`mappings/${id}/README.md`)
    expect(readme).toContain(`${expected.pairs} pairs`)
    const { paired, all } = { all: undefined, ...expected.items }
    const line = textOf('docs/frameworks.md')
      .split('\n')
      .find((one) => one.startsWith(`| [\`${id}\`]`))
    expect(line).toContain(all === undefined ? `| ${paired} ` : `| ${paired} of ${all} `)
    expect(line).toContain(`| ${expected.pairs} |`)
  })
})

test('a pair of NIST is official, one that was computed or derived by us says so, and nothing claims equality', () => {
  expect(loaded.map(({ crosswalk }) => [crosswalk.id, crosswalk.trust.level, crosswalk.relation.kind])).toEqual([
    ['nist-csf-2.0', 'official', 'related'],
    ['nist-800-53r5', 'official', 'intersects'],
    ['fedramp-moderate', 'computed', 'intersects'],
    ['hipaa', 'derived', 'related'],
    ['iso27001-2013', 'official', 'related'],
    ['iso27701', 'community', 'related'],
  ])
  expect(of('hipaa').trust.said).toMatch(/derived by us/i)
})

test('FedRAMP has the pairs of SP 800-53 whose control is in the baseline, and no others', () => {
  const baseline = new Set(of('fedramp-moderate').all)
  const within = (entries: readonly { items?: string[] | undefined }[]) =>
    entries.map(({ items = [] }) => items.filter((item) => baseline.has(item)))
  expect(of('fedramp-moderate').controls.map(({ items }) => items)).toEqual(within(of('nist-800-53r5').controls))
  expect(of('fedramp-moderate').clauses?.map(({ items }) => items)).toEqual(
    within(of('nist-800-53r5').clauses ?? []).filter((items) => items.length > 0),
  )
})

test('HIPAA rests on the pairs of SP 800-53, is as strong as it says, and rests on more than policy controls', () => {
  const pairs = new Map(of('nist-800-53r5').controls.map(({ control, items = [] }) => [control, items]))
  for (const { control, pairs: derived = [] } of of('hipaa').controls) {
    for (const { item, via = [], strength } of derived) {
      const where = `${control} ${item}`
      expect(
        via.filter((id) => !pairs.get(control)?.includes(id)),
        where,
      ).toEqual([])
      const counting = via.filter((id) => !id.endsWith('-1')).length
      expect(strength, where).toBe(['none', 'weak', 'moderate', 'strong'][Math.min(counting, 3)])
    }
  }
})

test('the controls of 2022 without one of 2013 are the 11 that were new', () => {
  expect(unpairedControls(of('iso27001-2013'))).toEqual(
    ['5.7', '5.23', '5.30', '7.4', '8.9', '8.10', '8.11', '8.12', '8.16', '8.23', '8.28'].map((id) => `A.${id}`),
  )
})

test('items stand in the order of their framework: by number, not by letter', () => {
  const ids = itemsOf('nist-800-53r5')
  expect(ids.indexOf('AC-3')).toBeLessThan(ids.indexOf('AC-17'))
  expect(ids.slice(0, 3)).toEqual(['AC-1', 'AC-2', 'AC-2(12)'])
  expect(itemsOf('iso27001-2013').slice(0, 3)).toEqual(['A.5.1.1', 'A.5.1.2', 'A.6.1.1'])
  expect(itemsOf('nist-csf-2.0')[0]).toBe('GV.OC-01')
  expect(pairedOf('nist-csf-2.0')).not.toContain('GV.OC-01')
})

test('the files hold ids and no titles of items', () => {
  for (const id of FRAMEWORKS) {
    const body = textOf(`mappings/${id}/crosswalk.yaml`).split('\ncontrols:\n')[1] ?? ''
    const words = body
      .replaceAll(/#.*$/gm, '')
      .replaceAll(/\b(?:control|clause|clauses|items|pairs|item|strength|via|weak|moderate|strong)\b/g, '')
      .replaceAll(/[A-Z]{1,2}(?:\.\d+)*(?:\.[A-Z]{2})?(?:-\d+)?(?:\(\d+\))?|164\.\d+(?:\(\w\))+/g, '')
    expect(words.match(/[A-Za-z]+/g)).toBeNull()
  }
})
