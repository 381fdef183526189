import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 as sha256Bytes, sha384, sha512 } from '@noble/hashes/sha2.js'
import type * as NodeCrypto from './crypto.ts'
import type { HashName, HashStream, SignatureScheme } from './crypto.ts'
import type { PublicKey } from './public-key.ts'
import { childAt, readDer, TAG } from './tsa-der.ts'

/**
 * `crypto.ts` for browsers: signatures by WebCrypto, digests by a library, as WebCrypto has none for bytes that come in
 * pieces. `scripts/build.ts` puts it in place of that file.
 */

const HASHES = { sha1, sha256: sha256Bytes, sha384, sha512 } as const

export function digest(name: HashName, bytes: Uint8Array | string): Uint8Array {
  return HASHES[name](typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
}

export function sha256(bytes: Uint8Array | string): string {
  return Buffer.from(digest('sha256', bytes)).toString('hex')
}

export function sha256Binary(bytes: Uint8Array | string): string {
  return Buffer.from(digest('sha256', bytes)).toString('latin1')
}

export function hashStream(): HashStream {
  const stream = sha256Bytes.create()
  return {
    update: (bytes) => void stream.update(bytes),
    hex: () => Buffer.from(stream.digest()).toString('hex'),
  }
}

export async function verifySignatureOf(
  key: PublicKey,
  scheme: SignatureScheme,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (key.kind.type !== scheme.key) return false
  try {
    const raw = key.kind.type === 'ec' ? fromDer(signature, COORDINATE_BYTES[key.kind.curve]) : signature
    const { importing, verifying } = algorithms(key, scheme)
    const imported = await crypto.subtle.importKey('spki', copyOf(key.spki), importing, false, ['verify'])
    return await crypto.subtle.verify(verifying, imported, copyOf(raw), copyOf(bytes))
  } catch {
    return false
  }
}

const COORDINATE_BYTES = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const
const WEB_NAMES = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const

function algorithms({ kind }: PublicKey, scheme: SignatureScheme) {
  if (scheme.key === 'ed25519') return { importing: { name: 'Ed25519' }, verifying: { name: 'Ed25519' } }
  const hash = WEB_NAMES[scheme.hash]
  if (kind.type === 'ec')
    return { importing: { name: 'ECDSA', namedCurve: kind.curve }, verifying: { name: 'ECDSA', hash } }
  return { importing: { name: 'RSASSA-PKCS1-v1_5', hash }, verifying: { name: 'RSASSA-PKCS1-v1_5' } }
}

/** WebCrypto wants the two numbers of an ECDSA signature at full length, one after the other. */
function fromDer(signature: Uint8Array, size: number): Uint8Array {
  const root = readDer(signature)
  if (root.tag !== TAG.sequence || root.children.length !== 2) throw new RangeError('not an ECDSA signature')
  const raw = new Uint8Array(2 * size)
  for (const at of [0, 1]) {
    const { content } = childAt(root, at, TAG.integer)
    const number = content[0] === 0 ? content.subarray(1) : content
    // A first bit that is set means a negative number; DER has been found to be minimal.
    if (number.length > size || (content[0] ?? 0) >= 0x80) throw new RangeError('a number out of range')
    raw.set(number, (at + 1) * size - number.length)
  }
  return raw
}

/** A view may look at a part of something larger, or at memory that is shared. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes)
}

/** The compiler sees that both files export the same. */
type Same = typeof NodeCrypto
void ({ digest, sha256, sha256Binary, hashStream, verifySignatureOf } satisfies Same)
