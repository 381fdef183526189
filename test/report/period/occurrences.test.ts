import { describe, expect, test } from 'vitest'
import type { LedgerRun } from '../../../src/model/report-source.ts'
import type { Schedule } from '../../../src/model/plan.ts'
import { cadenceOf, occurrencesOf } from '../../../src/report/period/occurrences.ts'
import { dueTimes } from '../../../src/worker/due.ts'

const DAILY: Schedule = { cron: '0 6 * * *', timeZone: 'UTC' }
const PERIOD = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-08T00:00:00.000Z' }
const at = (day: number, time = '06:00') => `2026-03-${String(day).padStart(2, '0')}T${time}:00.000Z`

const times = (schedule: Schedule, after: string, until: string) =>
  [...dueTimes({ schedule: schedule.cron, timeZone: schedule.timeZone }, new Date(after), new Date(until))].map((one) =>
    one.toISOString(),
  )

interface Run {
  openedAt: string
  end?: 'complete' | 'partial' | 'failed' | 'aborted' | 'open'
  trigger?: LedgerRun['trigger']
  expectedBy?: string
}

const results = { pass: 1, fail: 0, 'not-applicable': 0, unknown: 0 }
const subjects = { inScope: 1, inspected: 1, passed: 1, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
const outcomes = { complete: 1, partial: 0, failed: 0 }

function runOf({ openedAt, end = 'complete', trigger = 'schedule', expectedBy }: Run, place: number): LedgerRun {
  const head = { number: place * 2 + 1, job: 'daily', trigger, openedAt }
  if (end === 'open') return head
  if (end === 'aborted') return { ...head, end: { kind: 'aborted', at: openedAt } }
  const sealed = { kind: 'sealed' as const, at: openedAt, status: end, results, subjects, outcomes }
  return { ...head, end: { ...sealed, ...(expectedBy !== undefined && { expectedBy }) } }
}

function found(runs: readonly Run[], options: { schedule?: Schedule | null; until?: string; before?: Run } = {}) {
  const { schedule = DAILY, until = PERIOD.to, before } = options
  const all = runs.map((run, place) => runOf(run, place + 1))
  return occurrencesOf(
    {
      job: 'daily',
      runs: all,
      before: before && runOf(before, 0),
      scheduleOf: () => schedule ?? undefined,
    },
    { period: PERIOD, until, dueTimes: times },
  )
}

const days = (...which: number[]) => which.map((day) => ({ openedAt: at(day) }))

describe('times at which a job was due', () => {
  test('each is kept by a run that is opened within an hour of it', () => {
    const { expected, performed, missed, dueOf } = found([...days(1, 2, 3, 4, 5, 6), { openedAt: at(7, '07:00') }])
    expect({ expected, performed, missed }).toEqual({ expected: 7, performed: 7, missed: 0 })
    expect(dueOf.get(15)).toBe(at(7))
  })

  test('each of a longer silence is named', () => {
    const { expected, missedDues } = found(days(1, 2, 6, 7))
    expect(expected).toBe(7)
    expect(missedDues).toEqual([3, 4, 5].map((day) => ({ dueAt: at(day), cause: 'missed' })))
  })

  test('a silence at the end is known as far as the evidence goes, less an hour', () => {
    expect(found(days(1, 2), { until: at(4, '06:30') })).toMatchObject({
      expected: 4,
      performed: 2,
      missed: 1,
      pending: 1,
    })
    expect(found(days(1, 2), { until: at(4, '07:01') })).toMatchObject({ expected: 4, missed: 2, pending: 0 })
  })

  test('before the first run of all nothing was due; with a run before the period everything was', () => {
    expect(found(days(5, 6, 7))).toMatchObject({ expected: 3, missed: 0 })
    expect(found(days(5, 6, 7), { before: { openedAt: '2026-02-27T06:00:00.000Z' } })).toMatchObject({
      expected: 7,
      missed: 4,
    })
  })

  test('a job of which no run was opened any more was due all the time', () => {
    expect(found([], { before: { openedAt: '2026-02-28T06:00:00.000Z' } })).toMatchObject({ expected: 7, missed: 7 })
  })

  test.each([
    ['aborted', 'aborted'],
    ['open', 'unended'],
    ['failed', 'failed'],
  ] as const)('a run that is %s keeps none', (end, cause) => {
    const { missedDues, performed } = found([...days(1), { openedAt: at(2), end }, ...days(3, 4, 5, 6, 7)])
    expect(missedDues).toEqual([{ dueAt: at(2), cause, run: 5 }])
    expect(performed).toBe(6)
  })

  test('a run that read a part keeps it', () => {
    expect(found([...days(1, 2, 3, 4, 5, 6), { openedAt: at(7), end: 'partial' }])).toMatchObject({ missed: 0 })
  })

  test('what is made up for later stays missed, and says by what', () => {
    const { missedDues, late } = found([
      ...days(1),
      { openedAt: at(2, '21:00'), trigger: 'catch-up' },
      ...days(3, 4, 5, 6, 7),
    ])
    expect(late).toBe(1)
    expect(missedDues).toEqual([
      { dueAt: at(2), cause: 'missed', caughtUpBy: { run: 5, openedAt: at(2, '21:00'), trigger: 'catch-up' } },
    ])
  })

  test('a catch-up on the next day makes up for the last of several', () => {
    const { missedDues } = found([...days(1), { openedAt: at(4, '05:00'), trigger: 'catch-up' }, ...days(4, 5, 6, 7)])
    expect(missedDues.map(({ dueAt, caughtUpBy }) => [dueAt, caughtUpBy?.run])).toEqual([
      [at(2), undefined],
      [at(3), 5],
    ])
  })

  test('without a schedule in the plan only the time that the seal names is known', () => {
    const runs = [{ openedAt: at(1), expectedBy: at(2) }, { openedAt: at(5), expectedBy: at(6) }, { openedAt: at(6) }]
    expect(found(runs, { schedule: null })).toMatchObject({ known: 'next', expected: 2, performed: 1, missed: 1 })
    expect(found(days(1, 5), { schedule: null })).toMatchObject({ known: 'none', expected: 0, missed: 0 })
  })

  test('a schedule that cannot be understood hides no time that a seal names', () => {
    const runs = [runOf({ openedAt: at(1), expectedBy: at(2) }, 1), runOf({ openedAt: at(5) }, 2)]
    expect(
      occurrencesOf(
        {
          job: 'daily',
          runs,
          before: undefined,
          scheduleOf: () => ({ cron: 'x'.repeat(2000), timeZone: 'Mars/North' }),
        },
        { period: PERIOD, until: PERIOD.to, dueTimes: () => [] },
      ),
    ).toMatchObject({ known: 'next', expected: 1, missed: 1, missedDues: [{ dueAt: at(2) }] })
  })

  test('a schedule that says nothing that can be understood makes nothing due', () => {
    const nothing = () => []
    expect(
      occurrencesOf(
        { job: 'daily', runs: [runOf({ openedAt: at(1) }, 1)], before: undefined, scheduleOf: () => DAILY },
        { period: PERIOD, until: PERIOD.to, dueTimes: nothing },
      ),
    ).toMatchObject({ known: 'schedule', expected: 0 })
  })
})

test.each([
  ['0 6 * * *', 86_400_000],
  ['0 6 * * 1', 7 * 86_400_000],
  ['*/15 * * * *', 900_000],
])('the cadence of %s', (cron, cadence) => {
  expect(cadenceOf({ cron, timeZone: 'UTC' }, PERIOD.to, times)).toBe(cadence)
})
