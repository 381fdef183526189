import { generateKeyPairSync, randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblems } from '../../src/config/problem.ts'
import { whyExposed } from '../../src/config/secret-reader.ts'
import { resolveSecrets } from '../../src/config/secrets.ts'
import { brief, fakes } from './fakes.ts'

const pem = (namedCurve: string): string =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const signingKey = pem('prime256v1')
const pseudonymKey = randomBytes(32).toString('base64')

let folder: string
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'affiant-secrets-'))
})
afterEach(() => fs.rm(folder, { recursive: true }))

const save = (name: string, text: string, mode = 0o600) => fs.writeFile(join(folder, name), text, { mode })

function configOf(changes: Record<string, string> = {}): Config {
  let text = `version: 1
installation: acme
store: { path: store }
signing: { key: { file: signing.pem } }
pseudonyms: { key: { env: PSEUDONYMS } }
sources:
  - { id: one, collector: hub, config: { organization: acme }, secrets: { token: { env: TOKEN_ONE } } }
  - { id: two, collector: hub, config: { organization: acme }, secrets: { token: { file: two.token } } }
`
  for (const [piece, replacement] of Object.entries(changes)) text = text.replace(piece, replacement)
  const result = loadConfig({
    text,
    path: join(folder, 'affiant.yaml'),
    collectors: (id) => fakes.find((collector) => collector.id === id),
    knownCollectorIds: ['hub', 'disk'],
  })
  if (!result.ok) throw new Error(formatProblems(result.problems, 'affiant.yaml'))
  return result.config
}

test('values come from variables and files, without the line end, and print as [secret]', async () => {
  await save('signing.pem', signingKey)
  await save('two.token', 'token-two\r\n')
  const env = { PSEUDONYMS: `${pseudonymKey}\n`, TOKEN_ONE: 'token-one' }
  const result = await resolveSecrets(configOf(), { env, fs })
  if (!result.ok) throw new Error(formatProblems(result.problems, 'affiant.yaml'))
  expect(result.problems).toEqual([])
  expect(result.secrets.pseudonymKey.reveal()).toBe(pseudonymKey)
  expect(result.secrets.signing?.key.reveal()).toBe(signingKey.trimEnd())
  expect(result.secrets.sources.get('one')?.['token']?.reveal()).toBe('token-one')
  expect(result.secrets.sources.get('two')?.['token']?.reveal()).toBe('token-two')
  expect(JSON.stringify([...result.secrets.sources])).not.toContain('token-')
})

test('everything that is missing is told at once, each at its line', async () => {
  const result = await resolveSecrets(configOf(), { env: { TOKEN_ONE: '\n' }, fs })
  expect(result.ok).toBe(false)
  expect(brief(result.problems)).toEqual([
    '4:12 secret-unreadable signing.key',
    '5:15 secret-unset pseudonyms.key',
    '7:75 secret-empty sources[0].secrets.token',
    '8:75 secret-unreadable sources[1].secrets.token',
  ])
  expect(formatProblems(result.problems, 'affiant.yaml')).toContain('the environment variable PSEUDONYMS is not set')
})

test('a run of one source needs no credentials of another', async () => {
  await save('signing.pem', signingKey)
  const env = { PSEUDONYMS: pseudonymKey, TOKEN_ONE: 'token-one' }
  const result = await resolveSecrets(configOf(), { env, fs }, ['one'])
  if (!result.ok) throw new Error(formatProblems(result.problems, 'affiant.yaml'))
  expect([...result.secrets.sources.keys()]).toEqual(['one'])
})

test('a file that other users may open is a warning', async () => {
  await save('signing.pem', signingKey)
  await save('two.token', 'x')
  await fs.chmod(join(folder, 'two.token'), 0o640)
  const result = await resolveSecrets(configOf(), { env: { PSEUDONYMS: pseudonymKey }, fs }, ['two'])
  expect(result).toMatchObject({ ok: true, problems: [{ code: 'secret-exposed', severity: 'warning', line: 8 }] })
  expect(result.problems[0]?.message).toContain('chmod 600')
})

describe('the file of the signing key', () => {
  const env = { PSEUDONYMS: pseudonymKey, TOKEN_ONE: 'x' }

  test.each([0o640, 0o604, 0o660, 0o644, 0o610])(
    'with the mode %o is refused, with the command that helps',
    async (mode) => {
      await save('signing.pem', signingKey)
      await fs.chmod(join(folder, 'signing.pem'), mode)
      const result = await resolveSecrets(configOf(), { env, fs }, ['one'])
      expect(result).toMatchObject({ ok: false, problems: [{ code: 'secret-exposed', severity: 'error', line: 4 }] })
      expect(result.problems[0]?.message).toContain(`run: chmod 600 "${join(folder, 'signing.pem')}"`)
    },
  )

  test.each([
    [0o440, true],
    [0o640, true],
    [0o644, false],
    [0o660, false],
  ])('that root lends to a group, with the mode %o: usable %s', (mode, usable) => {
    const problem = whyExposed('/run/secrets/key', { mode: 0o100000 | mode, uid: 0 }, 10001) ?? ''
    expect(problem === '').toBe(usable)
    expect(problem.includes('chmod 640')).toBe(!usable)
    // Root itself can restrict it further.
    expect(whyExposed('/run/secrets/key', { mode, uid: 0 }, 0)).toContain('chmod 600')
    expect(whyExposed('/run/secrets/key', { mode, uid: 10001 }, 10001)).toContain('chmod 600')
  })
})

describe('an encrypted signing key', () => {
  const encrypted = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
    .toString()
  const withPassphrase = {
    'signing: { key: { file: signing.pem } }':
      'signing: { key: { file: signing.pem }, passphrase: { env: PASSPHRASE } }',
  }
  const resolve = (env: Record<string, string>, changes: Record<string, string> = withPassphrase) =>
    resolveSecrets(configOf(changes), { env: { PSEUDONYMS: pseudonymKey, TOKEN_ONE: 'x', ...env }, fs }, ['one'])

  test('comes with its passphrase', async () => {
    await save('signing.pem', encrypted)
    const result = await resolve({ PASSPHRASE: 'open sesame' })
    if (!result.ok) throw new Error(formatProblems(result.problems, 'affiant.yaml'))
    expect(result.secrets.signing?.passphrase?.reveal()).toBe('open sesame')
  })

  test.each([
    ['without one', {}, {}, '4:12 secret-invalid signing.key', 'name its passphrase'],
    [
      'with a wrong one',
      { PASSPHRASE: 'hunter2' },
      withPassphrase,
      '4:40 secret-invalid signing.passphrase',
      'not open',
    ],
    ['with one that is unset', {}, withPassphrase, '4:40 secret-unset signing.passphrase', 'PASSPHRASE is not set'],
  ])('%s is refused', async (_, env, changes, problem, says) => {
    await save('signing.pem', encrypted)
    const result = await resolve(env, changes)
    expect(result.ok).toBe(false)
    expect(brief(result.problems)).toEqual([problem])
    expect(result.problems[0]?.message).toContain(says)
    expect(JSON.stringify(result)).not.toContain('hunter2')
  })

  test('that is not encrypted, although a passphrase is named', async () => {
    await save('signing.pem', signingKey)
    const result = await resolve({ PASSPHRASE: 'open sesame' })
    expect(brief(result.problems)).toEqual(['4:40 secret-invalid signing.passphrase'])
  })
})

test('a key in a key service needs no secret', async () => {
  const config = configOf({ '{ key: { file: signing.pem } }': '{ kms: { keyId: alias/a, region: eu-central-2 } }' })
  const result = await resolveSecrets(config, { env: { PSEUDONYMS: pseudonymKey, TOKEN_ONE: 'x' }, fs }, ['one'])
  if (!result.ok) throw new Error(formatProblems(result.problems, 'affiant.yaml'))
  expect(result.secrets).not.toHaveProperty('signing')
})

const KEYS: [what: string, reference: string, value: string, code: string, says: string][] = [
  ['another curve', 'signing', pem('secp384r1'), 'secret-invalid', 'of another kind'],
  ['not a key', 'signing', 'hunter2', 'secret-invalid', 'ECDSA P-256'],
  ['a broken key', 'signing', signingKey.replace(/[A-Za-z]{6}/, ''), 'secret-invalid', 'ECDSA P-256'],
  ['an empty file', 'signing', '\n', 'secret-empty', 'is empty'],
  ['a huge file', 'signing', 'x'.repeat(70_000), 'secret-invalid', 'too large'],
  ['a short pseudonym key', 'pseudonyms', randomBytes(16).toString('base64'), 'secret-invalid', '32 random bytes'],
  ['a pseudonym key that is not base64', 'pseudonyms', 'hunter2', 'secret-invalid', '32 random bytes'],
]

test.each(KEYS)('unusable key: %s', async (_, place, value, code, says) => {
  await save('signing.pem', place === 'signing' ? value : signingKey)
  const env = { PSEUDONYMS: place === 'pseudonyms' ? value : pseudonymKey, TOKEN_ONE: 'x' }
  const result = await resolveSecrets(configOf(), { env, fs }, ['one'])
  expect(result.ok).toBe(false)
  expect(result.problems).toMatchObject([{ code, message: expect.stringContaining(says) }])
  expect(JSON.stringify(result.problems)).not.toContain(value.trim() || '\\n')
})

test('a folder in place of a file says so', async () => {
  const result = await resolveSecrets(configOf({ 'signing.pem': '.' }), { env: {}, fs }, [])
  expect(result.problems[0]).toMatchObject({
    code: 'secret-unreadable',
    message: expect.stringContaining('is a folder'),
  })
})
