import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, test } from 'vitest'
import { createFetch } from '../../src/collect/http.ts'
import { createKeptAnswers, type KeptAnswersOptions } from '../../src/collect/kept-answers.ts'
import { createLimiter } from '../../src/collect/limiter.ts'
import { within } from '../../src/collect/trace.ts'
import type { KeptFiles } from '../../src/model/kept-files.ts'
import { HttpReceipt, type Receipt } from '../../src/model/receipt.ts'
import { keptFilesIn } from '../../src/runtime/kept-files.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { httpServer } from '../support/http-server.ts'

const warnings: string[] = []
const log = { debug() {}, info() {}, warn: (_: object, message: string) => void warnings.push(message), error() {} }
const secret = Buffer.alloc(32, 7)

function memoryFiles(): KeptFiles & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>()
  return {
    files,
    list: async () => [...files].map(([name, { length: size }]) => ({ name, size })),
    read: async (name) => files.get(name),
    write: async (name, bytes) => void files.set(name, bytes),
    async rename(from, to) {
      files.set(to, files.get(from) as Uint8Array)
      files.delete(from)
    },
    remove: async (name) => void files.delete(name),
  }
}

interface Served {
  body?: unknown
  etag?: string
  headers?: Record<string, string>
}

/** A source with one answer, which says 304 to whoever has it already. */
async function sourceOf(served: Served) {
  const server = await httpServer((request, response) => {
    const { body = { id: 1 }, etag = '"v1"', headers = {} } = served
    const isKnown = request.headers['if-none-match'] === etag
    response.writeHead(isKnown ? 304 : 200, { etag, 'content-type': 'application/json', ...headers })
    response.end(isKnown ? '' : JSON.stringify(body))
  })
  return server
}

/** One run after the other over the same kept files. */
function runs(files: KeptFiles, own: Partial<KeptAnswersOptions> = {}) {
  const clock = manualClock()
  return async (url: string, { init = {}, times = 1 }: { init?: RequestInit; times?: number } = {}) => {
    const kept = createKeptAnswers({ files, secret, owner: ['github-acme'], log, ...own })
    const receipts: Receipt[] = []
    const limiter = createLimiter([{ id: 'all', perMinute: 6000, concurrency: 10 }], clock)
    const fetch = createFetch({ fetch: globalThis.fetch, clock, limiter, reads: [], kept, random: () => 0.5, log })
    const signal = new AbortController().signal
    const deadline = clock.now().getTime() + 600_000
    const trace = { signal, deadline, receipt: (receipt: Receipt) => void receipts.push(receipt) }
    const started = clock.now().getTime()
    let response = new Response()
    for (let n = 0; n < times; n++)
      response = await clock.drive(within(trace, { failures: [] }, () => fetch(url, init)))
    await kept.close()
    const body = await response.text()
    await clock.advance(3_600_000)
    return { response, body, receipts: receipts.map((receipt) => HttpReceipt.parse(receipt)), started }
  }
}

describe('answers that are kept between runs', () => {
  it('are given to the collector again where the source says that nothing changed, and the receipt says so', async () => {
    await using server = await sourceOf({ headers: { 'x-oauth-scopes': 'repo' } })
    const run = runs(memoryFiles())
    const first = await run(server.url)
    const second = await run(server.url)
    expect(server.requests).toHaveLength(2)
    expect(second.response.status).toBe(200)
    expect(second.response.url).toBe(first.response.url)
    expect(second.response.headers.get('content-type')).toBe('application/json')
    expect(second.response.headers.get('x-oauth-scopes')).toBe('repo')
    expect(second.body).toBe('{"id":1}')
    const [before, after] = [first.receipts[0], second.receipts[0]]
    expect(before).toMatchObject({ status: 200 })
    expect(before?.kept).toBeUndefined()
    expect(after).toMatchObject({
      status: 304,
      bodyBytes: 0,
      kept: { bodySha256: before?.bodySha256, bodyBytes: 8, receivedAt: before?.at },
    })
  })

  it('are replaced when the source changed them', async () => {
    const served: Served = {}
    await using server = await sourceOf(served)
    const run = runs(memoryFiles())
    await run(server.url)
    Object.assign(served, { body: { id: 2 }, etag: '"v2"' })
    expect(await run(server.url)).toMatchObject({ body: '{"id":2}', receipts: [{ status: 200 }] })
    expect(await run(server.url)).toMatchObject({ body: '{"id":2}', receipts: [{ status: 304 }] })
  })

  it('serve one run as well as the next', async () => {
    await using server = await sourceOf({})
    const { receipts } = await runs(memoryFiles())(server.url, { times: 2 })
    expect(receipts.map(({ status }) => status)).toEqual([200, 304])
  })

  it.each<[string, Served, RequestInit?, string?]>([
    ['has no ETag', { etag: '' }],
    ['is a page of a list', { body: [1], headers: { link: '<https://x.example.com?page=2>; rel="next"' } }],
    ['may be a full page', { body: Array.from({ length: 30 }, () => 1) }],
    ['is a full page', { body: [1, 2] }, {}, '?per_page=2'],
    ['may not be stored', { headers: { 'cache-control': 'private, no-store' } }],
    ['sets a cookie', { headers: { 'set-cookie': 'a=b' } }],
    ['varies with anything', { headers: { vary: '*' } }],
    ['was asked for under conditions', {}, { headers: { 'if-modified-since': 'Thu, 01 Oct 2026 00:00:00 GMT' } }],
    ['was asked for in part', {}, { headers: { range: 'bytes=0-3' } }],
  ])('do not have one that %s', async (_, served, init = {}, query = '') => {
    await using server = await sourceOf(served)
    const files = memoryFiles()
    await runs(files)(server.url + query, { init })
    expect(files.files.size).toBe(0)
  })

  it.each([
    ['a list that has room on its page', { body: [1] }, '?per_page=2'],
    ['an empty list', { body: [] }, ''],
    ['an object', { body: { total: 0 } }, ''],
  ])('may be %s', async (_, served, query) => {
    await using server = await sourceOf(served)
    const run = runs(memoryFiles())
    await run(server.url + query)
    expect((await run(server.url + query)).receipts[0]?.status).toBe(304)
  })

  it('belong to one question: another URL, header, source, credential or installation asks anew', async () => {
    await using server = await sourceOf({})
    const files = memoryFiles()
    await runs(files)(`${server.url}/a`, { init: { headers: { authorization: 'Bearer 1', accept: 'a/json' } } })
    const again = [
      runs(files)(`${server.url}/a`, { init: { headers: { authorization: 'Bearer 2', accept: 'a/json' } } }),
      runs(files)(`${server.url}/b`, { init: { headers: { accept: 'a/json' } } }),
      runs(files)(`${server.url}/a`, { init: { headers: { accept: 'b/json' } } }),
      runs(files, { owner: ['github-labs'] })(`${server.url}/a`, { init: { headers: { accept: 'a/json' } } }),
      runs(files, { secret: Buffer.alloc(32, 8) })(`${server.url}/a`, { init: { headers: { accept: 'a/json' } } }),
    ]
    const statuses = (await Promise.all(again)).map(({ receipts }) => receipts[0]?.status)
    expect(statuses).toEqual([304, 200, 200, 200, 200])
  })

  it('tell nothing to whoever reads the files, not even what was asked', async () => {
    await using server = await sourceOf({ body: { name: 'a-name-that-stands-nowhere-else' } })
    const files = memoryFiles()
    await runs(files)(`${server.url}/a-path-that-stands-nowhere-else`)
    const [[name, bytes] = ['', new Uint8Array()]] = files.files
    expect(name).toMatch(/^[0-9a-f]{64}\.0$/)
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('nowhere')
  })

  it('are a miss where a byte was changed, or a file put in the place of another', async () => {
    await using server = await sourceOf({})
    const files = memoryFiles()
    const run = runs(files)
    await run(`${server.url}/a`)
    const [[name, bytes] = ['', new Uint8Array()]] = files.files
    for (let at = 0; at < bytes.length; at++) {
      const kept = createKeptAnswers({ files, secret, owner: ['github-acme'], log })
      files.files.set(name, bytes.with(at, (bytes[at] ?? 0) ^ 1))
      const question = { method: 'GET', headers: new Headers(), url: new URL(`${server.url}/a`) }
      expect(await kept.find(question), `byte ${at}`).toBeUndefined()
    }
    for (const other of [new Uint8Array(), bytes.subarray(0, 20), new Uint8Array([1])]) {
      files.files.set(name, other)
      expect((await run(`${server.url}/a`)).receipts[0]?.status).toBe(200)
    }
    await run(`${server.url}/b`)
    const [[a, one], [b, two]] = [...files.files] as [[string, Uint8Array], [string, Uint8Array]]
    files.files.set(a, two).set(b, one)
    for (const path of ['a', 'b']) expect((await run(`${server.url}/${path}`)).receipts[0]?.status).toBe(200)
  })

  it('are let go of after ten runs that had no use for them, and what is none of theirs at once', async () => {
    await using server = await sourceOf({})
    const files = memoryFiles()
    const run = runs(files)
    await run(`${server.url}/a`)
    files.files.set('notes.txt', new Uint8Array(1))
    for (let n = 1; n <= 9; n++) {
      await run(`${server.url}/b`)
      expect([...files.files.keys()].map((name) => name.slice(64)).sort()).toEqual(['.0', `.${n}`])
    }
    expect((await run(`${server.url}/a`)).receipts[0]?.status).toBe(304)
    for (let n = 1; n <= 10; n++) await run(`${server.url}/b`)
    expect(files.files.size).toBe(1)
    expect((await run(`${server.url}/a`)).receipts[0]?.status).toBe(200)
  })

  it('take no more room than they may', async () => {
    await using server = await sourceOf({})
    const files = memoryFiles()
    await runs(files)(`${server.url}/a`)
    const [one = 0] = [...files.files.values()].map(({ length }) => length)
    for (const path of ['b', 'c', 'd']) await runs(files, { mostBytes: one * 2 + 4 })(`${server.url}/${path}`)
    expect(files.files.size).toBe(2)
  })

  it('do not include answers to requests that forbid it, because they may hold secrets', async () => {
    await using server = await sourceOf({})
    const files = memoryFiles()
    await runs(files)(server.url, { init: { headers: { 'cache-control': 'no-store' } } })
    expect(files.files.size).toBe(0)
  })

  it('cost requests and nothing else where they cannot be kept', async () => {
    await using server = await sourceOf({})
    const broken = () => Promise.reject(new Error('disk full'))
    const files = { list: broken, read: broken, write: broken, rename: broken, remove: broken }
    warnings.length = 0
    expect((await runs(files)(server.url, { times: 3 })).receipts.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(warnings).toEqual(['answers could not be kept between runs'])
  })

  it('do not count against a budget that the source does not take them from', async () => {
    const left = 3
    await using server = await httpServer((request, response) => {
      const isKnown = request.headers['if-none-match'] === '"v1"'
      const headers = {
        etag: '"v1"',
        'content-type': 'application/json',
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': String(left),
        'x-ratelimit-reset': String(Date.parse('2026-01-05T07:00:00Z') / 1000),
      }
      response.writeHead(isKnown ? 304 : 200, headers)
      response.end(isKnown ? '' : '{}')
    })
    const { receipts } = await runs(memoryFiles())(server.url, { times: 20 })
    expect(receipts.filter(({ status }) => status === 304)).toHaveLength(19)
    const took = Date.parse(receipts.at(-1)?.at ?? '') - Date.parse(receipts[0]?.at ?? '')
    expect(took).toBeLessThan(60_000)
  })
})

describe('the folder of kept answers', () => {
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

  test('takes the answers to one question that is asked several times at once', async () => {
    const store = await mkdtemp(join(tmpdir(), 'affiant-kept-'))
    folders.push(store)
    const files = keptFilesIn(store, 'github-acme')
    await Promise.all(Array.from({ length: 20 }, () => files.write('a.0', Buffer.alloc(100_000))))
    expect(await files.list()).toEqual([{ name: 'a.0', size: 100_000 }])
  })

  test('is below the store, out of sight and for its owner only', async () => {
    const store = await mkdtemp(join(tmpdir(), 'affiant-kept-'))
    folders.push(store)
    const files = keptFilesIn(store, 'github-acme')
    expect(await files.list()).toEqual([])
    expect(await files.read('a.0')).toBeUndefined()
    await files.write('a.0', Buffer.from('one'))
    await files.write('a.0', Buffer.from('three'))
    const folder = join(store, '.kept/github-acme')
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'a.0'))).mode & 0o777).toBe(0o600)
    await files.rename('a.0', 'a.1')
    expect(await files.list()).toEqual([{ name: 'a.1', size: 5 }])
    expect(Buffer.from((await files.read('a.1')) ?? []).toString()).toBe('three')
    expect(await keptFilesIn(store, 'github-labs').list()).toEqual([])
    await files.remove('a.1')
    await files.remove('a.1')
    expect(await readdir(folder)).toEqual([])
    await writeFile(join(store, '.kept/github-acme/b.0'), 'x')
    expect(await readFile(join(folder, 'b.0'), 'utf8')).toBe('x')
  })
})
