import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { onlyPage } from 'affiant/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FRAMEWORKS } from '../../src/model/crosswalk.ts'
import { ControlsFrameworkJson, ShowFrameworkJson } from '../../src/report/json/framework.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'
import { affiant, type FakeOptions, mapping } from './fake-environment.ts'

let cwd: string
let at: FakeOptions
const collector = fakeCollector(async function* () {
  yield onlyPage([
    { id: 'ada', mfa: 'on' },
    { id: 'ben', mfa: 'off' },
  ])
})

beforeAll(async () => {
  cwd = await temporaryFolder()
  at = { cwd, config: {}, collectors: [collector] }
  await runPipeline([collector], { folder: join(cwd, 'evidence'), mapping })
})
afterAll(() => fs.rm(cwd, { recursive: true, force: true }))

test.each(['show', 'controls', 'report'])('%s --help names every framework that there is', async (command) => {
  const { out } = await affiant(`${command} --help`, { cwd: '/nowhere' })
  const flat = out.replaceAll(/\s+/g, ' ')
  for (const id of FRAMEWORKS) expect(flat).toContain(id)
})

describe('show --framework', () => {
  test.each(FRAMEWORKS)('%s: a run through it', async (id) => {
    const { exitCode, out } = await affiant(`show --framework ${id}`, at)
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^Run 1 of test/)
    expect(out).toContain('Derived: nobody tested')
    expect(out).toMatch(/^Trust: (?:official|computed|derived|community)\./m)
    // The check failed, and it is the only one behind A.8.5.
    expect(out).toMatch(/fail:\s+A\.8\.5/)
  })

  test('as a document, where controls of which the run says nothing are unknown', async () => {
    const { out } = await affiant('show 1 --framework iso27701 --json', at)
    const { items, tally, run } = ShowFrameworkJson.parse(JSON.parse(out))
    expect(run.number).toBe(1)
    expect(tally).toMatchObject({ fail: 1, unknown: 28 })
    expect(items.find(({ worst }) => worst === 'fail')).toMatchObject({
      item: 'A.3.23',
      controls: [{ control: 'A.8.5', status: 'fail' }],
    })
  })

  test.each(['--failed', '--unknown', '--control A.8.5', '--check fake.mfa-on'])('not with %s', async (other) => {
    const { exitCode, err } = await affiant(`show --framework hipaa ${other}`, at)
    expect(exitCode).toBe(1)
    expect(err).toContain('cannot be used with')
  })
})

describe('controls --framework', () => {
  test.each(FRAMEWORKS)('%s: its items with the controls behind them', async (id) => {
    const { exitCode, out } = await affiant(`controls --framework ${id} --json`, at)
    expect(exitCode).toBe(0)
    const { framework, counts, items } = ControlsFrameworkJson.parse(JSON.parse(out))
    expect(framework.id).toBe(id)
    expect(items.flatMap(({ controls }) => controls)).toHaveLength(counts.pairs)
  })

  test('not with filters of controls', async () => {
    const { exitCode, err } = await affiant('controls --framework hipaa --theme people', at)
    expect(exitCode).toBe(1)
    expect(err).toContain('cannot be used with')
  })

  test('a framework that there is not: status 1, the nearest one, and how to name a file', async () => {
    const { exitCode, out, err } = await affiant('controls --framework nist-csf', at)
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
    expect(err).toBe(
      'there is no framework "nist-csf"; did you mean "nist-csf-2.0"?\nA crosswalk of your own is named by its file, such as ./soc2.yaml.\n',
    )
  })
})

describe('report --framework', () => {
  test('writes a page for each, which the first page leads to', async () => {
    const { exitCode, err } = await affiant('report 1 -o pages --framework hipaa iso27701', at)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect((await fs.readdir(join(cwd, 'pages', 'frameworks'))).sort()).toEqual(['hipaa.html', 'iso27701.html'])
    const index = await fs.readFile(join(cwd, 'pages', 'index.html'), 'utf8')
    for (const id of ['hipaa', 'iso27701']) expect(index).toContain(`href="frameworks/${id}.html"`)
    const page = await fs.readFile(join(cwd, 'pages', 'frameworks', 'iso27701.html'), 'utf8')
    const link = /href="\.\.\/(controls\/A\.8\.5\.html)"/.exec(page)?.[1] ?? ''
    expect(await fs.readFile(join(cwd, 'pages', link), 'utf8')).toContain('A.8.5')
  })

  test('writes nothing for a framework that there is not', async () => {
    const { exitCode, err } = await affiant('report 1 -o none --framework hippa', at)
    expect(exitCode).toBe(1)
    expect(err).toContain('there is no framework "hippa"; did you mean "hipaa"?')
    await expect(fs.stat(join(cwd, 'none'))).rejects.toThrow('ENOENT')
  })
})

describe('a crosswalk of a user', () => {
  const file = () => join(cwd, 'soc2.yaml')

  test('is what docs/frameworks.md describes, with an entry for each control', async () => {
    const docs = await fs.readFile(new URL('../../docs/frameworks.md', import.meta.url), 'utf8')
    const example = /```yaml\n([\s\S]*?) {2}# …\n```/.exec(docs)?.[1] ?? ''
    const numbers = { 5: 37, 6: 8, 7: 14, 8: 34 }
    const rest = Object.entries(numbers)
      .flatMap(([clause, count]) => Array.from({ length: count }, (_, index) => `A.${clause}.${index + 1}`))
      .slice(2)
      .map((control) => `  - control: ${control}\n    items: []\n`)
    await fs.writeFile(file(), example + rest.join(''))
    const { exitCode, out, err } = await affiant(`controls --framework ${file()} --json`, at)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(ControlsFrameworkJson.parse(JSON.parse(out)).items.map(({ item }) => item)).toEqual(['CC1.1', 'CC5.3'])
  })

  test('with a problem: status 1, each with its line', async () => {
    await fs.writeFile(file(), 'id: soc2\ncatalogue: iso27001-2022\n')
    const { exitCode, err } = await affiant(`controls --framework ${file()}`, at)
    expect(exitCode).toBe(1)
    expect(err).toMatch(/soc2\.yaml:2:1 {2}unknown key "catalogue"; did you mean "catalog"\?/)
    expect(err).toContain('docs/frameworks.md describes the file')
  })

  test('may not take the id of a framework that comes with affiant', async () => {
    const ours = await fs.readFile(new URL('../../mappings/hipaa/crosswalk.yaml', import.meta.url), 'utf8')
    await fs.writeFile(file(), ours)
    const { exitCode, err } = await affiant(`controls --framework ${file()}`, at)
    expect(exitCode).toBe(1)
    expect(err).toContain('the id "hipaa" is that of hipaa\nGive it another id.')
  })
})
