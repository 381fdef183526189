import { type HashName, type SignatureScheme } from './crypto.ts'
import { type PublicKey, readPublicKey } from './public-key.ts'
import { TokenRefused } from './tsa-reasons.ts'

/** RFC 5754, section 2. SHA-1, SHA-224 and MD5 are missing on purpose. */
const HASHES: ReadonlyMap<string, HashName> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

export const OID_SHA256 = '2.16.840.1.101.3.4.2.1'

/** PKCS #1 (RFC 8017, appendix C) without a digest: in CMS the digest algorithm stands beside it. */
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'

type Scheme = Exclude<SignatureScheme, { key: 'ed25519' }>

/** RFC 8017 and RFC 5758. */
const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
])

const RSA_BITS = { least: 2048, most: 8192 }
/** A huge exponent makes a verifier work for minutes. Everybody uses 65537, some use 3. */
const RSA_EXPONENT = 2n ** 32n

/** @throws TokenRefused `timestamp-algorithm` */
export function hashNamed(oid: string, what: string): HashName {
  const name = HASHES.get(oid)
  if (name === undefined) throw refused(`the digest of the ${what} is none of SHA-256, SHA-384 and SHA-512`)
  return name
}

/**
 * How a signature is made, by its identifier. `beside` is the digest a CMS signer names beside it; both must agree.
 * @throws TokenRefused `timestamp-algorithm`
 */
export function schemeOf(oid: string, beside?: HashName): Scheme {
  if (oid === RSA_ENCRYPTION && beside !== undefined) return { key: 'rsa', hash: beside }
  const scheme = SCHEMES.get(oid)
  if (scheme === undefined) throw refused('the signature is neither RSA PKCS #1 nor ECDSA with SHA-256, -384 or -512')
  if (beside !== undefined && scheme.hash !== beside) throw refused('signature and signer name different digests')
  return scheme
}

/** @throws TokenRefused `timestamp-algorithm` if it is not an RSA or EC key of a size in use */
export function readKey(spki: Uint8Array): PublicKey {
  const key = importKey(spki)
  const { kind } = key
  const fitsRsa =
    kind.type === 'rsa' && kind.bits >= RSA_BITS.least && kind.bits <= RSA_BITS.most && kind.exponent < RSA_EXPONENT
  if (fitsRsa || kind.type === 'ec') return key
  throw refused('a key is neither RSA of 2048 to 8192 bits nor on P-256, P-384 or P-521')
}

function importKey(spki: Uint8Array): PublicKey {
  try {
    return readPublicKey(spki)
  } catch {
    throw refused('a key cannot be read')
  }
}

function refused(detail: string): TokenRefused {
  return new TokenRefused('timestamp-algorithm', detail)
}
