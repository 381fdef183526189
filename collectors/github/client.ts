import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { type CollectContext, DeniedError, InvalidError, type Reader, TruncatedError, z } from 'affiant/sdk'
import type { ConfiguredOrganization, GithubConfig, GithubSecret } from './config.ts'
import { githubError, graphqlRefusal, type RequestOptions } from './errors.ts'
import {
  connectionPages,
  type ConnectionOptions,
  type GraphqlAnswer,
  type GraphqlPage,
  readEnvelope,
  type Variables,
} from './graphql.ts'
import { createPoints } from './points.ts'
import { queries, type QueryName } from './queries.ts'
import { appSignIn, type Send, type SignIn, tokenSignIn } from './sign-in.ts'

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

/**
 * GitHub's APIs, read only, with the credentials for one organisation. Every answer is checked against a schema; every
 * failure is a read error of the SDK.
 */
export interface GithubClient {
  /** `route` is a URL template: `/orgs/{org}`. */
  get<T>(route: string, params: Params, answer: z.ZodType<T>, options?: RequestOptions): Promise<T>
  /** Follows `rel="next"` to the end, 100 items a page, and makes sure that the last page is the last. */
  pages<T>(route: string, params: Params, item: z.ZodType<T>, options?: RequestOptions): AsyncIterable<ListPage<T>>
  /** The whole list; for lists that are short by nature. */
  all<T>(route: string, params: Params, item: z.ZodType<T>, options?: RequestOptions): Promise<T[]>
  /** A document of `queries.ts`; `answer` is the shape of its `data`. An error anywhere in the answer is thrown. */
  graphql<T>(name: QueryName, variables: Variables, answer: z.ZodType<T>, options?: RequestOptions): Promise<T>
  /**
   * Follows a connection of a document that takes `$first: Int!` and `$after: String`, 100 items a page and fewer where
   * GitHub cannot answer so many.
   */
  graphqlPages<T>(
    reader: Pick<Reader, 'orElse'>,
    name: QueryName,
    variables: Variables,
    options: ConnectionOptions<T>,
  ): AsyncIterable<GraphqlPage<T>>
  principal(): Promise<Principal>
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const PAGE_SIZE = 100
const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }

type Context = Pick<CollectContext<GithubConfig, GithubSecret>, 'config' | 'secrets' | 'fetch' | 'clock' | 'signal'>

/** Gives a client for each organisation of the source; with a token they are one. */
export function connect(context: Context): (organization: ConfiguredOrganization) => GithubClient {
  const { config, secrets, clock } = context
  const baseUrl = config.baseUrl.replace(/\/+$/, '')
  const octokit = new Octokit({
    baseUrl,
    userAgent: 'affiant',
    log: silent,
    request: { fetch: context.fetch, log: silent },
  })
  const send: Send = async (route, params, authorization, options) => {
    const { method, url, headers, body } = octokit.request.endpoint(route, { ...params, headers: HEADERS })
    const what = `${method} ${pathOf(url)}`
    try {
      const answer = await octokit.request({
        method,
        url,
        headers: { ...headers, authorization, ...(options?.secret && { 'cache-control': 'no-store' }) },
        data: body,
      })
      const { headers: given } = answer
      refusePartial(given, what)
      return { url, what, headers: given, data: answer.data as unknown }
    } catch (error) {
      throw githubError(error, what, options)
    }
  }
  if (config.auth.type === 'token') {
    const client = clientOf(tokenSignIn(secrets.token, send, parse))
    return () => client
  }
  const { privateKey } = secrets
  if (privateKey === undefined)
    throw new DeniedError('no private key is configured; set `secrets.privateKey` of this source')
  const authenticate = createAppAuth({ appId: config.auth.appId, privateKey: privateKey.reveal() })
  const jwt = async () => {
    try {
      return (await authenticate({ type: 'app' })).token
    } catch {
      // The library's own message may quote the key.
      throw new DeniedError('the private key could not be used; give the PEM file of the GitHub App unchanged')
    }
  }
  return (organization) => clientOf(appSignIn({ organization, jwt, clock, send, parse }))

  function clientOf(signIn: SignIn): GithubClient {
    const points = createPoints(context)
    const request = async (route: string, params: Params, options?: RequestOptions) => {
      const url = octokit.request.endpoint(`GET ${route}`, params).url
      return { url, ...(await send(`GET ${route}`, params, await signIn.authorization(), options)) }
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

    const ask = (name: QueryName, variables: Variables, options?: RequestOptions): Promise<GraphqlAnswer> =>
      points.spend(name, async () => {
        const what = `GraphQL ${name}`
        try {
          const { data, headers } = await octokit.request({
            method: 'POST',
            url: graphqlUrl(baseUrl),
            headers: { ...HEADERS, authorization: await signIn.authorization() },
            data: { query: queries[name], variables },
          })
          refusePartial(headers, what)
          return readEnvelope(data, what, options)
        } catch (error) {
          throw githubError(error, what, options)
        }
      })

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
          // Lists with `after` say themselves that they are over.
          const isNumbered = options?.byCursor !== true && !new URL(url).searchParams.has('after')
          if (next === undefined && items.length === PAGE_SIZE && isNumbered)
            await assertNothingAfter(url, item, options)
          yield { items, cursor: pathOf(url), last: next === undefined }
        }
      },

      async all(route, params, item, options) {
        const items = []
        for await (const page of client.pages(route, params, item, options)) items.push(...page.items)
        return items
      },

      async graphql(name, variables, answer, options) {
        const { data, errors, what } = await ask(name, variables, options)
        if (errors[0] !== undefined) throw graphqlRefusal(errors[0], what, options)
        return parse(answer, data, what)
      },

      graphqlPages: (reader, name, variables, options) =>
        connectionPages((all) => ask(name, all, options), reader, variables, options, name),

      principal: () => signIn.principal(),
    }
    return client
  }
}

/**
 * Where GraphQL is asked: https://docs.github.com/en/enterprise-server@latest/graphql/guides/forming-calls-with-graphql for
 * Enterprise Server, beside the REST API elsewhere.
 */
export function graphqlUrl(baseUrl: string): string {
  return baseUrl.endsWith('/api/v3') ? baseUrl.replace(/v3$/, 'graphql') : `${baseUrl}/graphql`
}

/** Octokit hands on malformed JSON as text and never checks a shape. The message names paths only, no values. */
function parse<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const paths = new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole'))
  throw new InvalidError(`${what}: GitHub's answer is not what it documents (${[...paths].slice(0, 3).join(', ')})`)
}

/**
 * GitHub leaves out of a list what belongs to organisations whose single sign-on the token was not authorised for, and says so
 * in a header: https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#authenticating-with-a-personal-access-token
 * @throws TruncatedError
 */
function refusePartial(headers: Readonly<Record<string, unknown>>, what: string): void {
  const said = headers['x-github-sso']
  if (typeof said !== 'string' || !said.startsWith('partial-results')) return
  throw new TruncatedError(
    `${what}: GitHub left out what single sign-on protects; open the token's settings on GitHub and choose "Configure SSO"`,
  )
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
