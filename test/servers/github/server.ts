import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { acmeRobotics } from './acme-robotics.ts'
import { byName, byNumber } from './addresses.ts'
import { answering } from './answer.ts'
import { APP, installationOf, startEmulator } from './emulator.ts'
import { type Fault, faultBook } from './faults.ts'
import { historyBook } from './history.ts'
import { tokenBook } from './identity.ts'
import type { GithubOptions, GithubServer, SeenRequest } from './options.ts'
import { READ_RIGHTS } from './principal.ts'
import type { Site } from './site.ts'
import { spoil } from './spoil.ts'
import { buildWorld } from './world.ts'

const Query = z.object({ query: z.string(), variables: z.unknown().optional(), operationName: z.string().nullish() })

/** Where Enterprise Server has its API. */
const ENTERPRISE = /^\/api\/v3(?=\/|$)/

/** What a fault is compared with, beside method and path. */
function graphqlText(body: unknown): { operation?: string; text: string } {
  const parsed = Query.safeParse(body)
  if (!parsed.success) return { text: '' }
  const { query, variables, operationName } = parsed.data
  const name = operationName ?? /^\s*query\s+(\w+)/.exec(query)?.[1]
  const text = ` ${query.replaceAll(/\s+/g, ' ').trim()} ${JSON.stringify(variables ?? {})}`
  return { text, ...(name !== undefined && { operation: name }) }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

/** Starts an emulated GitHub on 127.0.0.1. See `index.ts` for what it serves and what it lacks. */
export async function startGithub(options: GithubOptions = {}): Promise<GithubServer> {
  const { seed = acmeRobotics, others = [], latencyMs = 0, appRights = READ_RIGHTS, now = Date.now } = options
  const numbers = new Map<string, number>()
  const worlds = [seed, ...others].map((one, index) => buildWorld(one, index, numbers))
  for (const [name, how] of Object.entries(options.hidden ?? {})) worlds[0]?.hidden.set(name, how)
  const tokens = tokenBook(worlds, options.tokens ?? {}, now)
  const emulator = await startEmulator(worlds, tokens.logins, appRights)
  let base = ''
  const site: Site = { worlds, history: historyBook(), base: () => base, now, largestPage: options.largestPage ?? 100 }
  const answer = answering({ site, tokens, emulator, options, appRights })

  const faults = faultBook()
  for (const fault of options.faults ?? []) faults.set(fault)
  const seen: SeenRequest[] = []
  const waiting = new Set<NodeJS.Timeout>()

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', base)
    const prefix = ENTERPRISE.test(url.pathname) ? '/api/v3' : ''
    const path = byName(worlds, url.pathname.replace(ENTERPRISE, ''))
    const method = incoming.method ?? 'GET'
    const body = method === 'GET' ? Buffer.alloc(0) : await buffer(incoming)
    const graphql = path === '/graphql' || path === '/api/graphql'
    const json = graphql ? parseJson(body) : undefined
    const { text, operation } = graphqlText(json)
    const fault = faults.strike(graphql ? `${method} /graphql${text}` : `${method} ${path}${url.search}`)
    const entry: SeenRequest = {
      method,
      url: incoming.url ?? '/',
      ...(operation !== undefined && { operation }),
      by: 'unknown',
      ...(fault && { fault: fault.kind }),
    }
    seen.push(entry)
    if (latencyMs > 0) await pause(latencyMs)
    const good = await answer({
      incoming,
      url,
      path,
      prefix,
      body,
      ...(graphql && { graphql: json ?? {} }),
      fault,
      entry,
    })
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') {
      incoming.socket.resetAndDestroy()
      return
    }
    send(incoming, outgoing, fault ? { fault, address: byNumber(worlds, url, path) } : undefined, good, entry)
  }

  function send(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    struck: { fault: Fault; address: URL } | undefined,
    good: Awaited<ReturnType<typeof answer>>,
    entry: SeenRequest,
  ): void {
    const { status, headers, body } = struck ? spoil(struck.fault, good, struck.address, seed) : good
    if (struck?.fault.kind === 'truncated-body') {
      outgoing.writeHead(status, { ...headers, 'content-length': body.length + 1024 })
      outgoing.write(body, () => incoming.socket.destroy())
      return
    }
    entry.status = status
    const bodiless = status === 204 || status === 304
    outgoing.writeHead(status, bodiless ? headers : { ...headers, 'content-length': body.length })
    outgoing.end(bodiless || incoming.method === 'HEAD' ? undefined : body)
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
    tokens: tokens.tokens,
    app: {
      id: APP.id,
      installationId: APP.installationId,
      slug: APP.slug,
      privateKey: emulator.privateKey,
      installations: Object.fromEntries(worlds.map((world, index) => [world.seed.login, installationOf(index)])),
    },
    requests: () => seen,
    clearRequests: () => {
      seen.length = 0
    },
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    hide: (repository, how) => {
      if (how === undefined) worlds[0]?.hidden.delete(repository)
      else worlds[0]?.hidden.set(repository, how)
    },
    close: () => {
      closing ??= stop()
      return closing
    },
  }
}
