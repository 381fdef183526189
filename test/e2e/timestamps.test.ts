import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePublicKey } from '../../src/bundle/public-key.ts'
import { LedgerStampJson } from '../../src/report/json/ledger.ts'
import { VerifyJson } from '../../src/report/json/verify.ts'
import {
  answer,
  AUTHORITY,
  createWorkshop,
  type Identity,
  tsaServer,
  TIMESTAMPING,
  type TsaServer,
  type Workshop,
} from '../servers/tsa.ts'
import { affiant } from './support/cli.ts'
import { type Workspace, workspace } from './support/workspace.ts'

let workshop: Workshop
let root: Identity
let stranger: Identity
let server: TsaServer
let at: Workspace

beforeAll(async () => {
  workshop = await createWorkshop()
  root = await workshop.certificate({ name: 'Root', extensions: AUTHORITY })
  stranger = await workshop.certificate({ name: 'Stranger', extensions: AUTHORITY })
  const signer = await workshop.certificate({ name: 'Stamps', issuer: root, extensions: TIMESTAMPING })
  server = await tsaServer(async (request, response) => answer(response, await workshop.reply(signer, request)))
  at = await workspace()
  await promisify(execFile)('git', ['init', '-q', at.path('checkout')])
  await at.config({
    timestamps: { authorities: [{ url: server.url, roots: root.cert }, { url: 'http://127.0.0.1:1/' }] },
    sources: [{ id: 'git', collector: 'git', config: { repositories: [{ path: './checkout' }] } }],
  })
}, 60_000)
afterAll(async () => {
  await Promise.all([server?.[Symbol.asyncDispose](), workshop?.[Symbol.asyncDispose](), at?.[Symbol.asyncDispose]()])
})

async function verified(...args: string[]) {
  const { stdout } = await affiant(['verify', '1', '--key', 'key.pub.pem', '--json', ...args], { cwd: at.folder })
  return VerifyJson.parse(JSON.parse(stdout))
}

it('every ledger entry is timed by an authority; one that cannot be reached is warned of and stops nothing', async () => {
  const { stderr } = await affiant(['run'], { cwd: at.folder })
  expect(stderr).toContain('no timestamp from http://127.0.0.1:1/')
  const entries = await fs.readdir(at.path('evidence/ledger'))
  expect(entries.length).toBe(3)
  for (const entry of entries) {
    const envelope = JSON.parse(await fs.readFile(at.path(`evidence/ledger/${entry}`), 'utf8'))
    expect(envelope.verificationMaterial.timestampVerificationData.rfc3161Timestamps).toHaveLength(1)
  }
})

it('the time is judged by roots from outside the bundle, and by nothing else', async () => {
  const { exitCode, levels } = await verified('--tsa-roots', root.cert)
  expect(exitCode).toBe(0)
  expect(levels).toMatchObject({
    intact: { value: 'yes' },
    authentic: { value: 'yes' },
    timed: { value: 'yes', tokens: 1 },
  })
  expect(Math.abs(Date.parse(levels.timed.latest ?? '') - Date.now())).toBeLessThan(600_000)
  expect((await verified()).levels.timed).toMatchObject({ value: 'not-judged', tokens: 1 })
  expect(await verified('--tsa-roots', stranger.cert)).toMatchObject({
    exitCode: 0,
    levels: { timed: { value: 'no' } },
  })
})

it('a policy asks for timestamps of authorities that it names', async () => {
  const key = await fs.readFile(at.path('key.pub.pem'), 'utf8')
  const policy = async (requireTimestamps: number, ...roots: Identity[]) => {
    const tsa = await Promise.all(roots.map(async ({ cert }) => ({ pem: await fs.readFile(cert, 'utf8') })))
    const rootKeys = [{ keyid: parsePublicKey(key).id, pem: key }]
    await fs.writeFile(at.path('policy.json'), JSON.stringify({ version: 1, rootKeys, tsa, requireTimestamps }))
    const args = ['ledger', 'verify', '--policy', 'policy.json', '--json']
    const { stdout } = await affiant(args, { cwd: at.folder })
    const { exitCode, failures } = VerifyJson.parse(JSON.parse(stdout))
    return [exitCode, [...new Set(failures.map(({ code }) => code))]]
  }
  expect(await policy(1, root)).toEqual([0, []])
  expect(await policy(2, root, stranger)).toEqual([4, ['timestamps-missing']])
  expect(await policy(1, stranger)).toEqual([4, ['timestamps-missing']])
})

it('a token of another entry is refused, and so is a ledger whose token was taken out', async () => {
  const file = at.path('evidence/ledger/000000002.sigstore.json')
  const [seal, opening] = await Promise.all(
    [file, at.path('evidence/ledger/000000001.sigstore.json')].map((path) => fs.readFile(path, 'utf8')),
  )
  const tokenOf = (text = '') => /"signedTimestamp":"([^"]+)"/.exec(text)?.[1] ?? ''
  await fs.chmod(file, 0o644)
  await fs.writeFile(file, (seal ?? '').replace(tokenOf(seal), tokenOf(opening)))
  const swapped = await verified('--tsa-roots', root.cert)
  expect(swapped.failures.map(({ code, detail }) => [code, detail.split(':')[0]])).toEqual([
    ['timestamp-refused', 'timestamp-imprint'],
  ])
  expect(swapped.exitCode).toBe(4)

  await fs.writeFile(file, seal ?? '')
  const first = at.path('evidence/ledger/000000001.sigstore.json')
  await fs.chmod(first, 0o644)
  await fs.writeFile(first, (opening ?? '').replace(/"timestampVerificationData":\{[^}]*\}\]\},?/, ''))
  const ledger = await affiant(['ledger', 'verify', '--key', 'key.pub.pem', '--json'], { cwd: at.folder })
  expect(ledger.exitCode).toBe(4)
  expect(ledger.stdout).toMatch(/previous-wrong|envelope-invalid/)
})

describe('timestamps that come later', () => {
  let late: Workspace
  const checkout = () => [{ id: 'git', collector: 'git', config: { repositories: [{ path: './checkout' }] } }]
  const configure = (...authorities: object[]) => late.config({ timestamps: { authorities }, sources: checkout() })
  const stamp = (...args: string[]) => affiant(['ledger', 'stamp', ...args], { cwd: late.folder })
  const level = async () => {
    const args = ['ledger', 'verify', '--key', 'key.pub.pem', '--tsa-roots', root.cert, '--json']
    return VerifyJson.parse(JSON.parse((await affiant(args, { cwd: late.folder })).stdout)).levels.timed
  }

  beforeAll(async () => {
    late = await workspace()
    await promisify(execFile)('git', ['init', '-q', late.path('checkout')])
    await configure({ url: 'http://127.0.0.1:1/' })
    await affiant(['run'], { cwd: late.folder })
  }, 60_000)
  afterAll(() => late?.[Symbol.asyncDispose]())

  it('are asked for again: while nobody answers, the status is 1 and nothing is written', async () => {
    expect(await level()).toMatchObject({ value: 'no', tokens: 0, without: 3 })
    const { exitCode, stdout, stderr } = await stamp()
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: 'No timestamp was added to the ledger of 3 entries.\n',
    })
    expect(stderr).toContain('warning: no timestamp from http://127.0.0.1:1/')
    expect(stderr).toContain('3 ledger entries still have no timestamp')
    expect(await fs.readdir(late.store)).not.toContain('timestamps')
  })

  it('are stored beside the ledger, and entries stay as they are', async () => {
    await configure({ url: server.url, roots: root.cert })
    const before = await fs.readFile(late.path('evidence/ledger/000000002.sigstore.json'))
    const { exitCode, stdout } = await stamp('--json')
    expect(exitCode).toBe(0)
    expect(LedgerStampJson.parse(JSON.parse(stdout))).toMatchObject({ entries: 3, stamped: [0, 1, 2], missing: 0 })
    expect(await fs.readdir(late.path('evidence/timestamps/000000002'))).toHaveLength(1)
    expect(await fs.readFile(late.path('evidence/ledger/000000002.sigstore.json'))).toEqual(before)
    expect(await level()).toMatchObject({ value: 'yes', tokens: 3, without: 0 })
    expect((await stamp()).stdout).toBe('No timestamp was added to the ledger of 3 entries.\n')
  })

  it('need an authority in the config', async () => {
    await late.config({ sources: checkout() })
    const { exitCode, stderr } = await stamp()
    expect(exitCode).toBe(1)
    expect(stderr).toContain('names no timestamp authority')
  })
})
