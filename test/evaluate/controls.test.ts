import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rollUpControls, streamStates, type StreamState } from '../../src/evaluate/controls.ts'
import { ControlLine, type EvidenceLink, type LoadedMapping, STRENGTHS } from '../../src/model/control.ts'
import type { OutcomeLine } from '../../src/model/index-line.ts'
import { Counts, STATUSES, type CheckSummary } from '../../src/model/result.ts'

type Strength = EvidenceLink['strength']

const attributes = { type: [], property: [], concept: [], capability: [], domain: [] }
const link = (target: { check: string } | { stream: string }, strength: Strength): EvidenceLink => ({
  ...target,
  strength,
  shows: 'Something.',
  'not-shown': 'Something else.',
})

/** A mapping of one control with these links; `manual` beside them. */
function mappingOf(evidence: EvidenceLink[]): LoadedMapping {
  return {
    catalog: {
      id: 'small',
      title: 'Small',
      source: 'test',
      controls: [{ id: 'A.8.5', title: 'Sign-on', theme: 'technological', attributes }],
    },
    mapping: {
      id: 'small',
      catalog: 'small',
      controls: [
        {
          control: 'A.8.5',
          ...(evidence.length > 0 && { evidence }),
          manual: { reason: 'Needs a person.', owner: 'CISO', cadence: 'yearly' },
        },
      ],
    },
    sha256: '0'.repeat(64),
  }
}

const zero: Counts = { inScope: 0, inspected: 0, passed: 0, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
const countsFor: Record<CheckSummary['status'], Counts> = {
  pass: { ...zero, inScope: 3, inspected: 3, passed: 3 },
  fail: { ...zero, inScope: 3, inspected: 2, passed: 1, failed: 1, notApplicable: 1 },
  unknown: { ...zero, inScope: 2, inspected: 1, passed: 1, unknown: 1 },
  'not-applicable': { ...zero, inScope: 1, notApplicable: 1 },
}

function summary(check: string, status: CheckSummary['status'], reason?: string, source = 'one'): CheckSummary {
  return {
    check,
    revision: 1,
    source,
    status,
    ...(reason !== undefined && { reason }),
    counts: countsFor[status],
    incomplete: [],
  }
}

function roll(evidence: EvidenceLink[], summaries: CheckSummary[], streams: StreamState[] = []): ControlLine {
  const lines = rollUpControls(mappingOf(evidence), summaries, streams)
  expect(lines).toHaveLength(1)
  return ControlLine.parse(lines[0])
}

const direct = link({ check: 'a.direct' }, 'direct')
const second = link({ check: 'a.second' }, 'direct')
const supporting = link({ check: 'a.supporting' }, 'supporting')
const context = link({ check: 'a.context' }, 'context')
const stream = link({ stream: 'a.things' }, 'supporting')

describe('status of a control', () => {
  test.each<[string, EvidenceLink[], CheckSummary[], ControlLine['status']]>([
    ['all pass', [direct, supporting], [summary('a.direct', 'pass'), summary('a.supporting', 'pass')], 'pass'],
    [
      'fail beats unknown',
      [direct, second],
      [summary('a.direct', 'fail'), summary('a.second', 'unknown', 'denied')],
      'fail',
    ],
    [
      'unknown beats pass',
      [direct, second],
      [summary('a.direct', 'pass'), summary('a.second', 'unknown', 'denied')],
      'unknown',
    ],
    [
      'a supporting failure counts',
      [direct, supporting],
      [summary('a.direct', 'pass'), summary('a.supporting', 'fail')],
      'fail',
    ],
    [
      'a supporting unknown counts',
      [direct, supporting],
      [summary('a.direct', 'pass'), summary('a.supporting', 'unknown', 'denied')],
      'unknown',
    ],
    [
      'one source of two fails',
      [direct],
      [summary('a.direct', 'pass'), summary('a.direct', 'fail', undefined, 'two')],
      'fail',
    ],
    ['context never fails it', [direct, context], [summary('a.direct', 'pass'), summary('a.context', 'fail')], 'pass'],
    ['context never passes it', [context], [summary('a.context', 'pass')], 'manual'],
    ['only streams', [stream], [], 'manual'],
    ['nothing but a person', [], [], 'manual'],
    ['no such source', [direct], [], 'no-evidence'],
    ['undeclared', [direct], [summary('a.direct', 'not-applicable', 'undeclared')], 'no-evidence'],
    ['disabled', [direct], [summary('a.direct', 'not-applicable', 'disabled')], 'no-evidence'],
    ['applies to nothing', [direct], [summary('a.direct', 'not-applicable', 'archived')], 'not-applicable'],
    [
      'one applies to nothing, one is undeclared',
      [direct, second],
      [summary('a.direct', 'not-applicable', 'archived'), summary('a.second', 'not-applicable', 'undeclared')],
      'no-evidence',
    ],
    [
      'those that apply pass',
      [direct, second],
      [summary('a.direct', 'pass'), summary('a.second', 'not-applicable', 'archived')],
      'pass',
    ],
    [
      'a supporting pass does not stand in for a direct check without source',
      [direct, supporting],
      [summary('a.supporting', 'pass')],
      'no-evidence',
    ],
    [
      'nor for an undeclared one',
      [direct, supporting],
      [summary('a.direct', 'not-applicable', 'undeclared'), summary('a.supporting', 'pass')],
      'no-evidence',
    ],
    [
      'a supporting pass is enough where the direct check does not apply',
      [direct, supporting],
      [summary('a.direct', 'not-applicable', 'archived'), summary('a.supporting', 'pass')],
      'pass',
    ],
    [
      'a supporting pass is enough where there is no direct check',
      [supporting],
      [summary('a.supporting', 'pass')],
      'pass',
    ],
  ])('%s', (_name, evidence, summaries, status) => {
    expect(roll(evidence, summaries).status).toBe(status)
  })
})

describe('evidence of a control', () => {
  test('has one entry for each link and source, in the order of the mapping, then of the source ids', () => {
    const line = roll(
      [direct, stream],
      [summary('a.direct', 'unknown', 'denied', 'two'), summary('a.direct', 'pass', undefined, 'one')],
      [{ stream: 'a.things', source: 'one', status: 'incomplete', reason: 'truncated' }],
    )
    expect(line.evidence).toMatchObject([
      { check: 'a.direct', source: 'one', status: 'pass' },
      { check: 'a.direct', source: 'two', status: 'unknown', reason: 'denied' },
      { stream: 'a.things', source: 'one', status: 'incomplete', reason: 'truncated' },
    ])
  })

  test('names the links that no source of the run speaks to', () => {
    expect(roll([direct, stream], []).evidence).toMatchObject([
      { check: 'a.direct', status: 'not-collected', reason: 'no-source' },
      { stream: 'a.things', status: 'not-collected', reason: 'no-source' },
    ])
  })

  test('carries what is shown, what is not, and what a person must add', () => {
    expect(roll([direct], [])).toMatchObject({
      title: 'Sign-on',
      theme: 'technological',
      evidence: [{ strength: 'direct', shows: 'Something.', 'not-shown': 'Something else.' }],
      manual: { owner: 'CISO' },
    })
  })

  test('counts are those of the checks that decide', () => {
    const line = roll(
      [direct, supporting, context],
      [summary('a.direct', 'fail'), summary('a.supporting', 'unknown', 'denied'), summary('a.context', 'pass')],
    )
    expect(line.counts).toEqual({
      ...zero,
      inScope: 5,
      inspected: 3,
      passed: 2,
      failed: 1,
      notApplicable: 1,
      unknown: 1,
    })
  })
})

describe('properties', () => {
  const reason = fc.constantFrom('undeclared', 'disabled', 'archived')
  const checks = ['a.one', 'a.two', 'a.three', 'a.four']
  const counts = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50)).map(
    ([passed, failed, excepted, notApplicable, unknown]): Counts => ({
      passed,
      failed,
      excepted,
      notApplicable,
      unknown,
      inspected: passed + failed + excepted,
      inScope: passed + failed + excepted + notApplicable + unknown,
    }),
  )
  const summaries = fc.uniqueArray(
    fc
      .record({
        check: fc.constantFrom(...checks, 'a.unmapped'),
        source: fc.constantFrom('one', 'two', 'three'),
        status: fc.constantFrom(...STATUSES),
        reason,
        counts,
      })
      .map((one): CheckSummary => ({ ...summary(one.check, one.status, one.reason, one.source), counts: one.counts })),
    { selector: (one) => `${one.check} ${one.source}` },
  )
  const links = fc
    .tuple(
      ...checks.map((check) => fc.option(fc.constantFrom(...STRENGTHS).map((strength) => link({ check }, strength)))),
    )
    .map((all) => all.filter((one) => one !== null))

  test('an unknown direct result never lets a control pass', () => {
    fc.assert(
      fc.property(links, summaries, (evidence, results) => {
        const line = roll([...evidence, direct], [...results, summary('a.direct', 'unknown', 'denied')])
        expect(['unknown', 'fail']).toContain(line.status)
      }),
    )
  })

  test('a pass has a deciding check that passed and none that failed or is unknown', () => {
    fc.assert(
      fc.property(links, summaries, (evidence, results) => {
        const line = roll(evidence, results)
        const deciding = line.evidence.filter((entry) => entry.strength !== 'context').map((entry) => entry.status)
        fc.pre(line.status === 'pass')
        expect(deciding).toContain('pass')
        expect(deciding).not.toContain('fail')
        expect(deciding).not.toContain('unknown')
      }),
    )
  })

  test('counts add up and are the sum over the checks that decide', () => {
    fc.assert(
      fc.property(links, summaries, (evidence, results) => {
        const line = roll(evidence, results)
        expect(Counts.safeParse(line.counts).success).toBe(true)
        const deciding = new Set(evidence.filter((one) => one.strength !== 'context').map((one) => one.check))
        const expected = results.filter((one) => deciding.has(one.check)).map((one) => one.counts.failed)
        expect(line.counts.failed).toBe(expected.reduce((a, b) => a + b, 0))
      }),
    )
  })

  test('the order of the inputs does not matter', () => {
    const shuffled = summaries.chain((list) =>
      fc.shuffledSubarray(list, { minLength: list.length }).map((other) => [list, other] as const),
    )
    fc.assert(
      fc.property(links, shuffled, (evidence, [list, other]) => {
        expect(roll(evidence, other)).toEqual(roll(evidence, list))
      }),
    )
  })
})

describe('states of streams', () => {
  const at = '2026-10-01T06:00:00.000Z'
  const outcome = (
    scope: string,
    status: 'complete' | 'partial' | 'failed',
    reason?: 'denied' | 'timeout',
    source = 'one',
  ): OutcomeLine => ({
    kind: 'outcome',
    seq: 0,
    salt: '0'.repeat(32),
    planItem: `${source}/a.things/${scope}`,
    source,
    stream: 'a.things',
    scope,
    outcome: {
      status,
      ...(reason && { reason }),
      pages: 1,
      records: 1,
      requests: 1,
      gaps: [],
      startedAt: at,
      endedAt: at,
    },
  })

  test.each<[string, OutcomeLine[], Partial<StreamState>]>([
    ['all complete', [outcome('a', 'complete'), outcome('b', 'complete')], { status: 'collected' }],
    [
      'one failed',
      [outcome('a', 'complete'), outcome('b', 'failed', 'denied')],
      { status: 'incomplete', reason: 'denied' },
    ],
    ['one partial', [outcome('a', 'partial', 'timeout')], { status: 'incomplete', reason: 'timeout' }],
    [
      'all failed',
      [outcome('b', 'failed', 'denied'), outcome('a', 'failed', 'timeout')],
      { status: 'not-collected', reason: 'timeout' },
    ],
  ])('%s', (_name, lines, state) => {
    expect(streamStates(lines)).toEqual([{ stream: 'a.things', source: 'one', ...state }])
  })

  test('sources are kept apart', () => {
    const states = streamStates([outcome('a', 'complete'), outcome('a', 'failed', 'denied', 'two')])
    expect(states.map((state) => [state.source, state.status])).toEqual([
      ['one', 'collected'],
      ['two', 'not-collected'],
    ])
  })
})
