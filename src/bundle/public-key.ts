import { sha256, type SignatureScheme, verifySignatureOf } from './crypto.ts'
import { BundleError } from './errors.ts'
import { childAt, type DerNode, NotDerError, readDer, sameBytes, TAG } from './tsa-der.ts'

export type KeyKind =
  | { type: 'ec'; curve: 'P-256' | 'P-384' | 'P-521' }
  | { type: 'rsa'; bits: number; exponent: bigint }
  | { type: 'ed25519' }

export interface PublicKey {
  /** SubjectPublicKeyInfo in DER. */
  spki: Uint8Array
  /** Lower-case hex SHA-256 of the SPKI DER: `openssl pkey -pubin -in pub.pem -outform DER | sha256sum`. */
  id: string
  kind: KeyKind
}

const oid = (...bytes: number[]) => Uint8Array.from(bytes)
/** RFC 5480, section 2.1.1; RFC 8017, appendix A.1; RFC 8410, section 3. */
const EC = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01)
const RSA = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01)
const ED25519 = oid(0x2b, 0x65, 0x70)
const CURVES = [
  { curve: 'P-256', id: oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07), point: 65 },
  { curve: 'P-384', id: oid(0x2b, 0x81, 0x04, 0x00, 0x22), point: 97 },
  { curve: 'P-521', id: oid(0x2b, 0x81, 0x04, 0x00, 0x23), point: 133 },
] as const

/** @throws NotDerError if it is not the SPKI DER of an RSA key, of one on a NIST curve, or of an Ed25519 key */
export function readPublicKey(spki: Uint8Array): PublicKey {
  const root = readDer(spki)
  const algorithm = childAt(root, 0, TAG.sequence)
  const bits = childAt(root, 1, TAG.bitString).content
  if (root.tag !== TAG.sequence || root.children.length !== 2 || bits[0] !== 0) throw new NotDerError('not a key')
  return { spki, id: sha256(spki), kind: kindOf(algorithm, bits.subarray(1)) }
}

function kindOf(algorithm: DerNode, key: Uint8Array): KeyKind {
  const { content: id } = childAt(algorithm, 0, TAG.objectIdentifier)
  if (sameBytes(id, ED25519) && key.length === 32) return { type: 'ed25519' }
  if (sameBytes(id, EC)) {
    const { content: named } = childAt(algorithm, 1, TAG.objectIdentifier)
    const curve = CURVES.find((one) => sameBytes(one.id, named))
    if (curve && key.length === curve.point && key[0] === 4) return { type: 'ec', curve: curve.curve }
  }
  if (sameBytes(id, RSA)) {
    const numbers = readDer(key)
    const modulus = childAt(numbers, 0, TAG.integer).content
    return {
      type: 'rsa',
      bits: bitLength(modulus),
      exponent: integerOf(childAt(numbers, 1, TAG.integer).content),
    }
  }
  throw new NotDerError('a key of an unknown kind')
}

function bitLength(integer: Uint8Array): number {
  const [first = 0, second = 0] = integer
  return first === 0
    ? (integer.length - 1) * 8 - (Math.clz32(second) - 24)
    : integer.length * 8 - (Math.clz32(first) - 24)
}

function integerOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
}

const BLOCK = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+?)-----END PUBLIC KEY-----/

/** Of signers of ledgers: ECDSA P-256 and Ed25519. @throws BundleError `key-invalid` if it is not the PEM of such a key */
export function parsePublicKey(pem: string): PublicKey {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw invalid(
      'this is a private key',
      'Give the public key (the .pub.pem file), and keep the private one to yourself.',
    )
  }
  const [, base64] = BLOCK.exec(pem) ?? []
  try {
    if (base64 === undefined) throw new NotDerError('no block of a public key')
    return assertSigner(readPublicKey(Buffer.from(base64, 'base64')))
  } catch (cause) {
    if (cause instanceof BundleError) throw cause
    throw invalid(
      'this is not a public key in PEM form',
      'Expected a file that begins with -----BEGIN PUBLIC KEY-----.',
      cause,
    )
  }
}

/** @throws BundleError `key-invalid` if ledgers are not signed with keys of this kind */
export function assertSigner(key: PublicKey): PublicKey {
  if (schemeOfSigner(key) !== undefined) return key
  const { kind } = key
  const what = kind.type === 'ec' ? `on the curve ${kind.curve}` : `of type ${kind.type}`
  throw invalid(`the key is ${what}; only ECDSA P-256 and Ed25519 are accepted`, 'Make one with affiant init.')
}

function schemeOfSigner({ kind }: PublicKey): SignatureScheme | undefined {
  if (kind.type === 'ed25519') return { key: 'ed25519' }
  return kind.type === 'ec' && kind.curve === 'P-256' ? { key: 'ec', hash: 'sha256' } : undefined
}

/**
 * Whether it is the key's signature over the bytes: DER-encoded ECDSA with SHA-256, or Ed25519, as the key and not the data
 * says. Never rejects.
 */
export async function verifySignature(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const scheme = schemeOfSigner(key)
  return scheme !== undefined && verifySignatureOf(key, scheme, bytes, signature)
}

function invalid(message: string, hint: string, cause?: unknown): BundleError {
  return new BundleError('key-invalid', message, hint, cause)
}
