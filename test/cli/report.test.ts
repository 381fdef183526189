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

const at = (args: string) => affiant(`${args} --store evidence`, { cwd: folder, collectors: [collector] })
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
