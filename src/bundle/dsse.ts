import { z } from 'zod'
import { canonicalize, parseCanonical } from '../model/canonical.ts'
import { Sha256 } from '../model/common.ts'
import { PAYLOAD_TYPE } from '../model/statement.ts'
import type { Signer } from './keys.ts'

const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** Standard alphabet, padded, and of the one form an encoder gives: unused bits are zero. */
const Base64 = z
  .string()
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, { error: 'not base64' })

/**
 * A Sigstore bundle v0.3 in its public-key form, with a DSSE envelope: as
 * https://github.com/sigstore/protobuf-specs defines it, narrowed to what affiant writes.
 */
const SigstoreBundle = z.strictObject({
  mediaType: z.literal(BUNDLE_MEDIA_TYPE),
  verificationMaterial: z.strictObject({
    publicKey: z.strictObject({ hint: Sha256 }),
    timestampVerificationData: z
      .strictObject({ rfc3161Timestamps: z.array(z.strictObject({ signedTimestamp: Base64 })).min(1) })
      .optional(),
  }),
  dsseEnvelope: z.strictObject({
    payload: Base64,
    payloadType: z.literal(PAYLOAD_TYPE),
    signatures: z.tuple([z.strictObject({ keyid: Sha256, sig: Base64 })]),
  }),
})

/** A signed payload as it came out of an envelope. Nothing of it is to be believed before the signature is verified. */
export interface Envelope {
  payload: Uint8Array
  signature: Uint8Array
  /** What the envelope says of the key: a hint, not authenticated. */
  keyId: string
  /** RFC 3161 tokens over the signature (DER), in order. */
  timestamps: readonly Uint8Array[]
}

/**
 * The bytes a DSSE signature covers: the pre-authentication encoding of type and payload
 * (https://github.com/secure-systems-lab/dsse, protocol.md). Lengths are in bytes.
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

/** What is signed for a payload of ours. */
export function signedBytes(payload: Uint8Array): Uint8Array {
  return preAuthEncoding(PAYLOAD_TYPE, payload)
}

/** The file of a ledger entry: canonical JSON and a line feed. */
export function writeEnvelope(
  payload: Uint8Array,
  signature: Uint8Array,
  signer: Pick<Signer, 'keyId'>,
  timestamps: readonly Uint8Array[] = [],
): Uint8Array {
  const rfc3161Timestamps = timestamps.map((token) => ({ signedTimestamp: base64(token) }))
  const bundle: z.output<typeof SigstoreBundle> = {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: {
      publicKey: { hint: signer.keyId },
      ...(rfc3161Timestamps.length > 0 && { timestampVerificationData: { rfc3161Timestamps } }),
    },
    dsseEnvelope: {
      payload: base64(payload),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ keyid: signer.keyId, sig: base64(signature) }],
    },
  }
  return Buffer.from(`${canonicalize(bundle)}\n`)
}

/**
 * Reads exactly what {@link writeEnvelope} writes.
 * @throws NotCanonicalError, z.ZodError or TypeError; all of them mean that the file is not one of ours
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const bundle = SigstoreBundle.parse(parseCanonical(withoutLineFeed(bytes)))
  const { payload, signatures } = bundle.dsseEnvelope
  const keyId = bundle.verificationMaterial.publicKey.hint
  if (signatures[0].keyid !== keyId) throw new TypeError('the envelope names two different keys')
  const tokens = bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []
  return {
    payload: Buffer.from(payload, 'base64'),
    signature: Buffer.from(signatures[0].sig, 'base64'),
    keyId,
    timestamps: tokens.map(({ signedTimestamp }) => Buffer.from(signedTimestamp, 'base64')),
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** The one line of a file that holds one line. @throws TypeError if its last byte is not a line feed */
export function withoutLineFeed(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 10) throw new TypeError('the file does not end with a line feed')
  return bytes.subarray(0, -1)
}
