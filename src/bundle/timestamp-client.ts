import type { Clock, Fetch } from '../sdk/context.ts'
import { checkUnpinnedTimestamp, MAX_TOKEN_BYTES, type TimestampFacts, verifyTimestamp } from './timestamp.ts'
import { NONCE_BYTES, nonceFrom, readResponse, writeRequest } from './timestamp-request.ts'
import type { TsaCertificate } from './tsa-certificate.ts'
import type { TimestampReason } from './tsa-reasons.ts'

/** Gets proof that a signature exists now. */
export interface Timestamper {
  /**
   * The token over the bytes, as DER: verified, so what is stored is not found wanting years later.
   * @throws TimestampError
   */
  stamp(signature: Uint8Array): Promise<Uint8Array>
}

/**
 * Why there is no timestamp.
 *
 * | code | meaning |
 * |---|---|
 * | `unreachable` | the authority could not be reached |
 * | `timeout` | it did not answer in time |
 * | `http-status` | it answered with an error, or with a redirect, which is not followed |
 * | `response-invalid` | what it answered is not an RFC 3161 response, or far too large |
 * | `refused` | it says that it makes no token for this request |
 * | `token-refused` | it gave a token that does not verify; `reason` says why |
 * | `aborted` | the caller gave up |
 */
export type TimestampErrorCode =
  | 'unreachable'
  | 'timeout'
  | 'http-status'
  | 'response-invalid'
  | 'refused'
  | 'token-refused'
  | 'aborted'

/** There is no timestamp. A run is sealed without; it can be fetched later. The hint says what to do next. */
export class TimestampError extends Error {
  override readonly name = 'TimestampError'
  readonly code: TimestampErrorCode
  readonly hint: string
  /** With `token-refused`. */
  readonly reason: TimestampReason | undefined

  constructor(
    code: TimestampErrorCode,
    message: string,
    hint: string,
    { reason, cause }: { reason?: TimestampReason; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.reason = reason
  }
}

export interface AuthorityOptions {
  /** Where the authority takes requests, as it publishes it. Plain http is common: the token is signed. */
  url: string
  fetch: Fetch
  /** That many random bytes, unpredictable. */
  randomBytes: (count: number) => Uint8Array
  clock: Clock
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
  /** Pinned roots. Left out: the token is checked in itself, and who made it is left to the verifier. */
  roots?: readonly TsaCertificate[] | undefined
  /** How far the token may be from the agent's clock. */
  maxSkewSeconds?: number | undefined
}

const DEFAULT_TIMEOUT_MS = 15_000
const DEFAULT_SKEW_SECONDS = 600
/** A response is a token and a few bytes, or an error with some text. */
const MAX_RESPONSE_BYTES = MAX_TOKEN_BYTES + 4096

/** A client of one authority: RFC 3161 over HTTP (section 3.4). One request a stamp, no retries: tokens can come late. */
export function createTimestamper(options: AuthorityOptions): Timestamper {
  return {
    async stamp(signature) {
      const nonce = nonceFrom(options.randomBytes(NONCE_BYTES))
      const token = tokenOf(await ask(options, writeRequest(signature, nonce)))
      await assertGood(token, signature, nonce, options)
      return token
    },
  }
}

/** One authority's part of {@link stampWithAll}. */
export type Stamp = { authority: string; token: Uint8Array } | { authority: string; error: TimestampError }

/**
 * Asks all authorities at once. Each is optional: what one of them cannot give is reported and stops nothing. In the
 * order given, so that the same answers give the same bundle.
 */
export async function stampWithAll(
  authorities: ReadonlyMap<string, Timestamper>,
  signature: Uint8Array,
): Promise<Stamp[]> {
  return Promise.all(
    [...authorities].map(async ([authority, timestamper]): Promise<Stamp> => {
      try {
        return { authority, token: await timestamper.stamp(signature) }
      } catch (error) {
        if (error instanceof TimestampError) return { authority, error }
        throw error
      }
    }),
  )
}

async function ask(
  { url, fetch, clock, signal: parent, timeoutMs = DEFAULT_TIMEOUT_MS }: AuthorityOptions,
  request: Uint8Array,
): Promise<Uint8Array> {
  using limit = startLimit(clock, timeoutMs, parent)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: Uint8Array.from(request),
      // An authority that moved must be entered anew, not followed to wherever somebody on the way says.
      redirect: 'manual',
      signal: limit.signal,
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new TimestampError(
        'http-status',
        `the timestamp authority answered with HTTP status ${response.status}`,
        response.status >= 300 && response.status < 400
          ? 'It redirects: enter the address it has now.'
          : 'Check the address of the authority; try again later if it has a failure.',
      )
    }
    return await readBody(response)
  } catch (cause) {
    if (cause instanceof TimestampError) throw cause
    if (parent?.aborted)
      throw new TimestampError('aborted', 'the request for a timestamp was given up', RETRY, { cause })
    if (limit.expired()) {
      throw new TimestampError('timeout', `the timestamp authority did not answer within ${timeoutMs} ms`, RETRY, {
        cause,
      })
    }
    throw new TimestampError('unreachable', 'the timestamp authority could not be reached', UNREACHABLE, { cause })
  }
}

/** A signal that follows `parent` and is aborted after that time; disposing stops the timer. */
function startLimit(clock: Clock, milliseconds: number, parent: AbortSignal | undefined) {
  const expiry = new AbortController()
  const timer = clock.after(milliseconds, () => expiry.abort())
  return {
    signal: parent === undefined ? expiry.signal : AbortSignal.any([expiry.signal, parent]),
    expired: () => expiry.signal.aborted,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  }
}

const RETRY = 'The timestamp can be fetched later; it then proves that later time.'
const UNREACHABLE = `Check its address, the network and the proxy. ${RETRY}`

async function readBody({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the body.
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > MAX_RESPONSE_BYTES) throw invalidResponse(`is larger than ${MAX_RESPONSE_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tokenOf(response: Uint8Array): Uint8Array {
  const answer = readResponse(response)
  if (answer.kind === 'token') return answer.token
  if (answer.kind === 'malformed') throw invalidResponse('is not an RFC 3161 response in DER')
  throw new TimestampError(
    'refused',
    `the timestamp authority made no token (status ${answer.status}): it ${answer.why}`,
    'Ask the authority whether it takes SHA-256 requests from you, or choose another one.',
  )
}

function invalidResponse(what: string): TimestampError {
  return new TimestampError(
    'response-invalid',
    `the answer of the timestamp authority ${what}`,
    'Check that the address is that of an RFC 3161 authority, and that no proxy answers in its place.',
  )
}

async function assertGood(
  token: Uint8Array,
  signature: Uint8Array,
  nonce: Uint8Array,
  { roots, clock, maxSkewSeconds = DEFAULT_SKEW_SECONDS }: AuthorityOptions,
): Promise<TimestampFacts> {
  const policy = { nonce, claimedAt: clock.now(), maxSkewSeconds }
  const verdict =
    roots === undefined
      ? await checkUnpinnedTimestamp(token, signature, policy)
      : await verifyTimestamp(token, signature, { ...policy, roots })
  if (verdict.ok) return verdict.facts
  const wrongTime = verdict.reason === 'timestamp-early' || verdict.reason === 'timestamp-late'
  throw new TimestampError(
    'token-refused',
    `the timestamp authority gave a token that does not verify: ${verdict.detail}`,
    wrongTime
      ? 'Set the clock of this machine: a verifier would call its times wrong.'
      : 'Check that the pinned roots are those of this authority, or choose another one.',
    { reason: verdict.reason },
  )
}
