import {
  asReadError,
  type CollectContext,
  type Fetch,
  NotFoundError,
  type Page,
  type Reader,
  type Reason,
  Secret,
  type Stream,
  z,
} from 'affiant/sdk'
import { GithubConfig, type GithubSecret } from '../../../collectors/github/config.ts'
import { collector } from '../../../collectors/github/index.ts'
import { queries } from '../../../collectors/github/queries.ts'
import type { Session } from '../../../collectors/github/session.ts'

const BASE = 'https://github.example.com/api/v3'

/** What the fake GitHub answers to one path with query. */
export interface Answer {
  status?: number
  body?: unknown
  headers?: Record<string, string>
}

/** Answers by path and query, in any order; `per_page` is left out of the path for brevity. */
export type Answers = Record<string, Answer | ((variables: Variables) => Answer)>

/** Of a GraphQL document; none of REST. */
type Variables = Readonly<Record<string, unknown>>

export const ORG = { id: 1001, login: 'acme', public_repos: null, total_private_repos: null }

/** What an owner with a classic token is told when the source is opened. */
export const OWNER: Answers = {
  '/orgs/acme': { body: ORG },
  '/user': { body: { login: 'owner-one' }, headers: { 'x-oauth-scopes': 'admin:org, repo' } },
  '/user/memberships/orgs/acme': { body: { state: 'active', role: 'admin' } },
}

/** GraphQL is refused unless the table has `graphql:<name>`: the collector then reads by REST. */
const NO_GRAPHQL: Answer = { body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible' }] } }

const Asked = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) })

/** The document a request asks, with the cursor it goes on from: `graphql:members`, `graphql:members after c1`. */
async function documentOf(request: Request): Promise<{ path: string; variables: Variables }> {
  const { query, variables } = Asked.parse(await request.clone().json())
  const name = Object.entries(queries).find(([, text]) => text === query)?.[0]
  const after = typeof variables.after === 'string' ? ` after ${variables.after}` : ''
  return { path: `graphql:${name}${after}`, variables }
}

/**
 * A `fetch` over a table of answers, GraphQL under `graphql:<name>`; a request that is not in it fails the test by a 500 that
 * names the path.
 */
export function fakeFetch(answers: Answers) {
  const seen: { method: string; path: string; headers: Headers; variables: Variables }[] = []
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    url.searchParams.delete('per_page')
    const isGraphql = url.pathname === '/api/graphql'
    const { path, variables } = isGraphql
      ? await documentOf(request)
      : { path: url.pathname.replace('/api/v3', '') + url.search, variables: {} }
    seen.push({ method: request.method, path, headers: request.headers, variables })
    const found = answers[path] ?? OWNER[path] ?? (isGraphql ? NO_GRAPHQL : undefined)
    if (found === undefined) return new Response(`no answer for ${path}`, { status: 500 })
    const { status = 200, body: given = [], headers = {} } = typeof found === 'function' ? found(variables) : found
    return new Response(typeof given === 'string' ? given : JSON.stringify(given), {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    })
  }
  return { fetch, seen }
}

const RATE_LIMIT = { cost: 1, remaining: 4999, resetAt: '2026-01-02T04:00:00Z' }

/** A connection of the organisation as GraphQL answers it. */
export function connection(field: string, parts: Record<string, unknown>, errors?: unknown[]): Answer {
  const pageInfo = { hasNextPage: false, endCursor: null }
  return {
    body: {
      data: { rateLimit: RATE_LIMIT, organization: { [field]: { pageInfo, ...parts } } },
      ...(errors && { errors }),
    },
  }
}

/** `link` header with a next page. */
export const next = (path: string) => ({ link: `<${BASE}${path}>; rel="next", <${BASE}${path}>; rel="last"` })

/** A list in two pages at `path`. */
export function twoPages(path: string, first: unknown[], second: unknown[]): Answers {
  const second_path = `${path}${path.includes('?') ? '&' : '?'}page=2`
  return { [path]: { body: first, headers: next(second_path) }, [second_path]: { body: second } }
}

export function contextOf(
  fetch: Fetch,
  config: Record<string, unknown> = {},
  secrets: Partial<Record<GithubSecret, string>> = { token: 'ghp_example' },
): CollectContext<GithubConfig, GithubSecret> {
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  return {
    config: GithubConfig.parse({ organization: 'acme', baseUrl: BASE, ...config }),
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
    fetch,
    command: () => {
      throw new Error('no command')
    },
    machine: () => Promise.reject(new Error('no machine')),
    clock: {
      now: () => new Date('2026-01-02T03:04:05.000Z'),
      sleep: async () => {},
      after: () => ({ [Symbol.dispose]() {} }),
    },
    log: silent,
    signal: new AbortController().signal,
    period: { from: new Date('2025-10-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') },
  }
}

export interface Collected {
  pages: Page[]
  records: unknown[]
  gaps: { subject: string; reason: Reason; permission?: string }[]
  seen: ReturnType<typeof fakeFetch>['seen']
}

/** A reader that keeps the contract of `reader.observe`. */
export function readerInto(gaps: Collected['gaps']): Reader {
  return {
    orElse: (first, otherwise) => first().catch((error: unknown) => otherwise(asReadError(error))),
    credentialIn: () => undefined,
    async observe(subject, read, options) {
      try {
        return { state: 'observed', value: await read() }
      } catch (thrown) {
        const error = asReadError(thrown)
        if (error instanceof NotFoundError && options?.absentOn === 'not-found') return { state: 'absent' }
        const { reason, permission } = error
        gaps.push({ subject, reason, ...(permission !== undefined && { permission }) })
        return { state: 'unknown', reason, ...(permission !== undefined && { permission }) }
      }
    },
  }
}

/** Runs a stream to its end with a reader that keeps the contract of `reader.observe`. Throws what the stream throws. */
export async function collect(
  stream: Pick<Stream<string, unknown, Session>, 'id' | 'record' | 'key' | 'collect'>,
  answers: Answers,
  config?: Record<string, unknown>,
): Promise<Collected> {
  const { fetch, seen } = fakeFetch(answers)
  const session = await collector.open(contextOf(fetch, config))
  const gaps: Collected['gaps'] = []
  const pages: Page[] = []
  for await (const page of stream.collect(session, { id: 'acme' }, readerInto(gaps))) pages.push(page)
  const records = pages.flatMap((page) => page.records).map((record) => stream.record.parse(record))
  return { pages, records, gaps, seen }
}

/** A repository as the list of the organisation shows it. */
export function repositoryAnswer(name: string, parts: Record<string, unknown> = {}) {
  return {
    node_id: `R_${name}`,
    name,
    full_name: `acme/${name}`,
    private: true,
    visibility: 'private',
    archived: false,
    fork: false,
    default_branch: 'main',
    pushed_at: '2026-01-01T23:30:00Z',
    description: 'not to be written down',
    ...parts,
  }
}

export const REPOSITORIES = '/orgs/acme/repos?type=all&sort=full_name'
export const person = (login: string) => ({ login, id: 77, type: 'User', url: 'https://github.example.com/x' })
export const bot = (login: string) => ({ login, id: 78, type: 'Bot' })
