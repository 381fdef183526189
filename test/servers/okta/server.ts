import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { oktaError, type Reply } from './errors.ts'
import { type Fault, faultBook, refusalOf, type SetFault, tooManyAtOnce } from './faults.ts'
import { type Budgets, BUCKETS, bucketOf, meter } from './limits.ts'
import { cut, cutLog } from './pages.ts'
import { type ClientSeed, grantToken, type Principal } from './principal.ts'
import { findRoute, serve } from './routes.ts'
import type { OktaSeed } from './seed.ts'
import { spoil } from './spoil.ts'
import { buildWorld, rolesOf, type World } from './world.ts'

export interface OktaOptions {
  seed: OktaSeed
  faults?: readonly Fault[]
  /** Waited before each answer. Default: 0. */
  latencyMs?: number
  /** Requests a minute that are allowed. Default: those Okta documents ({@link BUCKETS}). */
  budgets?: Partial<Budgets>
  /** Requests at once, above which a 429 comes. Default: 75. */
  concurrency?: number
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number
  /** Service apps that may ask for access tokens. */
  clients?: readonly ClientSeed[]
}

/** One request as it came in. No credential is kept: `by` says whose token it was. */
export interface SeenRequest {
  method: string
  /** Path and query as sent. */
  url: string
  /** Login, client id, `anonymous`, or `unknown` for a token that is not ours. */
  by: string
  /** Status sent; absent while there is none, and for connections that were cut. */
  status?: number
  /** Kind of the fault that struck. */
  fault?: Fault['kind']
}

export interface OktaServer {
  /** `http://127.0.0.1:<port>`. */
  url: string
  seed: OktaSeed
  /** What is served at the moment; users may be created and deleted in it. */
  world: World
  /** API tokens made at start, so that they can be searched for as canaries: of the first super admin, and of a read-only admin. */
  tokens: { superAdmin: string; readOnly: string }
  /** Access tokens given out so far, as canaries too. */
  accessTokens(): readonly string[]
  requests(): readonly SeenRequest[]
  clearRequests(): void
  /** Most requests that were under way at once. */
  mostAtOnce(): number
  setFault(fault: Fault): SetFault
  clearFaults(): void
  /** Does something once, right after the answer to the first request that matches `METHOD /path?query`. */
  after(on: RegExp, act: (world: World) => void): void
  /** As if other integrations had used that many requests of this minute's budget. */
  use(bucket: keyof Budgets, requests: number): void
  /** Resolves when no socket and no listener is left, also if a client still waits for an answer. */
  close(): Promise<void>
}

const HOUR = 3_600_000
const ANONYMOUS: Principal = { name: 'anonymous', superAdmin: false }

/** A good or bad answer before it is written out. */
export interface Answered {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
}

/** Starts an emulated Okta on 127.0.0.1. See `index.ts` for what it serves and what it lacks. */
export async function startOkta(options: OktaOptions): Promise<OktaServer> {
  const { seed, latencyMs = 0, concurrency = 75, now = Date.now, clients = [] } = options
  const world = buildWorld(seed)
  const limits = meter({ ...BUCKETS, ...options.budgets }, now)
  const admin = [...world.users.values()].find((user) =>
    rolesOf(world, user).some(({ role }) => role === 'SUPER_ADMIN'),
  )
  if (!admin) throw new Error('the seed needs a super admin')

  const tokens = { superAdmin: apiToken(), readOnly: apiToken() }
  const principals = new Map<string, { principal: Principal; until: number }>([
    [tokens.superAdmin, { principal: { name: admin.seed.login, user: admin, superAdmin: true }, until: Infinity }],
    [tokens.readOnly, { principal: { name: 'read-only', user: admin, superAdmin: false }, until: Infinity }],
  ])
  const faults = faultBook()
  for (const fault of options.faults ?? []) faults.set(fault)
  const seen: SeenRequest[] = []
  const waiting = new Set<NodeJS.Timeout>()
  let acts: { on: RegExp; act: (world: World) => void }[] = []
  let base = ''
  let served = 0
  let underWay = 0
  let most = 0

  function identify(authorization: string | undefined): Principal | undefined {
    if (authorization === undefined) return ANONYMOUS
    const [, scheme = '', sent = ''] = /^(SSWS|Bearer) (.+)$/.exec(authorization) ?? []
    const known = principals.get(sent)
    if (!known || known.until < now()) return undefined
    return (scheme === 'SSWS') === (known.principal.scopes === undefined) ? known.principal : undefined
  }

  function commonHeaders(rate: Record<string, string>): Record<string, string> {
    served += 1
    return {
      date: new Date(now()).toUTCString(),
      'cache-control': 'no-cache, no-store',
      'content-type': 'application/json',
      server: 'emulated (demo data)',
      'x-okta-request-id': `Demo${createHash('sha256').update(String(served)).digest('base64url').slice(0, 20)}AAAB`,
      ...rate,
    }
  }

  async function token(incoming: IncomingMessage): Promise<{ reply: Reply; by: string }> {
    const form = new URLSearchParams(await text(incoming))
    const granted = grantToken({ form, endpoint: `${base}/oauth2/v1/token`, now: now(), clients })
    if ('status' in granted) return { reply: granted, by: 'unknown' }
    const { client, scopes } = granted
    const name = client.clientId
    const claims = { ver: 1, cid: name, sub: name, scp: scopes, iss: base, exp: Math.floor(now() / 1000) + 3600 }
    const accessToken = `${jwtPart({ alg: 'RS256', kid: 'demo' })}.${jwtPart(claims)}.${randomBytes(64).toString('base64url')}`
    principals.set(accessToken, { principal: { name, superAdmin: client.superAdmin, scopes }, until: now() + HOUR })
    const body = { token_type: 'Bearer', expires_in: 3600, access_token: accessToken, scope: scopes.join(' ') }
    return { reply: { status: 200, body }, by: name }
  }

  async function reply(incoming: IncomingMessage, url: URL, entry: SeenRequest): Promise<Reply & { link?: string[] }> {
    const { pathname } = url
    if (pathname === '/oauth2/v1/token') {
      if (incoming.method !== 'POST') return oktaError('E0000022')
      const { reply: answered, by } = await token(incoming)
      entry.by = by
      return answered
    }
    const principal = identify(incoming.headers.authorization)
    entry.by = principal?.name ?? 'unknown'
    if (!principal) return oktaError('E0000011')
    const found = findRoute(pathname)
    if (!found) return oktaError('E0000022', { status: 404 })
    if (incoming.method !== 'GET') return oktaError('E0000022')
    if (principal === ANONYMOUS && found.route.scope !== undefined) return oktaError('E0000005')
    const query = url.searchParams
    const call = { world, base, principal, params: found.params, query, now: now() }
    const answer = serve(found.route, call)
    if (!('list' in answer)) return answer
    const { list, limit, style = 'array' } = answer
    const after = query.get('after')
    const bounded = query.has('until') || query.get('sortOrder') === 'DESCENDING'
    const page = style === 'log' ? cutLog(list, after, limit, !bounded) : cut(list, after, limit)
    const next = page.after === undefined ? undefined : new URL(url)
    next?.searchParams.set('after', page.after ?? '')
    if (style === 'envelope') {
      const body = { value: page.items, _links: { ...(next && { next: { href: next.href } }) } }
      return { status: 200, body }
    }
    const link = [`<${url.href}>; rel="self"`, ...(next ? [`<${next.href}>; rel="next"`] : [])]
    return { status: 200, body: page.items, link }
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', base)
    const method = incoming.method ?? 'GET'
    const request = `${method} ${decodeURIComponent(url.pathname)}${url.search}`
    const fault = faults.strike(request)
    const entry: SeenRequest = { method, url: incoming.url ?? '/', by: 'unknown', ...(fault && { fault: fault.kind }) }
    seen.push(entry)
    const taken = limits.take(bucketOf(url.pathname))
    if (latencyMs > 0) await pause(latencyMs)

    const refused = fault && refusalOf(fault, now())
    const answered = refused ?? (underWay > concurrency ? tooManyAtOnce() : undefined)
    const plain = answered ?? (taken.allowed ? await reply(incoming, url, entry) : oktaError('E0000047'))
    const link = 'link' in plain && Array.isArray(plain.link) ? plain.link : undefined
    const good: Answered = {
      status: plain.status,
      headers: { ...commonHeaders(taken.headers), ...(link && { link }), ...plain.headers },
      body: Buffer.from(typeof plain.body === 'string' ? plain.body : JSON.stringify(plain.body)),
    }
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') {
      incoming.socket.resetAndDestroy()
      return
    }
    const { status, headers, body } = fault ? spoil(fault, good, url, seed) : good
    if (fault?.kind === 'truncated-body') {
      outgoing.writeHead(status, { ...headers, 'content-length': body.length + 1024 })
      outgoing.write(body, () => incoming.socket.destroy())
      return
    }
    entry.status = status
    outgoing.writeHead(status, { ...headers, 'content-length': body.length })
    outgoing.end(body)
    const due = acts.find(({ on }) => request.search(on) >= 0)
    acts = acts.filter((one) => one !== due)
    due?.act(world)
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
    underWay += 1
    most = Math.max(most, underWay)
    outgoing.once('close', () => (underWay -= 1))
    handle(incoming, outgoing).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown error'
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ emulator: message }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the emulated Okta has no port')
  base = `http://127.0.0.1:${address.port}`

  let closing: Promise<void> | undefined
  async function stop(): Promise<void> {
    for (const timer of waiting) clearTimeout(timer)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }

  return {
    url: base,
    seed,
    world,
    tokens,
    accessTokens: () => [...principals].flatMap(([key, { principal }]) => (principal.scopes ? [key] : [])),
    requests: () => seen,
    clearRequests: () => {
      seen.length = 0
      most = underWay
    },
    mostAtOnce: () => most,
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    after: (on, act) => void acts.push({ on, act }),
    use: (bucket, requests) => limits.use(bucket, requests),
    close: () => {
      closing ??= stop()
      return closing
    },
  }
}

/** Of the form of Okta's API tokens: `00` and 40 characters. */
const apiToken = () => `00${randomBytes(30).toString('base64url')}`

const jwtPart = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
