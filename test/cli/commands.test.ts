import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { onlyPage } from 'affiant/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKeyPair } from '../../src/bundle/keys.ts'
import { parsePublicKey } from '../../src/bundle/public-key.ts'
import type { RunOptions } from '../../src/cli/run.ts'
import { run } from '../../src/cli/run.ts'
import type { Problem } from '../../src/config/problem.ts'
import { CollectorsJson, ControlsJson, InitJson, ValidateJson } from '../../src/report/json/config.ts'
import { LedgerHeadJson, LedgerJson } from '../../src/report/json/ledger.ts'
import { ListJson, RunJson, ShowControlJson, ShowJson, ShowResultsJson } from '../../src/report/json/run.ts'
import { VerifyJson } from '../../src/report/json/verify.ts'
import { DeniedError } from '../../src/sdk/errors.ts'
import { editedCopy } from '../support/damage.ts'
import { type Account, fakeCollector } from '../support/fake-collector.ts'
import { publicPem, runPipeline, temporaryFolder } from '../support/pipeline.ts'
import { affiant, type FakeOptions, fakeEnvironment, mapping } from './fake-environment.ts'

const ACCOUNTS: Account[] = [
  { id: 'ada', mfa: 'on' },
  { id: 'ben', mfa: 'off' },
  { id: 'cy', mfa: 'none-needed' },
]
const whole = fakeCollector(async function* () {
  yield onlyPage(ACCOUNTS)
})
const good = fakeCollector(async function* () {
  yield onlyPage([{ id: 'ada', mfa: 'on' }])
})
const denied = fakeCollector(async function* () {
  yield* []
  throw new DeniedError('the source refused', { permission: 'accounts:read' })
})

let cwd: string
let at: FakeOptions

beforeAll(async () => {
  cwd = await temporaryFolder()
  at = { cwd, config: {}, collectors: [whole] }
  await fs.writeFile(join(cwd, 'pub.pem'), publicPem)
  for (const collector of [whole, denied]) await runPipeline([collector], { folder: join(cwd, 'evidence'), mapping })
})
afterAll(() => fs.rm(cwd, { recursive: true, force: true }))

describe('show', () => {
  test('the last run by default, what is missing first', async () => {
    const { exitCode, out } = await affiant('show', at)
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^Run 3 of test/)
    expect(out).toContain('INCOMPLETE EVIDENCE 1 of 1 plan item not read whole')
    expect(out).toContain('Missing permission: accounts:read')
  })

  test('a run, a control, a check, failures, unknowns', async () => {
    expect((await affiant('show 1', at)).out).toContain('✗ ben: mfa is off')
    expect((await affiant('show 1 --control a.8.5', at)).out).toContain('Does not show: When it is asked for.')
    const check = (await affiant('show 1 --check fake.mfa-on', at)).out
    for (const subject of ['✓ ada', '✗ ben', '– cy: service-account']) expect(check).toContain(subject)
    const failed = (await affiant('show 1 --failed', at)).out
    expect(failed).toContain('ben')
    expect(failed).not.toContain('ada')
    expect((await affiant('show 3 --unknown', at)).out).toContain('fake.mfa-on on fake-test: unknown, denied')
  })

  test('every side as JSON of its schema', async () => {
    const json = async (args: string) => JSON.parse((await affiant(`show ${args} --json`, at)).out)
    expect(ShowJson.parse(await json('1'))).toMatchObject({
      exitCode: 2,
      checkTally: { fail: 1, all: 1 },
      incomplete: [],
    })
    expect(ShowJson.parse(await json('3'))).toMatchObject({ exitCode: 3, incomplete: [{ reason: 'denied' }] })
    expect(ShowControlJson.parse(await json('1 --control A.8.5')).control.status).toBe('fail')
    expect(ShowResultsJson.parse(await json('1 --check fake.mfa-on')).results).toHaveLength(3)
    expect(ShowResultsJson.parse(await json('1 --failed')).results).toMatchObject([{ subject: 'ben', status: 'fail' }])
    expect(ShowResultsJson.parse(await json('3 --unknown'))).toMatchObject({ results: [], incomplete: [{}] })
  })

  test('what does not exist is named, with the nearest that does', async () => {
    expect(await affiant('show 1 --check fake.mfa-off', at)).toMatchObject({ exitCode: 1, out: '' })
    expect((await affiant('show 1 --check fake.mfa-off', at)).err).toContain('did you mean "fake.mfa-on"?')
    expect((await affiant('show 1 --control A.8.55', at)).err).toContain('no control "A.8.55"')
    expect((await affiant('show 77', at)).err).toMatch(/^there is no run 77\n/)
    await fs.mkdir(join(cwd, 'empty'), { recursive: true })
    expect((await affiant('show --store empty', at)).err).toMatch(/^there are no runs in this store\n/)
  })

  test.each(['--failed', '--check fake.mfa-on', '--control A.8.5', ''])(
    'of a file that is not what was sealed ends with 4: %s',
    async (side) => {
      await editedCopy(join(cwd, 'evidence'), join(cwd, 'edited'), 'mfa', 'mfb')
      const { exitCode, err } = await affiant(`show 1 ${side} --store edited`.replaceAll(/ +/g, ' '), { cwd })
      expect({ exitCode, err }).toEqual({ exitCode: 4, err: expect.stringContaining('changed after it was sealed') })
    },
  )
})

describe('list', () => {
  test('runs with what was read whole and results', async () => {
    const { out } = await affiant('list', at)
    expect(out).toMatch(/^ +1 .*1 of 1 +0 pass 1 fail 0 unknown$/m)
    expect(out).toMatch(/^ +3 .*0 of 1 +0 pass 0 fail 1 unknown$/m)
    const { runs } = ListJson.parse(JSON.parse((await affiant('list --store evidence --json', { cwd })).out))
    expect(runs).toMatchObject([
      { number: 1, status: 'complete' },
      { number: 3, status: 'failed' },
    ])
  })

  test('a run without a seal is marked; one that is damaged does not hide the others', async () => {
    const folder = join(cwd, 'marked')
    await fs.cp(join(cwd, 'evidence'), folder, { recursive: true })
    for (const index of [2, 3, 4]) await fs.rm(join(folder, `ledger/00000000${index}.sigstore.json`), { force: true })
    await fs.rm(join(folder, 'runs/000000003/plan.json'), { force: true })
    const { exitCode, out } = await affiant('list --store marked', { cwd })
    expect(exitCode).toBe(0)
    expect(out).toMatch(/1 .*never sealed/)
    expect(out).toMatch(/3 +not readable/)
    expect((await affiant('show 1 --store marked', { cwd })).out).toContain('NEVER SEALED')
    expect((await affiant('show 1 --failed --store marked', { cwd })).err).toContain('never sealed')
  })
})

describe('verify', () => {
  test.each([
    ['a whole run', 'verify 1 --key pub.pem', 0],
    ['a run with incomplete evidence', 'verify 3 --key pub.pem', 3],
    ['a run without a key', 'verify 1', 5],
    ['a run that is not there', 'verify 77 --key pub.pem', 4],
  ])('%s', async (_, args, exitCode) => {
    const text = await affiant(`${args} --store evidence`, { cwd })
    expect(text.exitCode).toBe(exitCode)
    expect(text.out).toContain('This does not show that the sources told the truth')
    const json = await affiant(`${args} --store evidence --json`, { cwd })
    expect(json.exitCode).toBe(exitCode)
    expect(VerifyJson.parse(JSON.parse(json.out)).exitCode).toBe(exitCode)
  })

  test('by the folder of the run, without a config', async () => {
    expect((await affiant(`verify ${cwd}/evidence/runs/000000001 --key pub.pem`, { cwd })).exitCode).toBe(0)
    expect((await affiant('verify elsewhere --key pub.pem', { cwd })).err).toContain(
      'there is no file or folder elsewhere, and it is not the number of a run',
    )
    expect((await affiant('verify 1 --store nowhere', { cwd })).err).toMatch(/^there is no store at nowhere\n/)
    expect((await affiant('verify 1 --store evidence --key no.pem', { cwd })).err).toMatch(/^cannot read no\.pem\n/)
  })

  test('a whole store: every run in it', async () => {
    const { exitCode, out } = await affiant('verify evidence --key pub.pem --json', { cwd })
    expect(exitCode).toBe(3)
    expect(VerifyJson.parse(JSON.parse(out))).toMatchObject({
      target: { kind: 'store', name: 'evidence' },
      verifier: { version: '1.2.3' },
      verifiers: [{ file: 'affiant-verify.mjs', sha256: 'c'.repeat(64) }],
      runs: [
        { run: 1, status: 'complete' },
        { run: 3, status: 'failed', incomplete: 1 },
      ],
      runCounts: { sealed: 2, aborted: 0, open: 0, verified: 2 },
    })
    expect((await affiant('verify evidence --key pub.pem --store evidence', { cwd })).err).toContain('both a path and')
  })

  test('with a policy, with several keys, and on first use', async () => {
    const rootKeys = [{ keyid: parsePublicKey(publicPem).id, pem: publicPem }]
    const policy = { version: 1, rootKeys, expectHead: { index: 2, sha256: '0'.repeat(64) } }
    await fs.writeFile(join(cwd, 'policy.json'), JSON.stringify({ version: 1, rootKeys }))
    await fs.writeFile(join(cwd, 'head.json'), JSON.stringify(policy))
    await fs.writeFile(join(cwd, 'other.pem'), generateKeyPair().publicPem)
    const verify = (args: string) => affiant(`verify 1 --store evidence ${args}`, { cwd })
    expect((await verify('--policy policy.json')).exitCode).toBe(0)
    expect((await verify('--key other.pem pub.pem')).exitCode).toBe(0)
    expect((await verify('--key other.pem')).exitCode).toBe(5)
    expect(await verify('--policy head.json')).toMatchObject({
      exitCode: 4,
      out: expect.stringMatching(/^ {2}head-mismatch ledger\/000000002/m),
    })
    expect(await verify('--trust-on-first-use')).toMatchObject({
      exitCode: 5,
      out: expect.stringMatching(/^✗ authentic {2}unpinned /m),
    })
    expect((await verify('--policy policy.json --key pub.pem')).exitCode).toBe(1)
    expect((await verify('--tsa-roots pub.pem')).err).toContain('--tsa-roots was given without a key')
    expect((await verify('--policy pub.pem')).err).toMatch(/^pub\.pem: the trust policy cannot be used/)
  })

  test('a file that is no export: status 4, and nothing is believed', async () => {
    const { exitCode, out } = await affiant('verify pub.pem --key pub.pem', { cwd })
    expect(exitCode).toBe(4)
    expect(out).toMatch(/^The export pub\.pem is NOT verified/)
    expect(out).toMatch(/^ {2}archive-/m)
  })

  test('a changed file is named with its reason code, status 4', async () => {
    const folder = join(cwd, 'changed')
    await fs.cp(join(cwd, 'evidence'), folder, { recursive: true })
    const index = join(folder, 'runs/000000001/index.jsonl')
    const text = await fs.readFile(index, 'utf8')
    await fs.rm(index, { force: true })
    await fs.writeFile(index, text.replace('fake-test', 'fake-tesT'))
    const { exitCode, out } = await affiant('verify 1 --store changed --key pub.pem', { cwd })
    expect(exitCode).toBe(4)
    expect(out).toMatch(/index-changed runs\/000000001\/index\.jsonl/)
    expect(out).toContain('NOT verified')
  })
})

describe('run', () => {
  const options: RunOptions = { logLevel: 'silent' }

  function runnable(collector: typeof whole, folder: string, extra: Partial<FakeOptions> = {}): FakeOptions {
    return {
      cwd,
      config: { store: { path: join(cwd, folder) } },
      runtime: {
        runJob: ({ signal }) => runPipeline([collector], { folder: join(cwd, folder), mapping, signal }),
        exists: async (path) => path === join(cwd, 'keys/collector.pub.pem'),
      },
      ...extra,
    }
  }

  test.each([
    ['0 if nothing failed', good, 0],
    ['2 if a check failed', whole, 2],
    ['3 if evidence is incomplete', denied, 3],
  ])('ends with %s, and prints how to verify', async (_, collector, exitCode) => {
    const folder = `run-${exitCode}`
    const result = await affiant('run', runnable(collector, folder))
    expect(result.exitCode).toBe(exitCode)
    expect(result.out).toContain(`\nVerify     affiant verify 1 --store ${folder} --key keys/collector.pub.pem\n`)
    expect(result.out).toMatch(/^Key id +[0-9a-f]{64}$/m)
    expect(result.out).toMatch(/^Head +2 [0-9a-f]{64}$/m)
    const json = await affiant('run --json', runnable(collector, folder))
    expect(json.exitCode).toBe(exitCode)
    expect(json.err).toBe('')
    expect(RunJson.parse(JSON.parse(json.out)).verify).toMatch(/^affiant verify 3 /)
  })

  test('Ctrl-C stops and seals what there is; a second one leaves at once', async () => {
    const fake = fakeEnvironment(
      runnable(whole, 'stopped', {
        runtime: {
          exists: async () => false,
          runJob({ signal }) {
            fake.interrupt()
            expect(signal.aborted).toBe(true)
            expect(fake.left).toEqual([])
            fake.interrupt()
            return runPipeline([whole], { folder: join(cwd, 'stopped'), mapping, signal })
          },
        },
      }),
    )
    expect(await run(options, fake.environment)).toBe(3)
    expect(fake.left).toEqual([130])
    expect(fake.err()).toContain('Ctrl-C again leaves at once')
    expect(fake.out()).toContain('aborted')
  })

  test('an error of the run is passed on, and Ctrl-C is ours no longer', async () => {
    const fake = fakeEnvironment({ cwd, config: {} })
    await expect(run(options, fake.environment)).rejects.toThrow('this test runs no job')
    fake.interrupt()
    expect(fake.left).toEqual([])
    expect(fake.err()).toBe('')
  })
})

describe('init', () => {
  test('writes config and keys once, and nothing the second time', async () => {
    await fs.mkdir(join(cwd, 'fresh/.git'), { recursive: true })
    const { exitCode, out } = await affiant('init --dir fresh --github acme-robotics', { cwd })
    expect(exitCode).toBe(0)
    expect(out).toMatch(/Root key id: [0-9a-f]{64}/)
    expect(out).toContain('affiant verify 1 --config fresh/affiant.yaml --policy fresh/keys/trust-policy.json')
    expect(out).toContain('fresh/.gitignore')
    expect(out).toContain('affiant run --config fresh/affiant.yaml')
    const config = await fs.readFile(join(cwd, 'fresh/affiant.yaml'), 'utf8')
    expect(config).toContain('organization: acme-robotics')
    expect(config).toContain('collector: git')
    for (const [file, mode] of [
      ['root.pem', 0o600],
      ['collector.pem', 0o600],
      ['pseudonyms.key', 0o600],
      ['collector.pub.pem', 0o644],
      ['trust-policy.json', 0o644],
    ] as const) {
      expect((await fs.stat(join(cwd, 'fresh/keys', file))).mode & 0o777).toBe(mode)
    }
    expect(Buffer.from(await fs.readFile(join(cwd, 'fresh/keys/pseudonyms.key'), 'utf8'), 'base64')).toHaveLength(32)

    const again = await affiant('init --dir fresh', { cwd })
    expect(again.exitCode).toBe(1)
    expect(again.err).toContain('nothing was written')
    expect(await fs.readFile(join(cwd, 'fresh/affiant.yaml'), 'utf8')).toBe(config)
  })

  test('one file that is there is enough to write none', async () => {
    await fs.mkdir(join(cwd, 'half/keys'), { recursive: true })
    await fs.writeFile(join(cwd, 'half/keys/collector.pem'), 'mine')
    expect((await affiant('init --dir half', { cwd })).err).toContain('keys/collector.pem is there already')
    expect(await fs.readdir(join(cwd, 'half/keys'))).toEqual(['collector.pem'])
    expect(await fs.readFile(join(cwd, 'half/keys/collector.pem'), 'utf8')).toBe('mine')
  })

  test('as JSON', async () => {
    const { out } = await affiant('init --dir Acme_Prod --json', { cwd })
    expect(InitJson.parse(JSON.parse(out))).toMatchObject({ installation: 'acme-prod', gitignore: expect.any(Array) })
  })
})

describe('validate', () => {
  const problem: Problem = {
    code: 'unknown-key',
    severity: 'error',
    line: 12,
    column: 5,
    path: 'sources[0].config.organisation',
    message: 'unknown key; did you mean "organization"?',
  }

  test('prints every problem in its place and gives 1, or what is valid and gives 0', async () => {
    const asked: boolean[] = []
    const check = (problems: Problem[]) => ({
      checkConfigFile: async (_: string, { secrets }: { secrets: boolean }) => {
        asked.push(secrets)
        return { problems, sources: [{ id: 'git', collector: 'git', demo: true }] }
      },
    })
    const bad = await affiant('validate', { cwd, runtime: check([problem, { ...problem, line: 13 }]) })
    expect(bad.exitCode).toBe(1)
    expect(bad.out).toContain('affiant.yaml:12:5  sources[0].config.organisation  unknown key; did you mean')
    expect(bad.out).toContain('not valid: 2 errors')
    const fine = await affiant('validate --no-secrets', { cwd, runtime: check([]) })
    expect(fine.exitCode).toBe(0)
    expect(fine.out).toContain('git (git, demo data)')
    expect(fine.out).toContain('Secrets were not looked at.')
    expect(asked).toEqual([true, false])
    const json = await affiant('validate --json', { cwd, runtime: check([problem]) })
    expect(json.exitCode).toBe(1)
    expect(ValidateJson.parse(JSON.parse(json.out))).toMatchObject({
      valid: false,
      problems: [{ line: 12, column: 5 }],
    })
  })
})

describe('controls and collectors', () => {
  test('controls with coverage, filtered, as text and as JSON', async () => {
    const built = { cwd, collectors: [whole] }
    expect((await affiant('controls', built)).out).toMatch(/A\.8\.5 +Authentication +automated +fake\.mfa-on/)
    expect((await affiant('controls --theme physical', built)).out).toContain(
      '1 of 2 controls: 0 automated, 0 partly and 1 manual',
    )
    const json = JSON.parse((await affiant('controls --attribute detective --json', built)).out)
    expect(ControlsJson.parse(json)).toMatchObject({ all: 2, controls: [{ id: 'A.8.5', coverage: 'automated' }] })
    const wrong = await affiant('controls --theme phisical', built)
    expect(wrong.exitCode).toBe(1)
    expect(wrong.err).toContain('did you mean "physical"?')
  })

  test('collectors with permissions and checks, as text and as JSON', async () => {
    const built = { cwd, collectors: [whole] }
    expect((await affiant('collectors', built)).out).toContain('fake Fake: 1 stream, 1 check')
    expect((await affiant('collectors fake', built)).out).toContain('accounts:read: List accounts.')
    const json = JSON.parse((await affiant('collectors fake --json', built)).out)
    expect(CollectorsJson.parse(json).collectors[0]?.checks).toMatchObject([{ id: 'fake.mfa-on', severity: 'high' }])
    expect((await affiant('collectors fkae', built)).err).toMatch(/no collector "fkae"/)
  })
})

describe('ledger', () => {
  test('lists entries, prints the head, and verifies all of it', async () => {
    const listed = await affiant('ledger --store evidence', { cwd })
    expect(listed.exitCode).toBe(0)
    expect(listed.out).toMatch(/^ +0 .*ledger-genesis/m)
    expect(listed.out).toMatch(/^ +3 .*run-opened 3/m)
    expect(listed.out).toMatch(/^ +4 .*run-sealed 3, failed/m)
    const { entries } = LedgerJson.parse(JSON.parse((await affiant('ledger --store evidence --json', { cwd })).out))
    expect(entries.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])

    const head = LedgerHeadJson.parse(JSON.parse((await affiant('ledger head --store evidence --json', { cwd })).out))
    expect(head).toMatchObject({ index: 4, statementSha256: entries[4]?.statementSha256 })
    expect((await affiant('ledger head --store evidence', { cwd })).out).toBe(
      `affiant.dev/test 4\n${head.statementSha256}\n`,
    )

    const verified = await affiant('ledger verify --store evidence --key pub.pem --json', { cwd })
    expect(VerifyJson.parse(JSON.parse(verified.out))).toMatchObject({
      exitCode: 3,
      target: { kind: 'ledger' },
      levels: { chained: { value: 'yes' }, authentic: { value: 'yes' } },
      head: { index: 4 },
      runs: [],
      runCounts: { sealed: 2, aborted: 0, open: 0, verified: 0 },
      incomplete: [{ code: 'failed', run: 3 }],
      checked: { files: 0, bytes: 0 },
    })
    expect((await affiant('ledger verify --store evidence --key pub.pem', { cwd })).out).toContain('✓ chained')
    expect((await affiant('ledger verify --store evidence', { cwd })).exitCode).toBe(5)
  })

  test('names what is wrong, and runs without an end', async () => {
    const folder = join(cwd, 'cut')
    await fs.cp(join(cwd, 'evidence'), folder, { recursive: true })
    await fs.rm(join(folder, 'ledger/000000004.sigstore.json'), { force: true })
    const open = await affiant('ledger verify --store cut --key pub.pem', { cwd })
    expect(open).toMatchObject({ exitCode: 3, out: expect.stringContaining('run 3 open: no entry ends it') })
    await fs.rm(join(folder, 'ledger/000000001.sigstore.json'), { force: true })
    const gap = await affiant('ledger verify --store cut --key pub.pem', { cwd })
    expect(gap.exitCode).toBe(4)
    expect(gap.out).toContain('entry-missing ledger/000000001.sigstore.json')
    expect((await affiant('ledger head --store nowhere', { cwd })).err).toContain('there is no store')
  })
})

describe('proof', () => {
  test('of one record, by its key', async () => {
    const shown = await affiant('proof 1 --record ben --store evidence', at)
    expect(shown.exitCode).toBe(0)
    expect(shown.out).toMatch(/^affiant-proof 1\nentry 2\nstatement /)
    const record = Buffer.from(/^record (.*)$/m.exec(shown.out)?.[1] ?? '', 'base64').toString()
    expect(record).toBe('{"id":"ben","mfa":"off"}')
    await affiant('proof 1 --record ben --store evidence -o ben.proof', at)
    expect(await fs.readFile(join(cwd, 'ben.proof'), 'utf8')).toBe(shown.out)
    expect(await affiant('proof 1 --record zoe --store evidence', at)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('has no record with the key "zoe"'),
    })
  })
})
