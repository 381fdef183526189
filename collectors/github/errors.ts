import {
  asReadError,
  DeniedError,
  errorForStatus,
  InvalidError,
  NotFoundError,
  ReadError,
  ThrottledError,
  UnavailableError,
  UnlicensedError,
  z,
} from 'affiant/sdk'

/** What is known of a refused request besides its status. */
interface Refusal {
  status: number
  /** GitHub's `message`. Compared, never written down: it can quote what was asked for. */
  message: string
}

export interface RequestOptions {
  /** The declared permission the request needs. */
  permission?: string
  /** A list that GitHub pages by cursors alone: asking for a page by its number would give the first again. */
  byCursor?: true
  /** The answer may hold secrets: it is not kept between runs. */
  secret?: true
  /** Says more than the status does, where an endpoint uses one status for several things. */
  explain?(refusal: Refusal): ReadError | undefined
}

/** The parts of Octokit's `RequestError` that are read. */
const Refused = z.object({
  status: z.number(),
  response: z.object({
    headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
    data: z.unknown(),
  }),
})
const Message = z.object({ message: z.string() })

/**
 * The read error behind what Octokit threw. Sources of the cases:
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 *
 * @param what the request in words that may be written down (`GET /orgs/acme`)
 */
export function githubError(thrown: unknown, what: string, options: RequestOptions = {}): ReadError {
  // The HTTP seam's own errors arrive wrapped and with an invented status 500.
  const inner = thrown instanceof Error ? firstReadError(thrown) : undefined
  if (inner) return inner
  const refused = Refused.safeParse(thrown)
  if (!refused.success) return asReadError(thrown)

  const { status, response } = refused.data
  const message = Message.safeParse(response.data).data?.message ?? ''
  const header = (name: string) => response.headers[name]?.toString()
  // No `cause`: Octokit's error holds the whole answer, which may name people.
  const details = { status, ...(options.permission && { permission: options.permission }) }

  if (status === 401) {
    return new DeniedError(
      `${what}: GitHub did not accept the credentials (401); renew the token or key of this source`,
      {
        status,
      },
    )
  }
  if (status === 403 && /\bupgrade to github\b/i.test(message)) {
    return new UnlicensedError(`${what}: the GitHub plan does not include this feature for private repositories`, {
      status,
    })
  }
  if (status === 429 || (status === 403 && isRateLimit(message, header))) {
    const kind = /secondary|abuse/i.test(message) ? 'secondary rate limit' : 'rate limit'
    return new ThrottledError(
      `${what}: GitHub's ${kind} was reached; run later or lower the limit "rest" of this source`,
      {
        status,
      },
    )
  }
  const explained = options.explain?.({ status, message })
  if (explained) return explained
  if (status === 403) {
    if (header('x-github-sso') !== undefined || /\bSAML\b/.test(message)) {
      return signOnRequired(what, details, header('x-github-sso'))
    }
    const permission = acceptedPermission(header('x-accepted-github-permissions'), options.permission)
    return new DeniedError(`${what}: GitHub refused (403)${permission ? `; grant ${permission}` : ''}`, {
      status,
      ...(permission && { permission }),
    })
  }
  if (status === 404) {
    return new NotFoundError(
      `${what}: GitHub answered 404: it does not exist, or these credentials may not see it`,
      details,
    )
  }
  return errorForStatus(status, `${what}: GitHub answered ${status}`, details)
}

/**
 * The read error for an error inside a GraphQL answer. Types as GitHub gives them:
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api; those of a document that the
 * server does not know (an older Enterprise Server) stand in `extensions.code`.
 */
export function graphqlRefusal(
  { type, message, extensions }: { type?: string | undefined; message: string; extensions?: GraphqlExtensions },
  what: string,
  options: RequestOptions = {},
): ReadError {
  const details = options.permission === undefined ? {} : { permission: options.permission }
  if (extensions?.saml_failure === true || /\bSAML\b/.test(message)) return signOnRequired(what, details)
  if (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES' || /not accessible by/i.test(message)) {
    return new DeniedError(`${what}: GitHub refused${options.permission ? `; grant ${options.permission}` : ''}`, {
      status: 403,
      ...details,
    })
  }
  if (type === 'NOT_FOUND') {
    return new NotFoundError(
      `${what}: GitHub answered NOT_FOUND: it does not exist, or these credentials may not see it`,
      { status: 404, ...details },
    )
  }
  if (type === 'RATE_LIMITED' || /rate limit/i.test(message)) {
    return new ThrottledError(`${what}: GitHub's rate limit of GraphQL was reached; run later`)
  }
  // Said without a type when a query ran out of its ten seconds.
  if (TOO_MUCH.has(type ?? '') || /something went wrong|timed? ?out|timeout/i.test(message)) {
    return new UnavailableError(`${what}: the query was too much for GitHub`, { status: 502 })
  }
  const code = extensions?.code
  if (code !== undefined && UNKNOWN_TO_SERVER.has(code)) {
    return new NotFoundError(`${what}: this server does not know a field of the query (${code})`, { status: 404 })
  }
  return new InvalidError(`${what}: GitHub answered with an error of GraphQL`)
}

type GraphqlExtensions = { code?: string | undefined; saml_failure?: boolean | undefined } | undefined

const TOO_MUCH = new Set(['MAX_NODE_LIMIT_EXCEEDED', 'RESOURCE_LIMITS_EXCEEDED', 'SERVICE_UNAVAILABLE'])
const UNKNOWN_TO_SERVER = new Set(['undefinedField', 'undefinedType', 'argumentNotAccepted', 'fieldNotDefined'])

/** The header's address ends in a token of its own, which is left out. */
function signOnRequired(
  what: string,
  details: { status?: number; permission?: string },
  header: string | undefined = '',
): DeniedError {
  const url = URL.parse(/url=(\S+)/.exec(header)?.[1] ?? '')
  const where = url ? `open ${url.origin}${url.pathname}, or ` : ''
  return new DeniedError(
    `${what}: the organisation requires single sign-on and the token is not authorised for it; ${where}open the token's settings on GitHub and choose "Configure SSO"`,
    details,
  )
}

function firstReadError(thrown: Error): ReadError | undefined {
  let error: unknown = thrown
  for (let depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    if (error instanceof ReadError) return error
  }
  return undefined
}

function isRateLimit(message: string, header: (name: string) => string | undefined): boolean {
  if (/rate limit|abuse detection/i.test(message)) return true
  // A right that is missing stays missing, even if it is noticed with the hour's last request.
  if (/not accessible|must have|must be|SAML/i.test(message)) return false
  return header('x-ratelimit-remaining') === '0' || header('retry-after') !== undefined
}

/**
 * The declared permission if GitHub names it too, otherwise GitHub's own list as `name:level` (sets are separated by
 * semicolons, the members of a set by commas).
 */
function acceptedPermission(header: string | undefined, declared: string | undefined): string | undefined {
  if (!header) return declared
  const sets = header.split(';').map((set) => set.split(',').map((name) => name.trim().replace('=', ':')))
  if (declared !== undefined && sets.some((set) => set.includes(declared))) return declared
  return sets.map((set) => set.join(' and ')).join(' or ')
}
