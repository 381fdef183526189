import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExportJson } from '../../src/report/json/export.ts'
import { VerifyJson } from '../../src/report/json/verify.ts'
import { openExportTarget } from '../../src/runtime/export-file.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { remakeReport } from '../../src/export-report.ts'
import { affiant as inProcess, mapping } from '../cli/fake-environment.ts'
import { affiant } from '../e2e/support/cli.ts'
import { type Workspace, workspace } from '../e2e/support/workspace.ts'
import { contentOf, entriesOf, fileOf } from './support.ts'
import { failingFiles, temporaryFolder } from '../store/faults.ts'

let at: Workspace
/** A period that today is in. */
const PERIOD = ['--from', '2020-01-01', '--to', '2099-12-31', '--recipient', 'Example Auditors Ltd']

beforeAll(async () => {
  at = await workspace()
  await promisify(execFile)('git', ['init', '-q', at.path('checkout')])
  await at.config({
    sources: [{ id: 'git', collector: 'git', config: { repositories: [{ path: './checkout' }] } }],
  })
  await affiant(['run'], { cwd: at.folder })
}, 60_000)
afterAll(() => at?.[Symbol.asyncDispose]())

const run = (...args: string[]) => affiant(args, { cwd: at.folder })
const entries = async () => (await fs.readdir(at.path('evidence/ledger'))).length

describe('affiant export', () => {
  it('writes a file that affiant verify accepts, and says what is in it', async () => {
    const { exitCode, stdout, stderr } = await run('export', ...PERIOD, '-o', 'out/all.evx.tar', '--json')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const made = ExportJson.parse(JSON.parse(stdout))
    const bytes = await fs.readFile(at.path('out/all.evx.tar'))
    expect(made.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(made).toMatchObject({
      bytes: bytes.length,
      runs: [1],
      from: '2020-01-01T00:00:00.000Z',
      to: '2100-01-01T00:00:00.000Z',
    })
    expect((await fs.stat(at.path('out/all.evx.tar'))).mode & 0o777).toBe(0o600)
    expect(await fs.readdir(at.path('out'))).toEqual(['all.evx.tar'])
    const verified = await run('verify', 'out/all.evx.tar', '--key', 'key.pub.pem', '--json')
    const found = VerifyJson.parse(JSON.parse(verified.stdout))
    expect(found).toMatchObject({
      failures: [],
      head: { index: made.head.index, statementSha256: made.head.statementSha256 },
    })
  })

  it('shows runs, what is withheld and why, head, digest and the command that verifies it', async () => {
    const withhold = ['--withhold', 'git.*=internal names', '*/source.jsonl=internal addresses']
    const { exitCode, stdout } = await run('export', ...PERIOD, '-o', 'redacted.tar', ...withhold)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Exported 1 run for Example Auditors Ltd: ')
    expect(stdout).toMatch(/^ {2}withheld +\d+ lines of the indexes/m)
    expect(stdout).toMatch(/^ +\d+: internal names$/m)
    expect(stdout).toMatch(/^ {2}head +\d+ [0-9a-f]{64}$/m)
    expect(stdout).toMatch(/^ {2}SHA-256 +[0-9a-f]{64}$/m)
    expect(stdout).toContain('affiant verify redacted.tar --policy trust-policy.json')
    const verified = await run('verify', 'redacted.tar', '--key', 'key.pub.pem')
    expect(verified.exitCode).toBe(3)
    expect(verified.stdout).toContain('internal addresses')
  })

  it('has a report, which is the one that comes out of it again', async () => {
    await run('export', ...PERIOD, '-o', 'report.tar', '--framework', 'nist-csf-2.0')
    const bytes = await fs.readFile(at.path('report.tar'))
    const names = entriesOf(bytes).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['data/report/index.html', 'data/report/runs/1/index.html']))
    expect(names).toContain('data/report/runs/1/frameworks/nist-csf-2.0.html')
    const pages = names.filter((name) => name.startsWith('data/report/') && name.endsWith('.html'))
    for (const name of pages) expect(contentOf(bytes, name).toString()).not.toContain(at.folder)
    const { exitCode, stdout } = await run('verify', 'report.tar', '--key', 'key.pub.pem', '--report', '--json')
    const { report, failures } = VerifyJson.parse(JSON.parse(stdout))
    expect({ exitCode, report, failures }).toMatchObject({ report: { value: 'same' }, failures: [] })
    expect([0, 3]).toContain(exitCode)
    const told = await run('verify', 'report.tar', '--key', 'key.pub.pem', '--report')
    expect(told.stdout).toMatch(/report +same/)
  })

  it('of another version has a report that this one does not judge, and says so', async () => {
    const bytes = await fs.readFile(at.path('report.tar'))
    const statement = contentOf(bytes, 'export.json').toString()
    const other = await verifyExport(fileOf(bytes), {
      trust: 'first-use',
      remakeReport: remakeReport({
        program: { version: '9.9.9', build: 'f'.repeat(64) },
        streamOf: () => undefined,
        catalog: mapping.catalog,
        crosswalkOf: async () => undefined,
      }),
    })
    const [, build = ''] = /"build":\{"sha256":"([0-9a-f]{12})/.exec(statement) ?? []
    expect(other.report?.value).toBe('not-judged')
    expect(other.report?.detail).toContain(`build ${build} made it, and this is affiant 9.9.9`)
  })

  it.each([
    ['--no-populations', /^data\/report\/.*\.csv$/, true],
    ['--no-report', /^data\/report\//, false],
  ])('%s leaves out what it says', async (option, left, hasReport) => {
    const file = `without${option}.tar`
    const { exitCode, stdout } = await run('export', ...PERIOD, '-o', file, option, '--json')
    expect(exitCode).toBe(0)
    const names = entriesOf(await fs.readFile(at.path(file))).map(({ name }) => name)
    expect(names.filter((name) => left.test(name))).toEqual([])
    expect(names.includes('data/report/index.html')).toBe(hasReport)
    expect(ExportJson.parse(JSON.parse(stdout)).report !== undefined).toBe(hasReport)
    const verified = await run('verify', file, '--key', 'key.pub.pem', '--report', '--json')
    const found = VerifyJson.parse(JSON.parse(verified.stdout))
    expect(found.report?.value).toBe(hasReport ? 'same' : 'not-judged')
    expect(found.failures).toEqual([])
  })

  it('overwrites nothing', async () => {
    await fs.writeFile(at.path('taken.tar'), 'mine')
    const before = await entries()
    const { exitCode, stderr } = await run('export', ...PERIOD, '-o', 'taken.tar')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('taken.tar exists already\n')
    expect(await fs.readFile(at.path('taken.tar'), 'utf8')).toBe('mine')
    expect(await entries()).toBe(before)
  })

  it('leaves nothing behind where the disk is full, neither a file nor an entry', async () => {
    const before = await entries()
    const args = ['export', ...PERIOD, '-o', 'full/full.tar']
    const { exitCode, stderr } = await affiant(args, { cwd: at.folder, fileSizeLimit: 4 })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^there is no space left for .*full\/full\.tar \(EFBIG\)\n/)
    expect(await fs.readdir(at.path('full'))).toEqual([])
    expect(await entries()).toBeGreaterThanOrEqual(before)
  })

  it.each([
    ['a day that there is not', ['--from', '2026-02-30', '--to', '2026-12-31'], '2026-02-30 is no time'],
    ['words', ['--from', 'yesterday', '--to', '2026-12-31'], 'yesterday is no time'],
    ['a period backwards', ['--from', '2026-12-31', '--to', '2026-10-01'], '--from is later than --to'],
    [
      'a part of no report',
      ['--from', '2026-10-01', '--to', '2026-12-31', '--no-report', '--no-populations'],
      '--no-report leaves out',
    ],
    [
      'a rule without reason',
      ['--from', '2026-10-01', '--to', '2026-12-31', '--withhold', 'git.*'],
      'no pattern or no reason',
    ],
  ])('refuses %s', async (_, args, why) => {
    const line = ['export', '--recipient', 'X', '-o', 'never.tar', ...args].join(' ')
    const { exitCode, err } = await inProcess(line, { cwd: at.folder })
    expect({ exitCode, err }).toMatchObject({ exitCode: 1, err: expect.stringContaining(why) })
  })

  it('ends with status 4 for a damaged store, naming the file', async () => {
    const objects = at.path('evidence/objects/sha256')
    const [name = ''] = (await fs.readdir(objects, { recursive: true })).filter((one) => /[0-9a-f]{64}$/.test(one))
    const bytes = await fs.readFile(`${objects}/${name}`)
    await fs.chmod(`${objects}/${name}`, 0o644)
    await fs.writeFile(`${objects}/${name}`, Buffer.concat([bytes, Buffer.from('x')]))
    const { exitCode, stderr } = await run('export', ...PERIOD, '-o', 'damaged.tar')
    await fs.writeFile(`${objects}/${name}`, bytes)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 4, stderr: expect.stringContaining(name) })
    expect(await fs.readdir(at.folder)).not.toContain('damaged.tar')
  })
})

describe('the file of an export', () => {
  it('is only there when it is whole', async () => {
    const folder = await temporaryFolder()
    const target = await openExportTarget(fs, `${folder}/x.tar`, 1)
    await target.write(Buffer.from('gone'))
    await target.restart()
    await target.write(Buffer.from('kept'))
    expect(await fs.readdir(folder)).toEqual(['.x.tar.1.part'])
    expect(await target.publish()).toEqual({ bytes: 4, sha256: createHash('sha256').update('kept').digest('hex') })
    expect(await fs.readdir(folder)).toEqual(['x.tar'])
    expect(await fs.readFile(`${folder}/x.tar`, 'utf8')).toBe('kept')
  })

  it('does not replace one that came meanwhile', async () => {
    const folder = await temporaryFolder()
    const target = await openExportTarget(fs, `${folder}/x.tar`, 1)
    await fs.writeFile(`${folder}/x.tar`, 'other')
    await expect(target.publish()).rejects.toThrow('exists already')
    await target.discard()
    expect(await fs.readdir(folder)).toEqual(['x.tar'])
  })

  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('says that there is no space (%s)', async (code) => {
    const folder = await temporaryFolder()
    const target = await openExportTarget({ ...fs, ...failingFiles('write', code) }, `${folder}/x.tar`, 1)
    await expect(target.write(Buffer.from('x'))).rejects.toThrow(`there is no space left for ${folder}/x.tar`)
    await target.discard()
    expect(await fs.readdir(folder)).toEqual([])
  })

  it('asks for the space before it writes', async () => {
    const folder = await temporaryFolder()
    const target = await openExportTarget(fs, `${folder}/x.tar`, 1)
    await target.assertSpace(1)
    await expect(target.assertSpace(1e18)).rejects.toThrow('there is no space left')
    await target.discard()
  })
})
