import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { MessageImprint, PKIStatus, TimeStampReq, TimeStampResp } from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { digest } from './crypto.ts'
import { OID_SHA256 } from './tsa-algorithms.ts'
import { childAt, readDer, TAG } from './tsa-der.ts'

export const NONCE_BYTES = 16

/**
 * A random number as the content of a DER integer: positive, in its shortest form.
 * @throws RangeError if there are fewer than {@link NONCE_BYTES} bytes
 */
export function nonceFrom(random: Uint8Array): Uint8Array {
  if (random.length < NONCE_BYTES) throw new RangeError(`a nonce takes ${NONCE_BYTES} random bytes`)
  const nonce = Uint8Array.from(random.subarray(0, NONCE_BYTES))
  // First bits 01: neither negative nor to be shortened, at the cost of two bits.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
  return nonce
}

/** The DER of a TimeStampReq (RFC 3161, 2.4.1) for the SHA-256 of the data. `nonce`: see {@link nonceFrom}. */
export function writeRequest(data: Uint8Array, nonce: Uint8Array): Uint8Array {
  const request = new TimeStampReq({
    messageImprint: new MessageImprint({
      // openssl and the authorities expect the parameters, which RFC 5754 would have left out.
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: OID_SHA256, parameters: null }),
      hashedMessage: new OctetString(digest('sha256', data)),
    }),
    nonce: Uint8Array.from(nonce).buffer,
    certReq: true,
  })
  return new Uint8Array(AsnConvert.serialize(request))
}

/** `refused`: the authority says no; `status` is the number of RFC 3161, 2.4.2. */
export type Answer =
  | { kind: 'token'; token: Uint8Array }
  | { kind: 'refused'; status: number; why: string }
  | { kind: 'malformed' }

/** Reads a TimeStampResp. Takes the token out as it is; nothing of it is verified. Never throws. */
export function readResponse(bytes: Uint8Array): Answer {
  try {
    const root = readDer(bytes)
    const { status } = AsnConvert.parse(bytes, TimeStampResp)
    if (status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods) {
      return {
        kind: 'refused',
        status: status.status,
        why: FAILURES.get(failureOf(childAt(root, 0))) ?? 'gives no reason',
      }
    }
    if (root.children.length !== 2) return { kind: 'malformed' }
    return { kind: 'token', token: Uint8Array.from(childAt(root, 1, TAG.sequence).bytes) }
  } catch {
    return { kind: 'malformed' }
  }
}

/** The first bit that is set in PKIFailureInfo, RFC 3161, 2.4.2. */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [0, 'does not know the digest algorithm'],
  [2, 'does not allow the request'],
  [5, 'finds the data in a wrong format'],
  [14, 'has no source of time at present'],
  [15, 'does not have the policy'],
  [16, 'does not have the extension'],
  [17, 'does not have the information'],
  [25, 'has a failure of its own'],
])

function failureOf(statusInfo: ReturnType<typeof readDer>): number {
  const bits = statusInfo.children.find(({ tag }) => tag === TAG.bitString)?.content.subarray(1) ?? new Uint8Array()
  for (const [index, byte] of bits.entries()) if (byte !== 0) return index * 8 + Math.clz32(byte) - 24
  return -1
}
