import type { Protocol } from './model.ts'
import { AwsError, type WireResponse } from './write.ts'

/**
 * What can go wrong, as AWS or the network between does it.
 *
 * | kind | what the client sees |
 * |---|---|
 * | `unauthorized` | 401 `AuthFailure`-like: the credentials are not taken |
 * | `denied` | 403 (400 in JSON protocols) `AccessDenied…`, as the protocol has it |
 * | `not-found` | 404 `ResourceNotFoundException`, or the code that is given |
 * | `opt-in` | 403 `OptInRequired`: the region or service is off for the account |
 * | `not-subscribed` | 400 `SubscriptionRequiredException` |
 * | `throttled` | `Throttling`, `RequestLimitExceeded`, `ThrottlingException`, `TooManyRequestsException` or `SlowDown` |
 * | `error` | 500 `InternalFailure` |
 * | `unavailable` | 503 with a page of a proxy |
 * | `hang` | never an answer |
 * | `reset` | the connection is reset before an answer |
 * | `truncated-body` | `content-length` promises more than is sent, then the connection is destroyed |
 * | `cut-body` | a well-formed HTTP answer whose body is cut in the middle |
 * | `garbage` | 200 with a sign-in page |
 * | `empty-body` | the right status and headers, no body |
 * | `no-fields` | a well-formed answer of the right protocol in which every member is absent |
 * | `endless` | the token of the next page is always the same, and leads to the same page |
 */
export interface Fault {
  kind:
    | 'unauthorized'
    | 'denied'
    | 'not-found'
    | 'opt-in'
    | 'not-subscribed'
    | 'throttled'
    | 'error'
    | 'unavailable'
    | 'hang'
    | 'reset'
    | 'truncated-body'
    | 'cut-body'
    | 'garbage'
    | 'empty-body'
    | 'no-fields'
    | 'endless'
  /** Tested against `<account>/<region> <service>:<Operation>`. */
  on: RegExp
  /** Of `not-found`. */
  code?: string
  /** How many calls it spoils. Default: all. */
  times?: number
  /** How many matching calls go through before. Default: 0. */
  after?: number
}

export interface SetFault {
  /** Calls spoiled so far. */
  hits(): number
}

/** The faults in force, in the order they were set; the first that strikes wins. */
export function faultBook() {
  let armed: { fault: Fault; seen: number; hits: number }[] = []
  return {
    set(fault: Fault): SetFault {
      const entry = { fault, seen: 0, hits: 0 }
      armed.push(entry)
      return { hits: () => entry.hits }
    },
    clear() {
      armed = []
    },
    /** The fault that strikes this call, which is counted. */
    strike(call: string): Fault | undefined {
      for (const entry of armed) {
        const { on, after = 0, times = Number.POSITIVE_INFINITY } = entry.fault
        if (call.search(on) < 0) continue
        entry.seen += 1
        if (entry.seen <= after || entry.hits >= times) continue
        entry.hits += 1
        return entry.fault
      }
      return undefined
    },
  }
}

/** The error of a fault that is a refusal; undefined for those that spoil a good answer or the connection. */
export function refusalOf({ kind, code }: Fault, service: string, protocol: Protocol): AwsError | undefined {
  switch (kind) {
    case 'unauthorized':
      return new AwsError(
        protocol === 'ec2' ? 'AuthFailure' : 'InvalidSignatureException',
        'The credentials are not valid.',
        401,
      )
    case 'denied':
      return deniedIn(service, protocol, 'An identity-based policy does not allow it.')
    case 'not-found':
      return new AwsError(code ?? 'ResourceNotFoundException', 'There is none.', 404)
    case 'opt-in':
      return new AwsError('OptInRequired', 'You are not subscribed to this service.', protocol === 'json' ? 400 : 403)
    case 'not-subscribed':
      return new AwsError('SubscriptionRequiredException', 'The account needs a subscription for the service.', 400)
    case 'throttled':
      return throttledIn(service, protocol)
    case 'error':
      return new AwsError('InternalFailure', 'The request failed because of an unknown error.', 500)
    case 'unavailable':
    case 'hang':
    case 'reset':
    case 'truncated-body':
    case 'cut-body':
    case 'garbage':
    case 'empty-body':
    case 'no-fields':
    case 'endless':
    default:
      return undefined
  }
}

export function deniedIn(service: string, protocol: Protocol, message: string): AwsError {
  if (protocol === 'ec2') return new AwsError('UnauthorizedOperation', message, 403)
  if (protocol === 'json') return new AwsError('AccessDeniedException', message, 400)
  if (protocol === 'rest-json') return new AwsError('AccessDeniedException', message, 403)
  return new AwsError('AccessDenied', message, 403)
}

export function throttledIn(service: string, protocol: Protocol): AwsError {
  if (service.startsWith('s3')) return new AwsError('SlowDown', 'Please reduce your request rate.', 503)
  if (protocol === 'ec2') return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503)
  if (protocol === 'query') return new AwsError('Throttling', 'Rate exceeded', 400)
  if (protocol === 'rest-json') return new AwsError('TooManyRequestsException', 'Too Many Requests', 429)
  return new AwsError('ThrottlingException', 'Rate exceeded', 400)
}

/** What a fault does to an answer that is otherwise good. */
export function spoil({ kind }: Fault, good: WireResponse): WireResponse | 'hang' | 'reset' {
  switch (kind) {
    case 'hang':
    case 'reset':
      return kind
    case 'unavailable':
      return {
        status: 503,
        headers: { 'content-type': 'text/html' },
        body: '<html><body>Service unavailable</body></html>',
      }
    case 'truncated-body':
      return { ...good, breaksOff: true }
    case 'cut-body':
      return { ...good, body: good.body.slice(0, Math.floor(good.body.length / 2)) }
    case 'garbage':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!doctype html><title>Sign in (demo data)</title>',
      }
    case 'empty-body':
      return { ...good, body: '' }
    case 'endless':
      return { ...good, body: endless(good.body) }
    case 'unauthorized':
    case 'denied':
    case 'not-found':
    case 'opt-in':
    case 'not-subscribed':
    case 'throttled':
    case 'error':
    // Answered with nothing already.
    case 'no-fields':
    default:
      return good
  }
}

/** Where the list goes on, in an answer with a fault. */
export const AGAIN = 'again'

function endless(body: string): string {
  return body
    .replace(/("\w*(?:[Tt]oken|Marker)":")[^"]*"/, `$1${AGAIN}"`)
    .replace(/<(\w*(?:[Tt]oken|Marker))>[^<]+</, `<$1>${AGAIN}<`)
}
