import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SampleJson } from '../../src/report/json/population.ts'
import { VerifyJson } from '../../src/report/json/verify.ts'
import { Sandbox } from '../collectors/git/harness.ts'
import { affiant, sh } from './support/cli.ts'
import { type Workspace, workspace } from './support/workspace.ts'

/*
 * Story A3: nobody picks the sample. The population is the commits of a quarter, some of them at one time, and one more that
 * another period has.
 */

const DAY = 86_400_000
const FROM = Date.parse('2026-07-01T00:00:00Z')
const COUNT = 57

let sandbox: Sandbox
let at: Workspace
const run = (cwd: string, ...args: string[]) => affiant(args, { cwd })
const QUESTION = ['--engagement', 'E1', '--control', 'A.8.32']

/** A branch of so many commits, all in the third quarter, in one process. */
function history(repository: string, count: number): void {
  sandbox.init(repository)
  const commits = Array.from({ length: count }, (_, index) => {
    const seconds = FROM / 1000 + Math.floor(index / 2) * 3 * (DAY / 1000)
    const message = `Change ${index}`
    return `commit refs/heads/main\ncommitter Example <dev@example.com> ${seconds} +0000\ndata ${message.length}\n${message}\n`
  })
  sandbox.git(repository, ['fast-import', '--quiet'], {}, commits.join('\n'))
}

/** Another machine with the same store, config and keys. */
async function copied(): Promise<string> {
  const folder = await fs.mkdtemp(join(sandbox.folder, 'machine-'))
  await fs.cp(at.folder, folder, { recursive: true })
  return folder
}

async function picked(cwd: string, ...args: string[]): Promise<SampleJson> {
  const { exitCode, stdout, stderr } = await run(cwd, 'sample', 'git.commits', ...QUESTION, ...args, '--json')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return SampleJson.parse(JSON.parse(stdout))
}

beforeAll(async () => {
  sandbox = new Sandbox()
  history('api', COUNT)
  at = await workspace()
  await at.config({
    sources: [{ id: 'code', collector: 'git', config: { repositories: [{ path: sandbox.path('api') }] } }],
  })
  const { stderr, exitCode } = await run(at.folder, 'run', '--period', '2026-Q3')
  if (exitCode === 1) throw new Error(stderr)
}, 120_000)
afterAll(async () => {
  sandbox?.[Symbol.dispose]()
  await at?.[Symbol.asyncDispose]()
})

describe('affiant sample', () => {
  it('gives two machines the same picks, which span the period, and a script of the docs the same again', async () => {
    const [one, other] = [await copied(), await copied()]
    const first = await picked(one, '--size', '25', '--output', 'sample')
    const second = await picked(other, '--size', '25', '--output', 'sample')
    expect(second.picks).toEqual(first.picks)
    expect(second.seed).toBe(first.seed)
    expect(first).toMatchObject({ size: 25, of: COUNT, asked: '25' })
    expect(new Set(first.picks.map(({ line }) => line)).size).toBe(25)
    const times = first.picks.map(({ occurredAt = '' }) => occurredAt)
    expect(times).toEqual(times.toSorted())
    expect(times[0]?.slice(0, 7)).toBe('2026-07')
    expect(times.at(-1)?.slice(0, 7)).toBe('2026-09')

    const docs = await fs.readFile(join(import.meta.dirname, '../../docs/for-auditors.md'), 'utf8')
    const [, script = ''] = /```python\n(.*?)```/s.exec(docs) ?? []
    expect(script.trim().split('\n').length).toBeLessThan(26)
    await fs.writeFile(join(one, 'sample.py'), script)
    const printed = await sh('/usr/bin/python3', ['sample.py', 'sample'], one)
    expect(printed.trim().split('\n')).toEqual(first.picks.map(({ line }) => String(line)))
  }, 60_000)

  it('has another seed where a row less is in the population', async () => {
    history('shorter', COUNT - 1)
    const machine = await copied()
    const config = await fs.readFile(join(machine, 'affiant.yaml'), 'utf8')
    await fs.writeFile(join(machine, 'affiant.yaml'), config.replace(sandbox.path('api'), sandbox.path('shorter')))
    await run(machine, 'run', '--period', '2026-Q3')
    const before = await picked(machine, '--size', '25', '--output', 'before', '--run', '1')
    const after = await picked(machine, '--size', '25', '--output', 'after', '--run', '3')
    expect(after.of).toBe(before.of - 1)
    expect(after.seed).not.toBe(before.seed)
  }, 60_000)

  it('writes a folder for each item, with a proof that needs nothing but the key', async () => {
    const machine = await copied()
    const sample = await picked(machine, '--size', '5', '--output', 'sample')
    const folder = join(machine, 'sample')
    const names = (await fs.readdir(folder)).toSorted()
    expect(names).toEqual([
      ...sample.picks.map(({ folder: name }) => name),
      'README.txt',
      'manifest-sha256.txt',
      'population.jsonl',
      'receipts.jsonl',
      'sample.json',
    ])
    expect(await sh('sha256sum', ['-c', '--quiet', '--strict', 'manifest-sha256.txt'], folder)).toBe('')
    const population = (await fs.readFile(join(folder, 'population.jsonl'), 'utf8')).split('\n')
    const [pick] = sample.picks
    const item = join(folder, pick?.folder ?? '')
    expect((await fs.readdir(item)).toSorted()).toEqual(['proof.json', 'proof.txt', 'receipts.jsonl', 'record.json'])
    const record = await fs.readFile(join(item, 'record.json'), 'utf8')
    expect(record).toBe(`${population[(pick?.line ?? 0) - 1]}\n`)
    expect(pick?.leafHash).toBe(createHash('sha256').update(`\0${record.trimEnd()}`).digest('hex'))
    const format = await fs.readFile(join(import.meta.dirname, '../../docs/bundle-format.md'), 'utf8')
    const [, commands = ''] = /## One record alone.*?```sh\n(.*?)```/s.exec(format) ?? []
    const env = { PROOF: join(item, 'proof.txt'), KEY: join(machine, 'key.pub.pem'), PATH: '/usr/bin:/bin' }
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', commands], { env })
    expect(stdout).toContain(record.trimEnd())

    const verified = await run(machine, 'verify', 'evidence', '--key', 'key.pub.pem', '--json')
    expect(VerifyJson.parse(JSON.parse(verified.stdout)).failures).toEqual([])
    const again = await run(machine, 'sample', 'git.commits', ...QUESTION, '--size', '5', '--output', 'sample')
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('exists already') })
    const more = await run(machine, 'sample', 'git.commits', ...QUESTION, '--size', '99', '--output', 'more')
    expect(more).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('there are only 57, so all were picked'),
    })
    const preset = await run(machine, 'sample', 'git.commits', ...QUESTION, '--preset', 'chiaro', '--output', 'preset')
    expect(preset.stdout).toMatch(/^ {2}preset +Chiaro: up to 10: all;/m)
    expect(preset.stdout).toContain('Picked 15 of 57 items')
    const ledger = await run(machine, 'ledger', 'list', '--json')
    expect(JSON.parse(ledger.stdout).entries.map(({ kind }: { kind: string }) => kind)).toEqual([
      'ledger-genesis',
      'run-opened',
      'run-sealed',
      'sampled',
      'sampled',
      'sampled',
    ])
  }, 60_000)

  it('refuses a population that is premature, or was never sealed, and records nothing', async () => {
    const machine = await copied()
    const early = await run(machine, 'run', '--from', '2026-07-01', '--to', '2099-12-31')
    expect(early.exitCode).toBe(3)
    const args = ['sample', 'git.commits', ...QUESTION, '--size', '5', '--output', 'refused']
    const premature = await run(machine, ...args)
    expect(premature).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('is premature') })
    await fs.rm(join(machine, 'evidence/ledger/000000004.sigstore.json'), { force: true })
    const unsealed = await run(machine, ...args, '--run', '3')
    expect(unsealed).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('run 3 was never sealed') })
    expect(await fs.readdir(join(machine, 'evidence/ledger'))).toHaveLength(4)
    expect(await fs.readdir(machine)).not.toContain('refused')
  }, 60_000)
})
