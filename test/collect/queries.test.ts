import { describe, expect, it } from 'vitest'
import { RefusedError } from '../../src/collect/guard.ts'
import { createFetch } from '../../src/collect/http.ts'
import { createLimiter } from '../../src/collect/limiter.ts'
import { knowQueries } from '../../src/collect/queries.ts'
import { type Stretch, within } from '../../src/collect/trace.ts'
import type { Receipt } from '../../src/model/receipt.ts'
import type { Limit } from '../../src/sdk/collector.ts'
import type { ThrottleRule } from '../../src/sdk/naming.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { httpServer, json } from '../support/http-server.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const queries = {
  viewer: 'query { viewer { login } }',
  teams: 'query ($after: String) { teams(after: $after) { id } }',
}
const reads = [
  { method: 'POST' as const, path: '/graphql', queries: true as const, why: 'asks a document' },
  { method: 'POST' as const, path: '/token', why: 'asks for a token' },
]
const LIMITS: Limit[] = [
  { id: 'rest', perMinute: 6000, concurrency: 10 },
  { id: 'graphql', operation: 'graphql:*', perMinute: 12, concurrency: 10 },
]

function seam({ throttling }: { throttling?: ThrottleRule[] } = {}) {
  const clock = manualClock()
  const receipts: Receipt[] = []
  const stretch: Stretch = { failures: [] }
  const limiter = createLimiter(LIMITS, clock)
  const known = knowQueries({ queries, reads })
  const fetch = createFetch({
    fetch: globalThis.fetch,
    clock,
    limiter,
    reads,
    queries: known,
    throttling,
    random: () => 0.5,
    log,
  })
  const signal = new AbortController().signal
  const deadline = clock.now().getTime() + 600_000
  const trace = { signal, deadline, receipt: (receipt: Receipt) => void receipts.push(receipt) }
  return {
    clock,
    receipts,
    stretch,
    send: (url: string, init: RequestInit) => clock.drive(within(trace, stretch, () => fetch(url, init))),
  }
}

const post = (body: unknown, headers: Record<string, string> = {}, method = 'POST'): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
})

describe('the seam of a source that is asked by GraphQL', () => {
  it('sends a document of the manifest, and receipts name it', async () => {
    await using server = await httpServer((_, response) => json(response, 200, { data: {} }))
    const { send, receipts } = seam()
    for (const init of [
      post({ query: queries.viewer }),
      post(
        { query: queries.teams, variables: { after: 'mutation { x }' } },
        { 'content-type': 'application/json; charset=utf-8' },
      ),
      post({ variables: null, query: queries.viewer, operationName: null }),
    ])
      expect((await send(`${server.url}/graphql`, init)).status).toBe(200)
    expect(receipts.map((receipt) => receipt.kind === 'http' && receipt.operation)).toEqual([
      'graphql:viewer',
      'graphql:teams',
      'graphql:viewer',
    ])
    expect(receipts[0]).toMatchObject({ method: 'POST', requestSha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  const { viewer } = queries
  it.each<[string, RequestInit, string?]>([
    ['a mutation', post({ query: 'mutation { deleteRepository { id } }' })],
    ['a mutation in the shape of a document', post({ query: viewer.replace('query', 'mutation') })],
    ['a document with a mutation behind it', post({ query: `${viewer} mutation M { a }`, operationName: 'M' })],
    ['a changed document', post({ query: `${viewer} ` })],
    ['no document', post({ variables: {} })],
    ['a document that is no text', post({ query: [viewer] })],
    ['several at once', post([{ query: viewer }, { query: 'mutation { a }' }])],
    ['one of them in a list', post([{ query: viewer }])],
    ['a document by its hash', post({ query: viewer, extensions: { persistedQuery: { sha256Hash: 'a' } } })],
    ['a document that is there twice', post(`{"query":"mutation { a }","query":${JSON.stringify(viewer)}}`)],
    ['a member in other letters', post({ query: viewer, Query: 'mutation { a }' })],
    ['JSON with space in it', post(JSON.stringify({ query: viewer }, undefined, 1))],
    ['JSON with a byte order mark', post(`\uFEFF${JSON.stringify({ query: viewer })}`)],
    ['text', post(viewer, { 'content-type': 'application/graphql' })],
    [
      'a form',
      post(new URLSearchParams({ query: viewer }).toString(), { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['JSON that is called a form', post({ query: viewer }, { 'content-type': 'application/x-www-form-urlencoded' })],
    ['JSON in another charset', post({ query: viewer }, { 'content-type': 'application/json; charset=utf-16' })],
    ['a packed body', post({ query: viewer }, { 'content-encoding': 'gzip' })],
    ['no body', post(undefined)],
    ['another method', post({ query: viewer }, {}, 'PUT')],
    ['a document beside one in the URL', post({ query: viewer }), '/graphql?query=mutation{a}'],
    ['GET', { method: 'GET' }, `/graphql?query=${encodeURIComponent(viewer)}`],
    ['GET without anything', { method: 'GET' }],
    ['HEAD', { method: 'HEAD' }],
    ['a GET with another spelling of the path', { method: 'GET' }, '/graphql/?query=mutation{a}'],
    ['a GET with a third spelling', { method: 'GET' }, '//Graph%71l?query=mutation{a}'],
    ['a document where none is taken', post({ query: viewer }), '/v2/graphql'],
  ])('refuses %s before it is sent', async (_, init, path = '/graphql') => {
    await using server = await httpServer((_request, response) => json(response, 200, { data: {} }))
    const { send, stretch } = seam()
    await expect(send(server.url + path, init)).rejects.toThrow(RefusedError)
    expect(server.requests).toEqual([])
    expect(stretch.failures).toHaveLength(1)
  })

  it('leaves other requests to the other rules', async () => {
    await using server = await httpServer((_, response) => json(response, 200, {}))
    const { send, receipts } = seam()
    await send(`${server.url}/graphql-docs`, { method: 'GET' })
    await send(`${server.url}/token`, post({ query: 'mutation { a }' }))
    expect(receipts).toHaveLength(2)
    expect(JSON.stringify(receipts)).not.toContain('graphql:')
  })

  it('counts all documents of a host against the one limit that is theirs', async () => {
    await using server = await httpServer((_, response) => json(response, 200, { data: {} }))
    const { send, clock } = seam()
    const start = clock.now().getTime()
    for (let n = 0; n < 8; n++)
      await send(`${server.url}/graphql`, post({ query: n % 2 ? queries.viewer : queries.teams }))
    const took = clock.now().getTime() - start
    // Two at once, then one each 6 s.
    expect(took).toBeGreaterThanOrEqual(6 * 6000)
    await send(`${server.url}/users`, { method: 'GET' })
    expect(clock.now().getTime() - start).toBe(took)
  })

  it('waits where an answer of status 200 says that the budget is used up', async () => {
    let limited = true
    await using server = await httpServer((_, response) => {
      const answer = limited ? { errors: [{ type: 'RATE_LIMITED' }] } : { data: { note: 'RATE_LIMITED' } }
      const headers = limited ? { 'retry-after': '60' } : {}
      limited = false
      json(response, 200, answer, headers)
    })
    const { send, clock, receipts } = seam({
      throttling: [{ body: /^\{"errors":\[\{"type":"RATE_LIMITED"/, whateverStatus: true }],
    })
    const start = clock.now().getTime()
    expect((await send(`${server.url}/graphql`, post({ query: queries.viewer }))).status).toBe(200)
    expect(clock.now().getTime() - start).toBeGreaterThanOrEqual(60_000)
    expect(receipts.map(({ failure }) => failure)).toEqual(['throttled', undefined])
  })

  it('cannot be made of a manifest with a document that does more than ask', () => {
    expect(() => knowQueries({ queries: { bad: 'mutation { a }' }, reads })).toThrow(
      'the document "bad" of the manifest holds a definition that is no query: mutation',
    )
  })
})
