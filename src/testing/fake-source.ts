import { z } from 'zod'
import type { Clock, Fetch } from '../sdk/context.ts'
import { canaryFields, canaryHeaders } from './canaries.ts'
import type { Answer, Fixture } from './fixture.ts'
import { type Asked, http, type Refusal, type WireRequest, type Written } from './wire.ts'

/** One request that left the engine. */
export interface Call {
  /** What was asked, the same each time it is asked: `GET /users?page=2`, `iam:ListUsers?Marker=2`. */
  key: string
  /** As it was sent. */
  request: WireRequest
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
  /** An answer as this source would send it. */
  write(answer: Answer): Written
  /** How this source sends the request away, with canaries in all it says. */
  refuse(refusal: Refusal): Written
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
  fixture: Pick<Fixture, 'baseUrl' | 'routes' | 'wire'>
  clock: Clock
  /** GraphQL documents of the manifest. */
  queries?: Readonly<Record<string, string>> | undefined
  /** Milliseconds on the manual clock until the answer of this request comes. */
  latency(key: string): number
  /** Plants canaries in headers and unknown fields of every answer. */
  plants?: boolean | undefined
  /** In force from the start. */
  fault?: HttpFault | undefined
}

/** The other end of `fetch`: answers from the fixture, in time of the manual clock and without a socket. */
export function fakeSource(options: FakeSourceOptions): FakeSource {
  const { fixture, clock, latency, plants = false, queries = {} } = options
  const { wire = http } = fixture
  const table = tableOf(fixture)
  let open = 0
  let fault = options.fault
  let faultyFrom = 0

  function write(asked: Asked, answer: Answer): Written {
    if (!plants) return asked.write(answer)
    const { headers, ...written } = asked.write(answer, canaryFields)
    return { ...written, headers: { ...canaryHeaders, ...headers } }
  }

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
      const request = await requestOf(input, init)
      const asking = byName(request, queries)
      const asked = await wire(asking)
      const key = callKey(fixture, asking, asked)
      const times = source.calls.slice(faultyFrom).filter((call) => call.key === key).length
      source.calls.push({ key, request, at: clock.now().getTime() })
      const signal = init?.signal ?? new AbortController().signal
      open += 1
      source.mostAtOnce = Math.max(source.mostAtOnce, open)
      try {
        await clock.sleep(latency(key), signal)
        const route = asked && bestRoute(table, asked)
        if (asked === undefined || route === undefined) {
          source.unanswered.add(key)
          return respond({ status: 599, headers: {}, body: 'the fixture has no answer for this request' })
        }
        source.asked.add(route.key)
        const { answer: planned } = route
        if (!fault?.applies(key)) return respond(write(asked, planned))
        return await fault.answer({
          key,
          planned,
          times,
          signal,
          write: (answer) => asked.write(answer),
          refuse: (refusal) => refused(asked, refusal),
        })
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
function byName(request: WireRequest, queries: Readonly<Record<string, string>>): WireRequest {
  const asked = Document.safeParse(jsonIn(request.body))
  const name = Object.entries(queries).find(([, document]) => document === asked.data?.query)?.[0]
  if (name === undefined) return request
  const url = new URL(request.url)
  url.searchParams.set('query', name)
  for (const [variable, value] of Object.entries(asked.data?.variables ?? {})) {
    if (value !== null)
      url.searchParams.set(variable, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return { ...request, url }
}

const Document = z.object({ query: z.string(), variables: z.record(z.string(), z.json()).nullish() })

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function requestOf(input: string | URL | Request, init?: RequestInit): Promise<WireRequest> {
  const url = new URL(input instanceof Request ? input.url : input)
  const headers = new Headers(init?.headers)
  const body = init?.body === undefined ? '' : await new Response(init.body).text()
  return { method: init?.method ?? 'GET', url, headers, body }
}

function refused(asked: Asked, refusal: Refusal): Written {
  const { headers, ...written } = asked.refuse(refusal, { message: `No: ${refusal}`, extra: canaryFields })
  return { ...written, headers: { ...canaryHeaders, ...headers } }
}

/** The response that was written. */
export function respond({ status, headers, body }: Written): Response {
  const empty = [204, 205, 304].includes(status)
  return new Response(empty ? null : body, { status, headers: { ...headers } })
}

type Asking = Pick<Asked, 'operation' | 'parameters'>
type Routed = Pick<Fixture, 'baseUrl' | 'routes' | 'wire'>

interface Route extends Asking {
  key: string
  answer: Answer
}

const tables = new WeakMap<object, readonly Route[]>()

function tableOf(fixture: Routed): readonly Route[] {
  const { routes = {} } = fixture
  const known = tables.get(routes)
  if (known !== undefined) return known
  const table = Object.entries(routes).map(([key, answer]) => ({ key, answer, ...parseKey(key, fixture) }))
  tables.set(routes, table)
  return table
}

const ROOT = 'https://source.example.com'

/** @throws TypeError for a key that is not `[METHOD ]path[?query]` or a whole URL, where the fixture has no wire */
function parseKey(key: string, { baseUrl = ROOT, wire }: Routed): Asking {
  if (wire !== undefined) {
    const [operation = '', parameters = ''] = key.split(/\?(.*)/s)
    return { operation, parameters: new URLSearchParams(parameters) }
  }
  const [, method = 'GET', target = ''] = /^(?:([A-Z]+) )?(.+)$/.exec(key) ?? []
  const url = new URL(target.startsWith('/') ? baseUrl + target : target)
  return { operation: `${method} ${url.origin}${url.pathname}`, parameters: url.searchParams }
}

/** Key of the answer that a request gets. `call`: the key of the request. */
export function routeOf(call: string, fixture: Routed): string | undefined {
  return bestRoute(tableOf(fixture), parseKey(call, fixture))?.key
}

/** The one with most parameters, of those which all stand in the request. */
function bestRoute(table: readonly Route[], asked: Asking): Route | undefined {
  let best: Route | undefined
  for (const route of table) {
    if (route.operation !== asked.operation) continue
    const wanted = [...route.parameters]
    if (!wanted.every(([name, value]) => asked.parameters.getAll(name).includes(value))) continue
    if (best === undefined || wanted.length > best.parameters.size) best = route
  }
  return best
}

function callKey({ baseUrl = ROOT, wire }: Routed, { method, url }: WireRequest, asked: Asked | undefined): string {
  if (wire !== undefined && asked !== undefined) {
    const { operation, parameters } = asked
    return parameters.size === 0 ? operation : `${operation}?${parameters.toString()}`
  }
  const base = new URL(baseUrl)
  const root = base.origin + base.pathname.replace(/\/$/, '')
  const target = url.href.startsWith(`${root}/`) ? url.href.slice(root.length) : url.href
  return `${method} ${target}`
}
