import { describe, expect, test } from 'vitest'
import { timedLevel } from '../../src/bundle/timed.ts'
import type { TimestampVerdict } from '../../src/bundle/timestamp.ts'

const EARLIER = new Date('2026-01-05T06:00:00Z')
const LATER = new Date('2026-01-06T06:00:00Z')

const facts = (time: Date, rootSha256 = 'cd') => ({
  time,
  policy: '1.2.3',
  serial: '01',
  signerSha256: 'ab',
  rootSha256,
})
const good = (time: Date, root?: string): TimestampVerdict => ({ ok: true, facts: facts(time, root) })
const late = (time: Date): TimestampVerdict => ({
  ok: false,
  reason: 'timestamp-late',
  detail: 'late',
  facts: facts(time),
})
const early = (time: Date): TimestampVerdict => ({
  ok: false,
  reason: 'timestamp-early',
  detail: 'early',
  facts: facts(time),
})
const bad: TimestampVerdict = { ok: false, reason: 'timestamp-signature', detail: 'bad' }

describe('the level of an entry', () => {
  test.each<[string, TimestampVerdict[], ReturnType<typeof timedLevel>]>([
    ['no token', [], { level: 'no' }],
    ['only bad ones', [bad, bad], { level: 'no' }],
    ['one good one', [bad, good(LATER)], { level: 'yes', by: LATER }],
    ['the earliest of good ones', [good(LATER), good(EARLIER)], { level: 'yes', by: EARLIER }],
    ['late ones: the earliest, and never "yes"', [late(LATER), late(EARLIER)], { level: 'late', by: EARLIER }],
    ['a good one besides late ones', [late(LATER), good(EARLIER)], { level: 'yes', by: EARLIER }],
    [
      'one too early: the claim is wrong, whatever else there is',
      [good(LATER), early(EARLIER)],
      { level: 'early', by: EARLIER },
    ],
  ])('%s', (_, verdicts, expected) => {
    expect(timedLevel(verdicts)).toEqual(expected)
  })

  test.each<[string, TimestampVerdict[], ReturnType<typeof timedLevel>]>([
    ['two tokens of one', [good(LATER), good(EARLIER)], { level: 'no' }],
    ['two: the time of the second', [good(LATER), good(EARLIER, 'ef')], { level: 'yes', by: LATER }],
    ['two, one of them late', [late(LATER), good(EARLIER, 'ef')], { level: 'late', by: LATER }],
  ])('with two authorities asked for: %s', (_, verdicts, expected) => {
    expect(timedLevel(verdicts, 2)).toEqual(expected)
  })
})
