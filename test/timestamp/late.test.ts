import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lateTokenKey, parseLateTokenKey, timedLevel } from '../../src/bundle/timestamp-late.ts'
import type { TimestampVerdict } from '../../src/bundle/timestamp.ts'
import { BundlePath } from '../../src/model/common.ts'

const EARLIER = new Date('2026-01-05T06:00:00Z')
const LATER = new Date('2026-01-06T06:00:00Z')

const facts = (time: Date) => ({ time, policy: '1.2.3', serial: '01', signerSha256: 'ab' })
const good = (time: Date): TimestampVerdict => ({ ok: true, facts: facts(time) })
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

describe('the key of a late token', () => {
  test('is a key of the store that names entry and token', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.uint8Array(), (entry, token) => {
        const key = lateTokenKey(entry, token)
        expect(BundlePath.safeParse(key).success).toBe(true)
        expect(parseLateTokenKey(key)).toEqual({ entry, sha256: createHash('sha256').update(token).digest('hex') })
      }),
    )
  })

  test.each([
    'timestamps/1/ab.der',
    `timestamps/000000001/${'a'.repeat(64)}`,
    `ledger/000000001/${'a'.repeat(64)}.der`,
  ])('%s is none', (key) => {
    expect(parseLateTokenKey(key)).toBeUndefined()
  })
})

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
})
