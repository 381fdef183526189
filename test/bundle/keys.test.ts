import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BundleError } from '../../src/bundle/errors.ts'
import { encryptPrivateKey } from '../../src/bundle/keys-encrypt.ts'
import { createFileSigner, generateKeyPair } from '../../src/bundle/keys.ts'
import { parsePublicKey, verifySignature } from '../../src/bundle/public-key.ts'
import { temporaryFolder } from './fixture.ts'

const bytes = Buffer.from('sample')

const coordinate = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')

/** A folder with these files, to run openssl in. */
async function folder(files: Record<string, string | Uint8Array>) {
  const path = await temporaryFolder()
  for (const [name, content] of Object.entries(files)) await fs.writeFile(join(path, name), content)
  return {
    openssl: (...args: string[]) =>
      execFileSync('/usr/bin/env', ['openssl', ...args], { cwd: path, encoding: 'utf8', stdio: 'pipe' }),
    read: (name: string) => fs.readFile(join(path, name), 'utf8'),
    [Symbol.asyncDispose]: () => fs.rm(path, { recursive: true, force: true }),
  }
}

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof BundleError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('a file signer', () => {
  it('signs as RFC 6979 says', async () => {
    // RFC 6979, A.2.5: P-256 with SHA-256, message "sample".
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      d: coordinate('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721'),
      x: coordinate('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6'),
      y: coordinate('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299'),
    }
    const pem = createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }).toString()
    const signature = Buffer.from(await createFileSigner(pem).sign(bytes)).toString('hex')
    expect(signature).toContain('efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716')
    expect(signature).toContain('f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8')
  })

  it('verifies with its own key only, over the same bytes only', async () => {
    const [one, other] = [generateKeyPair(), generateKeyPair()]
    const signature = await createFileSigner(one.privatePem).sign(bytes)
    expect(await verifySignature(parsePublicKey(one.publicPem), bytes, signature)).toBe(true)
    expect(await verifySignature(parsePublicKey(other.publicPem), bytes, signature)).toBe(false)
    expect(await verifySignature(parsePublicKey(one.publicPem), Buffer.from('simple'), signature)).toBe(false)
    expect(await verifySignature(parsePublicKey(one.publicPem), bytes, Buffer.from('garbage'))).toBe(false)
    expect(
      await verifySignature(parsePublicKey(one.publicPem), bytes, Buffer.concat([signature, Buffer.from([0])])),
    ).toBe(false)
  })

  it('of an Ed25519 key signs what openssl verifies, and the same bytes always in the same way', async () => {
    const pair = generateKeyPair('ed25519')
    const signer = createFileSigner(pair.privatePem)
    const signature = await signer.sign(bytes)
    expect(signature).toEqual(await signer.sign(bytes))
    expect(await verifySignature(parsePublicKey(pair.publicPem), bytes, signature)).toBe(true)
    expect(await verifySignature(parsePublicKey(pair.publicPem), Buffer.from('simple'), signature)).toBe(false)
    await using at = await folder({ 'pub.pem': pair.publicPem, bytes, signature })
    const args = [
      'pkeyutl',
      '-verify',
      '-rawin',
      '-in',
      'bytes',
      '-sigfile',
      'signature',
      '-pubin',
      '-inkey',
      'pub.pem',
    ]
    expect(at.openssl(...args)).toContain('Signature Verified Successfully')
  })

  it('reads a SEC1 key too', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
    const signer = createFileSigner(pem)
    expect(await verifySignature(parsePublicKey(signer.publicKeyPem), bytes, await signer.sign(bytes))).toBe(true)
  })
})

it('the key id is what openssl and sha256sum give', () => {
  const pair = generateKeyPair()
  const der = execFileSync('/usr/bin/env', ['openssl', 'pkey', '-pubin', '-outform', 'DER'], { input: pair.publicPem })
  expect(pair.keyId).toBe(createHash('sha256').update(der).digest('hex'))
  expect(parsePublicKey(pair.publicPem).id).toBe(pair.keyId)
  expect(createFileSigner(pair.privatePem).keyId).toBe(pair.keyId)
})

describe('an encrypted key', () => {
  const passphrase = 'correct horse, and a battery'

  it.each([
    ['as openssl does by default', []],
    ['with scrypt', ['-scrypt']],
    ['with another cipher', ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA512']],
  ])('that openssl encrypted %s opens with its passphrase only', async (_, options) => {
    await using at = await folder({ passphrase })
    at.openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'plain.pem')
    at.openssl('pkcs8', '-topk8', '-in', 'plain.pem', '-out', 'key.pem', '-passout', 'file:passphrase', ...options)
    const pem = await at.read('key.pem')
    const signer = createFileSigner(pem, passphrase)
    expect(signer.keyId).toBe(createFileSigner(await at.read('plain.pem')).keyId)
    expect(await verifySignature(parsePublicKey(signer.publicKeyPem), bytes, await signer.sign(bytes))).toBe(true)
    expect(refusal(() => createFileSigner(pem))).toMatch(/^passphrase-missing/)
    expect(refusal(() => createFileSigner(pem, 'another'))).toMatch(/^passphrase-wrong/)
  })

  it.each(['p256', 'ed25519'] as const)('that we encrypted opens here and with openssl: %s', async (algorithm) => {
    const pair = generateKeyPair(algorithm)
    const pem = encryptPrivateKey(pair.privatePem, passphrase, randomBytes)
    expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    expect(createFileSigner(pem, passphrase).keyId).toBe(pair.keyId)
    expect(refusal(() => createFileSigner(pem, `${passphrase} `))).toMatch(/^passphrase-wrong/)
    await using at = await folder({ 'key.pem': pem, passphrase })
    expect(at.openssl('pkey', '-in', 'key.pem', '-passin', 'file:passphrase', '-pubout')).toBe(pair.publicPem)
    expect(at.openssl('asn1parse', '-in', 'key.pem')).toMatch(
      /PBES2[^]*PBKDF2[^]*:0927C0[^]*hmacWithSHA256[^]*aes-256-cbc/,
    )
  })
})

describe('keys of other kinds are refused, by what they are', () => {
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

  it.each([
    ['P-384', p384.privateKey.export(pem).toString(), 'key-invalid: the key is on the curve P-384'],
    ['RSA', rsa.privateKey.export(pem).toString(), 'key-invalid: the key is of type rsa'],
    [
      'an encrypted one',
      p384.privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'passphrase-missing: the private key is encrypted',
    ],
    ['a public one', generateKeyPair().publicPem, 'key-invalid: this is not a private key'],
    ['no key', 'hello', 'key-invalid: this is not a private key'],
  ])('%s, as signing key', (_, text, reason) => {
    expect(refusal(() => createFileSigner(text))).toContain(reason)
  })

  it.each([
    [
      'P-384',
      p384.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'key-invalid: the key is on the curve P-384',
    ],
    ['RSA', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'key-invalid: the key is of type rsa'],
    ['a private one', generateKeyPair().privatePem, 'key-invalid: this is a private key'],
    ['no key', '', 'key-invalid: this is not a public key'],
  ])('%s, as trusted key', (_, text, reason) => {
    expect(refusal(() => parsePublicKey(text))).toContain(reason)
  })
})
