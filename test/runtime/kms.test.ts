import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { BundleError } from '../../src/bundle/errors.ts'
import { openRun } from '../../src/bundle/seal.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { type KmsOptions as SignerOptions, openKmsSigner } from '../../src/runtime/kms.ts'
import { UserError } from '../../src/model/user-error.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { planFor, storeIn, temporaryFolder } from '../bundle/fixture.ts'
import { type KmsServer, startKms } from '../servers/kms.ts'

let kms: KmsServer
let folder: string

beforeAll(async () => {
  kms = await startKms()
  folder = await temporaryFolder()
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'))
})
afterEach(() => {
  kms.options = {}
  kms.requests.length = 0
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await kms[Symbol.asyncDispose]()
  await fs.rm(folder, { recursive: true, force: true })
})

const open = (change: { keyId?: string } = {}, options: Partial<SignerOptions> = {}) =>
  openKmsSigner(
    { keyId: kms.keyId, region: 'eu-central-2', endpoint: kms.url, ...change },
    { clock: systemClock, ...options },
  )

async function refusal(act: Promise<unknown>): Promise<BundleError | UserError> {
  try {
    await act
  } catch (error) {
    if (error instanceof BundleError || error instanceof UserError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a signer over a key in KMS', () => {
  it('says at once which key it has, and gives signatures that openssl verifies', async () => {
    const signer = await open()
    expect(kms.calls()).toEqual(['GetPublicKey'])
    expect(signer).toMatchObject({ keyId: kms.id, publicKeyPem: kms.publicPem })
    const bytes = Buffer.from('the bytes that are signed')
    await fs.writeFile(join(folder, 'bytes'), bytes)
    await fs.writeFile(join(folder, 'pub.pem'), signer.publicKeyPem)
    await fs.writeFile(join(folder, 'signature'), await signer.sign(bytes))
    const args = ['openssl', 'dgst', '-sha256', '-verify', 'pub.pem', '-signature', 'signature', 'bytes']
    expect(execFileSync('/usr/bin/env', args, { cwd: folder, encoding: 'utf8' })).toContain('Verified OK')
    expect(kms.calls()).toEqual(['GetPublicKey', 'Sign'])
  })

  it('sends a digest and nothing of what is signed', async () => {
    const signer = await open()
    await signer.sign(Buffer.from('a secret statement'))
    expect(JSON.parse(kms.requests[1]?.body ?? '')).toEqual({
      KeyId: kms.keyId,
      Message: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    })
  })

  it('opens a run', async () => {
    const store = storeIn(join(folder, 'opens'))
    expect((await openRun({ store, signer: await open() }, planFor)).number).toBe(1)
  })

  it('that lies is refused before anything is written', async () => {
    const store = storeIn(join(folder, 'lies'))
    const signer = await open()
    kms.options = { lies: true }
    expect(await refusal(openRun({ store, signer }, planFor))).toMatchObject({ code: 'signature-refused' })
    const keys: string[] = []
    for await (const key of store.list('')) keys.push(key)
    expect(keys).toEqual([])
  })
})

describe('what goes wrong is said, with what to do', () => {
  const missing = () => Promise.reject(Object.assign(new Error('no package'), { code: 'ERR_MODULE_NOT_FOUND' }))

  it('a part of the installation is missing', async () => {
    const error = await refusal(open({}, { load: missing }))
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toContain('@aws-sdk/client-kms, which is a part of affiant, cannot be loaded')
    expect(error.hint).toContain('install affiant again')
  })

  it('the key is of another kind', async () => {
    kms.options = { keySpec: 'RSA_2048' }
    expect(await refusal(open())).toMatchObject({
      code: 'key-invalid',
      message: expect.stringContaining('RSA_2048'),
      hint: expect.stringContaining('--key-spec ECC_NIST_P256'),
    })
  })

  it.each([
    ['AccessDeniedException', 'it was denied', 'Grant kms:GetPublicKey'],
    ['DisabledException', 'the key is disabled', 'enable-key'],
    ['KMSInvalidStateException', 'cannot be used in its state', 'describe-key'],
    ['UnrecognizedClientException', 'does not know the credentials', 'credentials'],
    ['ExpiredTokenException', 'have expired', 'Renew'],
    ['SomethingNewException', 'it failed (SomethingNewException)', 'signing.kms'],
  ])('%s', async (type, message, hint) => {
    kms.options = { error: { status: 400, type } }
    const error = await refusal(open())
    expect(error).toMatchObject({ code: 'signer-unavailable', message: expect.stringContaining(message) })
    expect(error.hint).toContain(hint)
    expect(error.message + error.hint).not.toContain('a message of the service')
  })

  it('there is no such key', async () => {
    expect(await refusal(open({ keyId: 'alias/other' }))).toMatchObject({
      code: 'signer-unavailable',
      message: expect.stringContaining('there is no such key'),
    })
  })

  it('signing is denied, and reading the public key is not', async () => {
    const signer = await open()
    kms.options = { error: { status: 400, type: 'AccessDeniedException' } }
    expect((await refusal(signer.sign(Buffer.from('x')))).hint).toContain('Grant kms:Sign on the key')
  })

  it('nobody listens there', async () => {
    await using gone = await startKms()
    await gone[Symbol.asyncDispose]()
    const signer = openKmsSigner(
      { keyId: kms.keyId, region: 'eu-central-2', endpoint: gone.url },
      { clock: systemClock },
    )
    expect(await refusal(signer)).toMatchObject({
      code: 'signer-unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('KMS never answers', async () => {
    kms.options = { silent: true }
    const clock = manualClock()
    const refused = refusal(open({}, { clock, timeoutMs: 5000 }))
    await vi.waitFor(() => expect(kms.requests).toHaveLength(1))
    await clock.advance(5000)
    expect(await refused).toMatchObject({
      code: 'signer-unavailable',
      message: expect.stringContaining('did not answer in time'),
    })
  })

  it('there are no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '')
    try {
      expect(await refusal(open())).toMatchObject({
        code: 'signer-unavailable',
        message: expect.stringContaining('there are no AWS credentials'),
      })
    } finally {
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE')
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
    }
  })
})
