import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { count, createTally, rollUp } from '../../src/evaluate/roll-up.ts'
import { Counts, type ResultLine, STATUSES } from '../../src/model/result.ts'
import { REASONS } from '../../src/sdk/errors.ts'

const line = fc.record({
  status: fc.constantFrom(...STATUSES),
  reason: fc.constantFrom(...REASONS),
  subject: fc.string(),
})
const incomplete = fc.array(fc.record({ planItem: fc.string(), reason: fc.constantFrom(...REASONS) }), { maxLength: 3 })
const empty = fc.constantFrom('not-applicable' as const, undefined)

function tallyOf(lines: readonly ResultLine[]) {
  const tally = createTally()
  for (const result of lines) count(tally, result)
  return tally
}

describe('rollUp', () => {
  it('counts that always add up', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { counts } = tallyOf(lines)
        expect(Counts.safeParse(counts).success).toBe(true)
        expect(counts.inScope).toBe(lines.length)
      }),
    )
  })

  it('never passes with a failure, an incomplete input, an unknown subject or nobody inspected', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), incomplete, empty, (lines, missing, whenEmpty) => {
        const { status } = rollUp(tallyOf(lines), missing, whenEmpty, 1)
        const allWell =
          missing.length === 0 &&
          lines.some((result) => result.status === 'pass') &&
          lines.every((result) => result.status === 'pass' || result.status === 'not-applicable')
        expect(status === 'pass').toBe(allWell)
        expect(status === 'fail').toBe(lines.some((result) => result.status === 'fail'))
      }),
    )
  })

  it('does not depend on the order of results', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (some, others) => {
        expect(rollUp(tallyOf([...some, ...others]), [], undefined, 1)).toEqual(
          rollUp(tallyOf([...others, ...some]), [], undefined, 1),
        )
      }),
    )
  })

  it.each([
    ['a failure in partial data', [{ status: 'fail' }], ['denied'], undefined, { status: 'fail' }],
    [
      'partial data without a failure',
      [{ status: 'pass' }],
      ['throttled'],
      undefined,
      { status: 'unknown', reason: 'throttled' },
    ],
    [
      'an unreadable subject',
      [{ status: 'pass' }, { status: 'unknown', reason: 'denied' }],
      [],
      undefined,
      { status: 'unknown', reason: 'denied' },
    ],
    ['nobody there', [], [], undefined, { status: 'unknown', reason: 'empty-population' }],
    [
      'nobody there, and that is fine',
      [],
      [],
      'not-applicable',
      { status: 'not-applicable', reason: 'empty-population' },
    ],
    [
      'nobody there, but not everything was read',
      [],
      ['denied'],
      'not-applicable',
      { status: 'unknown', reason: 'denied' },
    ],
    [
      'only exempt subjects',
      [{ status: 'not-applicable', reason: 'archived' }],
      [],
      undefined,
      { status: 'not-applicable', reason: 'archived' },
    ],
    [
      'all well',
      [{ status: 'pass' }, { status: 'not-applicable', reason: 'archived' }],
      [],
      undefined,
      { status: 'pass' },
    ],
  ] as const)('%s', (_, lines, reasons, whenEmpty, expected) => {
    const tally = tallyOf(lines.map((result) => ({ subject: 'x', ...result })))
    const missing = reasons.map((reason) => ({ planItem: 'a/b/c', reason }))
    expect(rollUp(tally, missing, whenEmpty, 1)).toEqual(expected)
  })

  it('tells a population that nobody looked for from one that was empty', () => {
    expect(rollUp(createTally(), [], 'not-applicable', 0)).toEqual({ status: 'not-applicable', reason: 'no-scope' })
    expect(rollUp(createTally(), [], undefined, 0)).toEqual({ status: 'unknown', reason: 'no-scope' })
    expect(rollUp(createTally(), [{ reason: 'denied' }], 'not-applicable', 0)).toEqual({
      status: 'unknown',
      reason: 'denied',
    })
  })
})
