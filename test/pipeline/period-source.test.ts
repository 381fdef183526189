import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fs from 'node:fs/promises'
import { openExport } from '../../src/bundle/export/open-export.ts'
import { collectFailures } from '../../src/bundle/reasons.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import type { EvidenceReader } from '../../src/model/evidence-reader.ts'
import type { PeriodView } from '../../src/model/period-view.ts'
import { PeriodView as Shape } from '../../src/model/period-view.ts'
import { Limits } from '../../src/model/trust-policy.ts'
import { openPeriodSource, runsInForce } from '../../src/period-source.ts'
import { periodView } from '../../src/report/period/view.ts'
import { daysBefore } from '../../src/sdk/days.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { key, storeIn } from '../bundle/fixture.ts'
import { mapping } from '../cli/fake-environment.ts'
import { exportOf, fileOf } from '../export/support.ts'
import { onlyPage } from 'affiant/sdk'
import { bucketCollector } from '../support/bucket-collector.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'

const DAY = 86_400_000
const MARCH = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-08T00:00:00Z') }

let folder: string
/** Number of the run of each day; day 0 is the last of February. */
const runs = new Map<number, number>()

/**
 * Failing from before the period to day 2, mended on day 3; its own job by hand on day 4; another build of the config on day 5; a run for
 * a period that is over on day 6.
 */
beforeAll(async () => {
  folder = await temporaryFolder()
  const clock = manualClock('2026-02-28T06:00:00.000Z')
  for (let day = 0; day <= 7; day++) {
    const now = clock.now()
    const closed = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') }
    const { number } = await runPipeline([bucketCollector(() => [{ name: 'invoices', public: day < 3 }])], {
      folder,
      mapping,
      clock,
      signingKey: key.privatePem,
      installation: 'acme-prod',
      job: day === 4 ? 'by-hand' : 'daily',
      trigger: day === 4 || day === 6 ? 'manual' : 'schedule',
      ...(day !== 4 && { schedule: '0 6 * * *' }),
      ...(day >= 5 && { checks: { 'cloud.buckets-private': { disabled: 'agreed with the auditor' } } }),
      period: day === 6 ? closed : { from: daysBefore(now, 90), to: now },
    })
    runs.set(day, number)
    await clock.advance(DAY)
  }
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

async function viewOf(reader: EvidenceReader, at?: Date): Promise<PeriodView> {
  return Shape.parse(await periodView(await openPeriodSource({ reader, period: MARCH, streamOf: () => undefined, at })))
}

async function exported(): Promise<EvidenceReader> {
  const { bytes } = await exportOf(storeIn(folder), {
    scope: { from: MARCH.from.toISOString(), to: MARCH.to.toISOString() },
  })
  const { report } = collectFailures()
  const opened = await openExport(fileOf(bytes), { limits: Limits.parse({}), report })
  if (opened === undefined) throw new Error('the export cannot be opened')
  return opened.reader
}

describe('a period in a store', () => {
  let view: PeriodView
  beforeAll(async () => {
    view = await viewOf(storeReader(storeIn(folder)))
  })

  test('begins with the run that was in force', () => {
    expect(view.before).toMatchObject([{ number: runs.get(0), job: 'daily' }])
    expect(view.runs.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7].map((day) => runs.get(day)))
  })

  test('a failure that is older says so, and that nothing bounds it', () => {
    expect(view.deviations).toMatchObject([
      {
        before: true,
        opened: { run: runs.get(0) },
        lastFailed: { run: runs.get(2) },
        closed: { run: runs.get(3), as: 'pass' },
      },
    ])
    expect(view.deviations[0]).not.toHaveProperty('atMost')
    expect(view.deviations[0]).not.toHaveProperty('lastGood')
  })

  test('jobs are told apart: what one ran by hand keeps no time of the other', () => {
    expect(view.jobs).toMatchObject([
      { job: 'by-hand', known: 'none', expected: 0, runs: { all: 1, manual: 1 } },
      { job: 'daily', known: 'schedule', expected: 7, performed: 5, missed: 2, missedDues: [{ cause: 'missed' }, {}] },
    ])
    // On day 6 there was a run, for a period that was over.
    expect(view.jobs[1]?.missedDues.map(({ dueAt }) => dueAt.slice(0, 10))).toEqual(['2026-03-04', '2026-03-06'])
  })

  test('a run for a period that is over shows no state, and is marked', () => {
    const marked = view.runs.filter(({ closedPeriod }) => closedPeriod !== undefined)
    expect(marked).toMatchObject([{ number: runs.get(6), closedPeriod: { to: '2026-02-01T00:00:00.000Z' } }])
    const seen = view.checks.flatMap(({ segments }) => segments.flatMap(({ first, last }) => [first.run, last.run]))
    expect(seen).not.toContain(runs.get(6))
  })

  test('a check that was turned off is a change of what is judged', () => {
    expect(view.changes).toMatchObject([
      {
        job: 'daily',
        from: { run: runs.get(3) },
        to: { run: runs.get(5) },
        changes: [
          { about: 'check cloud.buckets-private of cloud-test', what: 'turned off', to: 'agreed with the auditor' },
        ],
      },
    ])
    expect(view.checks[0]?.segments.map(({ status }) => status)).toEqual(['fail', 'pass', 'not-applicable'])
  })

  test('later than the last entry, what was due since then is missed', async () => {
    const later = await viewOf(storeReader(storeIn(folder)), new Date('2026-03-20T00:00:00Z'))
    expect(later.ended).toBe(true)
    expect(view.ended).toBe(false)
    expect(view.until).toBe('2026-03-07T06:00:00.000Z')
  })
})

describe('a period in an export', () => {
  test('speaks of its runs only', async () => {
    const view = await viewOf(await exported())
    expect(view).toMatchObject({ evidence: 'export', before: [] })
    expect(view.runs).toHaveLength(7)
    expect(view.deviations).toMatchObject([{ before: false, opened: { run: runs.get(1) } }])
    expect(JSON.stringify(view)).not.toContain('2026-02-28')
  })

  test('has the run in force of a day, and none before its first', async () => {
    const reader = await exported()
    const numbers = async (at: string) => (await runsInForce(reader, new Date(at))).map(({ run }) => run.number)
    expect(await numbers('2026-03-02T23:00:00Z')).toEqual([runs.get(2)])
    expect(await numbers('2026-02-28T23:00:00Z')).toEqual([])
    expect(await numbers('2026-03-07T23:00:00Z')).toEqual([runs.get(4), runs.get(7)])
  })
})

test('a damaged index stops the report', async () => {
  const copy = `${folder}-damaged`
  await fs.cp(folder, copy, { recursive: true })
  const index = `${copy}/runs/${String(runs.get(2)).padStart(9, '0')}/index.jsonl`
  await fs.chmod(index, 0o600)
  const text = await fs.readFile(index, 'utf8')
  await fs.writeFile(index, text.replace('"count":1', '"count":2'))
  await expect(viewOf(storeReader(storeIn(copy)))).rejects.toMatchObject({ code: 'damaged' })
  await fs.rm(copy, { recursive: true, force: true })
})

test('a run by hand for a part of the sources keeps no time, changes nothing, and leaves the others as old as they were', async () => {
  const own = await temporaryFolder()
  const clock = manualClock('2026-03-01T06:00:00.000Z')
  const cloud = bucketCollector(() => [{ name: 'invoices', public: false }])
  const other = fakeCollector(async function* () {
    yield onlyPage([{ id: 'ada', mfa: 'on' }])
  })
  for (const [collectors, trigger] of [
    [[cloud, other], 'schedule'],
    [[cloud], 'manual'],
  ] as const) {
    const options = { folder: own, mapping, clock, job: 'daily', trigger, schedule: '0 6 * * *' }
    await runPipeline(collectors, { ...options, period: { from: daysBefore(clock.now(), 90), to: clock.now() } })
    await clock.advance(DAY)
  }
  const view = await viewOf(storeReader(storeIn(own)), new Date('2026-03-02T12:00:00Z'))
  expect(view.jobs).toMatchObject([{ expected: 2, performed: 1, missed: 1 }])
  expect(view.runs[1]).toMatchObject({ onlySources: ['cloud-test'] })
  expect(view.changes).toEqual([])
  expect(view.freshness).toMatchObject([
    { source: 'cloud-test', state: 'current' },
    { source: 'fake-test', state: 'stale' },
  ])
  await fs.rm(own, { recursive: true, force: true })
})

test('where the clock ran back, the next run is the one that looked next', async () => {
  const other = await temporaryFolder()
  const numbers: number[] = []
  for (const day of ['01', '05', '03', '06']) {
    const clock = manualClock(`2026-04-${day}T06:00:00.000Z`)
    const collector = bucketCollector(() => [{ name: 'invoices', public: true }])
    numbers.push((await runPipeline([collector], { folder: other, mapping, clock })).number)
  }
  const found = await runsInForce(storeReader(storeIn(other)), new Date('2026-04-04T00:00:00.000Z'))
  expect(found.map(({ run, next }) => [run.number, next?.number])).toEqual([[numbers[2], numbers[1]]])
  await fs.rm(other, { recursive: true, force: true })
})
