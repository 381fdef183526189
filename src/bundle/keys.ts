import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { BundleError } from './errors.ts'
import { assertSigner, type PublicKey, readPublicKey } from './public-key.ts'

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
    keyId: publicKeyOf(publicKey).id,
  }
}

/** The public half of a key of `node:crypto`. @throws BundleError `key-invalid` if ledgers are not signed with such keys */
export function publicKeyOf(key: KeyObject): PublicKey {
  return assertSigner(readPublicKey(key.export({ type: 'spki', format: 'der' })))
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
  const privateKey = readKey(() => createPrivateKey({ key: privatePem, format: 'pem' }))
  const publicKey = createPublicKey(privateKey)
  const { id } = publicKeyOf(publicKey)
  const scalar = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  return {
    keyId: id,
    publicKeyPem: spkiPem(publicKey),
    async sign(bytes) {
      const { p256 } = await import('@noble/curves/nist.js')
      return p256.sign(bytes, scalar, { prehash: true, lowS: false, extraEntropy: false, format: 'der' })
    },
  }
}

function spkiPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

function readKey(read: () => KeyObject): KeyObject {
  try {
    return read()
  } catch (cause) {
    throw invalid(
      'this is not a private key in PEM form',
      'Expected a file that begins with -----BEGIN PRIVATE KEY-----.',
      cause,
    )
  }
}

function invalid(message: string, hint: string, cause?: unknown): BundleError {
  return new BundleError('key-invalid', message, hint, cause)
}
