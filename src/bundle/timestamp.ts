import { id_contentType, id_messageDigest } from '@peculiar/asn1-cms'
import { digest, type HashName, sha256, verifySignatureOf } from './crypto.ts'
import { hashNamed, schemeOf } from './tsa-algorithms.ts'
import { type TsaCertificate, usageProblem } from './tsa-certificate.ts'
import { assertChain } from './tsa-chain.ts'
import { sameBytes, TAG } from './tsa-der.ts'
import { namesCertificate } from './tsa-ess.ts'
import { type TimestampReason, TokenRefused } from './tsa-reasons.ts'
import { readToken, TIMESTAMP_CONTENT, type Token } from './tsa-token.ts'

/** Real tokens have 1 to 8 kB; with a long chain and a large key some have 12. */
export const MAX_TOKEN_BYTES = 64 * 1024

export interface TimestampPolicy {
  /** Pinned beforehand: see `readRoots`. None: every token is refused. */
  roots: readonly TsaCertificate[]
  /** When the data says that it was made. Undefined: any time is fine. */
  claimedAt?: Date | undefined
  /** How far token and claim may lie apart, either way. */
  maxSkewSeconds: number
  /** Only when the token answers a request just made. The big-endian integer that was sent. */
  nonce?: Uint8Array | undefined
}

/** What a verified token says. */
export interface TimestampFacts {
  /** The data existed at this time. Milliseconds; finer parts are cut off. */
  time: Date
  /** How far off the authority says that its clock may be, in milliseconds. */
  accuracyMs?: number
  /** Object identifier of the rules that the authority follows. */
  policy: string
  /** Of the token: lower-case hex. */
  serial: string
  /** Lower-case hex SHA-256 of the certificate that signed. */
  signerSha256: string
  /** Lower-case hex SHA-256 of the pinned certificate that the chain ends at; absent if none was asked for. */
  rootSha256?: string
}

/**
 * `facts` of a refusal: the token is good and only its time is not (`timestamp-early`, `timestamp-late`). `detail` is one
 * printable line of our own words.
 */
export type TimestampVerdict =
  | { ok: true; facts: TimestampFacts }
  | { ok: false; reason: TimestampReason; detail: string; facts?: TimestampFacts }

/**
 * Judges an RFC 3161 token over `data` as of the token's own time, since the authority's certificate will have expired
 * when somebody looks. Uses no clock and no network. Never throws, whatever the bytes of the token are.
 */
export async function verifyTimestamp(
  token: Uint8Array,
  data: Uint8Array,
  policy: TimestampPolicy,
): Promise<TimestampVerdict> {
  return guarded(async () => {
    const { parsed, signer } = await verifyOwnPart(token, data, policy.nonce)
    const chain = { signer, given: parsed.certificates, roots: policy.roots, at: parsed.time }
    const root = await assertChain(chain)
    const facts = { ...factsOf(parsed, signer), rootSha256: sha256(root.der) }
    return judgeTime(facts, policy)
  })
}

/**
 * Judges everything but who stands behind the signer: for an agent that asked an authority and pins no root itself.
 * Never throws. Not for a verifier: anybody can make such a token.
 */
export async function checkUnpinnedTimestamp(
  token: Uint8Array,
  data: Uint8Array,
  policy: Omit<TimestampPolicy, 'roots'>,
): Promise<TimestampVerdict> {
  return guarded(async () => {
    const { parsed, signer } = await verifyOwnPart(token, data, policy.nonce)
    return judgeTime(factsOf(parsed, signer), policy)
  })
}

async function guarded(judge: () => Promise<TimestampVerdict>): Promise<TimestampVerdict> {
  try {
    return await judge()
  } catch (error) {
    if (error instanceof TokenRefused) return { ok: false, reason: error.reason, detail: error.message }
    // Readers raise their own errors and those of the ASN.1 library. All mean: this is no token. Their text may hold
    // bytes of the token, so it is not passed on.
    return { ok: false, reason: 'timestamp-malformed', detail: 'the bytes are not a timestamp token in strict DER' }
  }
}

async function verifyOwnPart(
  bytes: Uint8Array,
  data: Uint8Array,
  nonce: Uint8Array | undefined,
): Promise<{ parsed: Token; signer: TsaCertificate }> {
  if (bytes.length > MAX_TOKEN_BYTES) {
    throw new TokenRefused('timestamp-too-large', `the token has ${bytes.length} bytes, more than ${MAX_TOKEN_BYTES}`)
  }
  const parsed = readToken(bytes)
  const hash = hashNamed(parsed.imprint.hash, 'imprint')
  if (!sameBytes(digest(hash, data), parsed.imprint.value)) {
    throw new TokenRefused('timestamp-imprint', 'the token was made for other data')
  }
  if (nonce !== undefined && !(parsed.nonce && sameBytes(parsed.nonce, nonce))) {
    throw new TokenRefused('timestamp-nonce', 'the token does not answer this request')
  }
  const own = hashNamed(parsed.signer.digest, 'signer')
  assertContent(parsed, own)
  return { parsed, signer: await verifySigner(parsed, own) }
}

/** Ties the signed attributes to the content (RFC 5652, 11.1 and 11.2). */
function assertContent({ content, signer }: Token, hash: HashName): void {
  const value = signer.attributes.get(id_messageDigest)
  if (value?.tag !== TAG.octetString || !sameBytes(value.content, digest(hash, content))) {
    throw new TokenRefused('timestamp-content', 'the signed digest is not that of the content')
  }
  const type = signer.attributes.get(id_contentType)
  if (type?.tag !== TAG.objectIdentifier || !sameBytes(type.content, TIMESTAMP_CONTENT)) {
    throw new TokenRefused('timestamp-content', 'the signed content type is not that of a timestamp')
  }
}

/** The certificate that signed, which the signature itself must name (RFC 5816): else another one could be slipped in. */
async function verifySigner({ certificates, signer }: Token, hash: HashName): Promise<TsaCertificate> {
  const certificate = certificates.find(signer.isBy)
  if (certificate === undefined) {
    throw new TokenRefused('timestamp-signer', 'the certificate of the signer is not in the token')
  }
  if (!namesCertificate(signer.attributes, certificate)) {
    throw new TokenRefused('timestamp-signer', 'the signature does not name the certificate of its signer')
  }
  const scheme = schemeOf(signer.algorithm, hash)
  if (!(await verifySignatureOf(certificate.key(), scheme, signer.signedBytes, signer.signature))) {
    throw new TokenRefused('timestamp-signature', 'the signature of the token does not verify')
  }
  const problem = usageProblem(certificate)
  if (problem !== undefined) throw new TokenRefused('timestamp-usage', problem)
  return certificate
}

function judgeTime(facts: TimestampFacts, policy: Omit<TimestampPolicy, 'roots'>): TimestampVerdict {
  const problem = skewProblem(facts.time, policy)
  return problem === undefined ? { ok: true, facts } : { ok: false, ...problem, facts }
}

function factsOf({ time, accuracyMs, policy, serial }: Token, signer: TsaCertificate): TimestampFacts {
  return {
    time,
    ...(accuracyMs !== undefined && { accuracyMs }),
    policy,
    serial,
    signerSha256: sha256(signer.der),
  }
}

function skewProblem(
  time: Date,
  { claimedAt, maxSkewSeconds }: Omit<TimestampPolicy, 'roots'>,
): { reason: TimestampReason; detail: string } | undefined {
  if (claimedAt === undefined) return undefined
  const seconds = (time.getTime() - claimedAt.getTime()) / 1000
  if (Math.abs(seconds) <= maxSkewSeconds) return undefined
  const apart = `${Math.round(Math.abs(seconds))} s, more than ${maxSkewSeconds} s,`
  return seconds < 0
    ? { reason: 'timestamp-early', detail: `the token is ${apart} before the claimed time` }
    : { reason: 'timestamp-late', detail: `the token is ${apart} after the claimed time` }
}
