import { expect, test } from 'vitest'
import type { LedgerRun } from '../../../src/model/report-source.ts'
import { runsPage } from '../../../src/report/html/runs-page.ts'
import { exampleSource, readable, textOf } from './example-source.ts'

const sealed = (number: number, day: number, hour: number, more: object = {}): LedgerRun => ({
  number,
  job: 'daily',
  trigger: 'schedule',
  openedAt: `2026-10-0${day}T0${hour}:00:01.000Z`,
  end: {
    kind: 'sealed',
    at: `2026-10-0${day}T0${hour}:05:00.000Z`,
    status: 'partial',
    results: { pass: 5, fail: 2, unknown: 1, 'not-applicable': 3 },
    subjects: { inScope: 0, inspected: 0, passed: 0, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 },
    outcomes: { complete: 9, partial: 1, failed: 0 },
    expectedBy: `2026-10-0${day + 1}T06:00:00.000Z`,
    ...more,
  },
})

async function shown(runs: readonly LedgerRun[], more = false): Promise<{ page: string; rows: string[] }> {
  const source = exampleSource({ number: 12, ledger: { origin: 'affiant.dev/acme', runs, more } })
  const page = await textOf(runsPage(source, source.frame))
  return { page, rows: (page.match(/<tr><th scope="row".*?<\/tr>/gs) ?? []).map((row) => readable(row).trim()) }
}

test('every run has a row, the newest first, those that were aborted or are open too', async () => {
  const { rows, page } = await shown([
    sealed(2, 1, 6),
    {
      number: 4,
      job: 'daily',
      trigger: 'manual',
      openedAt: '2026-10-02T05:00:00.000Z',
      end: { kind: 'aborted', at: '2026-10-02T05:30:00.000Z' },
    },
    { number: 9, job: 'weekly', trigger: 'schedule', openedAt: '2026-10-02T05:10:00.000Z' },
    sealed(12, 2, 6),
  ])
  expect(rows.map((row) => row.split(' ')[0])).toEqual(['12', '9', '4', '2'])
  expect(rows[0]).toContain('partial 9 of 10 plan items 2 1 5 3')
  expect(rows[0]).toContain('The run of this report.')
  expect(rows[1]).toContain('open')
  expect(rows[2]).toContain('Aborted 2026-10-02 05:30:00 UTC: it has no results.')
  expect(page).not.toContain('There are earlier runs')
})

test('a run that came later than due says so; one that came in time does not', async () => {
  const { rows } = await shown([sealed(2, 1, 6), sealed(5, 2, 6), sealed(12, 3, 8)])
  expect(rows[0]).toContain('Opened later than due, 2026-10-03 06:00:00 UTC.')
  expect(rows[1]).not.toContain('later than due')
})

test('earlier runs that are not listed are not passed over in silence', async () => {
  expect((await shown([sealed(12, 1, 6)], true)).page).toContain('There are earlier runs')
})
