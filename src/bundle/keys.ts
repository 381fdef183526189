import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { BundleError } from './errors.ts'
import { assertSigner, type PublicKey, readPublicKey } from './public-key.ts'

/** Signs bytes with ECDSA P-256 and SHA-256, or with Ed25519. A file or a key service stands behind it. */
export interface Signer {
  keyId: string
  publicKeyPem: string
  /** A DER-encoded ECDSA signature over the SHA-256 of the bytes; of an Ed25519 key its 64 bytes over the bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

export interface KeyPair {
  /** PKCS#8, unencrypted. Write it with mode 0600. */
  privatePem: string
  /** SPKI: what the auditor is given. */
  publicPem: string
  keyId: string
}

export const KEY_ALGORITHMS = ['p256', 'ed25519'] as const
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number]

/** A new key pair: ECDSA P-256, or Ed25519. */
export function generateKeyPair(algorithm: KeyAlgorithm = 'p256'): KeyPair {
  const { privateKey, publicKey } =
    algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: spkiPem(publicKey),
    keyId: publicKeyOf(publicKey).id,
  }
}

/** The public half of a key of `node:crypto`. @throws BundleError `key-invalid` if ledgers are not signed with such keys */
export function publicKeyOf(key: KeyObject): PublicKey {
  return assertSigner(readPublicKey(key.export({ type: 'spki', format: 'der' })))
}

/** Whether it is the PEM of a private key that a passphrase protects. */
export function isEncrypted(privatePem: string): boolean {
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(privatePem)
}

/**
 * A signer over a PKCS#8 PEM, encrypted or not. Signatures are deterministic (RFC 6979, and Ed25519 by itself): the same
 * bytes give the same signature, so a run over the same input is reproduced byte for byte, and no nonce can repeat when a
 * container is cloned with the state of its random generator, which would give the key away. `node:crypto` has no such
 * mode for ECDSA, hence `@noble/curves`, which is loaded at the first signature.
 * @throws BundleError `key-invalid`, `passphrase-missing` or `passphrase-wrong`
 */
export function createFileSigner(privatePem: string, passphrase?: string): Signer {
  const privateKey = readKey(privatePem, passphrase)
  const publicKey = createPublicKey(privateKey)
  const { id, kind } = publicKeyOf(publicKey)
  const names = { keyId: id, publicKeyPem: spkiPem(publicKey) }
  if (kind.type === 'ed25519') return { ...names, sign: async (bytes) => sign(null, bytes, privateKey) }
  const scalar = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  return {
    ...names,
    async sign(bytes) {
      const { p256 } = await import('@noble/curves/nist.js')
      return p256.sign(bytes, scalar, { prehash: true, lowS: false, extraEntropy: false, format: 'der' })
    },
  }
}

/** SPKI DER in base64, as statements hold it, in PEM form. */
export function pemOf(spki: string): string {
  const lines = spki.match(/.{1,64}/g) ?? []
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`
}

function spkiPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

function readKey(pem: string, passphrase: string | undefined): KeyObject {
  const encrypted = isEncrypted(pem)
  if (encrypted && passphrase === undefined) {
    throw new BundleError('passphrase-missing', 'the private key is encrypted, and no passphrase was given', PASSPHRASE)
  }
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(encrypted && passphrase !== undefined && { passphrase }) })
  } catch (cause) {
    if (encrypted) {
      throw new BundleError('passphrase-wrong', 'the private key does not open with this passphrase', PASSPHRASE, cause)
    }
    throw new BundleError(
      'key-invalid',
      'this is not a private key in PEM form',
      'Expected a file that begins with -----BEGIN PRIVATE KEY-----.',
      cause,
    )
  }
}

const PASSPHRASE =
  'The passphrase of the signing key is named in signing.passphrase of the config, that of a root key is given with --passphrase-file or in AFFIANT_ROOT_PASSPHRASE.'
