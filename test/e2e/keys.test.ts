import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { runProgram } from '../../src/cli/program.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readEntry } from '../../src/bundle/ledger.ts'
import { RUN_SEALED } from '../../src/model/statement.ts'
import { TrustPolicy } from '../../src/model/trust-policy.ts'
import { InitJson } from '../../src/report/json/config.ts'
import {
  KeysExportJson,
  KeysInitJson,
  KeysListJson,
  KeysRevokeJson,
  KeysRotateJson,
} from '../../src/report/json/keys.ts'
import * as runtime from '../../src/runtime.ts'
import { fakeEnvironment } from '../cli/fake-environment.ts'
import { startKms } from '../servers/kms.ts'
import { sh } from './support/cli.ts'

let folder: string
let origin: string

beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'affiant-keys-'))
  origin = join(folder, 'origin')
  await fs.mkdir(origin)
  const git = (...args: string[]) =>
    sh(
      'git',
      ['-c', 'user.name=Example', '-c', 'user.email=one@example.com', '-c', 'commit.gpgsign=false', ...args],
      origin,
    )
  await git('init', '--quiet', '--initial-branch=main')
  await git('commit', '--quiet', '--allow-empty', '-m', 'first')
})
const here = process.cwd()
afterEach(() => process.chdir(here))
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

interface Ended {
  exitCode: number
  stdout: string
  stderr: string
}

/** The program with everything that is real, in this process: starting one for each command would take minutes. */
async function affiant(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  process.chdir(cwd)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  try {
    const fake = fakeEnvironment({ cwd, runtime })
    const exitCode = await runProgram(args, { ...fake.environment, env })
    return { exitCode, stdout: fake.out(), stderr: fake.err() }
  } finally {
    vi.unstubAllEnvs()
  }
}

let count = 0
interface Place {
  cwd: string
  path(name: string): string
  do(args: string, env?: Record<string, string>): Promise<Ended>
  /** As `do`, of a command that must end with 0; the JSON that it prints. */
  json<Document>(
    args: string,
    shape: { parse(value: unknown): Document },
    env?: Record<string, string>,
  ): Promise<Document>
  /** Writes a config with that `signing` over the one that is there. */
  config(signing: object, more?: object): Promise<void>
}

/** An empty folder, with a config if `signing` is given. */
async function place(signing?: object): Promise<Place> {
  const cwd = join(folder, `place-${(count += 1)}`)
  await fs.mkdir(cwd)
  const at: Place = {
    cwd,
    path: (name) => join(cwd, name),
    do: (args, env = {}) => affiant(args.split(' '), cwd, env),
    async json(args, shape, env) {
      const { exitCode, stdout, stderr } = await at.do(`${args} --json`, env)
      if (exitCode !== 0) throw new Error(stderr)
      return shape.parse(JSON.parse(stdout))
    },
    async config(chosen, more = {}) {
      const config = {
        version: 1,
        installation: 'keys-test',
        store: { path: './evidence' },
        signing: chosen,
        pseudonyms: { key: { env: 'PSEUDONYMS' } },
        sources: [{ id: 'git', collector: 'git', config: { repositories: [{ path: origin }] } }],
        ...more,
      }
      await fs.writeFile(join(cwd, 'affiant.yaml'), JSON.stringify(config))
    },
  }
  if (signing !== undefined) await at.config(signing)
  return at
}

const PSEUDONYMS = { PSEUDONYMS: Buffer.alloc(32, 7).toString('base64') }
const FILE = { key: { file: './keys/collector.pem' } }
const modeOf = async (path: string) => (await fs.stat(path)).mode & 0o777

/** A run that was sealed: 2 and 3 are findings. */
async function sealed(at: Place, env: Record<string, string> = {}): Promise<Ended> {
  const ended = await at.do('run', { ...PSEUDONYMS, ...env })
  if (![0, 2, 3].includes(ended.exitCode)) throw new Error(ended.stderr)
  return ended
}

describe('affiant init', () => {
  it('makes two keys, a ledger that the root key began, and the policy to verify with', async () => {
    const at = await place()
    const made = await at.json('init --installation acme', InitJson)
    expect(made).toMatchObject({ installation: 'acme', origin: 'affiant.dev/acme' })
    for (const name of ['root.pem', 'collector.pem']) expect(await modeOf(at.path(`keys/${name}`))).toBe(0o600)
    const policy = TrustPolicy.parse(JSON.parse(await fs.readFile(at.path('keys/trust-policy.json'), 'utf8')))
    expect(policy).toMatchObject({
      origin: 'affiant.dev/acme',
      genesis: made.genesis,
      rootKeys: [{ keyid: made.rootKeyId, pem: await fs.readFile(at.path('keys/root.pub.pem'), 'utf8') }],
    })
    const der = await sh('sh', ['-c', 'openssl pkey -pubin -in keys/root.pub.pem -outform DER | sha256sum'], at.cwd)
    expect(der).toContain(made.rootKeyId)
    const { statement } = await readEntry(runtime.openStore(at.path('evidence')), 0)
    expect(statement.predicate.keyid).toBe(made.rootKeyId)
  })

  it('encrypts the root key, and only that, with the passphrase of the environment', async () => {
    const at = await place()
    await at.json('init', InitJson, { AFFIANT_ROOT_PASSPHRASE: 'open sesame' })
    const args = ['pkey', '-in', 'keys/root.pem', '-passin', 'pass:open sesame', '-pubout']
    expect(await sh('openssl', args, at.cwd)).toBe(await fs.readFile(at.path('keys/root.pub.pem'), 'utf8'))
    expect(await fs.readFile(at.path('keys/collector.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  })
})

describe('affiant keys init', () => {
  it('works on the config that is there; the root key can be taken away at once', async () => {
    const at = await place(FILE)
    const made = await at.json('keys init', KeysInitJson)
    expect(made.rootEncrypted).toBe(false)
    await fs.rm(at.path('keys/root.pem'))
    expect((await sealed(at)).stdout).toContain(`Key id     ${made.collectorKeyId}`)
    const again = await at.do('keys init --dir other')
    expect(again.exitCode).toBe(1)
    expect(again.stderr).toContain('has a ledger already')
    await expect(fs.readdir(at.path('other'))).rejects.toThrow('ENOENT')
  })

  it('takes a root key that openssl made and encrypted, with the passphrase from a file', async () => {
    const at = await place(FILE)
    await fs.writeFile(at.path('passphrase'), 'a long one\n', { mode: 0o600 })
    await sh(
      'openssl',
      ['genpkey', '-algorithm', 'ed25519', '-aes-256-cbc', '-pass', 'file:passphrase', '-out', 'offline.pem'],
      at.cwd,
    )
    await fs.chmod(at.path('offline.pem'), 0o600)
    const made = await at.json('keys init --root-key offline.pem --passphrase-file passphrase', KeysInitJson)
    expect(made).toMatchObject({ rootFile: 'offline.pem', rootEncrypted: true })
    expect(made.written.some((path) => path.endsWith('/root.pem'))).toBe(false)
    const wrong = await at.do('keys rotate --root-key offline.pem')
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '' })
    expect(wrong.stderr).toContain('no passphrase was given')
  })

  it('refuses a root key or a passphrase that others may read', async () => {
    const at = await place(FILE)
    await at.json('keys init', KeysInitJson)
    await fs.chmod(at.path('keys/root.pem'), 0o644)
    const { exitCode, stderr } = await at.do('keys rotate --root-key keys/root.pem')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/other users .*keys\/root\.pem.*\nRun: chmod 600 "keys\/root\.pem"\n/)
  })
})

describe('the signing key of a run', () => {
  it('that others may read is refused, with the command that helps', async () => {
    const at = await place(FILE)
    await at.json('keys init', KeysInitJson)
    await fs.chmod(at.path('keys/collector.pem'), 0o640)
    const { exitCode, stderr } = await at.do('run', PSEUDONYMS)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/affiant\.yaml:1:\d+ {2}signing\.key {2}other users .*run: chmod 600 /m)
    expect(await fs.readdir(at.path('evidence/ledger'))).toHaveLength(1)
  })

  it('may be one that openssl encrypted', async () => {
    const at = await place({ ...FILE, passphrase: { env: 'PASS' } })
    await fs.mkdir(at.path('keys'))
    await sh('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'p.pem'], at.cwd)
    const args = ['pkcs8', '-topk8', '-in', 'p.pem', '-out', 'keys/collector.pem', '-passout', 'pass:sesame']
    await sh('openssl', args, at.cwd)
    await fs.chmod(at.path('keys/collector.pem'), 0o600)
    const env = { ...PSEUDONYMS, PASS: 'sesame' }
    const made = await at.json('keys init', KeysInitJson, env)
    expect((await sealed(at, env)).stdout).toContain(made.collectorKeyId)
    const wrong = await at.do('run', { ...env, PASS: 'another' })
    expect(wrong.exitCode).toBe(1)
    expect(wrong.stderr).toContain('signing.passphrase')
    expect(wrong.stderr).not.toContain('another')
  })

  it('may be in AWS KMS, also after it was rotated there', async () => {
    await using kms = await startKms()
    await using newer = await startKms()
    const kmsOf = ({ keyId, url }: { keyId: string; url: string }) => ({
      kms: { keyId, region: 'eu-central-2', endpoint: url },
    })
    const at = await place(kmsOf(kms))
    const env = { ...PSEUDONYMS, AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' }
    expect(await at.json('keys init', KeysInitJson, env)).toMatchObject({ collectorKeyId: kms.id })
    const ran = await sealed(at, env)
    expect(ran.stdout).toContain(`Key id     ${kms.id}`)
    expect(ran.stdout).toContain('--policy keys/trust-policy.json')

    await at.config(kmsOf(newer))
    const refused = await at.do('run', env)
    expect(refused).toMatchObject({ exitCode: 1 })
    expect(refused.stderr).toContain('affiant keys rotate --root-key')
    const rotated = await at.json('keys rotate --root-key keys/root.pem', KeysRotateJson, env)
    expect(rotated).toMatchObject({ keyId: newer.id, written: [], revoked: [{ keyId: kms.id }] })
    expect((await sealed(at, env)).stdout).toContain(`Key id     ${newer.id}`)
  })

  it('in AWS KMS that signs with another key is refused, and nothing is written', async () => {
    await using kms = await startKms()
    const at = await place({ kms: { keyId: kms.keyId, region: 'eu-central-2', endpoint: kms.url } })
    const env = { ...PSEUDONYMS, AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' }
    await at.json('keys init', KeysInitJson, env)
    kms.options = { lies: true }
    const { exitCode, stderr } = await at.do('run', env)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('its own public key does not verify')
    expect(await fs.readdir(at.path('evidence/ledger'))).toHaveLength(1)
  })
})

describe('rotation in the middle of a ledger', () => {
  it('adds a key, revokes the old one, and the policy stays', async () => {
    const at = await place(FILE)
    const made = await at.json('keys init', KeysInitJson, { AFFIANT_ROOT_PASSPHRASE: 'sesame' })
    await sealed(at)
    const rotated = await at.json('keys rotate --root-key keys/root.pem', KeysRotateJson, {
      AFFIANT_ROOT_PASSPHRASE: 'sesame',
    })
    expect(rotated).toMatchObject({ entry: 3, revoked: [{ keyId: made.collectorKeyId, entry: 4 }], head: { index: 4 } })
    expect(await modeOf(rotated.keyFile ?? '')).toBe(0o600)

    const refused = await at.do('run', PSEUDONYMS)
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain(`the signing key ${made.collectorKeyId} was revoked in entry 4`)
    expect(await fs.readdir(at.path('evidence/ledger'))).toHaveLength(5)

    await at.config({ key: { file: relative(at.cwd, rotated.keyFile ?? '') } })
    const ran = await sealed(at)
    expect(ran.stdout).toContain(`Key id     ${rotated.keyId}`)
    expect(ran.stdout).toMatch(/Verify +affiant verify 5 --store evidence --policy keys\/trust-policy\.json\n/)
    const verified = await at.do('verify 5 --store evidence --policy keys/trust-policy.json')
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await at.do('verify 1 --store evidence --policy keys/trust-policy.json')).exitCode).toBe(0)

    const { keys, signer } = await at.json('keys list', KeysListJson)
    expect(signer).toEqual({ keyId: rotated.keyId, known: true })
    expect(keys.map(({ role, active, signer: is, revoked }) => [role, active, is, revoked?.reason])).toEqual([
      ['root', true, false, undefined],
      ['collector', false, false, 'superseded'],
      ['collector', true, true, undefined],
    ])
  })

  it('needs a root key of this ledger', async () => {
    const at = await place(FILE)
    await at.json('keys init', KeysInitJson)
    const { exitCode, stderr } = await at.do('keys rotate --root-key keys/collector.pem')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('is not an active root key of this ledger')
    expect(await fs.readdir(at.path('keys'))).not.toContainEqual(expect.stringMatching(/^collector-/))
  })

  it('puts a lost key back in its place', async () => {
    const at = await place(FILE)
    await at.json('keys init', KeysInitJson)
    await fs.rm(at.path('keys/collector.pem'))
    const rotated = await at.json('keys rotate --root-key keys/root.pem', KeysRotateJson)
    expect(rotated).not.toHaveProperty('keyFile')
    expect((await sealed(at)).stdout).toContain(rotated.keyId)
  })

  it('works in an installation with a single key, which stays the root key', async () => {
    const at = await place(FILE)
    await fs.mkdir(at.path('keys'))
    await sh('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', 'keys/collector.pem'], at.cwd)
    await fs.chmod(at.path('keys/collector.pem'), 0o600)
    await sealed(at)
    const rotated = await at.json('keys rotate --root-key keys/collector.pem', KeysRotateJson)
    await at.config({ key: { file: relative(at.cwd, rotated.keyFile ?? '') } })
    await sealed(at)
    const { keys } = await at.json('keys list', KeysListJson)
    expect(keys.map(({ role, active }) => [role, active])).toEqual([
      ['root', true],
      ['collector', false],
      ['collector', true],
    ])
  })
})

describe('affiant keys revoke', () => {
  it('says why and since when; runs with the key are refused', async () => {
    const at = await place(FILE)
    const { collectorKeyId } = await at.json('keys init', KeysInitJson)
    const command = `keys revoke ${collectorKeyId.slice(0, 12)} --root-key keys/root.pem`
    expect((await at.do(`${command} --reason lost`)).stderr).toContain('Allowed choices')
    expect((await at.do(`${command} --reason retired --since 2026-01-01`)).stderr).toContain('--reason compromised')
    expect((await at.do(`${command} --reason compromised --since 2999-01-01`)).stderr).toContain('in the future')
    const revoked = await at.json(`${command} --reason compromised --since 2026-01-01`, KeysRevokeJson)
    expect(revoked).toMatchObject({ keyId: collectorKeyId, entry: 1, collectorLeft: false })
    const { keys } = await at.json('keys list', KeysListJson)
    expect(keys[1]?.revoked).toMatchObject({ reason: 'compromised', since: '2026-01-01T00:00:00.000Z', entry: 1 })
    expect((await at.do('run', PSEUDONYMS)).stderr).toContain('was revoked in entry 1')
  })

  it('keeps the last root key', async () => {
    const at = await place(FILE)
    const { rootKeyId } = await at.json('keys init', KeysInitJson)
    const ended = await at.do(`keys revoke ${rootKeyId} --role root --reason retired --root-key keys/root.pem`)
    expect(ended.exitCode).toBe(1)
    expect(ended.stderr).toContain('is the only root key')
  })
})

it('affiant keys export writes policy and public keys, and pins the head if asked', async () => {
  const at = await place(FILE)
  const made = await at.json('keys init', KeysInitJson)
  const exported = await at.json('keys export --dir letter --expect-head', KeysExportJson)
  expect(exported).toMatchObject({ genesis: made.genesis, rootKeyIds: [made.rootKeyId], head: { index: 0 } })
  const policy = TrustPolicy.parse(JSON.parse(await fs.readFile(at.path('letter/trust-policy.json'), 'utf8')))
  expect(policy.expectHead).toEqual(exported.head)
  expect((await fs.readdir(at.path('letter'))).toSorted()).toEqual([
    `collector-${made.collectorKeyId.slice(0, 8)}.pub.pem`,
    `root-${made.rootKeyId.slice(0, 8)}.pub.pem`,
    'trust-policy.json',
  ])
  expect((await at.do('keys export --dir letter')).stderr).toContain('exists already')
})

it('the seal of a job with a schedule says when the next run is due', async () => {
  const at = await place(FILE)
  await at.config(FILE, { jobs: [{ id: 'daily', schedule: '0 6 * * *', timeZone: 'Europe/Zurich' }] })
  await at.json('keys init', KeysInitJson)
  await sealed(at)
  const { statement } = await readEntry(runtime.openStore(at.path('evidence')), 2)
  if (statement.predicateType !== RUN_SEALED) throw new Error('entry 2 seals the run')
  const { next, run } = statement.predicate
  expect(next?.expectedBy).toMatch(/T0[45]:00:00\.000Z$/)
  const hours = (Date.parse(next?.expectedBy ?? '') - Date.parse(run.sealedAt)) / 3_600_000
  expect(hours).toBeGreaterThan(0)
  expect(hours).toBeLessThanOrEqual(25)
})
