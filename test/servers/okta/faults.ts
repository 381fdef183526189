import { type OktaErrorCode, oktaError, type Reply } from './errors.ts'

/** Where and how often a fault strikes. */
interface Strike {
  /** Tested against `METHOD /path?query`. */
  on: RegExp
  /** How many requests it spoils. Default: all. */
  times?: number
  /** How many matching requests go through before. Default: 0. */
  after?: number
  /** Spoils every so manyth of the requests that are left. Default: 1. */
  every?: number
}

/**
 * What can go wrong, as Okta or the network between does it.
 *
 * | kind | what the client sees |
 * |---|---|
 * | `unauthorized` | 401 E0000011 "Invalid token provided" |
 * | `forbidden` | 403 E0000006: scope or admin role is missing |
 * | `feature` | 403 E0000015: the org has not bought the feature |
 * | `wrong-state` | 403 E0000038: not allowed as the org is |
 * | `not-found` | 404 E0000007 |
 * | `method` | 405 E0000022: no such endpoint here |
 * | `invalid` | 400 E0000001 |
 * | `too-many-requests` | 429 E0000047, `X-Rate-Limit-Remaining: 0`, reset in `seconds` |
 * | `too-many-at-once` | 429 E0000047 of the limit on concurrency: all three headers are 0 |
 * | `status` | any other status (502, 503 …), with an HTML page as a proxy sends it |
 * | `error` | 500 E0000009 |
 * | `hang` | never an answer |
 * | `reset` | the connection is reset before an answer |
 * | `truncated-body` | `content-length` promises more than is sent, then the connection is destroyed |
 * | `malformed-json` | a well-formed answer whose JSON is cut in the middle |
 * | `garbage` | 200 with a login page instead of JSON |
 * | `empty-body` | the right status and headers, no body |
 * | `empty-object` | the right status and headers, and `{}` |
 * | `lost-page` | the page has no `next` link, although more follow |
 * | `cursor-loop` | the `next` link leads to the page itself |
 * | `foreign-link` | the `next` link leads to another server |
 * | `other-organization` | the answer is about the organisation `id` |
 */
export type Fault = Strike &
  (
    | { kind: 'too-many-requests'; seconds?: number }
    | { kind: 'status'; status: number }
    | { kind: 'other-organization'; id: string }
    | {
        kind:
          | 'unauthorized'
          | 'forbidden'
          | 'feature'
          | 'wrong-state'
          | 'not-found'
          | 'method'
          | 'invalid'
          | 'too-many-at-once'
          | 'error'
          | 'hang'
          | 'reset'
          | 'truncated-body'
          | 'malformed-json'
          | 'garbage'
          | 'empty-body'
          | 'empty-object'
          | 'lost-page'
          | 'cursor-loop'
          | 'foreign-link'
      }
  )

export interface SetFault {
  /** Requests spoiled so far. */
  hits(): number
  clear(): void
}

/** The faults in force, in the order they were set; the first that strikes wins. */
export function faultBook() {
  let armed: { fault: Fault; seen: number; hits: number }[] = []
  return {
    set(fault: Fault): SetFault {
      const entry = { fault, seen: 0, hits: 0 }
      armed.push(entry)
      return {
        hits: () => entry.hits,
        clear: () => {
          armed = armed.filter((other) => other !== entry)
        },
      }
    },
    clear() {
      armed = []
    },
    /** The fault that strikes this request, which is counted. */
    strike(request: string): Fault | undefined {
      for (const entry of armed) {
        const { on, after = 0, every = 1, times = Number.POSITIVE_INFINITY } = entry.fault
        if (request.search(on) < 0) continue
        entry.seen += 1
        if (entry.seen <= after || entry.hits >= times || (entry.seen - after) % every !== 0) continue
        entry.hits += 1
        return entry.fault
      }
      return undefined
    },
  }
}

const CODES: Partial<Record<Fault['kind'], OktaErrorCode>> = {
  unauthorized: 'E0000011',
  forbidden: 'E0000006',
  feature: 'E0000015',
  'wrong-state': 'E0000038',
  'not-found': 'E0000007',
  method: 'E0000022',
  invalid: 'E0000001',
  error: 'E0000009',
}

/** The answer of a fault that is a refusal; undefined for those that spoil a good answer or the connection. */
export function refusalOf(fault: Fault, now: number): Reply | undefined {
  if (fault.kind === 'too-many-requests') {
    const reset = Math.ceil(now / 1000) + (fault.seconds ?? 1)
    return oktaError('E0000047', {
      headers: { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset) },
    })
  }
  if (fault.kind === 'too-many-at-once') return tooManyAtOnce()
  if (fault.kind === 'status') return { status: fault.status, body: '<html><body>Bad gateway</body></html>' }
  const code = CODES[fault.kind]
  return code && oktaError(code)
}

/** https://developer.okta.com/docs/reference/rl2-concurrency/ */
export function tooManyAtOnce(): Reply {
  const headers = { 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '0' }
  return oktaError('E0000047', { headers })
}
