/** Where and how often a fault strikes. */
interface Strike {
  /**
   * Tested against `METHOD /path?query`, with `/organizations/{id}` and `/repositories/{id}` written out by name; of
   * GraphQL against `POST /graphql {query on one line} {variables as JSON}`.
   */
  on: RegExp
  /** How many requests it spoils. Default: all. */
  times?: number
  /** How many matching requests go through before. Default: 0. */
  after?: number
}

/**
 * What can go wrong, as GitHub or the network between does it.
 *
 * | kind | what the client sees |
 * |---|---|
 * | `status` | any status with `message` (server errors: 500, 502 …) |
 * | `unauthorized` | 401 "Bad credentials" |
 * | `forbidden` | 403, the right is missing; `x-accepted-github-permissions` names it |
 * | `upgrade` | 403 "Upgrade to GitHub Pro …": the plan lacks the feature |
 * | `sso` | 403 with `x-github-sso`: the token is not authorised for SAML single sign-on |
 * | `not-found` | 404 "Not Found", as for what the token may not see |
 * | `graphql-error` | of GraphQL: 200 with `data` null and an error of `type`, "RATE_LIMITED" or "FORBIDDEN" |
 * | `graphql-partial` | of GraphQL: 200 with the data and an error of `type` beside it |
 * | `too-many-requests` | 429 with `retry-after` (seconds) |
 * | `rate-limit` | 403, `x-ratelimit-remaining: 0`, reset in `seconds` |
 * | `secondary-rate-limit` | 403 with `retry-after` (seconds) |
 * | `hang` | never an answer |
 * | `reset` | the connection is reset before an answer |
 * | `truncated-body` | `content-length` promises more than is sent, then the connection is destroyed |
 * | `malformed-json` | a well-formed answer whose JSON is cut in the middle |
 * | `empty-body` | the right status and headers, no body |
 * | `lost-page` | the page has no `next` link, although more follow |
 * | `cursor-loop` | the `next` link leads to page `to` (default: the page itself) |
 * | `wrong-organization` | the answer is about `login`, number `id` |
 */
export type Fault = Strike &
  (
    | { kind: 'status'; status: number; message?: string; headers?: Readonly<Record<string, string>> }
    | { kind: 'too-many-requests' | 'rate-limit' | 'secondary-rate-limit'; seconds?: number }
    | { kind: 'unauthorized' | 'forbidden' | 'upgrade' | 'sso' | 'not-found' }
    | { kind: 'hang' | 'reset' | 'truncated-body' | 'malformed-json' | 'empty-body' | 'lost-page' }
    | { kind: 'cursor-loop'; to?: number }
    | { kind: 'graphql-error' | 'graphql-partial'; type: string; message?: string }
    | { kind: 'wrong-organization'; login: string; id: number }
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
        const { on, after = 0, times = Number.POSITIVE_INFINITY } = entry.fault
        if (request.search(on) < 0) continue
        entry.seen += 1
        if (entry.seen <= after || entry.hits >= times) continue
        entry.hits += 1
        return entry.fault
      }
      return undefined
    },
  }
}

/** Status, message and headers of a fault that is a refusal; undefined for those that spoil a good answer or the connection. */
export function refusalOf(
  fault: Fault,
  now: number,
): { status: number; message: string; headers: Record<string, string> } | undefined {
  const seconds = String(('seconds' in fault ? fault.seconds : undefined) ?? 1)
  switch (fault.kind) {
    case 'status':
      return { status: fault.status, message: fault.message ?? 'Server Error', headers: { ...fault.headers } }
    case 'unauthorized':
      return { status: 401, message: 'Bad credentials', headers: {} }
    case 'forbidden':
      return { status: 403, message: 'Resource not accessible by personal access token', headers: {} }
    case 'upgrade':
      return {
        status: 403,
        message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.',
        headers: {},
      }
    case 'sso':
      return {
        status: 403,
        message:
          'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
        headers: { 'x-github-sso': 'required; url=https://github.example.com/orgs/acme-robotics/sso' },
      }
    case 'not-found':
      return { status: 404, message: 'Not Found', headers: {} }
    case 'too-many-requests':
      return { status: 429, message: 'Too Many Requests', headers: { 'retry-after': seconds } }
    case 'rate-limit':
      return {
        status: 403,
        message: 'API rate limit exceeded for user ID 5000001.',
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.ceil(now / 1000) + Number(seconds)),
        },
      }
    case 'secondary-rate-limit':
      return {
        status: 403,
        message:
          'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.',
        headers: { 'retry-after': seconds },
      }
    case 'hang':
    case 'reset':
    case 'truncated-body':
    case 'malformed-json':
    case 'empty-body':
    case 'lost-page':
    case 'cursor-loop':
    case 'wrong-organization':
    case 'graphql-error':
    case 'graphql-partial':
    default:
      return undefined
  }
}
