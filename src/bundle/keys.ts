import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { BundleError } from './errors.ts'

/** Signs bytes with ECDSA P-256 and SHA-256. A file, and later a key service, stand behind it. */
export interface Signer {
  keyId: string
  publicKeyPem: string
  /** A DER-encoded ECDSA signature over the SHA-256 of the bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

export interface KeyPair {
  /** PKCS#8. Write it with mode 0600. */
  privatePem: string
  /** SPKI: what the auditor is given. */
  publicPem: string
  keyId: string
}

/** A new ECDSA P-256 key pair, unencrypted. */
export function generateKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: spkiPem(publicKey),
    keyId: keyId(publicKey),
  }
}

/** Lower-case hex SHA-256 of the SPKI DER: `openssl pkey -pubin -in pub.pem -outform DER | sha256sum`. */
export function keyId(publicKey: KeyObject): string {
  const known = keyIds.get(publicKey)
  if (known !== undefined) return known
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  keyIds.set(publicKey, id)
  return id
}

/** Exporting a key takes longer than verifying a signature with it, and a ledger has a hundred thousand of them. */
const keyIds = new WeakMap<KeyObject, string>()

/** @throws BundleError `key-invalid` if it is not the PEM of a P-256 public key */
export function parsePublicKey(pem: string): KeyObject {
  // node:crypto would take a private key here too and derive the public one. Nobody should be handing that around.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw invalid(
      'this is a private key',
      'Give the public key (the .pub.pem file), and keep the private one to yourself.',
    )
  }
  return assertP256(readKey(() => createPublicKey({ key: pem, format: 'pem' }), 'public'))
}

/**
 * A signer over a PKCS#8 PEM. Signatures are deterministic (RFC 6979): the same bytes give the same signature, so a run
 * over the same input is reproduced byte for byte, and no nonce can repeat when a container is cloned with the state of
 * its random generator, which would give the key away. `node:crypto` has no such mode, hence `@noble/curves`, which is
 * loaded at the first signature.
 * @throws BundleError `key-invalid`
 */
export function createFileSigner(privatePem: string): Signer {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(privatePem)) {
    throw invalid(
      'the signing key is encrypted',
      'Remove its passphrase: openssl pkcs8 -topk8 -nocrypt -in key.pem -out plain.pem',
    )
  }
  const privateKey = assertP256(readKey(() => createPrivateKey({ key: privatePem, format: 'pem' }), 'private'))
  const publicKey = createPublicKey(privateKey)
  const scalar = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  return {
    keyId: keyId(publicKey),
    publicKeyPem: spkiPem(publicKey),
    async sign(bytes) {
      const { p256 } = await import('@noble/curves/nist.js')
      return p256.sign(bytes, scalar, { prehash: true, lowS: false, extraEntropy: false, format: 'der' })
    },
  }
}

/** Whether it is a DER-encoded ECDSA-SHA256 signature of the key over the bytes. Never throws. */
export function verifySignature(publicKey: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify('sha256', bytes, { key: publicKey, dsaEncoding: 'der' }, signature)
  } catch {
    return false
  }
}

function spkiPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

function readKey(read: () => KeyObject, what: 'private' | 'public'): KeyObject {
  try {
    return read()
  } catch (cause) {
    throw invalid(
      `this is not a ${what} key in PEM form`,
      `Expected a file that begins with -----BEGIN ${what.toUpperCase()} KEY-----.`,
      cause,
    )
  }
}

function assertP256(key: KeyObject): KeyObject {
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') return key
  const kind = curve ? `on the curve ${curve}` : `of type ${key.asymmetricKeyType ?? key.type}`
  throw invalid(`the key is ${kind}; only ECDSA P-256 is accepted`, 'Make one with affiant init.')
}

function invalid(message: string, hint: string, cause?: unknown): BundleError {
  return new BundleError('key-invalid', message, hint, cause)
}
