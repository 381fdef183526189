import fc from 'fast-check'
import { schedule as cronSchedule } from 'node-cron'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { dueTracker, latestDue, nextDue } from '../../src/worker/due.ts'

const at = (text: string) => new Date(text)
const due = (schedule: string, timeZone: string, after: string, now: string) =>
  latestDue({ schedule, timeZone }, at(after), at(now))?.toISOString()

describe('latestDue', () => {
  test('is the last of several times that passed', () => {
    expect(due('0 6 * * *', 'UTC', '2026-01-01T00:00:00Z', '2026-01-05T05:59:59Z')).toBe('2026-01-04T06:00:00.000Z')
  })

  test('counts a time that is now, and not the one it is asked after', () => {
    expect(due('0 6 * * *', 'UTC', '2026-01-04T06:00:00Z', '2026-01-05T06:00:00Z')).toBe('2026-01-05T06:00:00.000Z')
    expect(due('0 6 * * *', 'UTC', '2026-01-05T06:00:00Z', '2026-01-06T05:59:59Z')).toBeUndefined()
  })

  test.each([
    ['Europe/Zurich', '2026-01-05T05:00:00.000Z'],
    ['Asia/Kathmandu', '2026-01-05T00:15:00.000Z'],
    ['America/St_Johns', '2026-01-05T09:30:00.000Z'],
  ])('reads the schedule in %s', (timeZone, expected) => {
    expect(due('0 6 * * *', timeZone, '2026-01-05T00:00:00Z', '2026-01-05T12:00:00Z')).toBe(expected)
  })

  test('a time that summer time leaves out was never due', () => {
    expect(due('30 2 * * *', 'Europe/Zurich', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toBeUndefined()
  })

  test.each([
    ['Europe/Zurich', '30 2 * * *', '2026-10-25T01:30:00.000Z'],
    ['America/New_York', '30 1 * * *', '2026-11-01T05:30:00.000Z'],
  ])(
    'a time that comes twice when summer time ends was due once, as node-cron has it: %s',
    (timeZone, text, expected) => {
      const day = expected.slice(0, 10)
      expect(due(text, timeZone, `${day}T00:00:00Z`, `${day}T12:00:00Z`)).toBe(expected)
      expect(due(text, timeZone, expected, `${day}T12:00:00Z`)).toBeUndefined()
      expect(
        due(text, timeZone, `${day}T00:00:00Z`, new Date(Date.parse(expected) - 1000).toISOString()),
      ).toBeUndefined()
    },
  )

  test('finds a yearly time, and gives up after a year', () => {
    expect(due('0 6 1 2 *', 'UTC', '2000-01-01T00:00:00Z', '2026-01-05T00:00:00Z')).toBe('2025-02-01T06:00:00.000Z')
    expect(due('0 6 29 2 *', 'UTC', '2000-01-01T00:00:00Z', '2026-01-05T00:00:00Z')).toBeUndefined()
  })
})

describe('nextDue', () => {
  const next = (schedule: string, timeZone: string, after: string) =>
    nextDue({ schedule, timeZone }, at(after))?.toISOString()

  test('is the first time after the one it is asked after', () => {
    expect(next('0 6 * * *', 'UTC', '2026-01-05T05:59:59.999Z')).toBe('2026-01-05T06:00:00.000Z')
    expect(next('0 6 * * *', 'UTC', '2026-01-05T06:00:00.000Z')).toBe('2026-01-06T06:00:00.000Z')
    expect(next('*/20 * * * * *', 'UTC', '2026-01-05T06:00:20.500Z')).toBe('2026-01-05T06:00:40.000Z')
  })

  test('reads the schedule in its time zone, and passes over a time that summer time leaves out', () => {
    expect(next('30 2 * * *', 'Europe/Zurich', '2026-03-28T12:00:00Z')).toBe('2026-03-30T00:30:00.000Z')
    expect(next('0 6 * * *', 'Asia/Kathmandu', '2026-01-05T00:15:00Z')).toBe('2026-01-06T00:15:00.000Z')
  })

  test('finds a yearly time, and gives up after a year', () => {
    expect(next('0 6 1 2 *', 'UTC', '2026-02-01T06:00:00Z')).toBe('2027-02-01T06:00:00.000Z')
    expect(next('0 6 29 2 *', 'UTC', '2026-01-05T00:00:00Z')).toBeUndefined()
  })

  test('is the latest that was due, once it has passed', () => {
    const minute = fc.integer({ min: 0, max: 59 })
    const hour = fc.integer({ min: 0, max: 23 })
    const day = fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-01T00:00:00Z'), noInvalidDate: true })
    fc.assert(
      fc.property(minute, hour, day, fc.constantFrom('UTC', 'Europe/Zurich'), (m, h, after, timeZone) => {
        const job = { schedule: `${m} ${h} * * *`, timeZone }
        const found = nextDue(job, after)
        expect(found && latestDue(job, after, found)).toEqual(found)
        expect(found && latestDue(job, after, new Date(found.getTime() - 1))).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })
})

describe('against the schedules node-cron keeps', () => {
  afterEach(() => void vi.useRealTimers())

  const field = (max: number) => fc.oneof(fc.constant('*'), fc.integer({ min: 0, max }).map(String))
  const expression = fc
    .tuple(
      fc.oneof(fc.constant(''), fc.constant('*/20 '), fc.constant('7 ')),
      field(59),
      field(23),
      fc.constantFrom('*', '1-5', '0,6'),
    )
    .map(([second, minute, hour, weekday]) => `${second}${minute} ${hour} * * ${weekday}`)
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Zurich',
    'Asia/Kolkata',
    'America/New_York',
    'Pacific/Chatham',
    'Australia/Lord_Howe',
  )

  test('the latest due time is the last one node-cron fires at', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    // Mostly around a change of the clocks in one of the zones.
    const start = fc.oneof(
      fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
      ...['2026-03-07', '2026-03-28', '2026-04-04', '2026-09-26', '2026-10-24', '2026-10-31'].map((day) =>
        fc.integer({ min: Date.parse(day), max: Date.parse(day) + 36 * 60 * 60 * 1000 }),
      ),
    )
    const length = fc.integer({ min: 1, max: 3 * 24 * 60 * 60 })
    fc.assert(
      fc.property(expression, zone, start, length, (text, timeZone, from, seconds) => {
        const after = new Date(Math.floor(from / 1000) * 1000)
        const now = new Date(after.getTime() + seconds * 1000)
        const latest = latestDue({ schedule: text, timeZone }, after, now)
        const task = cronSchedule(text, () => {}, { timezone: timeZone })
        try {
          vi.setSystemTime(latest ?? after)
          expect(task.getNextRun()?.getTime()).toBeGreaterThan(now.getTime())
          if (latest === undefined) return
          vi.setSystemTime(latest.getTime() - 1000)
          expect(task.getNextRun()).toEqual(latest)
        } finally {
          void task.destroy()
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('a tracker that is asked again and again gives what one look gives', () => {
  const job = { schedule: '*/7 * * * *', timeZone: 'UTC' }
  const after = at('2026-01-05T06:00:00Z')
  const tracker = dueTracker(job, after)
  for (let minute = 0; minute < 60; minute++) {
    const now = new Date(after.getTime() + minute * 60_000)
    expect(tracker(now)).toEqual(latestDue(job, after, now))
  }
})
