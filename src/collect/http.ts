import { createHash } from 'node:crypto'
import type { HttpReceipt } from '../model/receipt.ts'
import type { ReadRule } from '../sdk/collector.ts'
import type { Clock, Fetch, Log } from '../sdk/context.ts'
import type { Naming, ThrottleRule } from '../sdk/naming.ts'
import {
  errorForStatus,
  InvalidError,
  ReadError,
  ThrottledError,
  TimeoutError,
  TruncatedError,
  UnavailableError,
} from '../sdk/errors.ts'
import { anyRequest, simpleRequest, type Wanted } from './asked-request.ts'
import { budgetIn } from './budget.ts'
import { assertRead } from './guard.ts'
import { asAnswered, type KeptAnswers } from './kept-answers.ts'
import type { KeptAnswer } from './kept-entry.ts'
import type { Asking, Limiter } from './limiter.ts'
import { maskUrl } from './mask.ts'
import { readNaming, saysThrottled } from './naming.ts'
import type { Queries } from './queries.ts'
import { current, type Trace } from './trace.ts'
import { isThrottled, waitBeforeRetry } from './retry.ts'

const ATTEMPT_TIMEOUT_MS = 30_000
const MAX_BODY_BYTES = 64 * 1024 * 1024
const REQUEST_ID_HEADERS = [
  'x-github-request-id',
  'x-okta-request-id',
  'x-amzn-requestid',
  'x-amz-request-id',
  'x-request-id',
]

export interface HttpSeam {
  fetch: Fetch
  clock: Clock
  limiter: Limiter
  reads: readonly ReadRule[]
  naming?: Naming | undefined
  /** Of a source that is asked by GraphQL. */
  queries?: Queries | undefined
  throttling?: readonly ThrottleRule[] | undefined
  /** Of a source that says for free that an answer is still the same. */
  kept?: KeptAnswers | undefined
  /** A number in [0, 1), for jitter. */
  random: () => number
  log: Log
}

/** What one attempt gave: a usable response, or why there is none and whether trying again may help. */
type Attempt =
  | { response: Response; receipt: HttpReceipt; failure?: ReadError; retry: boolean }
  | { response?: undefined; receipt: HttpReceipt; failure: ReadError; retry: boolean }

/**
 * `fetch` as collectors get it: refuses what is not a read, keeps to the limits, retries what may pass, writes a receipt
 * of every attempt, and reads every body to its end so that a cut one is noticed here.
 *
 * A final 4xx is returned, as SDKs read meaning from it, and noted as a failure somebody must account for. Everything
 * else that failed is thrown as a {@link ReadError}: 429 and its relatives, 5xx, resets, time-outs, cut or malformed bodies.
 */
export function createFetch(seam: HttpSeam): Fetch {
  return async (input, init) => {
    const { trace, stretch } = current()
    const { method, headers, url, body } = simpleRequest(input, init) ?? (await anyRequest(input, init))
    try {
      const asked = seam.naming && readNaming(seam.naming, { headers }, url, body)
      const query = seam.queries?.operationOf({ method, headers }, url, body)
      const operation = query ?? assertRead(method, url, seam.reads, asked)
      const asking =
        query === undefined ? asked && { operation, budget: asked.budget } : { operation: query, budget: undefined }
      const { response, failure } = await attemptUntilSettled(seam, trace, {
        method,
        headers,
        url,
        body,
        asking,
        attempts: stretch.attempts ?? Number.POSITIVE_INFINITY,
        kept: await seam.kept?.find({ method, headers, url }),
      })
      if (failure !== undefined) stretch.failures.push(failure)
      return response
    } catch (error) {
      if (error instanceof ReadError) stretch.failures.push(error)
      throw error
    }
  }
}

/** A request that was found to be a read. */
interface Sending extends Wanted {
  /** Of a source whose requests name what they ask for. */
  asking: Asking | undefined
  /** The most tries where the source fails, as against throttles. */
  attempts: number
  /** What was answered to it before. */
  kept: KeptAnswer | undefined
}

async function attemptUntilSettled(
  seam: HttpSeam,
  trace: Trace,
  sending: Sending,
): Promise<{ response: Response; failure?: ReadError }> {
  const { url, asking } = sending
  for (let number = 1; ; number++) {
    const release = await seam.limiter.take(url, trace, asking)
    let attempt: Attempt | undefined
    try {
      attempt = await attemptOnce(seam, trace, sending, number)
    } finally {
      const isFree = attempt?.receipt.kept !== undefined
      release(attempt?.response && budgetIn(attempt.response.headers, seam.clock.now()), isFree)
    }
    trace.receipt(attempt.receipt)
    const { response, failure, retry } = attempt
    const throttled = failure?.reason === 'throttled'
    seam.limiter.answered(url, throttled, asking)
    const isLast = !throttled && number >= sending.attempts
    const wait =
      retry && !isLast ? waitBeforeRetry(response, number, seam.clock.now(), seam.random(), throttled) : undefined
    if (wait !== undefined) {
      const until = seam.clock.now().getTime() + wait.milliseconds
      if (wait.told) seam.limiter.pause(url, until, asking)
      if (until > trace.deadline) throw failure ?? new TimeoutError('the deadline passed')
      seam.log.debug(
        { url: maskUrl(url), attempt: number, waitMs: wait.milliseconds, reason: failure?.reason },
        'request retried',
      )
      await seam.clock.sleep(wait.milliseconds, trace.signal)
      continue
    }
    if (response === undefined) throw failure
    if (failure === undefined) return { response }
    if (isForTheSdk(response, failure)) return { response, failure }
    throw failure
  }
}

async function attemptOnce(seam: HttpSeam, trace: Trace, sending: Sending, number: number): Promise<Attempt> {
  const { method, url, body, asking, kept } = sending
  const receipt: HttpReceipt = {
    kind: 'http',
    at: seam.clock.now().toISOString(),
    attempt: number,
    method,
    url: maskUrl(url),
    ...(asking?.operation !== undefined && { operation: asking.operation }),
    ...(body && { requestSha256: sha256(body) }),
  }
  const failed = (failure: ReadError, retry: boolean): Attempt => ({
    receipt: { ...receipt, failure: failure.reason },
    failure,
    retry,
  })
  const where = receipt.operation ?? `${method} ${receipt.url}`

  using timer = startTimer(
    seam.clock,
    Math.min(ATTEMPT_TIMEOUT_MS, trace.deadline - seam.clock.now().getTime()),
    trace.signal,
  )
  const headers = new Headers(sending.headers)
  if (kept !== undefined) headers.set('if-none-match', kept.etag)
  let answer: Response
  try {
    answer = await seam.fetch(url, {
      method,
      headers,
      signal: timer.signal,
      ...(body && { body }),
    })
  } catch (cause) {
    if (trace.signal.aborted) throw trace.signal.reason
    if (timer.expired()) return failed(new TimeoutError(`no answer in time: ${where}`, { cause }), true)
    const from = receipt.operation === undefined ? '' : ` at ${new URL(url).host}`
    const message = `could not reach the source (${networkCode(cause)}): ${where}${from}`
    return failed(new UnavailableError(message, { cause }), true)
  }

  receipt.status = answer.status
  const requestId = REQUEST_ID_HEADERS.map((name) => answer.headers.get(name)).find((id) => id !== null)
  if (requestId) receipt.requestId = requestId
  const serverDate = answer.headers.get('date')
  if (serverDate) receipt.serverDate = serverDate

  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = await readBody(answer)
  } catch (cause) {
    if (trace.signal.aborted) throw trace.signal.reason
    if (cause instanceof ReadError) return failed(cause, false)
    if (timer.expired()) return failed(new TimeoutError(`the answer did not arrive in time: ${where}`, { cause }), true)
    return failed(new TruncatedError(`the answer was cut short (${networkCode(cause)}): ${where}`, { cause }), true)
  }
  receipt.bodySha256 = sha256(bytes)
  receipt.bodyBytes = bytes.length

  if (kept !== undefined && answer.status === 304) {
    receipt.kept = { bodySha256: sha256(kept.body), bodyBytes: kept.body.length, receivedAt: kept.receivedAt }
    return { response: withUrl(asAnswered(kept, answer), answer.url || url.href), receipt, retry: false }
  }

  const failure = failureOf(answer, bytes, where, seam.throttling)
  if (failure === undefined && answer.status === 200) await seam.kept?.keep(sending, answer, bytes, seam.clock.now())
  const hasBody = method !== 'HEAD' && ![204, 205, 304].includes(answer.status)
  const response = withUrl(
    new Response(hasBody ? bytes : null, {
      status: answer.status,
      statusText: answer.statusText,
      headers: withoutEncoding(answer.headers),
    }),
    answer.url || url.href,
  )
  // The bytes are here: no need to pass them through a stream.
  Object.defineProperty(response, 'arrayBuffer', { value: async () => bytes.buffer })
  if (failure === undefined) return { response, receipt, retry: false }
  return {
    response,
    receipt: { ...receipt, failure: failure.reason },
    failure,
    retry: failure.reason === 'throttled' || answer.status >= 500,
  }
}

/** Vendors' SDKs read `url`, which a constructed Response cannot have. */
function withUrl(response: Response, url: string): Response {
  return Object.defineProperty(response, 'url', { value: url })
}

/** Sources say much in a 4xx, which the vendor's SDK or the collector reads; a rate limit has been dealt with here. */
function isForTheSdk({ status }: Response, { reason }: ReadError): boolean {
  return status >= 400 && status < 500 && reason !== 'throttled'
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Why this answer is no good, or `undefined`. */
function failureOf(
  answer: Response,
  bytes: Uint8Array,
  where: string,
  throttling: readonly ThrottleRule[] = [],
): ReadError | undefined {
  const { status, headers } = answer
  if (isThrottled(answer) || saysThrottled(throttling, answer, bytes))
    return new ThrottledError(`rate limit reached (HTTP ${status}): ${where}`, { status })
  if (status >= 400) return errorForStatus(status, `HTTP ${status}: ${where}`)
  if (status === 204 || status === 205 || status === 304 || !/[/+]json\b/.test(headers.get('content-type') ?? ''))
    return undefined
  try {
    JSON.parse(utf8.decode(bytes))
    return undefined
  } catch (cause) {
    const what = bytes.length === 0 ? 'an empty body where JSON was announced' : 'a body that is not JSON'
    return new InvalidError(`${what}: ${where}`, { status, cause })
  }
}

async function readBody(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (answer.body === null) return new Uint8Array()
  // Most answers say how long they are and are sent as they are: no need to gather pieces and count.
  const announced = Number(answer.headers.get('content-length') ?? Number.NaN)
  if (announced <= MAX_BODY_BYTES && !answer.headers.has('content-encoding'))
    return new Uint8Array(await answer.arrayBuffer())
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new InvalidError(`an answer of more than ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

/** The body is decoded by now; leaving the header would make a reader decode it again. */
function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-encoding')
  copy.delete('content-length')
  return copy
}

/** A signal that follows `parent` and is aborted after that time on the injected clock; disposing stops the timer. */
function startTimer(clock: Clock, milliseconds: number, parent: AbortSignal) {
  const controller = new AbortController()
  let expired = false
  const timer = clock.after(Math.max(0, milliseconds), () => {
    expired = true
    controller.abort(new TimeoutError('no answer in time'))
  })
  // Not `AbortSignal.any`: a hundred thousand of them on one parent cost more than the requests.
  const follow = () => controller.abort(parent.reason)
  if (parent.aborted) follow()
  else parent.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    expired: () => expired,
    [Symbol.dispose]() {
      timer[Symbol.dispose]()
      parent.removeEventListener('abort', follow)
    },
  }
}

/** The system's code behind a failed fetch (`ECONNRESET`), never its message, which may hold data. */
function networkCode(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return error instanceof Error ? error.name : 'unknown error'
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
