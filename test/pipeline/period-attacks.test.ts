import * as fs from 'node:fs/promises'
import { onlyPage } from 'affiant/sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { type PeriodView, PeriodView as Shape } from '../../src/model/period-view.ts'
import { openReportSource } from '../../src/report-source.ts'
import { openPeriodSource } from '../../src/period-source.ts'
import { periodView } from '../../src/report/period/view.ts'
import { clockWords } from '../../src/report/period/words.ts'
import { showPeriod } from '../../src/report/show-period.ts'
import { reportOfExport } from '../../src/runtime/export-report.ts'
import type { Collector } from '../../src/sdk/collector.ts'
import { daysBefore } from '../../src/sdk/days.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { key, storeIn } from '../bundle/fixture.ts'
import { exportOf, verified } from '../export/support.ts'
import { bucketCollector } from '../support/bucket-collector.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { type PipelineOptions, runPipeline, temporaryFolder } from '../support/pipeline.ts'

/*
 * Somebody who runs the agent would like a failure, a gap or a change of what is demanded not to be in the report of the period.
 */

const MARCH = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-08T00:00:00Z') }

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => fs.rm(folder, { recursive: true, force: true }))

const open = bucketCollector(() => [{ name: 'invoices', public: true }])
const shut = bucketCollector(() => [{ name: 'invoices', public: false }])
const accounts = fakeCollector(async function* () {
  yield onlyPage([{ id: 'ada', mfa: 'on' }])
})

/** The same collector with a check that lets everything pass. */
function lax(collector: Collector): Collector {
  const checks = collector.checks.map((check) => ({ ...check, revision: 2, evaluate: () => ({ status: 'pass' }) }))
  return { ...collector, checks } as unknown as Collector
}

async function run(at: string, collectors: readonly Collector[], options: Partial<PipelineOptions> = {}) {
  const clock = manualClock(at)
  const { number } = await runPipeline(collectors, {
    folder,
    clock,
    signingKey: key.privatePem,
    installation: 'acme-prod',
    job: 'daily',
    trigger: 'schedule',
    schedule: '0 6 * * *',
    period: { from: daysBefore(clock.now(), 90), to: clock.now() },
    ...options,
  })
  return number
}

const day = (number: number, time = '06:00') => `2026-03-0${number}T${time}:00.000Z`

async function march(at = '2026-03-08T12:00:00Z'): Promise<PeriodView> {
  const reader = storeReader(storeIn(folder))
  const source = await openPeriodSource({ reader, period: MARCH, streamOf: () => undefined, at: new Date(at) })
  return Shape.parse(await periodView(source))
}

describe('a failure does not end', () => {
  test('by turning the check off', async () => {
    await run(day(1), [open])
    await run(day(2), [open], { checks: { 'cloud.buckets-private': { disabled: 'no time' } } })
    const [one] = (await march()).deviations
    expect(one?.closed).toBeUndefined()
  })
})

describe('a change of logic is listed', () => {
  const revisions = (view: PeriodView) =>
    view.changes.flatMap(({ from, to, changes }) =>
      changes.flatMap(({ what, from: was, to: is }) =>
        what === 'revision' ? [`${from.run}-${to.run}: ${was ?? ''} to ${is ?? ''}`] : [],
      ),
    )

  test('if a run by hand for one source brought it', async () => {
    const runs = [
      await run(day(1), [open, accounts]),
      await run(day(2), [lax(open)], { trigger: 'manual' }),
      await run(day(3), [shut, accounts]),
    ]
    expect(revisions(await march())).toEqual([`${runs[0]}-${runs[1]}: 1 to 2`, `${runs[1]}-${runs[2]}: 2 to 1`])
  })

  test('if a job of another name brought it', async () => {
    const runs = [await run(day(1), [open]), await run(day(2), [lax(open)], { job: 'nightly' })]
    expect(revisions(await march())).toEqual([`${runs[0]}-${runs[1]}: 1 to 2`])
  })
})

test('a clock that was set back is told, and a run that it put before the period does not begin it', async () => {
  const runs = [await run(day(1), [open]), await run('2026-02-02T06:00:00.000Z', [shut]), await run(day(2), [open])]
  const view = await march()
  expect(view.clockTurns).toEqual([
    { run: { run: runs[1], at: '2026-02-02T06:00:00.000Z' }, before: { run: runs[0], at: day(1) } },
  ])
  expect(view.before).toEqual([])
  expect(clockWords(view)).toEqual([expect.stringContaining('a clock was set back')])
  expect(showPeriod(view, { columns: 200, color: false, options: '' })).toContain('a clock was set back')
})

describe('a run whose files are not there', () => {
  test('stands between the states before and after it, which are not one', async () => {
    const runs = [await run(day(1), [shut]), await run(day(2), [open]), await run(day(3), [shut])]
    await fs.rm(`${folder}/runs/${String(runs[1]).padStart(9, '0')}`, { recursive: true })
    const [check] = (await march()).checks
    expect(check?.segments.map(({ status, first }) => [status, first.run])).toEqual([
      ['pass', runs[0]],
      ['missing', runs[1]],
      ['pass', runs[2]],
    ])
    expect(check?.basis.runs).toBe(2)
  })

  test('does not keep the next one from having a report, which does not leap over it to compare', async () => {
    const runs = [await run(day(1), [open]), await run(day(2), [open]), await run(day(3), [shut])]
    await fs.rm(`${folder}/runs/${String(runs[1]).padStart(9, '0')}`, { recursive: true })
    const reader = storeReader(storeIn(folder))
    const source = await openReportSource({ reader, run: runs[2] ?? 0, streamOf: () => undefined })
    expect(source.previous).toEqual({ number: runs[1] })
    expect(source.earlier.map(({ number, verdicts }) => [number, verdicts !== undefined])).toEqual([
      [runs[0], true],
      [runs[1], false],
    ])
  })

  test('as a clock that was set back put it outside of the period, does not keep the others from being exported', async () => {
    await run(day(1), [open])
    await run('2026-02-02T06:00:00.000Z', [open])
    await run(day(2), [shut])
    const scope = { from: MARCH.from.toISOString(), to: MARCH.to.toISOString() }
    const parts = { frameworks: [], populations: true }
    const report = await reportOfExport(parts, { period: scope, exportedAt: '2026-03-09T00:00:00.000Z' })
    const { bytes } = await exportOf(storeIn(folder), { scope, report })
    expect((await verified(bytes)).failures).toEqual([])
  })
})
