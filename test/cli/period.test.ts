import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { periodOf } from '../../src/cli/period.ts'
import { UserError } from '../../src/model/user-error.ts'

const shown = (options: Parameters<typeof periodOf>[0]) => {
  const period = periodOf(options)
  return period && `${period.from.toISOString()} ${period.to.toISOString()}`
}

describe('the period of a run', () => {
  it.each([
    [{ period: '2026-Q3' }, '2026-07-01T00:00:00.000Z 2026-10-01T00:00:00.000Z'],
    [{ period: '2026-q4' }, '2026-10-01T00:00:00.000Z 2027-01-01T00:00:00.000Z'],
    [{ period: '2024-02' }, '2024-02-01T00:00:00.000Z 2024-03-01T00:00:00.000Z'],
    [{ period: '2026-12' }, '2026-12-01T00:00:00.000Z 2027-01-01T00:00:00.000Z'],
    [{ period: '2026' }, '2026-01-01T00:00:00.000Z 2027-01-01T00:00:00.000Z'],
    [{ from: '2026-09-01', to: '2026-09-30' }, '2026-09-01T00:00:00.000Z 2026-10-01T00:00:00.000Z'],
    [{ from: '2026-09-01', to: '2026-09-01' }, '2026-09-01T00:00:00.000Z 2026-09-02T00:00:00.000Z'],
    [{ from: '2026-09-01T06:00Z', to: '2026-09-01T06:00:01Z' }, '2026-09-01T06:00:00.000Z 2026-09-01T06:00:01.000Z'],
    [{}, undefined],
  ])('of %j is %s', (options, expected) => expect(shown(options)).toBe(expected))

  it.each([
    [{ period: '2026-Q5' }, '--period 2026-Q5 is no period'],
    [{ period: '2026-13' }, '--period 2026-13 is no period'],
    [{ period: '26' }, '--period 26 is no period'],
    [{ period: 'last quarter' }, '--period last quarter is no period'],
    [{ period: '2026-Q3', from: '2026-09-01' }, 'twice'],
    [{ from: '2026-09-01' }, '--to is missing'],
    [{ to: '2026-09-01' }, '--from is missing'],
    [{ from: '2026-09-02', to: '2026-09-01' }, '--from is later than --to'],
    [{ from: '2026-09-01T00:00:00Z', to: '2026-09-01T00:00:00Z' }, '--from is later than --to'],
    [{ from: '2026-02-30', to: '2026-03-01' }, '--from 2026-02-30 is no time'],
    [{ from: '9999-12-31', to: '9999-12-31' }, '--to 9999-12-31 is no time'],
    [{ from: '2026-09-01T00:00:00+02:00', to: '2026-09-02' }, 'is no time'],
  ])('is refused for %j: %s', (options, message) => {
    expect(() => periodOf(options)).toThrow(UserError)
    expect(() => periodOf(options)).toThrow(message)
  })

  it('ends where the next one begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2998 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const name = (y: number, m: number) => `${y}-${String(m).padStart(2, '0')}`
        const next = month === 12 ? name(year + 1, 1) : name(year, month + 1)
        expect(periodOf({ period: name(year, month) })?.to).toEqual(periodOf({ period: next })?.from)
        const quarter = periodOf({ period: `${year}-Q${Math.ceil(month / 3)}` })
        const own = periodOf({ period: name(year, month) })
        expect(quarter && own && quarter.from <= own.from && own.to <= quarter.to).toBe(true)
      }),
    )
  })
})
