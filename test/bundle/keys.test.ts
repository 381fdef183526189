import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BundleError } from '../../src/bundle/errors.ts'
import { createFileSigner, generateKeyPair } from '../../src/bundle/keys.ts'
import { parsePublicKey, verifySignature } from '../../src/bundle/public-key.ts'

const bytes = Buffer.from('sample')

const coordinate = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')

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

describe('keys of other kinds are refused, by what they are', () => {
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const ed25519 = generateKeyPairSync('ed25519')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

  it.each([
    ['P-384', p384.privateKey.export(pem).toString(), 'key-invalid: the key is on the curve P-384'],
    ['Ed25519', ed25519.privateKey.export(pem).toString(), 'key-invalid: the key is of type ed25519'],
    ['RSA', rsa.privateKey.export(pem).toString(), 'key-invalid: the key is of type rsa'],
    [
      'an encrypted one',
      p384.privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'key-invalid: the signing key is encrypted',
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
