import { AsnConvert } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { digest } from './crypto.ts'
import { hashNamed } from './tsa-algorithms.ts'
import type { TsaCertificate } from './tsa-certificate.ts'
import { childAt, type DerNode, sameBytes, TAG } from './tsa-der.ts'

/** SigningCertificate, RFC 2634, 5.4. */
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
/** SigningCertificateV2, RFC 5035, 3. */
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const DIRECTORY_NAME = 0xa4

/**
 * Whether the signed attributes name this certificate as the signer's, as RFC 3161, 2.4.2 demands and RFC 5816 updates
 * it. Every such attribute that is there must, and one must be there; its first entry is the signer's.
 * The older one names it by SHA-1. That is accepted here, and only here: a second certificate with the SHA-1 of a given
 * one cannot be made, and authorities still send it; certificate and key are verified by other means.
 * @throws TokenRefused `timestamp-algorithm`; NotDerError if an attribute is not of its shape
 */
export function namesCertificate(attributes: ReadonlyMap<string, DerNode>, certificate: TsaCertificate): boolean {
  const old = attributes.get(SIGNING_CERTIFICATE)
  const current = attributes.get(SIGNING_CERTIFICATE_V2)
  if (old === undefined && current === undefined) return false
  return (old === undefined || isNamed(old, certificate, false)) && (!current || isNamed(current, certificate, true))
}

function isNamed(attribute: DerNode, certificate: TsaCertificate, withHash: boolean): boolean {
  const parts = [...childAt(childAt(attribute, 0, TAG.sequence), 0, TAG.sequence).children]
  // AlgorithmIdentifier, DEFAULT SHA-256.
  const algorithm = withHash && parts[0]?.tag === TAG.sequence ? parts.shift() : undefined
  const [certHash, issuerSerial] = parts
  if (certHash?.tag !== TAG.octetString || parts.length > 2) return false
  return (
    sameBytes(certHash.content, hashOf(certificate.der, algorithm, withHash)) &&
    (issuerSerial === undefined || isIssuerSerial(issuerSerial, certificate))
  )
}

function hashOf(der: Uint8Array, algorithm: DerNode | undefined, withHash: boolean): Uint8Array {
  if (!withHash) return digest('sha1', der)
  if (algorithm === undefined) return digest('sha256', der)
  return digest(hashNamed(AsnConvert.parse(algorithm.bytes, AlgorithmIdentifier).algorithm, 'certificate'), der)
}

function isIssuerSerial(node: DerNode, { issuer, serial }: TsaCertificate): boolean {
  const names = childAt(node, 0, TAG.sequence).children
  return (
    names.some((name) => name.tag === DIRECTORY_NAME && sameBytes(childAt(name, 0).bytes, issuer)) &&
    sameBytes(childAt(node, 1, TAG.integer).content, serial)
  )
}
