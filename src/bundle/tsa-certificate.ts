import { AsnConvert } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  type Extension,
  Extensions,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  id_kp_timeStamping,
  KeyUsage,
  KeyUsageFlags,
  SubjectKeyIdentifier,
  Validity,
} from '@peculiar/asn1-x509'
import { sha256, verifySignatureOf } from './crypto.ts'
import type { PublicKey } from './public-key.ts'
import { readKey, schemeOf } from './tsa-algorithms.ts'
import { childAt, type DerNode, NotDerError, readDer, sameBytes, TAG } from './tsa-der.ts'

/** What matters of a certificate (RFC 5280) when a timestamp is judged. Bytes are views of the DER it came from. */
export interface TsaCertificate {
  der: Uint8Array
  /** Distinguished names and serial number as encoded: names are equal if their bytes are. */
  subject: Uint8Array
  issuer: Uint8Array
  serial: Uint8Array
  subjectKeyId: Uint8Array | undefined
  notBefore: Date
  notAfter: Date
  /** Undefined: no such extension. */
  keyUsage: number | undefined
  /** Undefined: no such extension. */
  extendedKeyUsage: { critical: boolean; purposes: readonly string[] } | undefined
  /** Undefined: not a certificate authority. */
  authority: { pathLength: number } | undefined
  /** It holds a critical extension that nobody here understands, so RFC 5280 forbids to rely on it. */
  unknownCritical: boolean
  /** @throws TokenRefused `timestamp-algorithm` */
  key(): PublicKey
  /** Whether that key signed it. @throws TokenRefused `timestamp-algorithm` */
  signedBy(key: PublicKey): Promise<boolean>
}

const UNDERSTOOD = new Set([id_ce_basicConstraints, id_ce_extKeyUsage, id_ce_keyUsage])
const ANY_PURPOSE = '2.5.29.37.0'

/** An authority sends the same certificates with every token, and taking one apart costs more than all else of a token. */
const known = new Map<string, TsaCertificate>()
const MAX_KNOWN = 64

/** @throws NotDerError if it is not a certificate of version 3 in strict DER; anything else means the same */
export function readCertificate(der: Uint8Array): TsaCertificate {
  const id = sha256(der)
  const before = known.get(id)
  if (before !== undefined) return before
  // A copy, so that what is kept does not keep the token that it came in.
  const certificate = parseCertificate(Uint8Array.from(der))
  if (known.size === MAX_KNOWN) known.clear()
  known.set(id, certificate)
  return certificate
}

function parseCertificate(der: Uint8Array): TsaCertificate {
  const root = readDer(der)
  const tbs = childAt(root, 0, TAG.sequence)
  // Version 1 has no extensions, so it could not say what it may be used for.
  childAt(tbs, 0, TAG.context0)
  const algorithm = childAt(root, 1, TAG.sequence)
  const signature = childAt(root, 2, TAG.bitString).content
  const oneAlgorithm = sameBytes(childAt(tbs, 2).bytes, algorithm.bytes)
  if (root.tag !== TAG.sequence || root.children.length !== 3 || !oneAlgorithm || signature[0] !== 0) {
    throw new NotDerError('not a certificate')
  }
  const validity = AsnConvert.parse(childAt(tbs, 4, TAG.sequence).bytes, Validity)
  const extensions = byId(readExtensions(tbs))
  const keyUsage = extensions.get(id_ce_keyUsage)
  const keyId = extensions.get(id_ce_subjectKeyIdentifier)
  const spki = childAt(tbs, 6, TAG.sequence).bytes
  let key: PublicKey | undefined
  /** By the id of the issuer's key: the verdict cannot change. */
  const signedBy = new Map<string, Promise<boolean>>()
  return {
    der,
    serial: childAt(tbs, 1, TAG.integer).content,
    issuer: childAt(tbs, 3, TAG.sequence).bytes,
    subject: childAt(tbs, 5, TAG.sequence).bytes,
    subjectKeyId: keyId && new Uint8Array(parseValue(keyId, SubjectKeyIdentifier).buffer),
    notBefore: validDate(validity.notBefore.getTime()),
    notAfter: validDate(validity.notAfter.getTime()),
    keyUsage: keyUsage && parseValue(keyUsage, KeyUsage).toNumber(),
    extendedKeyUsage: purposesOf(extensions.get(id_ce_extKeyUsage)),
    authority: authorityOf(extensions.get(id_ce_basicConstraints)),
    unknownCritical: [...extensions.values()].some(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID)),
    key: () => (key ??= readKey(spki)),
    async signedBy(issuerKey) {
      const verdict =
        signedBy.get(issuerKey.id) ??
        verifySignatureOf(
          issuerKey,
          schemeOf(AsnConvert.parse(algorithm.bytes, AlgorithmIdentifier).algorithm),
          tbs.bytes,
          // After the octet that counts the unused bits.
          signature.subarray(1),
        )
      if (signedBy.size === MAX_KNOWN) signedBy.clear()
      signedBy.set(issuerKey.id, verdict)
      return verdict
    },
  }
}

/** Why the certificate of a signer may not be used for timestamps (RFC 3161, 2.3; as `openssl ts` judges it). */
export function usageProblem({ keyUsage, extendedKeyUsage }: TsaCertificate): string | undefined {
  if (extendedKeyUsage === undefined) return 'the signer has no extended key usage'
  const { critical, purposes } = extendedKeyUsage
  if (purposes.length !== 1 || purposes[0] !== id_kp_timeStamping) return 'timeStamping is not the only purpose'
  if (!critical) return 'the extended key usage is not critical'
  const signing = KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation
  if (keyUsage !== undefined && ((keyUsage & signing) === 0 || (keyUsage & ~signing) !== 0)) {
    return 'the key usage is not signing alone'
  }
  return undefined
}

/** Why a certificate may not stand `below` other authorities of the chain and issue the certificate under them. */
export function authorityProblem(
  { authority, keyUsage, extendedKeyUsage, unknownCritical }: TsaCertificate,
  below: number,
): string | undefined {
  if (authority === undefined) return 'an issuer is not a certificate authority'
  if (authority.pathLength < below) return 'the chain is longer than one of its issuers allows'
  if (keyUsage !== undefined && (keyUsage & KeyUsageFlags.keyCertSign) === 0)
    return 'an issuer may not sign certificates'
  const purposes = extendedKeyUsage?.purposes
  if (purposes && !purposes.includes(id_kp_timeStamping) && !purposes.includes(ANY_PURPOSE)) {
    return 'an issuer is limited to other purposes'
  }
  if (unknownCritical) return 'an issuer has a critical extension that is not understood'
  return undefined
}

const EXTENSIONS = 0xa3

function readExtensions(tbs: DerNode): Iterable<Extension> {
  const node = tbs.children.find(({ tag }) => tag === EXTENSIONS)
  return node === undefined ? [] : AsnConvert.parse(childAt(node, 0, TAG.sequence).bytes, Extensions)
}

function byId(extensions: Iterable<Extension>): Map<string, Extension> {
  const found = new Map<string, Extension>()
  for (const extension of extensions) {
    if (found.has(extension.extnID)) throw new NotDerError('an extension twice')
    found.set(extension.extnID, extension)
  }
  return found
}

function parseValue<T>({ extnValue }: Extension, type: new () => T): T {
  const bytes: DerNode['bytes'] = new Uint8Array(extnValue.buffer)
  readDer(bytes)
  return AsnConvert.parse(bytes, type)
}

function purposesOf(extension: Extension | undefined): TsaCertificate['extendedKeyUsage'] {
  if (extension === undefined) return undefined
  return { critical: extension.critical, purposes: [...parseValue(extension, ExtendedKeyUsage)] }
}

function authorityOf(extension: Extension | undefined): TsaCertificate['authority'] {
  if (extension === undefined) return undefined
  const { cA, pathLenConstraint = Number.POSITIVE_INFINITY } = parseValue(extension, BasicConstraints)
  return cA ? { pathLength: pathLenConstraint } : undefined
}

function validDate(date: Date): Date {
  if (Number.isNaN(date.getTime())) throw new NotDerError('a time that is none')
  return date
}
