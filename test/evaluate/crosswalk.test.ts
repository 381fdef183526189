import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { expect, test } from 'vitest'
import { loadCrosswalk } from '../../src/evaluate/crosswalk.ts'
import { Catalog } from '../../src/model/control.ts'
import { catalog as catalogFile } from './mapping-files.ts'

const catalog = Catalog.parse(parse(catalogFile.text))

const whole = {
  id: 'acme-2',
  title: 'Acme 2',
  item: 'rule',
  'item-plural': 'rules',
  catalog: 'small',
  source: 'Invented.',
  transcription: 'Invented on 2026-10-01.',
  licence: 'Ours.',
  trust: { level: 'community', said: 'None.' },
  direction: 'From Annex A.',
  relation: { kind: 'related', said: 'None is stated.' },
  notes: [] as string[],
  controls: [
    { control: 'A.5.9', items: ['R-1', 'R-2'] },
    { control: 'A.5.10', items: [] },
    { control: 'A.8.5', items: ['R-2'] },
  ] as unknown[],
}

function load(change: object = {}) {
  return loadCrosswalk({ path: 'own.yaml', text: stringify({ ...whole, ...change }) }, catalog)
}

function problems(change: object): string[] {
  const result = load(change)
  return result.ok ? [] : result.problems.map(({ message }) => message)
}

test('a whole file is read, and has the digest of its bytes', () => {
  const result = load()
  if (!result.ok) throw new Error(result.problems[0]?.message)
  expect(result.loaded.crosswalk.controls).toHaveLength(3)
  expect(result.loaded.sha256).toMatch(/^[0-9a-f]{64}$/)
})

const [first, second, third] = whole.controls

test.each<[string, object, string]>([
  [
    'a control that is left out',
    { controls: [first, third] },
    'no entry for A.5.10; "items: []" says that there is no pair',
  ],
  ['a control twice', { controls: [first, second, second, third] }, 'A.5.10 stands twice; join the two'],
  ['another order', { controls: [first, third, second] }, 'A.5.10 stands too late; sort by control number'],
  [
    'a control that there is not',
    { controls: [first, second, third, { control: 'A.8.50', items: [] }] },
    'unknown control "A.8.50"; did you mean "A.8.5"?',
  ],
  [
    'an item twice',
    { controls: [first, second, { control: 'A.8.5', items: ['R-2', 'R-2'] }] },
    'R-2 stands twice; keep one of the two',
  ],
  ['an item that is not in the list', { all: ['R-1', 'R-3'] }, 'R-2 is not among "all"; did you mean "R-1"?'],
  [
    'a clause with an item that is not in the list',
    { all: ['R-1', 'R-2'], clauses: [{ clause: '4.1', items: ['Z'] }] },
    'Z is not among "all"',
  ],
  ['an item listed twice', { all: ['R-1', 'R-2', 'R-1'] }, 'R-1 stands twice; keep one of the two'],
  ['another catalogue', { catalog: 'large' }, 'the catalogue is "small", not "large"'],
  [
    'derived pairs that the trust does not tell of',
    { controls: [first, second, { control: 'A.8.5', pairs: [{ item: 'R-2', strength: 'weak', via: ['X'] }] }] },
    'pairs have a "strength" only where the level of "trust" is derived, and it is community',
  ],
  [
    'a strength without what it rests on',
    { controls: [first, second, { control: 'A.8.5', pairs: [{ item: 'R-2', strength: 'weak' }] }] },
    'give strength and via together: how well a derived pair bears, and what it rests on',
  ],
  [
    'neither items nor pairs',
    { controls: [first, second, { control: 'A.8.5' }] },
    'give either items or pairs; "items: []" says that the source has no pair',
  ],
  ['an unknown key', { level: 1 }, 'unknown key "level"'],
  ['an id that would not do as the name of a page', { id: '../x' }, '"id" is not of the form expected here'],
  [
    'an item with markup',
    { controls: [first, second, { control: 'A.8.5', items: ['<b>'] }] },
    'this is not of the form expected here',
  ],
  [
    'a control of ISO among the clauses',
    { clauses: [{ clause: 'A.5.9', items: ['R-1'] }] },
    '"clause" is not of the form expected here',
  ],
  ['a link that is no https', { upstream: 'javascript:alert(1)' }, '"upstream" is not of the form expected here'],
])('%s is a problem', (_, change, message) => {
  expect(problems(change)).toContain(message)
})

test('all problems are told at once, with their lines', () => {
  const result = load({ catalog: 'large', controls: [{ control: 'A.5.9', items: ['R-1', 'R-1'] }] })
  if (result.ok) throw new Error('it was read')
  expect(result.problems).toHaveLength(3)
  for (const { path, line, column } of result.problems) {
    expect(path).toBe('own.yaml')
    expect(Math.min(line, column)).toBeGreaterThan(0)
  }
})

test('whatever the file holds, it is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(loadCrosswalk({ path: 'own.yaml', text }, catalog).ok).toBe(false)
    }),
  )
})
