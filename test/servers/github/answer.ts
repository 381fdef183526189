import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { byNumber } from './addresses.ts'
import { APP, type Answered, type Emulator, installationOf } from './emulator.ts'
import { type Fault, refusalOf } from './faults.ts'
import { prepare, run } from './graphql/execute.ts'
import type { Identified, tokenBook } from './identity.ts'
import { meter, type Resource, SECONDARY, secondaryMeter } from './limits.ts'
import type { GithubOptions, SeenRequest } from './options.ts'
import { cursorLink, cursorPage, linkHeader, pageOf } from './pages.ts'
import { ANONYMOUS, principalIn, type Rights } from './principal.ts'
import { headersOf, refusalBody, type Requested, say } from './reply.ts'
import { findRoute, serve } from './rest/index.ts'
import { findRepository, isForbidden, type Site, worldOf } from './site.ts'

export interface Incoming {
  incoming: IncomingMessage
  url: URL
  /** By name, without the prefix. */
  path: string
  /** `/api/v3` of an Enterprise Server, or nothing. */
  prefix: string
  body: Buffer
  /** Body of a GraphQL request. */
  graphql?: unknown
  fault: Fault | undefined
  entry: SeenRequest
}

interface Parts {
  site: Site
  tokens: ReturnType<typeof tokenBook>
  emulator: Emulator
  options: GithubOptions
  appRights: Rights
}

const HOUR_MS = 3_600_000
const MintedToken = z.looseObject({
  token: z.string(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
})

/** Answers requests one after another; what went before counts for the limits. */
export function answering({ site, tokens, emulator, options, appRights }: Parts) {
  const { rateLimit = 5000, graphqlLimit = 5000, rateWindowMs = HOUR_MS, secondary, now = Date.now } = options
  const hourly = meter(rateWindowMs, now)
  const others = secondaryMeter(secondary && { ...SECONDARY, ...(secondary !== true && secondary) }, now)
  let served = 0

  async function answer(request: Incoming): Promise<Answered> {
    const { incoming, fault, entry } = request
    const who = tokens.identify(incoming.headers.authorization)
    entry.by = who.principal?.name ?? (who.jwt ? 'app-jwt' : 'unknown')
    if (who.scheme) entry.scheme = who.scheme
    const resource: Resource = request.graphql === undefined ? 'core' : 'graphql'
    const wait = fault ? undefined : others.enter(resource, who.token)
    if (wait !== undefined) {
      const struck = refusalOf({ on: /./, kind: 'secondary-rate-limit', seconds: wait }, now())
      const requested = requestedOf(request, who, resource, 0)
      return say(requested, 403, refusalBody(403, struck?.message ?? ''), { 'retry-after': String(wait) })
    }
    try {
      return resource === 'graphql' ? await graphql(request, who) : await rest(request, who)
    } finally {
      if (!fault) others.leave(who.token)
    }
  }

  function requestedOf(
    request: Incoming,
    who: Identified,
    resource: Resource,
    points: number,
    right?: string,
  ): Requested {
    const principal = who.principal ?? ANONYMOUS
    const hour = resource === 'core' ? rateLimit : graphqlLimit
    const limit = principal.kind === 'anonymous' && !who.jwt ? Math.min(60, hour) : hour
    served += 1
    const taken = hourly.take(resource, who.token, points, limit)
    // What a fault spoils is not the answer that is known already.
    const ifNoneMatch = request.fault === undefined ? request.incoming.headers['if-none-match'] : undefined
    return { number: served, principal, taken, resource, right, ifNoneMatch }
  }

  /** The fault's refusal, or that of a token which is not ours. */
  function refused({ fault }: Incoming, who: Identified, requested: Requested): Answered | undefined {
    const struck = fault && refusalOf(fault, now())
    if (struck) {
      const right: Record<string, string> =
        fault.kind === 'forbidden' ? { 'x-accepted-github-permissions': requested.right ?? 'metadata=read' } : {}
      return say(requested, struck.status, refusalBody(struck.status, struck.message), { ...right, ...struck.headers })
    }
    return !who.principal && !who.jwt ? say(requested, 401, refusalBody(401, 'Bad credentials')) : undefined
  }

  async function graphql(request: Incoming, who: Identified): Promise<Answered> {
    const prepared = prepare(request.graphql)
    const points = 'errors' in prepared ? 1 : prepared.cost.points
    const requested = requestedOf(request, who, 'graphql', points)
    const { taken, principal } = requested
    const refusal = refused(request, who, requested)
    if (refusal) return refusal
    if (principal.kind === 'anonymous') {
      return say(requested, 401, { message: 'This endpoint requires you to be authenticated.', documentation_url: '' })
    }
    if (!taken.allowed) {
      const message = `API rate limit exceeded for user ID ${site.worlds[0]?.people.get(principal.name)?.id ?? 0}.`
      return say({ ...requested, taken: { ...taken, remaining: 0 } }, 200, {
        errors: [{ type: 'RATE_LIMITED', message }],
      })
    }
    if ('errors' in prepared) return say(requested, 200, prepared)
    request.entry.cost = points
    if (prepared.cost.nodes > (options.graphqlNodes ?? Number.POSITIVE_INFINITY)) {
      const message =
        'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.'
      return say(requested, 502, { data: null, errors: [{ message }] })
    }
    const resetAt = new Date(taken.reset * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
    const { limit, remaining, used } = taken
    const rate = { cost: points, nodeCount: prepared.cost.nodes, limit, remaining, used, resetAt }
    return say(requested, 200, await run(prepared, site, principal, rate))
  }

  async function rest(request: Incoming, who: Identified): Promise<Answered> {
    const { incoming, url, path, prefix } = request
    const reading = incoming.method === 'GET' || incoming.method === 'HEAD'
    const found = reading && !who.jwt ? findRoute(path) : undefined
    const requested = requestedOf(request, who, 'core', 1, found?.route.right)
    const { principal, taken } = requested
    const refuse = (status: number, message: string, more: Record<string, string> = {}) =>
      say(requested, status, refusalBody(status, message), more)
    const refusal = refused(request, who, requested)
    if (refusal) return refusal
    if (!taken.allowed) {
      const id = site.worlds[0]?.people.get(principal.name)?.id
      return refuse(403, `API rate limit exceeded for ${id === undefined ? '127.0.0.1' : `user ID ${id}`}.`)
    }
    const [, kind, owner = '', name = ''] = /^\/(orgs|repos)\/([^/]+)(?:\/([^/]+))?/.exec(path) ?? []
    const world = kind === undefined ? undefined : worldOf(site, owner)
    if (world && principal.ssoBlocked?.has(world.seed.login)) {
      const sso = `required; url=https://github.example.com/orgs/${world.seed.login}/sso`
      const message =
        'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.'
      return refuse(403, message, { 'x-github-sso': sso })
    }
    if (world && kind === 'repos' && !who.jwt) {
      const repository = findRepository(world, principalIn(world, principal), decodeURIComponent(name))
      if (!repository) return refuse(404, 'Not Found')
      if (isForbidden(world, repository)) return refuse(403, 'Resource not accessible by personal access token')
    }
    if (!found) return forward(request, requested)
    const inside =
      world ??
      site.worlds.find(({ seed, people }) =>
        principal.installedIn === undefined ? people.has(principal.name) : seed.login === principal.installedIn,
      ) ??
      site.worlds[0]
    if (!inside) return refuse(404, 'Not Found')
    const base = site.base() + prefix
    const reply = serve(found.route, {
      site,
      world: inside,
      base,
      principal: principalIn(inside, principal),
      params: found.params,
      query: url.searchParams,
    })
    const address = byNumber(site.worlds, url, path, prefix)
    if (!('list' in reply)) {
      const answered = say(requested, reply.status, reply.body)
      if (answered.status === 304) hourly.giveBack('core', who.token, 1)
      return answered
    }
    const sheet =
      reply.cursor && !url.searchParams.has('page')
        ? cursorPage(reply.list, url.searchParams, site.largestPage)
        : pageOf(reply.list, url.searchParams, site.largestPage)
    const link = 'number' in sheet ? linkHeader(address, sheet.number, sheet.last) : cursorLink(address, sheet)
    const items = sheet.items.map((item) => (reply.shape ? reply.shape(item as never) : item))
    const body = reply.wrap ? reply.wrap(items, reply.list.length) : items
    const answered = say(requested, 200, body, link === undefined ? {} : { link })
    // What has not changed is free: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    if (answered.status === 304) hourly.giveBack('core', who.token, 1)
    return answered
  }

  async function forward({ incoming, url, path, body, prefix }: Incoming, requested: Requested) {
    const sent: Record<string, string> = {}
    for (const name of ['authorization', 'accept', 'content-type'] as const) {
      const value = incoming.headers[name]
      if (value !== undefined) sent[name] = value
    }
    if (body.length > 0) sent['content-length'] = String(body.length)
    const method = incoming.method ?? 'GET'
    const base = site.base() + prefix
    const reply = await emulator.forward({ method, path: `${path}${url.search}`, headers: sent, body, base })
    const headers = { ...headersOf(requested), ...reply.headers }
    const [, installation] = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(path) ?? []
    if (installation === undefined || method !== 'POST' || reply.status !== 201) return { ...reply, headers }
    return { ...reply, headers, body: issue(Number(installation), reply.body) }
  }

  /** Takes note of an installation's token, and writes our own time of expiry into it. */
  function issue(installation: number, body: Buffer): Buffer {
    const minted = MintedToken.parse(JSON.parse(body.toString()))
    const expiresAt = now() + (options.installationTokenMs ?? HOUR_MS)
    const world = site.worlds.find((_one, index) => installationOf(index) === installation)
    tokens.issue(minted.token, {
      kind: 'app',
      name: APP.slug,
      scopes: [],
      rights: minted.permissions ?? appRights,
      expiresAt,
      ...(world && { installedIn: world.seed.login }),
    })
    const expires = new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z')
    return Buffer.from(JSON.stringify({ ...minted, expires_at: expires }))
  }
  return answer
}
