// The HTTP layer of Okta's SDK. Its main entry would load 900 models of answers beside it (docs/adr/0016).
import { Http } from '@okta/okta-sdk-nodejs/src/http.js'
import { asReadError, type CollectContext, InvalidError, ReadError, z } from 'affiant/sdk'
import { createSignIn } from './auth.ts'
import type { OktaConfig, OktaSecret } from './config.ts'
import { oktaError, refusalOf, type RequestOptions } from './errors.ts'
import { users } from './permissions.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** One answer of a list. */
export interface ListPage<T> {
  records: T[]
  /** Path and query it was asked with. */
  cursor: string
  /** Okta sent no link to a next page with it. */
  last: boolean
}

export interface ListOptions extends RequestOptions {
  /**
   * Field that holds the list, where the answer is an object: its `_links.next` then leads on, and not the header `Link`.
   * Such lists are those of `/api/v1/iam`.
   */
  envelope?: string
}

/** Who the credentials belong to. */
export interface Principal {
  kind: 'user' | 'app'
  name: string
  /** Scopes of the access token; an API token has none of its own. */
  granted?: readonly string[]
}

/** Okta's API, read only. Every answer is checked against a schema; every failure is a read error of the SDK. */
export interface OktaClient {
  /** `path` begins with `/api/v1/`; make it with `path` of path.ts where an id goes in. */
  get<T>(path: string, query: Query, answer: z.ZodType<T>, options?: RequestOptions): Promise<T>
  /** Follows the links to the end. `query` gives the page size (`limit`). */
  pages<T>(path: string, query: Query, item: z.ZodType<T>, options?: ListOptions): AsyncIterable<ListPage<T>>
  /** The whole list; for lists that are short by nature. */
  all<T>(path: string, query: Query, item: z.ZodType<T>, options?: ListOptions): Promise<T[]>
  principal(): Promise<Principal>
}

type Context = Pick<CollectContext<OktaConfig, OktaSecret>, 'config' | 'secrets' | 'fetch' | 'clock'>

/** @throws DeniedError when the secret that `auth` needs is missing or no key */
export function createClient(context: Context): OktaClient {
  const { config, fetch } = context
  const signIn = createSignIn(context)
  const http = new Http({
    requestExecutor: { fetch: ({ url, method, headers }) => fetch(url, { method, headers }) },
    // A kept answer would be what was true before.
    cacheMiddleware: null,
  })

  async function request(url: URL, options: RequestOptions | undefined) {
    const what = `GET ${url.pathname}`
    try {
      const headers = { accept: 'application/json', authorization: await signIn.authorization() }
      const answer = await http.http(url.href, { method: 'GET', headers })
      const data: unknown = await answer.json()
      return { what, data, link: answer.headers.get('link') }
    } catch (error) {
      throw failed(error, what, options)
    }
  }

  const client: OktaClient = {
    async get(path, query, answer, options) {
      const { what, data } = await request(urlOf(config, path, query), options)
      return parse(answer, data, what)
    },

    async *pages(path, query, item, options) {
      const { envelope } = options ?? {}
      const list = envelope === undefined ? listOf(item) : listIn(envelope, item)
      const seen = new Set<string>()
      let next: URL | undefined = urlOf(config, path, query)
      while (next !== undefined) {
        const url: URL = next
        const { what, data, link } = await request(url, options)
        if (seen.has(url.href)) throw new InvalidError(`${what}: Okta's link to the next page leads in a circle`)
        seen.add(url.href)
        const { records, after } = parse(list, data, what)
        next = nextPage(envelope === undefined ? linked(link) : after, url, what)
        yield { records, cursor: url.pathname + url.search, last: next === undefined }
      }
    },

    async all(path, query, item, options) {
      const items = []
      for await (const { records } of client.pages(path, query, item, options)) items.push(...records)
      return items
    },

    async principal() {
      const { auth } = config
      if (auth.type === 'oauth') {
        return { kind: 'app', name: auth.clientId, granted: (await signIn.granted()) ?? [] }
      }
      const { profile } = await client.get('/api/v1/users/me', {}, Me, { permission: users.name })
      return { kind: 'user', name: profile.login }
    },
  }
  return client
}

const Me = z.object({ profile: z.object({ login: z.string() }) })

function urlOf({ orgUrl }: OktaConfig, path: string, query: Query): URL {
  const url = new URL(path, orgUrl)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

/** What the SDK throws of an answer: `OktaApiError`, or `HttpError` if the body is not Okta's. */
const Thrown = z.looseObject({ status: z.number(), headers: z.instanceof(Headers).optional() })

/** No `cause`: the SDK's error holds the whole answer, which may name people. */
function failed(thrown: unknown, what: string, options: RequestOptions | undefined): ReadError {
  if (thrown instanceof ReadError) return thrown
  if (thrown instanceof SyntaxError) return new InvalidError(`${what}: Okta's answer is not JSON`)
  const answer = Thrown.safeParse(thrown)
  if (!answer.success) return asReadError(thrown)
  const { status, headers } = answer.data
  return oktaError(refusalOf(status, answer.data, headers?.get('www-authenticate') ?? null), what, options)
}

/** The message names paths only, no values. */
function parse<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const paths = new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole'))
  throw new InvalidError(`${what}: Okta's answer is not what it documents (${[...paths].slice(0, 3).join(', ')})`)
}

const Links = z.object({ next: z.object({ href: z.string() }).nullish() }).nullish()

interface Listed<T> {
  records: T[]
  after?: string
}

/** Making a schema takes longer than using it on a short list, and there may be a list for each user. */
const lists = new WeakMap<z.ZodType, z.ZodType>()

/** A list as it is. */
function listOf<T>(item: z.ZodType<T>): z.ZodType<Listed<T>> {
  const known = lists.get(item) as z.ZodType<Listed<T>> | undefined
  if (known !== undefined) return known
  const list = z.array(item).transform((records) => ({ records }))
  lists.set(item, list)
  return list
}

/** A list in a field of an object that also says where it goes on. */
function listIn<T>(field: string, item: z.ZodType<T>): z.ZodType<Listed<T>> {
  const answer = z.looseObject({ [field]: z.array(item) }).and(z.object({ _links: Links }))
  return answer.transform(({ _links: to, ...rest }) => ({
    records: rest[field] as T[],
    ...(to?.next && { after: to.next.href }),
  }))
}

/** Several links may stand in the header; `fetch` joins those of several headers with commas. */
function linked(header: string | null): string | undefined {
  return header === null ? undefined : /<([^<>]+)>;\s*rel="next"/.exec(header)?.[1]
}

/** @throws InvalidError for a link to another server or list, which would be sent the credentials or give other records */
function nextPage(link: string | undefined, from: URL, what: string): URL | undefined {
  if (link === undefined) return undefined
  const url = URL.parse(link, from.href)
  if (url === null || url.origin !== from.origin || url.pathname !== from.pathname) {
    throw new InvalidError(`${what}: the link to the next page leads elsewhere`)
  }
  return url
}
