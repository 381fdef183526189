import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { type CollectContext, DeniedError, InvalidError, TruncatedError, z } from 'affiant/sdk'
import type { GithubConfig, GithubSecret } from './config.ts'
import { githubError, type RequestOptions } from './errors.ts'

type Params = Readonly<Record<string, string | number>>

/** One answer of a list. */
export interface ListPage<T> {
  items: T[]
  /** Path and query it was asked with. */
  cursor: string
  /** GitHub sent no `rel="next"` link with it. */
  last: boolean
}

/** Who the credentials belong to, and the rights GitHub tells of. */
export interface Principal {
  kind: 'user' | 'app'
  name: string
  granted?: readonly string[]
  /** Of an app: whether it is installed for all repositories or for chosen ones. */
  repositories?: 'all' | 'selected'
}

/** GitHub's REST API, read only. Every answer is checked against a schema; every failure is a read error of the SDK. */
export interface GithubClient {
  /** `route` is a URL template: `/orgs/{org}`. */
  get<T>(route: string, params: Params, answer: z.ZodType<T>, options?: RequestOptions): Promise<T>
  /** Follows `rel="next"` to the end, 100 items a page, and makes sure that the last page is the last. */
  pages<T>(route: string, params: Params, item: z.ZodType<T>, options?: RequestOptions): AsyncIterable<ListPage<T>>
  /** The whole list; for lists that are short by nature. */
  all<T>(route: string, params: Params, item: z.ZodType<T>, options?: RequestOptions): Promise<T[]>
  principal(): Promise<Principal>
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const PAGE_SIZE = 100
const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }

type Context = Pick<CollectContext<GithubConfig, GithubSecret>, 'config' | 'secrets' | 'fetch'>

/** @throws DeniedError when the secret that `auth` needs is missing */
export function createClient(context: Context): GithubClient {
  const { config } = context
  const baseUrl = config.baseUrl.replace(/\/+$/, '')
  const octokit = new Octokit({
    baseUrl,
    userAgent: 'affiant',
    log: silent,
    request: { fetch: context.fetch, log: silent },
  })
  const signIn = config.auth.type === 'app' ? appSignIn(octokit, config.auth, context) : tokenSignIn(context)

  async function request(route: string, params: Params, options?: RequestOptions) {
    const { method, url, headers } = octokit.request.endpoint(`GET ${route}`, { ...params, headers: HEADERS })
    const what = `${method} ${pathOf(url)}`
    try {
      const authorization = await signIn.authorization()
      const answer = await octokit.request({ method, url, headers: { ...headers, authorization } })
      return { url, what, headers: answer.headers, data: answer.data as unknown }
    } catch (error) {
      throw githubError(error, what, options)
    }
  }

  /**
   * A full page without a link to the next is the end of the list, or the link was lost on the way: asking for the next
   * page tells which.
   * @throws TruncatedError
   */
  async function assertNothingAfter(url: string, item: z.ZodType, options?: RequestOptions): Promise<void> {
    const following = new URL(url)
    following.searchParams.set('page', String(Number(following.searchParams.get('page') ?? 1) + 1))
    const { what, data } = await request(following.href, {}, options)
    if (parse(z.array(item), data, what).length > 0) {
      throw new TruncatedError(`${what}: GitHub has this page, but did not link to it from the one before`)
    }
  }

  const client: GithubClient = {
    async get(route, params, answer, options) {
      const { what, data } = await request(route, params, options)
      return parse(answer, data, what)
    },

    async *pages(route, params, item, options) {
      let next: string | undefined = route
      let parameters: Params = { ...params, per_page: PAGE_SIZE }
      const seen = new Set<string>()
      while (next !== undefined) {
        const { url, what, headers, data } = await request(next, parameters, options)
        if (seen.has(url)) throw new InvalidError(`${what}: GitHub's link to the next page leads in a circle`)
        seen.add(url)
        const items = parse(z.array(item), data, what)
        next = nextLink(headers.link, baseUrl, what)
        parameters = {}
        if (next === undefined && items.length === PAGE_SIZE) await assertNothingAfter(url, item, options)
        yield { items, cursor: pathOf(url), last: next === undefined }
      }
    },

    async all(route, params, item, options) {
      const items = []
      for await (const page of client.pages(route, params, item, options)) items.push(...page.items)
      return items
    },

    principal: () => signIn.principal(request),
  }
  return client
}

interface SignIn {
  /** Value of the `authorization` header. */
  authorization(): Promise<string>
  principal(
    request: (
      route: string,
      params: Params,
    ) => Promise<{ headers: Record<string, unknown>; data: unknown; what: string }>,
  ): Promise<Principal>
}

const Login = z.object({ login: z.string() })
const Slug = z.object({ slug: z.string() })

function tokenSignIn({ secrets }: Context): SignIn {
  const { token } = secrets
  if (token === undefined) throw new DeniedError('no token is configured; set `secrets.token` of this source')
  return {
    authorization: async () => `Bearer ${token.reveal()}`,
    async principal(request) {
      // An installation token (of Actions, or made elsewhere) may not ask for a user. Prefixes:
      // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
      if (token.reveal().startsWith('ghs_')) return { kind: 'app', name: 'installation token' }
      try {
        const { headers, data, what } = await request('/user', {})
        const scopes = headers['x-oauth-scopes']
        return {
          kind: 'user',
          name: parse(Login, data, what).login,
          // Fine-grained tokens have no scopes and GitHub sends no header for them.
          ...(typeof scopes === 'string' && {
            granted: scopes
              .split(',')
              .map((s) => s.trim())
              .filter(Boolean),
          }),
        }
      } catch (error) {
        const isUsers = /^(?:ghp|gho|ghu|github_pat)_/.test(token.reveal())
        if (!isUsers && error instanceof DeniedError && error.status === 403) {
          return { kind: 'app', name: 'installation token' }
        }
        throw error
      }
    },
  }
}

/** Runs a sign-in as an app; a key that cannot be used never reaches GitHub. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && 'status' in error) {
      throw githubError(error, 'POST /app/installations/{id}/access_tokens', {
        explain: ({ status }) =>
          status === 404
            ? new DeniedError(
                'GitHub knows no such installation of the app; check auth.appId and auth.installationId',
                { status },
              )
            : undefined,
      })
    }
    throw new DeniedError('the private key could not be used; give the PEM file of the GitHub App unchanged')
  }
}

function appSignIn(octokit: Octokit, app: { appId: number; installationId: number }, { secrets }: Context): SignIn {
  const { privateKey } = secrets
  if (privateKey === undefined)
    throw new DeniedError('no private key is configured; set `secrets.privateKey` of this source')
  const authenticate = createAppAuth({ ...app, privateKey: privateKey.reveal(), request: octokit.request })
  // The library keeps the installation's token for its hour.
  const installation = () => attempt(() => authenticate({ type: 'installation' }))
  return {
    authorization: async () => `Bearer ${(await installation()).token}`,
    async principal() {
      const { permissions, repositorySelection } = await installation()
      const jwt = await attempt(() => authenticate({ type: 'app' }))
      try {
        const { data } = await octokit.request('GET /app', {
          headers: { ...HEADERS, authorization: `Bearer ${jwt.token}` },
        })
        const granted = Object.entries(permissions).map(([name, level]) => `${name}:${level}`)
        return {
          kind: 'app',
          name: parse(Slug, data, 'GET /app').slug,
          granted: granted.sort(),
          repositories: repositorySelection,
        }
      } catch (error) {
        throw githubError(error, 'GET /app')
      }
    },
  }
}

/** Octokit hands on malformed JSON as text and never checks a shape. The message names paths only, no values. */
function parse<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const paths = new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole'))
  throw new InvalidError(`${what}: GitHub's answer is not what it documents (${[...paths].slice(0, 3).join(', ')})`)
}

/** @throws InvalidError for a link to another server, which would be sent the credentials */
function nextLink(link: unknown, baseUrl: string, what: string): string | undefined {
  if (typeof link !== 'string') return undefined
  const next = /<([^<>]+)>;\s*rel="next"/.exec(link)?.[1]
  if (next === undefined) return undefined
  const url = URL.parse(next, `${baseUrl}/`)
  if (url === null || url.origin !== new URL(baseUrl).origin) {
    throw new InvalidError(`${what}: the link to the next page leads to another server`)
  }
  return url.href
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}
