import { SignerInfo } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { type Accuracy, TSTInfo, TSTInfoVersion } from '@peculiar/asn1-tsp'
import { readCertificate, type TsaCertificate } from './tsa-certificate.ts'
import { childAt, type DerNode, NotDerError, readDer, sameBytes, TAG } from './tsa-der.ts'

/** More than any authority sends along; each costs a few checks. */
const MAX_CERTIFICATES = 16

/** A token taken apart (RFC 3161 inside RFC 5652). Nothing of it is to be believed yet. */
export interface Token {
  /** The bytes of the TSTInfo: what `messageDigest` covers. */
  content: Uint8Array
  imprint: { hash: string; value: Uint8Array }
  /** Claimed by the authority, to the millisecond; finer parts are cut off. */
  time: Date
  /** How far off the authority says that its clock may be. Undefined: it does not say. */
  accuracyMs: number | undefined
  policy: string
  /** Of the token, as the authority counts: lower-case hex of the integer's bytes. */
  serial: string
  nonce: Uint8Array | undefined
  certificates: readonly TsaCertificate[]
  signer: SignerPart
}

export interface SignerPart {
  /** Digest and signature algorithm, as identifiers. */
  digest: string
  algorithm: string
  signature: Uint8Array
  /** What the signature covers: the attributes as a SET OF. */
  signedBytes: Uint8Array
  /** By identifier: the only value of the attribute. */
  attributes: ReadonlyMap<string, DerNode>
  /** Whether it names that certificate as its own. */
  isBy(certificate: TsaCertificate): boolean
}

/** id-signedData, 1.2.840.113549.1.7.2 (RFC 5652, 5.1), as DER encodes it. */
const SIGNED_DATA = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02)
/** id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4 (RFC 3161, 2.4.2). */
export const TIMESTAMP_CONTENT = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04)

/**
 * The library's classes for whole tokens parse every certificate to the last name and take twice as long, so the outer
 * layers are walked here, and it decodes what they hold.
 * @throws NotDerError, or an error of the ASN.1 library, if it is not a timestamp token; all mean the same
 */
export function readToken(bytes: Uint8Array): Token {
  const signed = only(explicit(readDer(bytes), SIGNED_DATA), TAG.sequence)
  if (!isInteger(childAt(signed, 0), 3)) throw new NotDerError('a version that this content does not have')
  const { content } = only(explicit(childAt(signed, 2, TAG.sequence), TIMESTAMP_CONTENT), TAG.octetString)
  const signers = childAt(signed, signed.children.length - 1, TAG.set)
  return {
    content,
    ...readContent(content),
    certificates: readCertificates(signed),
    signer: readSigner(only(signers, TAG.sequence), childAt(signed, 1, TAG.set)),
  }
}

function isInteger({ tag, content }: DerNode, value: number): boolean {
  return tag === TAG.integer && content.length === 1 && content[0] === value
}

/** The `[0]` of a sequence of a content type and its content. @throws NotDerError if it is of another type */
function explicit(node: DerNode, type: Uint8Array): DerNode {
  const isType = node.tag === TAG.sequence && sameBytes(childAt(node, 0, TAG.objectIdentifier).content, type)
  if (!isType || node.children.length !== 2) throw new NotDerError('content of another type')
  return childAt(node, 1, TAG.context0)
}

function only(node: DerNode, tag: number): DerNode {
  if (node.children.length !== 1) throw new NotDerError('not exactly one element')
  return childAt(node, 0, tag)
}

function readContent(
  content: Uint8Array,
): Pick<Token, 'imprint' | 'time' | 'accuracyMs' | 'policy' | 'serial' | 'nonce'> {
  const node = readDer(content)
  if (node.tag !== TAG.sequence) throw new NotDerError('not a TSTInfo')
  const info = AsnConvert.parse(content, TSTInfo)
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  if (info.version !== TSTInfoVersion.v1) throw new NotDerError('a version of RFC 3161 that does not exist')
  return {
    imprint: { hash: hashAlgorithm.algorithm, value: new Uint8Array(hashedMessage.buffer) },
    time: readTime(childAt(node, 4, TAG.generalizedTime)),
    accuracyMs: info.accuracy && inMilliseconds(info.accuracy),
    policy: info.policy,
    serial: Buffer.from(childAt(node, 3, TAG.integer).content).toString('hex'),
    nonce: node.children.slice(5).find(({ tag }) => tag === TAG.integer)?.content,
  }
}

function inMilliseconds({ seconds = 0, millis = 0, micros = 0 }: Partial<Accuracy>): number {
  const sum = seconds * 1000 + millis + micros / 1000
  if (!Number.isFinite(sum) || sum < 0) throw new NotDerError('an accuracy that is none')
  return sum
}

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/

/** GeneralizedTime as RFC 3161, 2.4.2 narrows it: UTC, with seconds, a fraction without trailing zeros. */
function readTime(node: DerNode): Date {
  const match = TIME.exec(Buffer.from(node.content).toString('latin1'))
  if (match === null) throw new NotDerError('a time that is none')
  const [, year, month, day, hour, minute, second, fraction = ''] = match
  const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const time = new Date(`${whole}.${fraction.slice(0, 3).padEnd(3, '0')}Z`)
  // `new Date` takes the 31st of April for the 1st of May.
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(whole)) throw new NotDerError('no such time')
  return time
}

/**
 * The certificates of the token that can be used. Other kinds that CMS allows, and those of version 1 that some
 * authorities send along, are passed over: they vouch for nothing.
 */
function readCertificates(signedNode: DerNode): TsaCertificate[] {
  const set = signedNode.children.find(({ tag }) => tag === TAG.context0)
  const found = (set?.children ?? []).filter(({ tag }) => tag === TAG.sequence)
  if (found.length > MAX_CERTIFICATES) throw new NotDerError('too many certificates')
  return found.flatMap(({ bytes }) => {
    try {
      return [readCertificate(bytes)]
    } catch {
      return []
    }
  })
}

function readSigner(node: DerNode, digests: DerNode): SignerPart {
  // By identifier: some authorities write the parameters in one place and not in the other.
  const digest = childAt(childAt(node, 2, TAG.sequence), 0).bytes
  if (!digests.children.some((listed) => sameBytes(childAt(listed, 0).bytes, digest))) {
    throw new NotDerError('the digest of the signer is not announced')
  }
  const info = AsnConvert.parse(node.bytes, SignerInfo)
  // version, sid, digestAlgorithm, [0] signedAttrs, signatureAlgorithm, signature. The library may leave
  // `signedAttrsRaw` undefined, so the bytes are taken from the token.
  const attributes = childAt(node, 3, TAG.context0)
  const signedBytes = Uint8Array.from(attributes.bytes)
  // RFC 5652, 5.4: signed is the encoding with the tag of SET OF in place of the implicit one.
  signedBytes[0] = TAG.set
  const { issuerAndSerialNumber, subjectKeyIdentifier } = info.sid
  const sid = childAt(node, 1)
  return {
    digest: info.digestAlgorithm.algorithm,
    algorithm: info.signatureAlgorithm.algorithm,
    signature: new Uint8Array(info.signature.buffer),
    signedBytes,
    attributes: readAttributes(info, attributes),
    isBy(certificate) {
      // RFC 5652, 5.3: version 1 goes with the one form of naming, 3 with the other.
      if (!isInteger(childAt(node, 0), issuerAndSerialNumber === undefined ? 3 : 1)) return false
      if (issuerAndSerialNumber !== undefined) {
        return (
          sameBytes(childAt(sid, 0, TAG.sequence).bytes, certificate.issuer) &&
          sameBytes(childAt(sid, 1, TAG.integer).content, certificate.serial)
        )
      }
      const id = subjectKeyIdentifier && new Uint8Array(subjectKeyIdentifier.buffer)
      return id !== undefined && certificate.subjectKeyId !== undefined && sameBytes(id, certificate.subjectKeyId)
    },
  }
}

/**
 * RFC 5652, 5.3: no attribute twice. All that matter here have exactly one value (11.1, 11.2; RFC 5035, 5.4); others are
 * left out.
 */
function readAttributes({ signedAttrs = [] }: SignerInfo, node: DerNode): Map<string, DerNode> {
  const types = new Set(signedAttrs.map(({ attrType }) => attrType))
  if (types.size === 0 || types.size !== node.children.length) throw new NotDerError('an attribute twice')
  const found = new Map<string, DerNode>()
  for (const [index, type] of [...types].entries()) {
    const values = childAt(childAt(node, index, TAG.sequence), 1, TAG.set)
    if (values.children.length === 1) found.set(type, childAt(values, 0))
  }
  return found
}
