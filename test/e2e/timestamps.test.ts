import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { VerifyJson } from '../../src/report/json.ts'
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
  const timed = await verified('--tsa-roots', root.cert)
  expect(timed).toMatchObject({ intact: true, authentic: true, timed: { level: 'yes', tokens: 1 } })
  expect(Math.abs(Date.parse(timed.timed.by ?? '') - Date.now())).toBeLessThan(600_000)
  expect((await verified()).timed).toEqual({ level: 'not-judged', tokens: 1 })
  expect(await verified('--tsa-roots', stranger.cert)).toMatchObject({
    intact: true,
    timed: { level: 'no', tokens: 1 },
  })
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
