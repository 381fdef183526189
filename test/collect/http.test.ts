import { describe, expect, it } from 'vitest'
import { createFetch } from '../../src/collect/http.ts'
import { createLimiter } from '../../src/collect/limiter.ts'
import { type Stretch, within } from '../../src/collect/trace.ts'
import type { Receipt } from '../../src/model/receipt.ts'
import type { ReadRule } from '../../src/sdk/collector.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { httpServer, json } from '../support/http-server.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

/** A seam on a manual clock, and what it reports. */
function seam({ reads = [], deadlineMs = 600_000 }: { reads?: ReadRule[]; deadlineMs?: number } = {}) {
  const clock = manualClock()
  const receipts: Receipt[] = []
  const stretch: Stretch = { failures: [] }
  const stop = new AbortController()
  const fetch = createFetch({
    fetch: globalThis.fetch,
    clock,
    limiter: createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10 }], clock),
    reads,
    random: () => 0.5,
    log,
  })
  const trace = {
    signal: stop.signal,
    deadline: clock.now().getTime() + deadlineMs,
    receipt: (receipt: Receipt) => void receipts.push(receipt),
  }
  return {
    clock,
    receipts,
    stretch,
    stop,
    get: (url: string, init?: RequestInit) => clock.drive(within(trace, stretch, () => fetch(url, init))),
    start: (url: string) => within(trace, stretch, () => fetch(url)),
  }
}

describe('the HTTP seam', () => {
  it('gives the answer and a receipt with digest, request id and server date', async () => {
    await using server = await httpServer((_, response) =>
      json(response, 200, { a: 1 }, { 'x-github-request-id': 'ABC:1' }),
    )
    const { get, receipts, stretch } = seam()
    const response = await get(`${server.url}/orgs/acme?per_page=100`)
    expect(await response.json()).toEqual({ a: 1 })
    expect(response.url).toBe(`${server.url}/orgs/acme?per_page=100`)
    expect(receipts).toEqual([
      {
        kind: 'http',
        at: '2026-01-05T06:00:00.000Z',
        attempt: 1,
        method: 'GET',
        url: `${server.url}/orgs/acme?per_page=100`,
        status: 200,
        requestId: 'ABC:1',
        serverDate: expect.stringMatching(/GMT$/),
        bodySha256: '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
        bodyBytes: 7,
      },
    ])
    expect(stretch.failures).toEqual([])
  })

  it.each([
    ['POST', '/repos/acme/api'],
    ['PUT', '/app/installations/1/access_tokens'],
    ['DELETE', '/app/installations/1/access_tokens'],
    ['POST', '/app/installations/1/2/access_tokens'],
  ])('refuses %s %s before it is sent', async (method, path) => {
    await using server = await httpServer((_, response) => json(response, 200, {}))
    const { get, stretch } = seam({
      reads: [{ method: 'POST', path: '/app/installations/*/access_tokens', why: 'token' }],
    })
    await expect(get(server.url + path, { method, body: '{}' })).rejects.toMatchObject({ reason: 'invalid' })
    expect(server.requests).toEqual([])
    expect(stretch.failures).toHaveLength(1)
  })

  it('sends a POST the manifest declares as a read, again with its body when it is retried', async () => {
    await using server = await httpServer((_, response, number) => json(response, number === 1 ? 502 : 201, {}))
    const { get, receipts } = seam({
      reads: [{ method: 'POST', path: '/app/installations/*/access_tokens', why: 'token' }],
    })
    await get(`${server.url}/app/installations/1/access_tokens`, { method: 'POST', body: '{"x":1}' })
    expect(server.requests.map(({ body }) => body)).toEqual(['{"x":1}', '{"x":1}'])
    expect(receipts.map(({ attempt, failure }) => [attempt, failure])).toEqual([
      [1, 'unavailable'],
      [2, undefined],
    ])
  })

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    await using server = await httpServer((_, response, number) => {
      if (number === 1) json(response, 429, {}, { 'retry-after': '17' })
      else if (number === 2) json(response, 429, {}, { 'retry-after': 'Mon, 05 Jan 2026 06:01:00 GMT' })
      else json(response, 200, {})
    })
    const { get, clock } = seam()
    expect((await get(server.url)).status).toBe(200)
    expect(clock.slept).toContain(17_000)
    expect(clock.now().toISOString()).toBe('2026-01-05T06:01:00.000Z')
  })

  it('waits for the reset the provider names when nothing is left, also on 403', async () => {
    const reset = String(Date.parse('2026-01-05T06:05:00Z') / 1000)
    await using server = await httpServer((_, response, number) =>
      number === 1
        ? json(response, 403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })
        : json(response, 200, {}),
    )
    const { get, clock, receipts } = seam()
    expect((await get(server.url)).status).toBe(200)
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-01-05T06:05:00Z'))
    expect(receipts.map(({ failure }) => failure)).toEqual(['throttled', undefined])
  })

  it.each(['x-rate-limit', 'x-ratelimit'])('stops before it is refused, by what %s-* say is left', async (name) => {
    const reset = String(Date.parse('2026-01-05T06:01:00Z') / 1000)
    await using server = await httpServer((_, response, number) =>
      json(
        response,
        200,
        {},
        {
          [`${name}-limit`]: '3',
          [`${name}-remaining`]: String(3 - number),
          [`${name}-reset`]: reset,
          date: 'Mon, 05 Jan 2026 06:00:20 GMT',
        },
      ),
    )
    const { get, clock, receipts } = seam()
    for (let number = 1; number <= 3; number++) await get(server.url)
    expect(clock.slept).toEqual([])
    await get(server.url)
    // By the clock of the source, which is 20 s ahead: the reset is in 40 s.
    expect(clock.slept).toEqual([41_000])
    expect(receipts.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('says throttled at once when the reset is later than the deadline', async () => {
    await using server = await httpServer((_, response) => json(response, 429, {}, { 'retry-after': '3600' }))
    const { get, clock } = seam()
    await expect(get(server.url)).rejects.toMatchObject({ reason: 'throttled' })
    expect(server.requests).toHaveLength(1)
    expect(clock.now().toISOString()).toBe('2026-01-05T06:00:00.000Z')
  })

  it('holds other requests to the host back while the source asks for a pause', async () => {
    await using server = await httpServer((_, response, number) =>
      number === 1 ? json(response, 429, {}, { 'retry-after': '30' }) : json(response, 200, {}),
    )
    const { start, clock, receipts } = seam()
    const first = start(`${server.url}/a`)
    while (receipts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.drive(Promise.all([first, start(`${server.url}/b`)]))
    const second = receipts.find((receipt) => receipt.kind === 'http' && receipt.url.endsWith('/b'))
    expect(second?.at).toBe('2026-01-05T06:00:30.000Z')
  })

  it('tries a server error four times, then throws unavailable', async () => {
    await using server = await httpServer((_, response) => json(response, 503, {}))
    const { get, receipts } = seam()
    await expect(get(server.url)).rejects.toMatchObject({ reason: 'unavailable', status: 503 })
    expect(receipts).toHaveLength(4)
  })

  it('throws unavailable when nobody listens and when the connection is reset', async () => {
    const { get } = seam()
    await expect(get('http://127.0.0.1:1/')).rejects.toMatchObject({ reason: 'unavailable' })
    await using server = await httpServer((request) => request.socket.destroy())
    await expect(seam().get(server.url)).rejects.toMatchObject({ reason: 'unavailable' })
    expect(server.requests).toHaveLength(4)
  })

  it('throws timeout when no answer comes', async () => {
    await using server = await httpServer(() => undefined)
    const { start, receipts, clock } = seam({ deadlineMs: 45_000 })
    const refused = start(server.url).then(
      () => undefined,
      (error: unknown) => error,
    )
    for (let second = 0; second < 60; second++) await clock.advance(1000)
    expect(await refused).toMatchObject({ reason: 'timeout' })
    expect(receipts[0]).toMatchObject({ failure: 'timeout' })
  })

  it('throws truncated when the body ends early', async () => {
    await using server = await httpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"a":', () => response.destroy())
    })
    const { get } = seam()
    await expect(get(server.url)).rejects.toMatchObject({ reason: 'truncated' })
  })

  it.each([
    ['cut JSON', '{"a":'],
    ['an empty body', ''],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('throws invalid for %s announced as JSON', async (_, body) => {
    await using server = await httpServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/vnd.github+json; charset=utf-8' }).end(body),
    )
    const { get, receipts } = seam()
    await expect(get(server.url)).rejects.toMatchObject({ reason: 'invalid' })
    expect(receipts).toMatchObject([{ failure: 'invalid', status: 200 }])
  })

  it.each([
    [401, 'denied'],
    [403, 'denied'],
    [404, 'unavailable'],
    [422, 'invalid'],
  ])('returns a %i for the SDK to read, and notes it as %s', async (status, reason) => {
    await using server = await httpServer((_, response) => json(response, status, { message: 'no' }))
    const { get, stretch } = seam()
    expect((await get(server.url)).status).toBe(status)
    expect(stretch.failures).toMatchObject([{ reason, status }])
    expect(server.requests).toHaveLength(1)
  })

  it('writes no credential and no mail address into receipts or messages', async () => {
    await using server = await httpServer((_, response) => json(response, 500, {}))
    const { get, receipts } = seam()
    const url = `${server.url}/users/ada@example.com?token=canary1&api_key=canary2&page=2#canary3`
    const message = await get(url).then(String, String)
    const refusal = await get(url.replace('//', '//canary4:canary5@')).then(String, String)
    const written = JSON.stringify(receipts) + message + refusal
    expect(written).not.toMatch(/canary|ada@/)
    expect(written).toContain('page=2')
  })

  it('stops at once when the run is stopped, also while it waits', async () => {
    await using server = await httpServer((_, response) => json(response, 429, {}, { 'retry-after': '60' }))
    const { start, stop } = seam()
    const work = start(server.url)
    setTimeout(() => stop.abort(new Error('stopped by hand')), 50)
    await expect(work).rejects.toThrow('stopped by hand')
    expect(server.requests).toHaveLength(1)
  })
})
