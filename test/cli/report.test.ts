import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ReportJson } from '../../src/report/json/report.ts'
import type { Collector, Page } from 'affiant/sdk'
import { manualClock } from '../../src/testing/clock.ts'
import { editedCopy } from '../support/damage.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { publicPem, runPipeline, temporaryFolder } from '../support/pipeline.ts'
import { affiant, mapping } from './fake-environment.ts'

const collector = fakeCollector(async function* (): AsyncIterable<Page> {
  yield {
    records: [
      { id: 'ada', mfa: 'on' },
      { id: '<b>eve</b>', mfa: 'off' },
    ],
    number: 1,
    last: true,
  }
}) as unknown as Collector

let folder: string
let first: number
let last: number

beforeAll(async () => {
  folder = await temporaryFolder()
  const run = (day: number) =>
    runPipeline([collector], {
      folder: join(folder, 'evidence'),
      clock: manualClock(`2026-01-0${day}T06:00:00.000Z`),
      mapping,
    })
  first = (await run(5)).number
  last = (await run(6)).number
  await fs.writeFile(join(folder, 'root.pem'), publicPem)
})
afterAll(() => fs.rm(folder, { recursive: true }))

const at = (args: string, store = 'evidence') =>
  affiant(`${args} --store ${store}`, { cwd: folder, collectors: [collector] })
const padded = (run: number) => String(run).padStart(9, '0')
let copies = 0
async function copyOfStore(): Promise<string> {
  const copy = `copy-${(copies += 1)}`
  await fs.cp(join(folder, 'evidence'), join(folder, copy), { recursive: true })
  return copy
}
async function replace(path: string, text: string): Promise<void> {
  await fs.rm(path)
  await fs.writeFile(path, text)
}
const read = (...path: string[]) => fs.readFile(join(folder, ...path), 'utf8')
const names = async (path: string) => (await fs.readdir(join(folder, path), { recursive: true })).sort()

describe('affiant report', () => {
  it('writes the last run under a name that says whose it is, and prints where', async () => {
    const { exitCode, out } = await at('report --key root.pem')
    expect(exitCode).toBe(0)
    expect(out).toContain(join(folder, `test_run-${last}_report`, 'index.html'))
    expect(out).toContain('authentic yes')
    const index = await read(`test_run-${last}_report`, 'index.html')
    expect(index).toContain(`Run ${last} of test`)
    expect(index).toContain('authentic: yes')
    expect(index).toContain('Nothing differs but number and time')
    const paths = await names(`test_run-${last}_report`)
    for (const path of ['checks/fake-test/fake.mfa-on.html', 'controls/A.8.5.html', 'assets/report.css', 'runs.html'])
      expect(paths).toContain(path)
  })

  it('made twice, every file has the same bytes', async () => {
    for (const name of ['once', 'again']) expect((await at(`report -o ${name}`)).exitCode).toBe(0)
    const paths = await names('once')
    expect(await names('again')).toEqual(paths)
    const folders = new Set(paths.map((path) => dirname(path)))
    for (const path of paths.filter((name) => !folders.has(name)))
      expect(await read('again', path), path).toBe(await read('once', path))
  })

  it.each([
    ['its folder is gone', (runs: string) => fs.rm(join(runs, padded(first)), { recursive: true })],
    ['its plan is another file', (runs: string) => replace(join(runs, padded(first), 'plan.json'), '{}')],
    ['its index is cut short', (runs: string) => replace(join(runs, padded(first), 'index.jsonl'), '{"kind"')],
  ])('is not prevented by an earlier run that is damaged, and says so: %s', async (_, damage) => {
    const store = await copyOfStore()
    await damage(join(folder, store, 'runs'))
    const { exitCode, err } = await at('report -o after-damage', store)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(await read('after-damage', 'index.html')).toMatch(`since run ${first} is not known`)
    expect(await read('after-damage', 'checks/fake-test/fake.mfa-on.html')).toMatch(`since run ${first} is not known`)
  })

  it.each([
    ['gone', (path: string) => fs.rm(path), 'index.jsonl (ENOENT)'],
    [
      'cut short',
      (path: string) => replace(path, '{"kind"'),
      'index.jsonl of run LAST is not what affiant writes: the last line',
    ],
  ])('of a sealed run whose index is %s, says where, and not that it was never sealed', async (_, damage, words) => {
    const store = await copyOfStore()
    await damage(join(folder, store, 'runs', padded(last), 'index.jsonl'))
    for (const command of ['report -o none', 'report --format sarif', 'show', 'show --failed']) {
      const { exitCode, err } = await at(command, store)
      expect({ command, exitCode }).toEqual({ command, exitCode: 4 })
      expect(err).toContain(words.replace('LAST', String(last)))
      expect(err).not.toContain('never sealed')
    }
  })

  it('writes the run that is named, and says as JSON what it wrote', async () => {
    const { exitCode, out } = await at(`report ${first} -o first --json`)
    const document = ReportJson.parse(JSON.parse(out))
    expect(exitCode).toBe(0)
    expect(document).toMatchObject({
      path: join(folder, 'first'),
      index: join(folder, 'first', 'index.html'),
      installation: 'test',
      run: first,
      demo: false,
      // Nobody was named whom to trust.
      verification: { exitCode: 5, levels: { intact: 'yes', authentic: 'no' } },
    })
    // All but the mark of the folder.
    const files = (await fs.readdir(join(folder, 'first'), { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    )
    expect(document.files).toBe(files.length - 1)
    expect(await read('first', 'index.html')).toContain('There is no earlier sealed run')
  })

  it('replaces a report, whole, and nothing else', async () => {
    await at('report -o place')
    await fs.writeFile(join(folder, 'place', 'stale.html'), 'old')
    expect((await at('report -o place')).exitCode).toBe(0)
    expect(await names('place')).not.toContain('stale.html')

    await fs.mkdir(join(folder, 'mine'))
    await fs.writeFile(join(folder, 'mine', 'notes.txt'), 'mine')
    const { exitCode, err } = await at('report -o mine')
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining('exists already and is no report') })
    expect(await names('mine')).toEqual(['notes.txt'])
    expect((await names('.')).filter((name) => /\.(?:part|old)$/.test(name))).toEqual([])
  })

  it.each(['report -o', 'report --format sarif -o', 'population export fake.accounts -o'])(
    'writes nothing into a store, where it would be taken for evidence: %s',
    async (command) => {
      const before = await names('evidence')
      for (const place of ['report', `runs/${padded(last + 2)}`, `runs/${padded(last)}/objects`]) {
        const { exitCode, err } = await at(`${command} evidence/${place}`)
        expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining('is in the store') })
      }
      expect(await names('evidence')).toEqual(before)
    },
  )

  it('without a number leaves out a run that is at work, and says so', async () => {
    const store = await copyOfStore()
    // As if the process were still at it: opened, and no entry ends it.
    await fs.rm(join(folder, store, 'ledger', `${padded(last + 1)}.sigstore.json`))
    await fs.rm(join(folder, store, 'runs', padded(last), 'index.jsonl'))
    for (const command of ['report -o of-sealed --json', 'report --format oscal']) {
      const { exitCode, out, err } = await at(command, store)
      expect({ exitCode, err }).toEqual({
        exitCode: 0,
        err: `This is run ${first}, the last one that was sealed. Not sealed, at work or ended too early: ${last}\n`,
      })
      expect(out).toContain(command.endsWith('--json') ? `"run": ${first}` : `"title":"Run ${first} of test`)
    }
    await fs.rm(join(folder, store, 'runs', padded(first)), { recursive: true })
    const none = await at('report -o none', store)
    expect(none).toMatchObject({ exitCode: 1, err: expect.stringContaining(`run ${last} has no results`) })
  })

  it.each(['report -o none', 'report --period 2026 -o none', 'show'])(
    '%s of a store that is not there says so, and not that it is empty',
    async (command) => {
      const { exitCode, err } = await at(command, 'nowhere')
      expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining('there is no store at nowhere') })
    },
  )

  it('ends with 4 where a file is not what was sealed, and leaves nothing half written', async () => {
    await editedCopy(join(folder, 'evidence'), join(folder, 'damaged'), 'mfa is off', 'mfa is on!')
    const { exitCode, err } = await affiant('report -o broken --store damaged', {
      cwd: folder,
      collectors: [collector],
    })
    expect({ exitCode, err }).toEqual({ exitCode: 4, err: expect.stringContaining('changed after it was sealed') })
    expect((await names('.')).filter((name) => name.includes('broken'))).toEqual([])
  })

  it.each([
    ['report 99 -o none', 'there is no run 99'],
    ['report --export none.tar -o none', '--export and --store'],
  ])('%s is refused', async (args, why) => {
    const { exitCode, err } = await at(args)
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining(why) })
    expect(await names('.')).not.toContain('none')
  })
})
