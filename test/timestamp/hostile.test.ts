import { readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nonceFrom, readResponse, writeRequest } from '../../src/bundle/timestamp-request.ts'
import { type TimestampVerdict, verifyTimestamp } from '../../src/bundle/timestamp.ts'
import type { TsaCertificate } from '../../src/bundle/tsa-certificate.ts'
import { type DerNode, NotDerError, readDer } from '../../src/bundle/tsa-der.ts'
import { TIMESTAMP_REASONS } from '../../src/bundle/tsa-reasons.ts'
import { readRoots } from '../../src/bundle/tsa-roots.ts'
import { AUTHORITY, createWorkshop, element, TIMESTAMPING, tstInfo, type Workshop } from '../servers/tsa.ts'

const DATA = Buffer.from('the raw bytes of a signature')

let workshop: Workshop
let roots: readonly TsaCertificate[]
/** With an EC and an RSA signer, each below an intermediate. */
let tokens: Buffer[]

beforeAll(async () => {
  workshop = await createWorkshop()
  const root = await workshop.certificate({ name: 'Root', extensions: AUTHORITY })
  roots = readRoots(await readFile(root.cert, 'utf8'))
  tokens = []
  for (const key of ['ec', 'rsa'] as const) {
    const middle = await workshop.certificate({ name: 'Middle', key, issuer: root, extensions: AUTHORITY })
    const by = await workshop.certificate({ name: 'Stamps', key, issuer: middle, extensions: TIMESTAMPING })
    tokens.push(await workshop.sign({ ...by, chain: middle.cert }, tstInfo({ data: DATA, time: new Date() })))
  }
}, 60_000)

afterAll(() => workshop[Symbol.asyncDispose]())

const judge = async (token: Uint8Array): Promise<TimestampVerdict> =>
  verifyTimestamp(token, DATA, { roots, maxSkewSeconds: 600 })

/** Either refused for a known reason, or says exactly what the good token says. */
async function expectHarmless(token: Uint8Array, good: TimestampVerdict): Promise<void> {
  const verdict = await judge(token)
  const known = verdict.ok ? isDeepStrictEqual(verdict, good) : verdict.reason in TIMESTAMP_REASONS
  expect(known, JSON.stringify(verdict)).toBe(true)
}

describe('a token that was tampered with', () => {
  test('is never accepted with other content, whatever bytes are changed', async () => {
    const goods = await Promise.all(tokens.map(judge))
    expect(goods.map(({ ok }) => ok)).toEqual([true, true])
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.nat(1), changes, async (which, list) => {
        const token = Buffer.from(tokens[which] ?? [])
        for (const [at, flip] of list) token[at % token.length] = (token[at % token.length] ?? 0) ^ flip
        await expectHarmless(token, goods[which] as TimestampVerdict)
      }),
      { numRuns: 2000 },
    )
  })

  test('is refused if a byte of the content, the signed attributes, the signature or the signer is changed', async () => {
    const token = Uint8Array.from(tokens[0] ?? [])
    const parts = signedParts(token)
    expect(parts.length).toBe(4)
    for (const { byteOffset, length } of parts) {
      for (let at = byteOffset; at < byteOffset + length; at++) {
        const changed = Uint8Array.from(token)
        changed[at] = (changed[at] ?? 0) ^ 0x01
        expect((await judge(changed)).ok, `byte ${at}`).toBe(false)
      }
    }
  })

  test('may carry certificates that cannot be read, up to a limit', async () => {
    const [token = Buffer.alloc(0)] = tokens
    const root = readDer(token)
    const first = root.children[1]?.children[0]?.children[3]?.children[0]
    const withJunk = (count: number) =>
      rebuilt(root, (node) => {
        return node === first ? [...Array.from({ length: count }, () => element(0x30)), node.bytes] : undefined
      })
    expect(await judge(withJunk(1))).toEqual(await judge(token))
    expect(await judge(withJunk(20))).toMatchObject({ ok: false, reason: 'timestamp-malformed' })
  })

  test('is never accepted with other content when elements are cut, doubled or moved', async () => {
    const goods = await Promise.all(tokens.map(judge))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1),
        fc.nat(),
        fc.nat(),
        fc.constantFrom('cut', 'double', 'swap'),
        async (which, a, b, how) => {
          const root = readDer(tokens[which] ?? new Uint8Array())
          const nodes = allBelow(root)
          const first = nodes[a % nodes.length] as DerNode
          const second = nodes[b % nodes.length] as DerNode
          const changed = rebuilt(root, (node) => {
            if (node === first) return how === 'cut' ? [] : how === 'double' ? [node.bytes, node.bytes] : [second.bytes]
            return node === second && how === 'swap' ? [first.bytes] : undefined
          })
          await expectHarmless(changed, goods[which] as TimestampVerdict)
        },
      ),
      { numRuns: 1500 },
    )
  })
})

/** Content, signed attributes, signature, and the certificate of the signer, as views of the token. */
function signedParts(token: Uint8Array): Uint8Array[] {
  const signed = readDer(token).children[1]?.children[0]
  const [, , content, certificates, signers] = signed?.children ?? []
  const [, , , attributes, , signature] = signers?.children[0]?.children ?? []
  const leaf = certificates?.children.find(({ bytes }) => Buffer.from(bytes).includes('Stamps'))
  const parts = [content?.children[1]?.bytes, attributes?.bytes, signature?.bytes, leaf?.bytes]
  return parts.filter((part) => part !== undefined)
}

function allBelow(node: DerNode): DerNode[] {
  return node.children.flatMap((child) => [child, ...allBelow(child)])
}

/** The element with parts replaced and all lengths made right again. */
function rebuilt(node: DerNode, replace: (node: DerNode) => readonly Uint8Array[] | undefined): Buffer {
  const replaced = replace(node)
  if (replaced !== undefined) return Buffer.concat(replaced)
  if (node.children.length === 0) return Buffer.from(node.bytes)
  return element(node.tag, ...node.children.map((child) => rebuilt(child, replace)))
}

describe('bytes that are no token', () => {
  test('end in a reason, never in an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect((await judge(bytes)).ok).toBe(false)
        expect(['malformed', 'refused', 'token']).toContain(readResponse(bytes).kind)
      }),
      { numRuns: 2000 },
    )
  })

  test('nor do trees of well-formed DER', async () => {
    const { tree } = fc.letrec<{ tree: Buffer }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc
          .tuple(fc.constantFrom(2, 4, 5, 6, 24), fc.uint8Array({ maxLength: 9 }))
          .map(([tag, body]) => element(tag, body)),
        fc
          .tuple(fc.constantFrom(0x30, 0x31, 0xa0), fc.array(tie('tree'), { maxLength: 5 }))
          .map(([tag, children]) => element(tag, ...children)),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(tree, async (bytes) => {
        expect((await judge(bytes)).ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  test('many certificates with one name cost little', async () => {
    // Each could be the issuer of each other, by name: a search without a limit would try them in every order.
    const root = await workshop.certificate({ name: 'Same', extensions: AUTHORITY })
    const same = [root]
    for (let count = 0; count < 14; count++) {
      same.push(await workshop.certificate({ name: 'Same', issuer: root, extensions: AUTHORITY }))
    }
    const by = await workshop.certificate({ name: 'Stamps', issuer: root, extensions: TIMESTAMPING })
    const chain = `${workshop.folder}/same.pem`
    await writeFile(chain, (await Promise.all(same.map(({ cert }) => readFile(cert, 'utf8')))).join(''))
    const token = await workshop.sign({ ...by, chain }, tstInfo({ data: DATA, time: new Date() }))
    const before = process.cpuUsage()
    const verdict = await judge(token)
    const { user } = process.cpuUsage(before)
    expect(verdict.ok || verdict.reason).toBe('timestamp-root')
    expect(user).toBeLessThan(1_000_000)
  })
})

describe('strict DER', () => {
  test.each([
    ['a length in a longer form than needed', '30810101'],
    ['a length left open', '308002010000000'.padEnd(16, '0')],
    ['an integer with a byte too many', '02020001'],
    ['a negative integer with a byte too many', '0202ff80'],
    ['an integer without bytes', '0200'],
    ['a boolean that is 01', '010101'],
    ['a string in pieces', '2403040100'],
    ['a sequence that is not constructed', '1000'],
    ['a tag number of two bytes', '1f810100'],
    ['something after the end', '020101ff'],
    ['an element longer than what holds it', '3003040501'],
    ['nothing', ''],
  ])('%s is refused', (_, hex) => {
    expect(() => readDer(Buffer.from(hex, 'hex'))).toThrow(NotDerError)
  })

  test('what it reads is all there is: the parts give the whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        const bytes = element(0x30, element(0x04, a), element(0x31, element(0x04, b)))
        const node = readDer(bytes)
        expect(Buffer.from(node.children[0]?.content ?? []).equals(a)).toBe(true)
        expect(Buffer.from(rebuilt(node, () => undefined))).toEqual(bytes)
      }),
    )
  })
})

test('a request is strict DER, and its nonce positive and in shortest form, whatever the random bytes are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
      const nonce = nonceFrom(random)
      const request = readDer(writeRequest(DATA, nonce))
      expect(Buffer.from(request.children[2]?.content ?? [])).toEqual(Buffer.from(nonce))
      expect((nonce[0] ?? 0) & 0xc0).toBe(0x40)
    }),
  )
  expect(() => nonceFrom(new Uint8Array(8))).toThrow(RangeError)
})
