import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseCanonical } from '../../../src/model/canonical.ts'
import { frameOf } from '../../../src/report/html/layout.ts'
import { populationPath, scopeAnchor } from '../../../src/report/html/paths.ts'
import { populationFiles } from '../../../src/report/html/population/population-page.ts'
import { PopulationJson } from '../../../src/report/json/population.ts'
import { startChromium } from '../../support/chromium.ts'
import { parseCsv } from '../../support/csv.ts'
import { textsOf } from './example-source.ts'
import { type Merge, sealedPopulations } from './population-fixture.ts'

const SCOPE = 'acme/<b>robots</b>'
const ROWS: Merge[] = [
  { id: '=1+1', mergedAt: '2025-11-02T10:00:00.000Z', by: { login: 'ada@example.com', rank: -1 }, labels: ['x', 'y'] },
  { id: '<img src=x onerror=alert(1)>', mergedAt: null, by: null, labels: [], note: 'one, "two"' },
  ...Array.from({ length: 30 }, (_, place) => ({
    id: `m${String(place).padStart(2, '0')}`,
    mergedAt: '2025-12-02T10:00:00.000Z',
    by: { login: `person-${place}@example.com`, rank: place },
    labels: [],
    note: '@home',
  })),
]

let folder: string
let chromium: Awaited<ReturnType<typeof startChromium>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'affiant-report-'))
  chromium = await startChromium()
})
afterAll(async () => {
  await chromium[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** What stands beside a label of the card. */
async function factsOf(card: Locator): Promise<Map<string, string>> {
  const pairs = await card.locator('dl.facts > div').all()
  const facts = pairs.map(async (pair) => [await pair.locator('dt').innerText(), await pair.locator('dd').innerText()])
  return new Map((await Promise.all(facts)) as [string, string][])
}

it('HTML, CSV and JSON agree on bounds, query, digests and rows', async () => {
  await using made = await sealedPopulations({ rows: ROWS, scopes: [{ id: SCOPE }] })
  const { source, streamOf } = made
  for (const [path, text] of await textsOf(populationFiles(source, frameOf(source), { streamOf }))) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const page = await chromium.context.newPage()
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto(pathToFileURL(join(folder, populationPath('fake-test', 'fake.merges'))).href)
  const card = page.locator(`#${scopeAnchor(SCOPE)}`)

  const read = async (format: 'CSV' | 'JSON') => {
    const link = await card.getByRole('link', { name: format }).getAttribute('href')
    const { readFile } = await import('node:fs/promises')
    return readFile(new URL(link ?? '', page.url()), 'utf8')
  }
  const json = await read('JSON')
  const document = PopulationJson.parse(parseCanonical(json.trimEnd()))
  const { population: head, rows } = document
  const csv = parseCsv(await read('CSV'))
  const headOfCsv = new Map(
    csv.filter(([name]) => name?.startsWith('#')).map(([name = '', value = '']) => [name.slice(1), value]),
  )
  const [columns = [], ...csvRows] = csv.slice(headOfCsv.size)
  const facts = await factsOf(card)

  // Bounds, query, digests, and how many rows there are.
  const instant = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
  expect(head.period).toEqual({
    from: headOfCsv.get('from, inclusive (UTC)'),
    to: headOfCsv.get('to, exclusive (UTC)'),
  })
  expect(facts.get('Period')).toBe(
    `${instant(head.period?.from ?? '')} (inclusive) to ${instant(head.period?.to ?? '')} (exclusive), by mergedAt`,
  )
  expect(facts.get('SHA-256 of the records')).toBe(head.file?.sha256)
  expect(headOfCsv.get('file SHA-256')).toBe(head.file?.sha256)
  expect(facts.get('Root hash over the rows')).toBe(head.file?.rootHash)
  expect(headOfCsv.get('file root')).toBe(head.file?.rootHash)
  expect(head.file?.sha256).toBe(source.run.records.get(`fake-test/fake.merges/${SCOPE}`)?.sha256)
  expect([facts.get('Rows'), headOfCsv.get('rows'), String(rows.length), String(csvRows.length)]).toEqual(
    Array(4).fill(String(ROWS.length)),
  )
  expect(await card.locator('pre').first().innerText()).toBe(head.reproduce)
  expect(headOfCsv.get('to read the same')).toBe(head.reproduce)
  expect(headOfCsv.get('scope')).toBe(SCOPE)
  expect(await card.locator('h2').innerText()).toBe(SCOPE)

  // The first rows, cell by cell; a formula has an apostrophe in the CSV.
  const table = card.locator('table').last()
  const labels = await table.locator('thead th').allInnerTexts()
  const shown = await Promise.all(
    (await table.locator('tbody tr').all()).map((one) => one.locator('th, td').allInnerTexts()),
  )
  expect(shown).toHaveLength(20)
  const leading = new Map([
    ['Line', 'row.line'],
    ['Key', 'row.key'],
    ['Time', 'row.time'],
  ])
  const bare = (cell: string | undefined) => cell?.replace(/^'(?=[=+\-@\t\r])/, '')
  for (const [place, cells] of shown.entries())
    for (const [at, label] of labels.entries())
      expect(cells[at]).toBe(bare(csvRows[place]?.[columns.indexOf(leading.get(label) ?? label)]))
  expect(labels).toEqual(['Line', 'Key', 'Time', 'by.login', 'by.rank', 'id', 'labels', 'note'])

  // Every row of the CSV is that of the JSON.
  for (const [place, row] of rows.entries()) {
    const cells = new Map(columns.map((column, at) => [column, bare(csvRows[place]?.[at])]))
    const record = row.record as unknown as Merge
    expect(cells.get('row.key')).toBe(row.key)
    expect(cells.get('row.time')).toBe(record.mergedAt ?? '')
    expect(cells.get('by.login')).toBe(record.by?.login ?? '')
    expect(cells.get('note')).toBe(record.note ?? '')
    expect(JSON.parse(cells.get('labels') ?? '')).toEqual(record.labels)
  }
  expect(json).not.toContain('ada@example.com')
  expect(dialogs).toEqual([])
  expect(chromium.asked).toEqual([])
})
