import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTimestamper, stampWithAll, TimestampError, type Timestamper } from '../../src/bundle/timestamp-client.ts'
import { verifyTimestamp } from '../../src/bundle/timestamp.ts'
import { readRoots } from '../../src/bundle/tsa-roots.ts'
import type { TsaCertificate } from '../../src/bundle/tsa-certificate.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { openStamp } from '../../src/runtime/timestamp.ts'
import { manualClock } from '../../src/testing/clock.ts'
import {
  answer,
  AUTHORITY,
  createWorkshop,
  element,
  type Identity,
  type Respond,
  TIMESTAMPING,
  tsaServer,
  tstInfo,
  type Workshop,
} from '../servers/tsa.ts'

const SIGNATURE = Buffer.from('the raw bytes of a signature')

let workshop: Workshop
let root: Identity
let signer: Identity
let roots: readonly TsaCertificate[]

beforeAll(async () => {
  workshop = await createWorkshop()
  root = await workshop.certificate({ name: 'Root', extensions: AUTHORITY })
  signer = await workshop.certificate({ name: 'Stamps', issuer: root, extensions: TIMESTAMPING })
  roots = readRoots(await readFile(root.cert, 'utf8'))
}, 60_000)

afterAll(() => workshop[Symbol.asyncDispose]())

/** The manual clock stands at the real time: `openssl ts` has no other. */
const now = () => new Date().toISOString()

function client(url: string, options: { roots?: readonly TsaCertificate[] | undefined } = { roots }): Timestamper {
  return createTimestamper({ url, fetch, randomBytes, clock: manualClock(now()), ...options })
}

async function errorOf(work: Promise<unknown>): Promise<TimestampError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof TimestampError) return error
  throw new Error(`not a TimestampError: ${String(error)}`)
}

/** The error of a stamp from a server that answers so. */
async function refusal(respond: Respond, options?: Parameters<typeof client>[1]): Promise<TimestampError> {
  await using server = await tsaServer(respond)
  return await errorOf(client(server.url, options).stamp(SIGNATURE))
}

const honest: Respond = async (request, response) => answer(response, await workshop.reply(signer, request))

/** A granted response around a token: PKIStatusInfo with status 0. */
const granted = (token: Uint8Array) => element(0x30, Buffer.from('3003020100', 'hex'), token)

/** The nonce of a request of ours: the integer before `certReq TRUE`, which ends it. */
const nonceOf = (request: Buffer) => request.subarray(-3 - 16, -3)

describe('an honest authority', () => {
  test('gives a token that our verifier and openssl accept', async () => {
    await using server = await tsaServer(honest)
    const token = await client(server.url).stamp(SIGNATURE)
    expect((await verifyTimestamp(token, SIGNATURE, { roots, maxSkewSeconds: 0 })).ok).toBe(true)
    expect(await workshop.verifies(token, SIGNATURE, root, new Date())).toBe(true)
    expect(server.requests[0]?.headers['content-type']).toBe('application/timestamp-query')
  })

  test('is asked for its certificate, with a nonce that is never the same, for the SHA-256 of the signature', async () => {
    await using server = await tsaServer(honest)
    const timestamper = client(server.url)
    await timestamper.stamp(SIGNATURE)
    await timestamper.stamp(SIGNATURE)
    const [first, second] = server.requests.map(({ body }) => body)
    if (first === undefined || second === undefined) throw new Error('two requests expected')
    expect(nonceOf(first)).not.toEqual(nonceOf(second))
    expect(first.subarray(0, -19)).toEqual(second.subarray(0, -19))
    expect(first.subarray(-3)).toEqual(Buffer.from('0101ff', 'hex'))
    expect(first.toString('hex')).toContain('3031300d060960864801650304020105000420')
  })

  test('need not be pinned by the agent', async () => {
    await using server = await tsaServer(honest)
    const token = await client(server.url, { roots: undefined }).stamp(SIGNATURE)
    expect((await verifyTimestamp(token, SIGNATURE, { roots, maxSkewSeconds: 0 })).ok).toBe(true)
  })

  test('through the runtime, with its roots in a file; one that gives none is warned of and stops nothing', async () => {
    await using server = await tsaServer(honest)
    const warnings: string[] = []
    const stamp = await openStamp(
      [
        { url: server.url, rootsFile: root.cert, timeoutMs: 10_000 },
        { url: 'http://127.0.0.1:1/', timeoutMs: 10_000 },
      ],
      { clock: systemClock, onWarning: (message) => void warnings.push(message) },
    )
    const tokens = await stamp?.(SIGNATURE)
    const [token = Buffer.of()] = tokens ?? []
    expect(tokens).toHaveLength(1)
    expect((await verifyTimestamp(token, SIGNATURE, { roots, maxSkewSeconds: 0 })).ok).toBe(true)
    expect(warnings).toEqual([expect.stringMatching(/^no timestamp from http:\/\/127\.0\.0\.1:1\//)])
  })

  test('is not asked for where the config names none', async () => {
    expect(await openStamp([], { clock: systemClock })).toBeUndefined()
  })

  test('with a file of roots that is none', async () => {
    const file = join(workshop.folder, 'roots.pem')
    await writeFile(file, 'no certificate\n')
    const opening = openStamp([{ url: 'http://127.0.0.1:9/', rootsFile: file, timeoutMs: 1000 }], {
      clock: systemClock,
    })
    await expect(opening).rejects.toMatchObject({
      name: 'UserError',
      message: `${file}: there is no certificate in the file`,
    })
  })
})

describe('an authority that gives no token', () => {
  test.each<[string, Respond, string]>([
    ['HTTP 500', (_, response) => void response.writeHead(500).end('oops'), 'http-status'],
    [
      'a redirect, which is not followed',
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      'http-status',
    ],
    ['a page of a proxy', (_, response) => void response.end('<html>Sign in</html>'), 'response-invalid'],
    ['nothing', (_, response) => void response.end(), 'response-invalid'],
    ['far too much', (_, response) => void response.end(Buffer.alloc(1_000_000, 0x30)), 'response-invalid'],
    [
      'granted without a token',
      (_, response) => answer(response, Buffer.from('30053003020100', 'hex')),
      'response-invalid',
    ],
    ['a broken connection', (_, response) => void response.destroy(), 'unreachable'],
  ])('%s', async (_, respond, code) => {
    const error = await refusal(respond)
    expect(error.code).toBe(code)
    expect(error.hint).not.toBe('')
  })

  test('a response cut short, at every place', async () => {
    const whole = await workshop.reply(signer, await someRequest())
    for (let length = 0; length < whole.length; length += 97) {
      const error = await refusal((_, response) => answer(response, whole.subarray(0, length)))
      expect(error.code).toBe('response-invalid')
    }
  })

  test('a refusal, with the reason of the standard', async () => {
    const error = await refusal(async (request, response) =>
      answer(response, await workshop.reply(signer, request, ['digests=sha512'])),
    )
    expect(error.code).toBe('refused')
    expect(error.message).toBe(
      'the timestamp authority made no token (status 2): it does not know the digest algorithm',
    )
  })

  test('nobody at the address', async () => {
    const server = await tsaServer(honest)
    await server[Symbol.asyncDispose]()
    expect((await errorOf(client(server.url).stamp(SIGNATURE))).code).toBe('unreachable')
  })

  test('silence, until the limit on the injected clock', async () => {
    const clock = manualClock(now())
    const asked = Promise.withResolvers<void>()
    await using server = await tsaServer(() => asked.resolve())
    const stamping = errorOf(
      createTimestamper({ url: server.url, fetch, randomBytes, clock, roots, timeoutMs: 5000 }).stamp(SIGNATURE),
    )
    await asked.promise
    await clock.advance(5000)
    expect((await stamping).code).toBe('timeout')
  })

  test('a caller who gives up', async () => {
    const abort = new AbortController()
    const asked = Promise.withResolvers<void>()
    await using server = await tsaServer(() => asked.resolve())
    const { signal } = abort
    const stamping = errorOf(
      createTimestamper({ url: server.url, fetch, randomBytes, clock: manualClock(now()), signal }).stamp(SIGNATURE),
    )
    await asked.promise
    abort.abort()
    expect((await stamping).code).toBe('aborted')
  })
})

async function someRequest(): Promise<Buffer> {
  await using server = await tsaServer((_, response) => void response.writeHead(500).end())
  await errorOf(client(server.url).stamp(SIGNATURE))
  const [request] = server.requests
  if (request === undefined) throw new Error('no request came')
  return request.body
}

describe('a token that is not good is not taken', () => {
  test('an old one again: its nonce is another', async () => {
    const old = await workshop.reply(signer, await someRequest())
    const error = await refusal((_, response) => answer(response, old))
    expect([error.code, error.reason]).toEqual(['token-refused', 'timestamp-nonce'])
  })

  test('without a nonce', async () => {
    const token = await workshop.sign(signer, tstInfo({ data: SIGNATURE, time: new Date() }))
    const error = await refusal((_, response) => answer(response, granted(token)))
    expect([error.code, error.reason]).toEqual(['token-refused', 'timestamp-nonce'])
  })

  test('over other data', async () => {
    const error = await refusal(async (request, response) => {
      const info = tstInfo({ data: Buffer.from('other'), time: new Date(), nonce: nonceOf(request) })
      answer(response, granted(await workshop.sign(signer, info)))
    })
    expect([error.code, error.reason]).toEqual(['token-refused', 'timestamp-imprint'])
  })

  test('from an authority that is not the pinned one', async () => {
    const other = await workshop.certificate({ name: 'Other', extensions: AUTHORITY })
    const by = await workshop.certificate({ name: 'Stamps', issuer: other, extensions: TIMESTAMPING })
    const error = await refusal(async (request, response) => answer(response, await workshop.reply(by, request)))
    expect([error.code, error.reason]).toEqual(['token-refused', 'timestamp-root'])
  })

  test.each([
    [-3600, 'timestamp-early'],
    [3600, 'timestamp-late'],
  ])('%d s off the clock, also without pinned roots', async (seconds, reason) => {
    const respond: Respond = async (request, response) => {
      const info = tstInfo({ data: SIGNATURE, time: new Date(Date.now() + seconds * 1000), nonce: nonceOf(request) })
      answer(response, granted(await workshop.sign(signer, info)))
    }
    for (const pinned of [roots, undefined]) {
      const error = await refusal(respond, { roots: pinned })
      expect([error.code, error.reason]).toEqual(['token-refused', reason])
      expect(error.hint).toContain('clock')
    }
  })
})

describe('several authorities', () => {
  test('each is optional: the others stamp, and what failed is named, in order', async () => {
    await using good = await tsaServer(honest)
    await using broken = await tsaServer((_, response) => void response.writeHead(503).end())
    const stamps = await stampWithAll(
      new Map([
        ['first', client(good.url)],
        ['second', client(broken.url)],
        ['third', client(good.url)],
      ]),
      SIGNATURE,
    )
    expect(stamps.map((stamp) => [stamp.authority, 'token' in stamp ? 'token' : stamp.error.code])).toEqual([
      ['first', 'token'],
      ['second', 'http-status'],
      ['third', 'token'],
    ])
  })

  test('none at all gives none', async () => {
    expect(await stampWithAll(new Map(), SIGNATURE)).toEqual([])
  })
})
