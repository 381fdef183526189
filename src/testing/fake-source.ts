import { z } from 'zod'
import type { Clock, Fetch } from '../sdk/context.ts'
import type { Answer } from './fixture.ts'

/** One request that left the engine. */
export interface Call {
  /** Method, path and query, the same each time it is asked. */
  key: string
  host: string
  path: string
  /** Of a GraphQL document: `graphql:<name>`. */
  operation?: string
  /** Epoch milliseconds on the manual clock. */
  at: number
}

/** Answers in place of the fixture. */
export interface HttpFault {
  applies(key: string): boolean
  answer(request: FaultyRequest): Promise<Response>
}

export interface FaultyRequest {
  /** Key of the request. */
  key: string
  /** What the fixture would answer. */
  planned: Answer
  /** How often this key was asked before, since the fault began. */
  times: number
  signal: AbortSignal
}

export interface FakeSource {
  fetch: Fetch
  calls: Call[]
  /** The most requests that were ever open at once. */
  mostAtOnce: number
  /** Keys of `routes` that were asked for. */
  asked: Set<string>
  /** Requests the fixture has no answer for. */
  unanswered: Set<string>
  /** Begins a fault, or ends it. */
  setFault(fault: HttpFault | undefined): void
}

export interface FakeSourceOptions {
  baseUrl: string
  routes: Readonly<Record<string, Answer>>
  clock: Clock
  /** GraphQL documents of the manifest. */
  queries?: Readonly<Record<string, string>> | undefined
  /** Milliseconds on the manual clock until the answer of this request comes. */
  latency(key: string): number
  /** Changes every answer of the fixture. */
  change?: ((answer: Answer) => Answer) | undefined
}

/** The other end of `fetch`: answers from the fixture, in time of the manual clock and without a socket. */
export function fakeSource({ baseUrl, routes, clock, queries = {}, latency, change }: FakeSourceOptions): FakeSource {
  const table = Object.entries(routes).map(([key, answer]) => ({ key, answer, ...parseRoute(key, baseUrl) }))
  let open = 0
  let fault: HttpFault | undefined
  let faultyFrom = 0
  const source: FakeSource = {
    calls: [],
    mostAtOnce: 0,
    asked: new Set(),
    unanswered: new Set(),
    setFault(next) {
      fault = next
      faultyFrom = source.calls.length
    },
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input)
      const method = init?.method ?? 'GET'
      const query = putQuery(url, init?.body, queries)
      const key = callKey(method, url, baseUrl)
      const times = source.calls.slice(faultyFrom).filter((call) => call.key === key).length
      source.calls.push({ key, host: url.host, path: url.pathname, ...query, at: clock.now().getTime() })
      const signal = init?.signal ?? new AbortController().signal
      open += 1
      source.mostAtOnce = Math.max(source.mostAtOnce, open)
      try {
        await clock.sleep(latency(key), signal)
        const route = bestRoute(table, method, url)
        if (route === undefined) {
          source.unanswered.add(key)
          return respond({ status: 599, body: 'the fixture has no answer for this request' })
        }
        source.asked.add(route.key)
        const planned = change ? change(route.answer) : route.answer
        if (fault?.applies(key)) return await fault.answer({ key, planned, times, signal })
        return respond(planned)
      } finally {
        open -= 1
      }
    },
  }
  return source
}

/**
 * A GraphQL document stands in the body, and a fixture names its answers by URL: so the name of the document becomes the
 * parameter `query`, and each variable that is not null one of its own.
 */
function putQuery(url: URL, body: unknown, queries: Readonly<Record<string, string>>): { operation?: string } {
  if (!(body instanceof Uint8Array) || Object.keys(queries).length === 0) return {}
  const asked = Asked.safeParse(jsonIn(body))
  const name = Object.entries(queries).find(([, document]) => document === asked.data?.query)?.[0]
  if (name === undefined) return {}
  url.searchParams.set('query', name)
  for (const [variable, value] of Object.entries(asked.data?.variables ?? {})) {
    if (value !== null)
      url.searchParams.set(variable, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return { operation: `graphql:${name}` }
}

const Asked = z.object({ query: z.string(), variables: z.record(z.string(), z.json()).nullish() })

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

/** The response an answer describes. */
export function respond({ status = 200, headers = {}, body }: Answer): Response {
  const text = textOf({ body })
  const type = typeof body === 'string' ? 'text/plain' : 'application/json'
  const empty = [204, 205, 304].includes(status)
  return new Response(empty ? null : text, { status, headers: { 'content-type': type, ...headers } })
}

/** The body as it goes over the wire. */
export function textOf({ body }: Answer): string {
  return typeof body === 'string' ? body : JSON.stringify(body ?? {})
}

interface Route {
  key: string
  answer: Answer
  method: string
  url: URL
}

/** @throws TypeError for a key that is not `[METHOD ]path[?query]` or a whole URL */
function parseRoute(key: string, baseUrl: string): { method: string; url: URL } {
  const [, method = 'GET', target = ''] = /^(?:([A-Z]+) )?(.+)$/.exec(key) ?? []
  return { method, url: absolute(target, baseUrl) }
}

/** The URL a key of `routes` or a path stands for. */
function absolute(target: string, baseUrl: string): URL {
  return new URL(target.startsWith('/') ? baseUrl + target : target)
}

/** Whether a request is the one a key of `routes` describes, with all its parameters. */
export function isAskedBy(routeKey: string, call: string, routes: readonly string[], baseUrl: string): boolean {
  const table = routes.map((key) => ({ key, answer: {}, ...parseRoute(key, baseUrl) }))
  const { method, url } = parseRoute(call, baseUrl)
  return bestRoute(table, method, url)?.key === routeKey
}

function bestRoute(table: readonly Route[], method: string, asked: URL): Route | undefined {
  let best: Route | undefined
  for (const route of table) {
    if (route.method !== method || route.url.origin !== asked.origin || route.url.pathname !== asked.pathname) continue
    const wanted = [...route.url.searchParams]
    if (!wanted.every(([name, value]) => asked.searchParams.getAll(name).includes(value))) continue
    if (best === undefined || wanted.length > best.url.searchParams.size) best = route
  }
  return best
}

function callKey(method: string, url: URL, baseUrl: string): string {
  const base = new URL(baseUrl)
  const root = base.origin + base.pathname.replace(/\/$/, '')
  const target = url.href.startsWith(`${root}/`) ? url.href.slice(root.length) : url.href
  return `${method} ${target}`
}
