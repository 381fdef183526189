import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { acmeRobotics } from './acme-robotics.ts'
import { byName, byNumber } from './addresses.ts'
import { APP, type Answered, startEmulator } from './emulator.ts'
import { type Fault, faultBook, refusalOf, type SetFault } from './faults.ts'
import { linkHeader, pageOf } from './pages.ts'
import {
  ANONYMOUS,
  OWNER_SCOPES,
  type Principal,
  principalOf,
  READ_RIGHTS,
  type Rights,
  type TokenSeed,
} from './principal.ts'
import { findRoute, refusal, serve } from './routes.ts'
import type { OrganizationSeed } from './seed.ts'
import { spoil } from './spoil.ts'
import { buildWorld } from './world.ts'

export interface GithubOptions {
  /** Default: {@link acmeRobotics}. */
  seed?: OrganizationSeed
  faults?: readonly Fault[]
  /** Waited before each answer. Default: 0. */
  latencyMs?: number
  /** Requests an hour and token (anonymous callers have 60), after which GitHub's 403 comes. Default: 5000. */
  rateLimit?: number
  /** Rights of the app and of its installation tokens. Default: {@link READ_RIGHTS}. */
  appRights?: Rights
  /** Further tokens to accept. */
  tokens?: Readonly<Record<string, TokenSeed>>
}

/** One request as it came in. No credential is kept: `by` says whose token it was. */
interface SeenRequest {
  method: string
  /** Path and query as sent. */
  url: string
  /** Scheme of the `authorization` header, in lower case. */
  scheme?: string
  /** Login, app slug, `anonymous`, `app-jwt`, or `unknown` for a token that is not ours. */
  by: string
  /** Status sent; absent while there is none, and for connections that were cut. */
  status?: number
  /** Kind of the fault that struck. */
  fault?: Fault['kind']
}

export interface GithubServer {
  /** `http://127.0.0.1:<port>`, for Octokit's `baseUrl`. */
  url: string
  organization: OrganizationSeed
  /** Made at start, so that they can be searched for as canaries. `owner` and `member` are classic tokens, `readOnly` a fine-grained one. */
  tokens: { owner: string; member: string; readOnly: string }
  app: { id: number; installationId: number; slug: string; privateKey: string }
  requests(): readonly SeenRequest[]
  clearRequests(): void
  setFault(fault: Fault): SetFault
  clearFaults(): void
  /** Resolves when no socket and no listener is left, also if a client still waits for an answer. */
  close(): Promise<void>
}

const JWT = /^eyJ/
const MintedToken = z.object({
  token: z.string(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
})
const secret = () => randomBytes(18).toString('hex')
const HOUR = 3600

/** Starts an emulated GitHub on 127.0.0.1. See `index.ts` for what it serves and what it lacks. */
export async function startGithub(options: GithubOptions = {}): Promise<GithubServer> {
  const { seed = acmeRobotics, latencyMs = 0, rateLimit = 5000, appRights = READ_RIGHTS } = options
  const world = buildWorld(seed)
  const owner = seed.members.find(({ role }) => role === 'owner')
  const member = seed.members.find(({ role }) => role === undefined)
  if (!owner || !member) throw new Error('the seed needs an owner and a member')

  const tokens = { owner: `ghp_${secret()}`, member: `ghp_${secret()}`, readOnly: `github_pat_${secret()}` }
  const accepted: Record<string, TokenSeed> = {
    [tokens.owner]: { login: owner.login, scopes: OWNER_SCOPES },
    [tokens.member]: { login: member.login, scopes: ['read:org', 'repo'] },
    [tokens.readOnly]: { login: owner.login, rights: READ_RIGHTS },
    ...options.tokens,
  }
  const principals = new Map(Object.entries(accepted).map(([token, one]) => [token, principalOf(world, one)]))
  const logins = Object.fromEntries(Object.entries(accepted).map(([token, { login }]) => [token, login]))
  const emulator = await startEmulator(world, logins, appRights)

  const faults = faultBook()
  for (const fault of options.faults ?? []) faults.set(fault)
  const seen: SeenRequest[] = []
  const used = new Map<string, number>()
  const resetAt = Math.floor(Date.now() / 1000) + HOUR
  const waiting = new Set<NodeJS.Timeout>()
  let base = ''
  let served = 0

  function identify(authorization: string | undefined): { principal?: Principal; token: string; scheme?: string } {
    if (authorization === undefined) return { principal: ANONYMOUS, token: '' }
    const [scheme = '', token = ''] = authorization.split(' ')
    const principal = principals.get(token)
    return { token, scheme: scheme.toLowerCase(), ...(principal && { principal }) }
  }

  /** Headers of every answer (https://docs.github.com/en/rest/using-the-rest-api). Node adds `date`. */
  function commonHeaders(principal: Principal, remaining: number, limit: number, right?: string) {
    served += 1
    const id = createHash('sha256').update(String(served)).digest('hex').toUpperCase()
    return {
      'content-type': 'application/json; charset=utf-8',
      server: 'github.com (emulated, demo data)',
      'x-github-media-type': 'github.v3; format=json',
      'x-github-request-id': `${id.slice(0, 4)}:${id.slice(4, 10)}:${id.slice(10, 17)}:${id.slice(17, 24)}:${id.slice(24, 32)}`,
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, remaining)),
      'x-ratelimit-used': String(Math.min(limit, limit - remaining)),
      'x-ratelimit-reset': String(resetAt),
      'x-ratelimit-resource': 'core',
      ...(principal.kind === 'classic' && {
        'x-oauth-scopes': principal.scopes.join(', '),
        'x-accepted-oauth-scopes': '',
      }),
      ...(right && principal.kind !== 'classic' && { 'x-accepted-github-permissions': right }),
    }
  }

  async function answer(
    incoming: IncomingMessage,
    url: URL,
    path: string,
    fault: Fault | undefined,
    entry: SeenRequest,
  ): Promise<Answered> {
    const { principal, token, scheme } = identify(incoming.headers.authorization)
    const jwt = JWT.test(token)
    entry.by = principal?.name ?? (jwt ? 'app-jwt' : 'unknown')
    if (scheme) entry.scheme = scheme
    const found = incoming.method === 'GET' || incoming.method === 'HEAD' ? findRoute(path) : undefined
    const limit = principal?.kind === 'anonymous' ? Math.min(60, rateLimit) : rateLimit
    const remaining = limit - (used.get(token) ?? 0) - 1
    used.set(token, limit - remaining)
    const who = principal ?? ANONYMOUS
    const headers = commonHeaders(who, remaining, limit, found?.route.right)
    const say = (status: number, body: unknown, more: Record<string, string> = {}): Answered => {
      const bytes = Buffer.from(JSON.stringify(body))
      const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`
      const fresh = status === 200 && incoming.headers['if-none-match'] === etag
      return {
        status: fresh ? 304 : status,
        headers: { ...headers, ...(status === 200 && { etag }), ...more },
        body: fresh ? Buffer.alloc(0) : bytes,
      }
    }
    const refuse = (status: number, message: string, more?: Record<string, string>) => {
      const refused = refusal(status, message)
      return say(status, 'body' in refused ? refused.body : {}, more)
    }

    const struck = fault && refusalOf(fault, Date.now())
    if (struck) {
      const right =
        fault.kind === 'forbidden' ? { 'x-accepted-github-permissions': found?.route.right ?? 'metadata=read' } : {}
      return refuse(struck.status, struck.message, { ...right, ...struck.headers })
    }
    if (!principal && !jwt) return refuse(401, 'Bad credentials')
    if (remaining < 0)
      return refuse(403, `API rate limit exceeded for ${who.person ? `user ID ${who.person.id}` : '127.0.0.1'}.`)
    if (found && !jwt) {
      const reply = serve(found.route, { world, base, principal: who, params: found.params, query: url.searchParams })
      if (!('list' in reply)) return say(reply.status, reply.body)
      const page = pageOf(reply.list, url.searchParams)
      const link = linkHeader(byNumber(world, url, path), page.number, page.last)
      return say(200, page.items, link === undefined ? {} : { link })
    }
    return forward(incoming, url, path, headers)
  }

  async function forward(incoming: IncomingMessage, url: URL, path: string, headers: Record<string, string>) {
    const sent: Record<string, string> = {}
    for (const name of ['authorization', 'accept', 'content-type'] as const) {
      const value = incoming.headers[name]
      if (value !== undefined) sent[name] = value
    }
    const body = await buffer(incoming)
    if (body.length > 0) sent['content-length'] = String(body.length)
    const method = incoming.method ?? 'GET'
    const reply = await emulator.forward({ method, path: `${path}${url.search}`, headers: sent, body, base })
    if (method === 'POST' && reply.status === 201 && /^\/app\/installations\/\d+\/access_tokens$/.test(path)) {
      const { token, permissions } = MintedToken.parse(JSON.parse(reply.body.toString()))
      principals.set(token, { kind: 'app', name: APP.slug, scopes: [], rights: permissions ?? appRights })
    }
    return { ...reply, headers: { ...headers, ...reply.headers } }
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', base)
    const path = byName(world, url.pathname)
    const method = incoming.method ?? 'GET'
    const fault = faults.strike(`${method} ${path}${url.search}`)
    const entry: SeenRequest = { method, url: incoming.url ?? '/', by: 'unknown', ...(fault && { fault: fault.kind }) }
    seen.push(entry)
    if (latencyMs > 0) await pause(latencyMs)
    const good = await answer(incoming, url, path, fault, entry)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') {
      incoming.socket.resetAndDestroy()
      return
    }
    const { status, headers, body } = fault ? spoil(fault, good, byNumber(world, url, path), seed) : good
    if (fault?.kind === 'truncated-body') {
      outgoing.writeHead(status, { ...headers, 'content-length': body.length + 1024 })
      outgoing.write(body, () => incoming.socket.destroy())
      return
    }
    entry.status = status
    const bodiless = status === 204 || status === 304
    outgoing.writeHead(status, bodiless ? headers : { ...headers, 'content-length': body.length })
    outgoing.end(bodiless || method === 'HEAD' ? undefined : body)
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        waiting.delete(timer)
        resolve()
      }, milliseconds)
      waiting.add(timer)
    })
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown error'
      if (outgoing.headersSent) outgoing.destroy()
      else
        outgoing
          .writeHead(500, { 'content-type': 'application/json' })
          .end(JSON.stringify({ message: `emulated GitHub: ${message}` }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the emulated GitHub has no port')
  base = `http://127.0.0.1:${address.port}`

  let closing: Promise<void> | undefined
  async function stop(): Promise<void> {
    for (const timer of waiting) clearTimeout(timer)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await Promise.all([closed, emulator.close()])
  }

  return {
    url: base,
    organization: seed,
    tokens,
    app: { id: APP.id, installationId: APP.installationId, slug: APP.slug, privateKey: emulator.privateKey },
    requests: () => seen,
    clearRequests: () => {
      seen.length = 0
    },
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    close: () => {
      closing ??= stop()
      return closing
    },
  }
}
