import type { Page } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../../src/model/receipt.ts'
import type { ReportSource } from '../../../src/model/report-source.ts'
import { frameOf } from '../../../src/report/html/layout.ts'
import { dataPath, populationPath, scopeAnchor } from '../../../src/report/html/paths.ts'
import { type PopulationOptions, populationFiles } from '../../../src/report/html/population/population-page.ts'
import { readable, textsOf } from './example-source.ts'
import { type Merge, sealedPopulations, withReceipts } from './population-fixture.ts'

const ITEM = 'fake-test/fake.merges/acme'
const PAGE = populationPath('fake-test', 'fake.merges')
const row = (place: number): Merge => ({
  id: `m${String(place).padStart(4, '0')}`,
  mergedAt: '2025-11-02T10:00:00.000Z',
  by: { login: 'ada@example.com', rank: place },
  labels: [],
})
const rows = (count: number) => Array.from({ length: count }, (_, place) => row(place))
const receipt = (more: Partial<Receipt & { kind: 'http' }> = {}): Receipt => ({
  kind: 'http',
  at: '2026-01-06T06:00:00.500Z',
  attempt: 1,
  method: 'GET',
  url: 'https://api.example.com/merges?state=all',
  ...more,
})

const filesOf = (source: ReportSource, options: PopulationOptions = {}) =>
  textsOf(populationFiles(source, frameOf(source), options))
const pageOf = async (source: ReportSource, path = PAGE) => readable((await filesOf(source)).get(path))

describe('a card', () => {
  it('says whose data it is, who read it with which rights, when, whether it is all, and what was written', async () => {
    await using made = await sealedPopulations({ rows: rows(3), granted: ['merges:read', 'admin'] })
    const page = await pageOf(made.source)
    const records = made.source.run.records.get(ITEM)
    for (const fact of [
      'Merges of the period',
      'Acme Robotics 42',
      'Instance, by the config 42',
      'app affiant-reader',
      'admin merges:read',
      'acme Acme',
      '2025-10-07 06:00:00 UTC (inclusive) to 2026-01-05 06:00:00 UTC (exclusive)',
      '1, to the end',
      '3; as many rows were written',
      records?.sha256 ?? 'none',
      records?.lines?.rootHash ?? 'none',
      'fake.merges/3',
      'by.login as a token for the person',
      'affiant 0.0.0',
      'fake merges --of acme',
    ])
      expect(page).toContain(fact)
    expect(page).not.toContain('ada@example.com')
    const { streamOf } = made
    const keyed = readable((await filesOf(made.source, { streamOf })).get(PAGE))
    const number = made.source.run.number
    expect(keyed).toContain(
      `affiant proof ${number} --record m0000 --source fake-test --stream fake.merges --scope acme`,
    )
  })

  it('says what was asked, in full, and names three requests and how to find them', async () => {
    await using made = await sealedPopulations({ rows: rows(1) })
    const asked = Array.from({ length: 9 }, (_, place) => receipt({ requestId: `REQ-${place}` }))
    const page = await pageOf(withReceipts(made.source, ITEM, asked))
    expect(page).toContain('GET https://api.example.com/merges 9 ?state=all')
    for (const id of ['REQ-0', 'REQ-4', 'REQ-8', 'Search the log of Fake for REQUEST-ID.']) expect(page).toContain(id)
    expect(page).not.toContain('REQ-1')
  })

  it('points out clocks that are more than a minute apart, and only those', async () => {
    await using made = await sealedPopulations({ rows: rows(1) })
    const behind = (seconds: number) =>
      receipt({ serverDate: new Date(Date.parse('2026-01-06T06:00:00.000Z') - seconds * 1000).toUTCString() })
    const minute = await pageOf(withReceipts(made.source, ITEM, [behind(60)]))
    expect(minute).toContain('60 seconds ahead of the source')
    expect(minute).not.toContain('The clocks did not agree')
    for (const seconds of [61, -61])
      expect(await pageOf(withReceipts(made.source, ITEM, [behind(seconds)]))).toContain('The clocks did not agree')
    expect(await pageOf(withReceipts(made.source, ITEM, [receipt()]))).toContain(
      'not measured: no answer carried a date',
    )
  })

  it('says of an empty population that zero is what was found, and gives no file without rows', async () => {
    await using made = await sealedPopulations()
    const files = await filesOf(made.source)
    expect(readable(files.get(PAGE))).toContain('Zero rows, recorded.')
    expect([...files.keys()].filter((path) => path.startsWith('data/'))).toEqual([])
  })

  it('says that a period had not ended', async () => {
    await using made = await sealedPopulations({ rows: rows(1), now: '2026-01-04T06:00:00.000Z' })
    const page = await pageOf(made.source)
    expect(page).toContain('Premature: more may have happened since.')
    expect(page).not.toContain('to the end')
  })

  it('names what could not be read, and the permission that was missing', async () => {
    await using made = await sealedPopulations({
      async *collect(_session, _scope, reader): AsyncIterable<Page> {
        const { DeniedError } = await import('affiant/sdk')
        await reader.observe('acme/secret', async () => {
          throw new DeniedError('no', { permission: 'merges:read' })
        })
        yield { records: rows(1), number: 1, last: true, total: 1 }
      },
    })
    const page = await pageOf(made.source)
    expect(page).toContain('It was not read whole: rows may be missing.')
    expect(page).toMatch(/unknown denied 1 merges:read acme\/secret/)
    expect(page).not.toContain('Zero rows')
  })

  it('says of a source that could not be opened that nothing of it is known', async () => {
    await using made = await sealedPopulations({ closed: true })
    const page = await pageOf(made.source)
    expect(page).toContain('All of the source failed denied 0 rows')
    expect(page).toContain('It could not be read. The token is not valid')
    expect(page).toContain('it told nothing: it could not be opened')
    expect(page).toContain('Nothing: the source was never asked for it.')
    expect(page).not.toContain('Zero rows')
    expect(page).not.toContain('to the end')
    expect(page).toContain('Pages 0: no page was read Total, by the source none was given')
  })

  it('counts credentials that were found in fields, and shows none', async () => {
    const token = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)}`
    await using made = await sealedPopulations({ rows: [{ ...row(1), note: token }] })
    const page = await pageOf(made.source)
    expect(page).toContain('The source holds credentials where none belong. 1 value in note')
    expect(page).not.toContain(token)
  })

  it('does without the command of a collector that fails to give one', async () => {
    await using made = await sealedPopulations({
      rows: rows(1),
      reproduce() {
        throw new Error('no command')
      },
    })
    expect(await pageOf(made.source)).toContain('The collector names no command of the vendor for this.')
  })

  it('says which rows earlier runs read, and when', async () => {
    await using made = await sealedPopulations({ rows: rows(3) })
    const { run } = made.source
    const oldest = '2026-01-01T06:00:00.000Z'
    const carried = { path: 'carried/of-the-test.jsonl', sha256: 'd'.repeat(64) }
    const told: ReportSource = {
      ...made.source,
      run: {
        ...run,
        outcomes: run.outcomes.map((line) =>
          line.planItem === ITEM ? { ...line, outcome: { ...line.outcome, carriedOver: { count: 2, oldest } } } : line,
        ),
        carried: new Map([
          [
            ITEM,
            { kind: 'carried', seq: 0, salt: '0'.repeat(32), planItem: ITEM, ...carried, size: 1, count: 2, oldest },
          ],
        ]),
        lines: (file) =>
          file.path === carried.path
            ? batch(['m0000', 'm0001'].map((key) => JSON.stringify({ key, readAt: oldest, run: 4 })))
            : run.lines(file),
      },
    }
    const page = await pageOf(told)
    expect(page).toContain('2 of 3 rows were read by earlier runs')
    expect(page).toContain('2026-01-01 06:00:00 UTC 4 2')
  })

  it('does not give a damaged file for evidence', async () => {
    await using made = await sealedPopulations({ rows: rows(2) })
    const { run } = made.source
    const records = new Map([...run.records].map(([item, line]) => [item, { ...line, sha256: 'e'.repeat(64) }]))
    await expect(filesOf({ ...made.source, run: { ...run, records } })).rejects.toThrow()
  })
})

describe('what an export withholds', () => {
  it('is said where rows or receipts are gone, and has no file', async () => {
    await using made = await sealedPopulations({ rows: rows(2) })
    const { run } = made.source
    const withheld = [{ kind: 'withheld' as const, seq: 1, leafHash: 'a'.repeat(64), reason: 'not for you' }]
    const outcomes = run.outcomes.map((line) => ({ ...line, outcome: { ...line.outcome, requests: 2 } }))
    const files = await filesOf({
      ...made.source,
      run: { ...run, outcomes, records: new Map(), receipts: new Map(), withheld },
    })
    const page = readable(files.get(PAGE))
    expect(page).toContain('Its rows are withheld.')
    expect(page).toContain('2 requests, whose receipts are withheld.')
    expect(page).not.toContain('m0000')
    expect(page).not.toContain('Prove one row')
    expect([...files.keys()].filter((path) => path.startsWith('data/'))).toEqual([])
  })

  it('is said where nothing of a population is left', async () => {
    await using made = await sealedPopulations({ rows: rows(2) })
    const withheld = [{ kind: 'withheld' as const, seq: 1, leafHash: 'a'.repeat(64), reason: 'not for you' }]
    const { run } = made.source
    const gone = { records: new Map(), receipts: new Map(), outcomes: [], sources: [], withheld }
    const page = await pageOf({ ...made.source, run: { ...run, ...gone } })
    expect(page).toContain('No line of it is shown. 1 line of this run is withheld')
    expect(page).not.toContain('Acme Robotics')
  })
})

describe('many scopes', () => {
  it('go on to further pages, and a link to any scope finds it from the first one', async () => {
    const scopes = Array.from({ length: 60 }, (_, place) => ({ id: `scope ${place}` }))
    await using made = await sealedPopulations({ rows: rows(25), scopes })
    const files = await filesOf(made.source)
    const pages = [1, 2, 3].map((part) => files.get(populationPath('fake-test', 'fake.merges', part)) ?? '')
    expect(files.has(populationPath('fake-test', 'fake.merges', 4))).toBe(false)
    const [first = ''] = pages
    for (const { id } of scopes) expect(first.split(`id="${scopeAnchor(id)}"`)).toHaveLength(2)
    for (const page of pages) {
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
    }
    for (const [, path = '', anchor = ''] of first.matchAll(/href="([^"#]*)#(scope-[0-9a-f]+)"/g)) {
      const page = path === '' ? first : files.get(`populations/fake-test/${path}`)
      expect(page).toContain(`<section class="card population" id="${anchor}"`)
    }
    expect(files.has(dataPath('fake-test', 'fake.merges', 'scope 59', 'csv'))).toBe(true)
  })
})

it('keeps pages small where many requests stand behind each card', async () => {
  const scopes = Array.from({ length: 24 }, (_, place) => ({ id: `scope-${place}` }))
  await using made = await sealedPopulations({ rows: rows(25), scopes })
  const { run } = made.source
  const asked = Array.from({ length: 60 }, (_, place) =>
    JSON.stringify(receipt({ url: `https://api.example.com/${place}/${'<'.repeat(200)}?${'&'.repeat(200)}` })),
  )
  const size = asked.join('').length
  const receipts = new Map([...run.receipts].map(([item, line]) => [item, { ...line, size, count: asked.length }]))
  const lines: typeof run.lines = (file) => (file.path.startsWith('receipts/') ? batch(asked) : run.lines(file))
  const files = await filesOf({ ...made.source, run: { ...run, receipts, lines } })
  const pages = [...files].filter(([path]) => path.includes('fake.merges') && path.endsWith('.html'))
  expect(pages.length).toBeGreaterThan(2)
  for (const [, page] of pages) expect(Buffer.byteLength(page)).toBeLessThan(2_000_000)
})

it('is the same each time it is written', async () => {
  await using made = await sealedPopulations({ rows: rows(30), scopes: [{ id: 'b' }, { id: 'a' }] })
  const files = [...populationFiles(made.source, frameOf(made.source))]
  const [once, twice] = [await textsOf(files), await textsOf(files)]
  expect(twice).toEqual(once)
  expect(await filesOf(made.source)).toEqual(once)
})

it('shows names of a source without letting them do anything', async () => {
  const hostile = '<script>alert(1)</script>\u202egpj'
  await using made = await sealedPopulations({
    rows: [{ ...row(1), id: hostile, note: hostile }],
    scopes: [{ id: hostile, title: hostile }],
    title: hostile,
    granted: [hostile],
  })
  for (const [path, text] of await filesOf(made.source)) {
    if (!path.endsWith('.html')) continue
    expect(text).not.toContain('<script>alert')
    expect(text).not.toContain('\u202e')
  }
})

it('writes no rows beside the pages where that was not asked for', async () => {
  await using made = await sealedPopulations({ rows: rows(2) })
  const files = await filesOf(made.source, { data: false })
  expect([...files.keys()].every((path) => path.startsWith('populations/'))).toBe(true)
  expect(files.get(PAGE)).not.toContain('data/')
})

async function* batch(lines: string[]) {
  yield lines
}
