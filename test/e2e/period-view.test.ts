import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PeriodJson, ShowAsOfJson } from '../../src/report/json/period.ts'
import { affiant as run, type FakeOptions, mapping } from '../cli/fake-environment.ts'
import { verifyStore } from '../bundle/verify-fixture.ts'
import { storeIn } from '../bundle/fixture.ts'
import { publicPem, temporaryFolder } from '../support/pipeline.ts'
import { tenDays } from '../support/ten-days.ts'

const DAY = 86_400_000
/** Number of the run of each day that has one. */
let runs: ReadonlyMap<number, number>

let cwd: string
let at: FakeOptions

beforeAll(async () => {
  cwd = await temporaryFolder()
  const made = await tenDays({ folder: join(cwd, 'evidence'), mapping })
  runs = made.runs
  at = { cwd, config: {}, collectors: [made.collector], runtime: { systemClock: made.clock } }
  await fs.writeFile(join(cwd, 'pub.pem'), publicPem)
})
afterAll(() => fs.rm(cwd, { recursive: true, force: true }))

async function report(args = '') {
  const { out, err, exitCode } = await run(`report --from 2026-03-01 --to 2026-03-10 --json ${args}`.trim(), at)
  expect(err).toBe('')
  return { exitCode, document: PeriodJson.parse(JSON.parse(out)) }
}

describe('show --as-of', () => {
  test('a day on which the bucket was public: fail, with the run, its receipts and how old it was', async () => {
    const { out, exitCode } = await run('show --as-of 2026-03-05 --check cloud.buckets-private', at)
    expect(exitCode).toBe(0)
    expect(out).toContain(`run ${runs.get(5)} of daily was in force`)
    expect(out).toContain('✗ invoices: anybody can read it')
    expect(out).toContain(`The next run of the job, ${runs.get(6)}, was opened 2026-03-06 06:00 UTC`)
    expect(out).toMatch(/receipts +runs\/\d{9}: receipts\/\S+/)
    const json = await run('show --as-of 2026-03-05 --check cloud.buckets-private --json', at)
    const { runs: inForce, results } = ShowAsOfJson.parse(JSON.parse(json.out))
    expect(inForce).toMatchObject([{ number: runs.get(5), job: 'daily', checks: [{ status: 'fail' }] }])
    expect(inForce[0]?.planItems[0]?.receipts?.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(results).toMatchObject([
      { subject: 'invoices', status: 'fail' },
      { subject: 'website', status: 'pass' },
    ])
  })

  test.each([
    ['2026-03-03', 3],
    ['2026-03-06', 6],
    ['2026-03-08', 6],
    ['2026-03-06T05:59:59Z', 5],
  ])('%s: the run of day %i', async (moment, day) => {
    const { out } = await run(`show --as-of ${moment} --json`, at)
    expect(ShowAsOfJson.parse(JSON.parse(out)).runs).toMatchObject([{ number: runs.get(day) }])
  })

  test.each(['2026-03-11', '2027-01-01T12:00:00Z'])(
    '%s has not come yet: what is in force now, and that',
    async (moment) => {
      const { out, exitCode } = await run(`show --as-of ${moment}`, at)
      expect(exitCode).toBe(0)
      expect(out).toContain(`has not come yet. As of now, run ${runs.get(10)} of daily is in force`)
      expect(out).toContain('(1 day ago)')
      const json = ShowAsOfJson.parse(JSON.parse((await run(`show --as-of ${moment} --json`, at)).out))
      expect(json).toMatchObject({ until: '2026-03-11T06:00:00.000Z', runs: [{ number: runs.get(10), age: DAY }] })
    },
  )

  test('of a moment that has come nothing of the kind is said', async () => {
    const { out } = await run('show --as-of 2026-03-11T06:00:00Z', at)
    expect(out).toContain('As of 2026-03-11 06:00 UTC')
    expect(out).not.toContain('not come yet')
    expect(ShowAsOfJson.parse(JSON.parse((await run('show --as-of 2026-03-10 --json', at)).out)).until).toBeUndefined()
  })

  test('before the first run nothing is known', async () => {
    const { exitCode, err } = await run('show --as-of 2026-02-28', at)
    expect(exitCode).toBe(1)
    expect(err).toContain('no run had been sealed')
  })
})

describe('the report of the period', () => {
  test('lists days 7 and 8 as missed, and that nobody ran', async () => {
    const { document } = await report()
    expect(document.jobs).toMatchObject([{ expected: 10, performed: 8, missed: 2, late: 0, pending: 0 }])
    expect(document.jobs[0]?.missedDues).toEqual([
      { dueAt: '2026-03-07T06:00:00.000Z', cause: 'missed' },
      { dueAt: '2026-03-08T06:00:00.000Z', cause: 'missed' },
    ])
  })

  test('shows the deviation as open for 2 days, with its bounds, although the check passes now', async () => {
    const { document } = await report()
    expect(document.checks).toMatchObject([
      {
        last: { status: 'pass' },
        deviations: 1,
        open: 0,
        segments: [{ status: 'pass' }, { status: 'fail' }, { status: 'pass' }],
      },
    ])
    expect(document.deviations).toMatchObject([
      {
        subject: 'invoices',
        opened: { run: runs.get(4), at: '2026-03-04T06:00:00.000Z' },
        lastGood: { run: runs.get(3), status: 'pass' },
        lastFailed: { run: runs.get(5) },
        closed: { run: runs.get(6), at: '2026-03-06T06:00:00.000Z', as: 'pass' },
        seenFor: 2 * DAY,
        atLeast: DAY,
        atMost: 3 * DAY,
      },
    ])
    expect(document.checks[0]?.basis).toEqual({ kind: 'snapshots', runs: 8, maxGap: 3 * DAY })
  })

  test('is a folder of pages that say so, with the report of the last run', async () => {
    const { out } = await run('report --from 2026-03-01 --to 2026-03-10 -o pages', at)
    expect(out).toContain('missed 2026-03-07 06:00 UTC to 2026-03-08 06:00 UTC, 2 times: nobody ran')
    const index = await fs.readFile(join(cwd, 'pages/index.html'), 'utf8')
    expect(index).toContain('<strong>2 days</strong>')
    expect(index).toContain('at least 1 day, at most 3 days')
    for (const missed of ['2026-03-07T06:00:00.000Z', '2026-03-08T06:00:00.000Z']) expect(index).toContain(missed)
    const last = `runs/${runs.get(10)}/index.html`
    // Before any table: who opens the page looks for the controls first.
    expect(index.slice(0, index.indexOf('<table'))).toContain(`href="${last}"`)
    await expect(fs.readFile(join(cwd, 'pages', last), 'utf8')).resolves.toContain('../../index.html')

    const [one] = (await report()).document.checks
    const check = await fs.readFile(
      join(cwd, `pages/runs/${runs.get(10)}/checks/${one?.source}/${one?.check}.html`),
      'utf8',
    )
    for (const [day, state] of [
      [3, 'pass'],
      [5, 'fail'],
      [6, 'pass'],
    ] as const)
      expect(check).toMatch(new RegExp(`Run ${runs.get(day)}</th>(?:(?!</tr>).)*is-${state}`))
  })

  test('is the same twice, byte for byte', async () => {
    const files = ['index.html', 'deviations.html', 'runs.html']
    const read = async (folder: string) => {
      await report(`-o ${folder}`)
      return Promise.all(files.map((name) => fs.readFile(join(cwd, folder, name), 'utf8')))
    }
    expect(await read('first')).toEqual(await read('second'))
  })

  test('of a store from which a run was taken says so, and verify reports the gap in the sequence', async () => {
    const number = runs.get(5) ?? 0
    const folder = join(cwd, 'cut')
    await fs.cp(join(cwd, 'evidence'), folder, { recursive: true })
    const name = String(number).padStart(9, '0')
    await fs.rm(join(folder, 'runs', name), { recursive: true })
    const { out } = await run('report --from 2026-03-01 --to 2026-03-10 --json --store cut -o cut-report', at)
    expect(JSON.parse(out).runs).toContainEqual(expect.objectContaining({ number, filesMissing: true }))
    for (const index of [number, number + 1])
      await fs.rm(join(folder, `ledger/${String(index).padStart(9, '0')}.sigstore.json`))
    const verified = await verifyStore(storeIn(folder), { pem: publicPem })
    expect(verified.levels.chained.value).toBe('no')
    expect(verified.failures).toContainEqual(expect.objectContaining({ code: 'entry-missing' }))
    const broken = await run('report --from 2026-03-01 --to 2026-03-10 --store cut -o cut-report', at)
    expect(broken).toMatchObject({ exitCode: 4, out: '' })
  })
})
