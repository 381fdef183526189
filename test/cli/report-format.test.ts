import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Collector, Page } from 'affiant/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectKey } from '../../src/model/common.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { editedCopy } from '../support/damage.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { publicPem, runPipeline, temporaryFolder } from '../support/pipeline.ts'
import { OCSF } from '../report/machine/ocsf-schema.ts'
import { OSCAL } from '../report/machine/oscal-schema.ts'
import { SARIF } from '../report/machine/sarif-schema.ts'
import { list, problems } from '../report/machine/schema.ts'
import { affiant, fakeEnvironment, mapping } from './fake-environment.ts'
import { runProgram } from '../../src/cli/program.ts'
import { writeNewStream } from '../../src/runtime/files.ts'
import { writeReportFolder } from '../../src/runtime/report.ts'

const collector = fakeCollector(async function* (): AsyncIterable<Page> {
  yield {
    records: [
      { id: 'ada', mfa: 'on' },
      { id: '[eve](javascript:x)\u202e', mfa: 'off' },
    ],
    number: 1,
    last: true,
  }
}) as unknown as Collector

let folder: string

beforeAll(async () => {
  folder = await temporaryFolder()
  await runPipeline([collector], {
    folder: join(folder, 'evidence'),
    clock: manualClock('2026-01-05T06:00:00.000Z'),
    mapping,
  })
  await fs.writeFile(join(folder, 'root.pem'), publicPem)
})
afterAll(() => fs.rm(folder, { recursive: true }))

const at = (args: string, store = 'evidence') =>
  affiant(`${args} --store ${store}`, { cwd: folder, collectors: [collector] })

describe('affiant report --format', () => {
  it.each([
    ['oscal', (text: string) => problems(OSCAL, JSON.parse(text))],
    [
      'ocsf',
      (text: string) =>
        problems(
          list(OCSF, 2),
          text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown),
        ),
    ],
    ['sarif', (text: string) => problems(SARIF, JSON.parse(text))],
  ])('prints a valid document of a run that the engine sealed: %s', async (format, found) => {
    const { exitCode, out } = await at(`report --format ${format} --key root.pem`)

    expect(exitCode).toBe(0)
    expect(found(out)).toEqual([])
    expect(out).toContain('javascript:x')
    expect(out).not.toContain('\u202e')
  })

  it('is the same file as in the report', async () => {
    await at('report -o pages')

    const page = (path: string) => fs.readFile(join(folder, 'pages', path), 'utf8')
    expect((await at('report --format oscal')).out).toBe(await page('oscal/assessment-results.json'))
    expect(await page('index.html')).toContain('href="oscal/assessment-results.json"')
  })

  it.each([
    ['report --format sarif -o stopped', 'nothing is left'],
    ['report -o stopped', 'nothing is left'],
    ['population export fake.accounts -o stopped', 'is whole'],
  ])('Ctrl-C while it is written leaves nothing half-written: %s', async (args, words) => {
    const path = (name: string) => join(folder, name)
    const pressing = (signal: AbortSignal | undefined) => {
      fake.interrupt()
      return signal
    }
    const fake = fakeEnvironment({
      cwd: folder,
      collectors: [collector],
      runtime: {
        writeNewStream: (name, content, signal) => writeNewStream(path(name), content, pressing(signal)),
        writeReportFolder: (name, files, signal) => writeReportFolder(path(name), files, pressing(signal)),
      },
    })
    const before = await fs.readdir(folder, { recursive: true })
    expect(await runProgram([...args.split(' '), '--store', 'evidence'], fake.environment)).toBe(130)
    expect(fake.err()).toContain(words)
    const after = await fs.readdir(folder, { recursive: true })
    expect(after.filter((name) => !before.includes(name) && name !== 'stopped')).toEqual([])
  })

  it('names files of the bundle by digests that they have', async () => {
    const oscal = JSON.parse((await at('report --format oscal')).out)
    const sarif = JSON.parse((await at('report --format sarif')).out)
    const fromOscal = oscal['assessment-results']['back-matter'].resources.flatMap(
      ({ rlinks: [link] }: { rlinks: [{ href: string; hashes?: [{ value: string }] }] }) =>
        link.hashes ? [[link.href, link.hashes[0].value]] : [],
    )
    const fromSarif = sarif.runs[0].artifacts.flatMap(
      ({ location, hashes }: { location: { uri: string }; hashes?: { 'sha-256': string } }) =>
        hashes ? [[location.uri, hashes['sha-256']]] : [],
    )

    expect(fromSarif).toEqual(fromOscal)
    expect(fromOscal.length).toBeGreaterThan(4)
    for (const [path, sha256] of fromOscal as [string, string][]) {
      const isObject = /\/(?:records|receipts|results)\//.test(path)
      const bytes = await fs.readFile(join(folder, 'evidence', isObject ? objectKey(sha256) : path))
      expect(createHash('sha256').update(bytes).digest('hex'), path).toBe(sha256)
    }
  })

  it('points at the line of the results', async () => {
    const sarif = JSON.parse((await at('report --format sarif')).out)
    const [result] = sarif.runs[0].results
    const { artifactLocation, region } = result.locations[0].physicalLocation
    const { hashes } = sarif.runs[0].artifacts[artifactLocation.index]
    const text = await fs.readFile(join(folder, 'evidence', objectKey(hashes['sha-256'])), 'utf8')

    expect(JSON.parse(text.split('\n')[region.startLine - 1] ?? '')).toMatchObject({
      status: 'fail',
      subject: result.properties.subject,
    })
  })

  it('writes a new file, and never over one that is there', async () => {
    const { exitCode, out } = await at('report --format sarif --passes -o all.sarif')
    const bytes = await fs.readFile(join(folder, 'all.sarif'))

    expect(exitCode).toBe(0)
    expect(out).toContain(createHash('sha256').update(bytes).digest('hex'))
    expect(JSON.parse(bytes.toString()).runs[0].results.map(({ kind }: { kind: string }) => kind)).toContain('pass')
    expect(await at('report --format oscal -o all.sarif')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('exists already'),
    })
    expect(await fs.readFile(join(folder, 'all.sarif'))).toEqual(bytes)
  })

  it('makes no document of evidence that is not what was sealed', async () => {
    await editedCopy(join(folder, 'evidence'), join(folder, 'damaged'), 'mfa is off', 'mfa is on!')

    const { exitCode, out, err } = await at('report --format oscal', 'damaged')
    expect({ exitCode, out }).toEqual({ exitCode: 4, out: '' })
    expect(err).toContain('is not what was sealed')
  })

  it.each([
    ['report --format csv', 'affiant population export STREAM --format csv'],
    ['report --format json', 'affiant population export STREAM --format json'],
    ['report --format ocsf --passes', '--passes is for SARIF'],
    ['report --passes', '--passes is for --format sarif'],
    ['report --format xml', 'Allowed choices are oscal, ocsf, sarif'],
    ['report --format sarif --json', "cannot be used with option '--json'"],
    ['report --format sarif --from 2026-01-01 --to 2026-01-31', 'cannot be used with option'],
    ['report 77 --format sarif', '77'],
  ])('refuses `%s` and says what to do', async (args, said) => {
    const { exitCode, out, err } = await at(args)

    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
    expect(err).toContain(said)
  })
})
