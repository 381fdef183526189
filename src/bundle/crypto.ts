import { constants, createHash, createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import type { PublicKey } from './public-key.ts'

/**
 * All the cryptography of a verifier, so that it runs where there is no Node: the page for browsers is built with
 * `crypto-web.ts`, which exports the same, in place of this file.
 */

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512'

export function digest(name: HashName, bytes: Uint8Array | string): Uint8Array {
  return hash(name, bytes, 'buffer')
}

/** Lower-case hex. Text is taken as UTF-8. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex')
}

/** 32 bytes as a string of one character a byte. Text is taken as UTF-8. */
export function sha256Binary(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'binary')
}

/** SHA-256 of bytes that come in pieces. */
export interface HashStream {
  update(bytes: Uint8Array): void
  /** Lower-case hex; to be called once, at the end. */
  hex(): string
}

export function hashStream(): HashStream {
  const stream = createHash('sha256')
  return { update: (bytes) => void stream.update(bytes), hex: () => stream.digest('hex') }
}

/** How a signature is made. ECDSA signatures are in DER, RSA ones after PKCS #1 v1.5. */
export type SignatureScheme = { key: 'rsa' | 'ec'; hash: HashName } | { key: 'ed25519' }

/** Whether it is the key's signature over the bytes. Never rejects: what cannot be tried does not verify. */
export async function verifySignatureOf(
  key: PublicKey,
  scheme: SignatureScheme,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (key.kind.type !== scheme.key) return false
  try {
    const object = keyObject(key)
    if (scheme.key === 'ed25519') return verify(null, bytes, object, signature)
    const options =
      scheme.key === 'rsa'
        ? { key: object, padding: constants.RSA_PKCS1_PADDING }
        : { key: object, dsaEncoding: 'der' as const }
    return verify(scheme.hash, bytes, options, signature)
  } catch {
    return false
  }
}

/** Importing a key takes longer than verifying a signature with it, and a ledger has a hundred thousand of them. */
const keyObjects = new WeakMap<PublicKey, KeyObject>()

function keyObject(key: PublicKey): KeyObject {
  const known = keyObjects.get(key)
  if (known !== undefined) return known
  const object = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' })
  keyObjects.set(key, object)
  return object
}
