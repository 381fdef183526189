import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { type Collector, defineCollector, defineStream, z } from 'affiant/sdk'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCanonical } from '../../src/model/canonical.ts'
import { PopulationExportJson, PopulationJson, PopulationListJson } from '../../src/report/json/population.ts'
import { cellsOf, columnsOf, populationCsv } from '../../src/report/population-csv.ts'
import { periodName } from '../../src/report/population-name.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { parseCsv } from '../support/csv.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'
import { affiant } from './fake-environment.ts'

const Merge = z.strictObject({
  id: z.string(),
  kind: z.enum(['merge', 'direct-push']),
  mergedAt: z.iso.datetime().nullable(),
  by: z.strictObject({ login: z.string(), rank: z.number() }).nullable(),
  labels: z.array(z.string()),
  note: z.string().optional(),
})

const ROWS: z.output<typeof Merge>[] = [
  {
    id: 'acme/api#1',
    kind: 'merge',
    mergedAt: '2025-11-02T10:00:00Z',
    by: { login: 'a', rank: -1 },
    labels: ['x', 'y'],
  },
  { id: 'acme/api#2', kind: 'direct-push', mergedAt: '2025-10-08T10:00:00Z', by: null, labels: [], note: '=1+1' },
  {
    id: 'acme/api#3',
    kind: 'merge',
    mergedAt: null,
    by: { login: '@b', rank: 2 },
    labels: [],
    note: 'one, "two"\r\nthree',
  },
]

const merges = defineStream({
  id: 'fake.merges',
  version: 3,
  title: 'Merges',
  record: Merge,
  occurredAt: 'mergedAt',
  key: ({ id }) => id,
  permissions: [{ name: 'merges:read', why: 'List merges', url: 'https://example.com' }],
  async *collect(_session: object, scope, reader) {
    if (scope.id === 'labs') await reader.observe('labs/secret', async () => Promise.reject(new Error('no')))
    yield { records: ROWS.slice(0, 2), number: 1, last: false }
    yield { records: ROWS.slice(2), number: 2, last: true, total: 3 }
  },
})
const settings = defineStream({
  id: 'fake.settings',
  version: 1,
  title: 'Settings',
  record: z.strictObject({ id: z.string() }),
  key: ({ id }) => id,
  permissions: [],
  async *collect() {
    yield { records: [], number: 1, last: true }
  },
})
const collector = defineCollector({
  apiVersion: 1,
  id: 'fake',
  title: 'Fake',
  docs: 'https://example.com',
  config: z.strictObject({}),
  secrets: {},
  limits: [{ id: 'all', perMinute: 6000, concurrency: 10 }],
  open: async () => ({}),
  identify: async () => ({ id: '42', name: 'acme', principal: { kind: 'app', name: 'affiant' } }),
  expects: () => ({}),
  async *scopes() {
    yield { id: 'acme' }
    yield { id: 'labs' }
    yield { id: 'old', excluded: 'sold' }
  },
  streams: [merges, settings],
  checks: [],
}) as unknown as Collector

let folder: string
let run: number
beforeAll(async () => {
  folder = await temporaryFolder()
  const sealed = await runPipeline([collector], {
    folder: join(folder, 'evidence'),
    clock: manualClock('2026-01-06T06:00:00.000Z'),
  })
  run = sealed.number
})
afterAll(() => fs.rm(folder, { recursive: true }))

const at = (args: string) => affiant(`${args} --store evidence`, { cwd: folder, collectors: [collector] })

describe('affiant population list', () => {
  it('lists every stream of every scope, events with their bounds apart from states', async () => {
    const { exitCode, out } = await at('population list --json')
    expect(exitCode).toBe(0)
    const { populations, run: listed } = PopulationListJson.parse(JSON.parse(out))
    expect(listed).toBe(run)
    expect(
      populations.map(({ stream, scope, kind, count, complete, period }) => [
        stream,
        scope,
        kind,
        count,
        complete,
        period?.to,
      ]),
    ).toEqual([
      ['fake.merges', 'acme', 'events', 3, true, '2026-01-05T06:00:00.000Z'],
      ['fake.merges', 'labs', 'events', 3, false, '2026-01-05T06:00:00.000Z'],
      ['fake.settings', 'acme', 'state', 0, true, undefined],
      ['fake.settings', 'labs', 'state', 0, true, undefined],
    ])
    const text = (await at('population list')).out
    expect(text).toMatch(
      /Events of 2025-10-07T06:00:00\.000Z \(inclusive\) to\s+2026-01-05T06:00:00\.000Z\s+\(exclusive\)/,
    )
    expect(text.indexOf('fake.merges')).toBeLessThan(text.indexOf('States'))
  })
})

describe('affiant population show', () => {
  it('says what a population is and why it is whole, and shows every row', async () => {
    const { exitCode, out } = await at('population show fake.merges --scope acme')
    expect(exitCode).toBe(0)
    for (const text of [
      '(inclusive)',
      '(exclusive), in UTC, by mergedAt',
      'acme (42), read as app affiant',
      'end marker reached',
      '3, as the source says',
      'old: sold',
      'fake.merges/3',
    ])
      expect(out.replaceAll(/\s+/g, ' ')).toContain(text)
    expect(out).toMatch(/^ {2}complete +yes$/m)
    for (const { id, kind } of ROWS) expect(out).toMatch(new RegExp(`^[123] .*${id}.* kind=${kind}`, 'm'))
  })

  it('ends with 3 for one that is not complete, names what is missing, and says what to do', async () => {
    const { exitCode, out } = await at('population show fake.merges --scope labs')
    expect(exitCode).toBe(3)
    expect(out).toContain('labs/secret')
    expect(out).toMatch(/^Not complete: /m)
    const json = await at('population show fake.merges --scope labs --json')
    const { population, rows } = PopulationJson.parse(JSON.parse(json.out))
    expect(population).toMatchObject({ complete: false, endMarker: 'not-shown', gaps: [{ subjects: ['labs/secret'] }] })
    expect(rows).toHaveLength(3)
  })

  it.each([
    ['fake.merges', 1, 'has the population "fake.merges" 2 times'],
    ['fake.merge', 1, 'did you mean "fake.merges"?'],
    ['fake.merges --source other', 1, 'of other'],
    ['fake.merges --run 99', 1, 'there is no run 99'],
  ])('%s: status %i', async (args, status, why) => {
    const { exitCode, err } = await at(`population show ${args}`)
    expect({ exitCode, err }).toEqual({ exitCode: status, err: expect.stringContaining(why) })
  })

  it('ends with 4 where a file is not what was sealed', async () => {
    const copy = join(folder, 'damaged')
    await fs.cp(join(folder, 'evidence'), copy, { recursive: true })
    const found = PopulationJson.parse(JSON.parse((await at('population show fake.merges --scope acme --json')).out))
    const digest = found.population.file?.sha256 ?? ''
    const object = join(copy, 'objects/sha256', digest.slice(0, 2), digest)
    await fs.chmod(object, 0o644)
    await fs.writeFile(object, (await fs.readFile(object, 'utf8')).replace('direct-push', 'direct-pull'))
    const args = 'population show fake.merges --scope acme --store damaged'
    const { exitCode, err } = await affiant(args, { cwd: folder, collectors: [collector] })
    expect({ exitCode, err }).toEqual({ exitCode: 4, err: expect.stringContaining('changed after it was sealed') })
  })
})

describe('affiant population export', () => {
  it('writes CSV and JSON with the same head and the same rows, under names that sort', async () => {
    const { exitCode, out } = await at('population export fake.merges --scope acme -o out --json')
    expect(exitCode).toBe(0)
    const { written } = PopulationExportJson.parse(JSON.parse(out))
    const [csv = '', json = ''] = await Promise.all(written.map(({ path }) => fs.readFile(join(folder, path), 'utf8')))
    for (const [index, text] of [csv, json].entries())
      expect(written[index]?.sha256).toBe(createHash('sha256').update(text).digest('hex'))
    expect(written[0]?.path).toMatch(
      /^out\/fake-test_merges_acme_20251007-20260105_20260106T\d{6}Z_1-[0-9a-f]{8}-\d+\.csv$/,
    )
    expect(written[1]?.path).toBe(written[0]?.path.replace(/csv$/, 'json'))

    const document = PopulationJson.parse(parseCanonical(json.trimEnd()))
    // Whoever has the JSON has the file that was sealed.
    const sealed = document.rows.map(({ record }) => `${JSON.stringify(record)}\n`).join('')
    expect(createHash('sha256').update(sealed).digest('hex')).toBe(document.population.file?.sha256)

    const records = parseCsv(csv)
    expect(new Set(records.map((cells) => cells.length)).size).toBe(1)
    const head = new Map(
      records.filter(([name = '']) => name.startsWith('#')).map(([name = '', value = '']) => [name, value]),
    )
    expect(head.get('#from, inclusive (UTC)')).toBe(document.population.period?.from)
    expect(head.get('#to, exclusive (UTC)')).toBe(document.population.period?.to)
    expect(head.get('#rows')).toBe(String(document.population.count))
    expect(head.get('#file SHA-256')).toBe(document.population.file?.sha256)
    expect(head.get('#complete')).toBe('yes')
    expect(head.get('#end marker')).toBe('reached')
    const [names = [], ...rows] = records.slice(head.size)
    expect(names).toEqual([
      'row.line',
      'row.key',
      'row.time',
      'by.login',
      'by.rank',
      'id',
      'kind',
      'labels',
      'mergedAt',
      'note',
    ])
    expect(rows).toHaveLength(document.rows.length)
    for (const [index, row] of document.rows.entries()) {
      const cells = cellsOf(row.record)
      const expected = [row.line, row.key, row.occurredAt, ...names.slice(3).map((name) => cells.get(name))]
      const plain = rows[index]?.map((cell) => cell.replace(/^'(?=[=+@-])/, ''))
      expect(plain).toEqual(expected.map((value) => String(value ?? '')))
    }
    // What a spreadsheet would compute is text; a negative number is none.
    expect(rows.find(([, key]) => key === 'acme/api#2')?.[9]).toBe("'=1+1")
    expect(rows.find(([, key]) => key === 'acme/api#3')?.[3]).toBe("'@b")
    expect(rows.find(([, key]) => key === 'acme/api#1')?.[4]).toBe('-1')
  })

  it('writes all of a stream, ends with 3 if one is not complete, and overwrites nothing', async () => {
    const first = await at('population export fake.merges -o all --format csv --bom')
    expect(first).toMatchObject({ exitCode: 3, out: expect.stringContaining('not complete for fake-test, labs') })
    const names = await fs.readdir(join(folder, 'all'))
    expect(names).toHaveLength(2)
    expect(await fs.readFile(join(folder, 'all', names[0] ?? ''), 'utf8')).toMatch(
      /^\u{feff}#population,fake\.merges,/u,
    )
    const again = await at('population export fake.merges -o all --format csv')
    expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining('exists already') })
  })

  it('has a name for each period', () => {
    const name = (from: string, to: string) => periodName({ from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z` })
    expect(name('2026-07-01', '2026-10-01')).toBe('2026Q3')
    expect(name('2026-10-01', '2027-01-01')).toBe('2026Q4')
    expect(name('2026-12-01', '2027-01-01')).toBe('202612')
    expect(name('2026-01-01', '2027-01-01')).toBe('2026')
    expect(name('2026-02-01', '2026-05-01')).toBe('20260201-20260430')
    expect(name('2026-07-02', '2026-10-01')).toBe('20260702-20260930')
  })
})

/** Without the apostrophes that are put before formulas. */
const bare = (cell: string) => cell.replaceAll(/(^|[;\r\n]["\s]*)'(?=[=+@\t\r\-＝＋－＠])/g, '$1')
const FORMULA = /^[=+@\t\r\-＝＋－＠]/

it('a CSV has the cells of its records, whatever they are, and none that is taken for a formula', async () => {
  const { out } = await at('population show fake.merges --scope acme --json')
  const { population } = PopulationJson.parse(JSON.parse(out))
  const key = fc.string({ minLength: 1, maxLength: 5 })
  const records = fc.array(
    fc.dictionary(
      key,
      fc.oneof(
        fc.string(),
        fc.string({ unit: fc.constantFrom(';', '=', '-', '"', ' ', '\n', '\r', ',', 'x') }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
      { maxKeys: 4 },
    ),
  )
  await fc.assert(
    fc.asyncProperty(records, async (made) => {
      const texts = made.map((record) => JSON.stringify(record))
      const source = {
        async *lines() {
          if (texts.length > 0) yield texts
        },
      }
      const columns = await columnsOf(source)
      let csv = ''
      for await (const piece of populationCsv(population, source, columns)) csv += piece
      const parsed = parseCsv(csv)
      const rows = made.length === 0 ? [] : parsed.slice(-made.length)
      for (const [index, row] of rows.entries()) {
        const cells = cellsOf(JSON.parse(texts[index] ?? '{}'))
        for (const [place, column] of columns.entries()) {
          const cell = row[row.length - columns.length + place] ?? ''
          const value = cells.get(column) ?? ''
          const isText = typeof value === 'string'
          expect(isText && FORMULA.test(cell)).toBe(false)
          expect(isText ? bare(cell) : cell).toBe(isText ? bare(value) : String(value))
          // A spreadsheet whose list separator is a semicolon begins a cell there.
          const inner = isText ? cell.split(/[;\r\n]/).slice(1) : []
          expect(inner.filter((part) => /^["\s]*[=+\-@＝＋－＠]/.test(part))).toEqual([])
        }
      }
    }),
  )
})

it.each(['\n', '\r', '\r\n'])('no text of a record makes a row of its own after %j', async (lineBreak) => {
  const { out } = await at('population show fake.merges --scope acme --json')
  const { population } = PopulationJson.parse(JSON.parse(out))
  const note = `fixed${lineBreak}99 forged`
  const source = {
    async *lines() {
      yield [JSON.stringify({ id: 1, note })]
    },
  }
  let csv = ''
  for await (const piece of populationCsv(population, source, ['id', 'note'])) csv += piece
  expect(csv).toContain(`"${note}"`)
  expect(parseCsv(csv).at(-1)).toContain(note)
})

it('gives each field a column of its own, however it is called', () => {
  const cells = cellsOf({
    'a.b': 1,
    a: { b: 2, '': 3 },
    '': { x: 4 },
    x: 5,
    'a\\': { b: 6 },
    none: {},
    list: [{ y: 7 }],
  })
  expect(Object.fromEntries(cells)).toEqual({
    [String.raw`a\.b`]: 1,
    'a.b': 2,
    'a.': 3,
    '.x': 4,
    x: 5,
    [String.raw`a\\.b`]: 6,
    none: '{}',
    list: '[{"y":7}]',
  })
})
