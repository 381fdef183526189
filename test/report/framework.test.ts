import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ControlStatus } from '../../src/model/control.ts'
import { Crosswalk, type LoadedCrosswalk } from '../../src/model/crosswalk.ts'
import type { RunView } from '../../src/model/run-view.ts'
import { frameworkTable } from '../../src/report/controls-framework.ts'
import { type PairStatus, throughCrosswalk, WORST_FIRST, worstOf } from '../../src/report/crosswalk.ts'
import { controlsFrameworkJson, showFrameworkJson } from '../../src/report/framework-json.ts'
import { jsonText } from '../../src/report/json-run.ts'
import { ControlsFrameworkJson, ShowFrameworkJson } from '../../src/report/json/framework.ts'
import { showControlsFramework, showFramework } from '../../src/report/show-framework.ts'
import { loaded as mapping } from '../evaluate/mapping-files.ts'
import { exampleView } from './example-view.ts'

const look = { columns: 100, color: false }

function crosswalk(change: object = {}): LoadedCrosswalk {
  const file = {
    id: 'acme-2',
    title: 'Acme 2',
    item: 'rule',
    'item-plural': 'rules',
    catalog: 'small',
    source: 'The source of the pairs.',
    transcription: 'The copy.',
    licence: 'The licence.',
    trust: { level: 'derived', said: 'The trust.' },
    direction: 'The direction.',
    relation: { kind: 'related', said: 'The relation.' },
    notes: ['The note.'],
    all: ['R-1', 'R-2', 'R-3', 'R-4'],
    controls: [
      { control: 'A.5.9', pairs: [{ item: 'R-2', relation: 'subset', strength: 'weak', via: ['X-1'] }] },
      { control: 'A.5.10', items: [] },
      { control: 'A.8.5', items: ['R-1', 'R-2'] },
    ],
    clauses: [{ clause: '4.1', items: ['R-1', 'R-3'] }],
    ...change,
  }
  return { crosswalk: Crosswalk.parse(file), sha256: 'd'.repeat(64) }
}

function viewWith(statuses: Readonly<Record<string, ControlStatus>>): RunView {
  return exampleView({ controls: Object.entries(statuses).map(([id, status]) => ({ id, status })) })
}

const through = (statuses: Readonly<Record<string, ControlStatus>>, loaded = crosswalk()) =>
  throughCrosswalk(loaded, viewWith(statuses).controls)

describe('the worst control', () => {
  test.each<[string, PairStatus[], string]>([
    ['a failure beats all', ['pass', 'unknown', 'manual', 'fail'], 'fail'],
    ['unknown beats what is left', ['pass', 'no-evidence', 'unknown', 'manual'], 'unknown'],
    ['no evidence beats a person', ['manual', 'no-evidence', 'pass'], 'no-evidence'],
    ['a person beats a pass', ['pass', 'manual', 'not-applicable'], 'manual'],
    ['what does not apply says nothing beside what does', ['not-applicable', 'pass'], 'pass'],
    ['nothing applies', ['not-applicable', 'not-applicable'], 'not-applicable'],
    ['what the run does not say is unknown', ['pass', 'not-in-run'], 'unknown'],
    ['no control at all', [], 'no-pair'],
  ])('%s', (_, statuses, expected) => {
    expect(worstOf(statuses)).toBe(expected)
  })

  test('is never better than any control that applies, in whatever order they come', () => {
    const rank = (status: PairStatus) => WORST_FIRST.findIndex((one) => one === status)
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORST_FIRST), { minLength: 1 }), (statuses) => {
        const worst = worstOf(statuses)
        expect(worst).toBe(worstOf(statuses.toReversed()))
        for (const status of statuses) expect(rank(worst as PairStatus)).toBeLessThanOrEqual(rank(status))
        expect(statuses).toContain(worst)
      }),
    )
  })
})

describe('a run through a crosswalk', () => {
  const view = through({ 'A.5.9': 'fail', 'A.5.10': 'fail', 'A.8.5': 'pass' })

  test('each item has its controls with their states, weak pairs too', () => {
    expect(view.items).toEqual([
      {
        item: 'R-1',
        worst: 'pass',
        controls: [{ control: 'A.8.5', relation: 'related', status: 'pass' }],
        clauses: ['4.1'],
      },
      {
        item: 'R-2',
        worst: 'fail',
        controls: [
          { control: 'A.5.9', status: 'fail', relation: 'subset', strength: 'weak', via: ['X-1'] },
          { control: 'A.8.5', relation: 'related', status: 'pass' },
        ],
        clauses: [],
      },
      { item: 'R-3', worst: 'no-pair', controls: [], clauses: ['4.1'] },
      { item: 'R-4', worst: 'no-pair', controls: [], clauses: [] },
    ])
  })

  test('everything is counted once', () => {
    expect(view.tally).toMatchObject({ fail: 1, pass: 1, 'no-pair': 2, unknown: 0 })
    expect(Object.values(view.tally).reduce((sum, count) => sum + count, 0)).toBe(view.items.length)
    expect(view.counts).toEqual({
      pairs: 3,
      items: { all: 4, paired: 2, clausesOnly: 1, unpaired: 1 },
      controls: { all: 3, paired: 2, unpaired: 1 },
    })
  })

  test('a failure of a control without a pair is not lost', () => {
    expect(view.unpaired).toEqual([{ control: 'A.5.10', status: 'fail' }])
    const text = showFramework(viewWith({ 'A.5.10': 'fail' }), through({ 'A.5.10': 'fail' }), look)
    expect(text).toContain('Controls without a pair, in no line above: fail: A.5.10.')
  })

  test('a control of which the run says nothing is unknown, and said to be missing', () => {
    const missing = through({ 'A.5.9': 'pass' })
    expect(missing.items[0]).toMatchObject({ worst: 'unknown', controls: [{ status: 'not-in-run' }] })
    expect(showFramework(viewWith({ 'A.5.9': 'pass' }), missing, look)).toContain('not in run: A.8.5.')
  })

  test('the text says that it is derived, and gives source, trust and relation', () => {
    const text = showFramework(viewWith({ 'A.8.5': 'pass' }), view, look)
    const flat = text.replaceAll(/\s+/g, ' ')
    expect(text).toMatch(/^Run 12 of acme-prod/)
    expect(flat).toContain('Derived: nobody tested the rules.')
    expect(flat).toContain('not whether a rule, or the framework, is met.')
    expect(flat).toContain('Worst control behind 4 rules: 1 fail and 1 pass; 2 have no pair.')
    expect(flat).toContain('R-2 fail fail: A.5.9 (subset, weak). pass: A.8.5.')
    expect(flat).toContain('R-3 no pair only with clause 4.1')
    expect(flat).toContain('Items without a pair in this source: R-4')
    for (const part of ['trust', 'relation', 'source of the pairs', 'copy', 'licence', 'direction', 'note'])
      expect(flat).toContain(`The ${part}.`)
    expect(flat.match(/Trust: derived/g)).toHaveLength(2)
    expect(flat).not.toMatch(/compliant|certified|effective|%/i)
  })

  test('lines fit the terminal', () => {
    for (const columns of [60, 80, 200]) {
      const text = showFramework(viewWith({ 'A.5.9': 'fail' }), through({ 'A.5.9': 'fail' }), { columns, color: false })
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns)
    }
  })

  test('the document keeps its shape', () => {
    const run = viewWith({ 'A.5.9': 'fail', 'A.5.10': 'manual' })
    const document: unknown = JSON.parse(jsonText(showFrameworkJson(run, throughCrosswalk(crosswalk(), run.controls))))
    const read = ShowFrameworkJson.parse(document)
    expect(read.framework).toMatchObject({ id: 'acme-2', trust: { level: 'derived' }, sha256: 'd'.repeat(64) })
    expect(read.items.map(({ worst }) => worst)).toEqual(['unknown', 'fail', 'no-pair', 'no-pair'])
    expect(read.derivation).toContain('nobody tested')
  })
})

describe('a framework without a run', () => {
  const table = frameworkTable(crosswalk(), mapping())

  test('each item has the coverage and the evidence of its controls', () => {
    expect(table.rows[1]).toEqual({
      item: 'R-2',
      controls: [
        { control: 'A.5.9', relation: 'subset', strength: 'weak', via: ['X-1'], coverage: 'partly' },
        { control: 'A.8.5', relation: 'related', coverage: 'automated' },
      ],
      clauses: [],
      coverage: { automated: 1, partly: 1, manual: 0 },
      checks: ['acme.factor-enrolled'],
      streams: ['acme.things'],
    })
    expect(table.unpaired).toEqual([{ control: 'A.5.10', coverage: 'manual' }])
  })

  test('the text has what is unpaired on both sides, and source and trust', () => {
    const flat = showControlsFramework(table, look).replaceAll(/\s+/g, ' ')
    expect(flat).toContain('R-2 A.5.9 (subset, weak), A.8.5 1 automated, 1 partly: 1 check, 1 stream')
    expect(flat).toContain('2 of 4 rules are paired with a control of Annex A, 1 only with clauses 4 to 10')
    expect(flat).toContain('1 with nothing: no pair in this source.')
    expect(flat).toContain('2 of 3 controls of Annex A are paired, 1 not')
    expect(flat).toContain('Items without a pair in this source: R-4')
    expect(flat).toContain('Controls without a pair in this source: A.5.10')
    expect(flat.match(/Trust: derived/g)).toHaveLength(2)
    expect(flat).toContain('Source: The source of the pairs.')
  })

  test('says so where the source has no list of all items', () => {
    const open = frameworkTable(crosswalk({ all: undefined }), mapping())
    expect(open.counts.items).toEqual({ paired: 2, clausesOnly: 1, unpaired: 0 })
    expect(showControlsFramework(open, look)).toContain('The framework has more rules than the source names.')
  })

  test('the document keeps its shape', () => {
    const read = ControlsFrameworkJson.parse(JSON.parse(jsonText(controlsFrameworkJson(table, 'small'))))
    expect(read.items).toHaveLength(4)
    expect(read.counts.controls).toEqual({ all: 3, paired: 2, unpaired: 1 })
  })
})

test('what a file of a user says is printed without control characters', () => {
  const hostile = crosswalk({ title: 'A\u001b[2J\u202e\u200bb', notes: ['\u0007bell'] })
  const texts = [
    showFramework(viewWith({}), throughCrosswalk(hostile, []), look),
    showControlsFramework(frameworkTable(hostile, mapping()), look),
    jsonText(controlsFrameworkJson(frameworkTable(hostile, mapping()), 'small')),
  ]
  for (const text of texts) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})
