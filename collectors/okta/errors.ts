import {
  DeniedError,
  errorForStatus,
  InvalidError,
  NotFoundError,
  type ReadError,
  ThrottledError,
  UnlicensedError,
  z,
} from 'affiant/sdk'

/** What is known of a refused request besides its status. */
export interface Refusal {
  status: number
  /** Okta's `errorCode` (`E0000006`), or what OAuth calls `error`; empty if there is none. */
  code: string
  /** Okta's `errorSummary`. Compared, never written down: it can quote what was asked for. */
  summary: string
  /** Okta says that it is the access token that lacks a scope, and not who it belongs to that lacks a role. */
  scopeMissing?: boolean
}

export interface RequestOptions {
  /** The declared scope the request needs. */
  permission?: string
  /** The declared administrator role it needs besides, where the smallest one is not enough. */
  role?: string
  /** Says more than status and code do, where an endpoint uses them for several things. */
  explain?(refusal: Refusal): ReadError | undefined
}

const ErrorBody = z.object({ errorCode: z.string(), errorSummary: z.string().nullish() })

/** Features that are off, not bought, or not of this engine. https://developer.okta.com/docs/reference/error-codes/ */
const NOT_INCLUDED = new Set(['E0000015', 'E0000022'])

/**
 * Okta's refusal as it stands in the answer; one that is no error of Okta has an empty code.
 *
 * @param challenge header `WWW-Authenticate`: `insufficient_scope` is RFC 6750, 3.1
 */
export function refusalOf(status: number, body: unknown, challenge: string | null): Refusal {
  const parsed = ErrorBody.safeParse(body)
  return {
    status,
    code: parsed.data?.errorCode ?? '',
    summary: parsed.data?.errorSummary ?? '',
    scopeMissing: /\binsufficient_scope\b/.test(challenge ?? ''),
  }
}

/**
 * The read error behind a refusal.
 *
 * @param what the request in words that may be written down (`GET /api/v1/users`)
 */
export function oktaError(refusal: Refusal, what: string, options: RequestOptions = {}): ReadError {
  const { status, code, scopeMissing } = refusal
  const missing = scopeMissing ? options.permission : (options.role ?? options.permission)
  const details = { status, ...(missing && { permission: missing }) }
  const said = code === '' ? `${status}` : `${status}, ${code}`
  if (status === 401) {
    return new DeniedError(
      `${what}: Okta did not accept the credentials (${said}); renew the token or key of this source`,
      { status },
    )
  }
  if (status === 429 || code === 'E0000047') {
    return new ThrottledError(`${what}: Okta's rate limit was reached; run later or lower the limits of this source`, {
      status,
    })
  }
  const explained = options.explain?.(refusal)
  if (explained) return explained
  if (NOT_INCLUDED.has(code)) {
    return new UnlicensedError(`${what}: the organisation does not have this feature (${said})`, { status })
  }
  if (status === 403) {
    const grant = missing
      ? `; grant ${missing}${scopeMissing ? '' : ', and see that the administrator role covers it'}`
      : ''
    return new DeniedError(`${what}: Okta refused (${said})${grant}`, details)
  }
  if (status === 404) {
    return new NotFoundError(
      `${what}: Okta answered 404: it does not exist, or these credentials may not see it`,
      details,
    )
  }
  if (status >= 400) return errorForStatus(status, `${what}: Okta answered ${said}`, details)
  return new InvalidError(`${what}: Okta answered ${said}, which it does not document`, details)
}
