/** An answer that is no list: status, JSON body, further headers. */
export interface Reply {
  status: number
  body: unknown
  headers?: Readonly<Record<string, string>>
}

/**
 * Code, status and wording of Okta's errors, as far as they are used here.
 * https://developer.okta.com/docs/reference/error-codes/
 */
const ERRORS = {
  E0000001: [400, 'Api validation failed'],
  E0000004: [401, 'Authentication failed'],
  E0000005: [403, 'Invalid session'],
  E0000006: [403, 'You do not have permission to perform the requested action'],
  E0000007: [404, 'Not found'],
  E0000009: [500, 'Internal Server Error'],
  E0000011: [401, 'Invalid token provided'],
  E0000015: [403, 'You do not have permission to access the feature you are requesting'],
  E0000022: [405, 'The endpoint does not support the provided HTTP method'],
  E0000031: [400, 'Invalid search criteria.'],
  E0000038: [403, 'This operation is not allowed in the current authentication state.'],
  E0000047: [429, 'API call exceeded rate limit due to too many requests.'],
} as const satisfies Record<string, readonly [number, string]>
export type OktaErrorCode = keyof typeof ERRORS

/** What is said besides the code. */
export interface ErrorDetail {
  /** Follows the wording of the code after a colon: the parameter or the resource. */
  about?: string
  /** Default: the status that goes with the code. */
  status?: number
  causes?: readonly string[]
  headers?: Readonly<Record<string, string>>
}

export function oktaError(code: OktaErrorCode, detail: ErrorDetail = {}): Reply {
  const [status, summary] = ERRORS[code]
  return {
    status: detail.status ?? status,
    body: {
      errorCode: code,
      errorSummary: detail.about === undefined ? summary : `${summary}: ${detail.about}`,
      errorLink: code,
      errorId: 'oaeDemoDataErrorId0000001',
      errorCauses: (detail.causes ?? []).map((errorSummary) => ({ errorSummary })),
    },
    ...(detail.headers && { headers: detail.headers }),
  }
}

/** `Not found: Resource not found: 00u1 (User)`, as Okta words it. */
export const notFound = (id: string, kind: string) =>
  oktaError('E0000007', { about: `Resource not found: ${id} (${kind})` })

/** Errors of the token endpoint have the shape of OAuth (RFC 6749, section 5.2). */
export const oauthError = (status: number, error: string, error_description: string): Reply => ({
  status,
  body: { error, error_description },
})
