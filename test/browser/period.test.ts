import fs from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportOfExport } from '../../src/runtime/export-report.ts'
import { key, storeIn } from '../bundle/fixture.ts'
import { mapping } from '../cli/fake-environment.ts'
import { exportOf } from '../export/support.ts'
import { startChromium } from '../support/chromium.ts'
import { temporaryFolder } from '../support/pipeline.ts'
import { tenDays } from '../support/ten-days.ts'
import { filesOf, inaccessible, kindsOf, openTab, removeReport, tooWide, unpackedReport } from './support.ts'

/* Story A4 in the report of an export. */

const PERIOD = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-11T00:00:00.000Z' }

let folder: string
let report: string
let browser: Awaited<ReturnType<typeof startChromium>>
/** In this one no script runs. */
let plain: Awaited<ReturnType<typeof startChromium>>

beforeAll(async () => {
  folder = await temporaryFolder()
  const { clock } = await tenDays({ folder, mapping, installation: 'acme-prod', signingKey: key.privatePem })
  const exportedAt = clock.now()
  const made = { period: PERIOD, exportedAt: exportedAt.toISOString() }
  const make = await reportOfExport({ frameworks: [], populations: true }, made)
  const { bytes } = await exportOf(storeIn(folder), { scope: PERIOD, exportedAt, report: make })
  report = await unpackedReport(bytes)
  ;[browser, plain] = await Promise.all([startChromium(), startChromium({ javaScript: false })])
}, 60_000)
afterAll(async () => {
  await Promise.all([browser, plain].map((one) => one?.[Symbol.asyncDispose]()))
  await removeReport(report)
  await fs.rm(folder, { recursive: true, force: true })
})

test('story A4: missed runs, a failure that was mended, and the last run, without JavaScript', async () => {
  const { page, misdeeds } = await openTab(plain.context)
  const words = async () => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ')
  await page.goto(`file://${report}/index.html`)
  const first = await words()
  expect(first).toMatch(/10\b.*expected|expected.*\b10\b/i)
  expect(first).toMatch(/invoices/)
  expect(first).toContain('2 days')
  expect(first).toContain('at least 1 day, at most 3 days')
  const missed = await page.locator('time[datetime^="2026-03-07T06"], time[datetime^="2026-03-08T06"]').count()
  expect(missed).toBeGreaterThanOrEqual(2)
  // The failure is listed although it was mended.
  await page.locator('header').getByRole('link', { name: 'Deviations' }).click()
  const deviations = await words()
  expect(deviations).toContain('invoices')
  expect(deviations).toMatch(/2026-03-04[\s\S]*2026-03-06/)
  // Every run, and those that never were.
  await page.locator('header').getByRole('link', { name: 'Runs' }).click()
  expect(await words()).toMatch(/2026-03-06[\s\S]*2026-03-09|2026-03-09[\s\S]*2026-03-06/)
  // From the period to its last run, and back.
  await page.locator('header').getByRole('link', { name: 'Overview' }).click()
  await page
    .locator('main')
    .getByRole('link', { name: /^Run \d+/ })
    .first()
    .click()
  expect(page.url()).toMatch(/\/runs\/\d+\/index\.html$/)
  await page.getByRole('navigation', { name: 'Where this page is' }).getByRole('link').first().click()
  expect(page.url()).toBe(`file://${report}/index.html`)
  expect(misdeeds).toEqual({ dialogs: [], complaints: [] })
})

test('the pages of the period can be read by everybody, also on a telephone', async () => {
  const pages = kindsOf(await filesOf(report, '.html')).filter((name) => !name.startsWith('runs/'))
  expect(pages.length).toBeGreaterThan(3)
  const page = await browser.context.newPage()
  expect(await inaccessible(page, report, pages)).toEqual({})
  expect(await tooWide(page, report, pages)).toEqual([])
  await page.close()
}, 30_000)

test('on paper the headings of columns are no buttons: Chromium prints those on the first page of a table only', async () => {
  const page = await browser.context.newPage()
  await page.goto(`file://${report}/runs.html`)
  await page.locator('thead button').first().waitFor()
  await page.emulateMedia({ media: 'print' })
  const shown: string[] = await page.evaluate(
    "[...document.querySelectorAll('thead button')].map((one) => getComputedStyle(one).display)",
  )
  expect(new Set(shown)).toEqual(new Set(['contents']))
  await page.close()
})
