import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BundleError } from '../../src/bundle/errors.ts'
import { generateKeyPair } from '../../src/bundle/keys.ts'
import { parseTrustPolicy, trustKeys } from '../../src/bundle/trust.ts'
import { AUTHORITY, createWorkshop, type Workshop } from '../servers/tsa.ts'

const pair = generateKeyPair()
const other = generateKeyPair('ed25519')
const rootKey = { keyid: pair.keyId, pem: pair.publicPem }

let workshop: Workshop
let tsa: string
beforeAll(async () => {
  workshop = await createWorkshop()
  const { cert } = await workshop.certificate({ name: 'Root', extensions: AUTHORITY })
  tsa = await readFile(cert, 'utf8')
}, 30_000)
afterAll(() => workshop?.[Symbol.asyncDispose]())

const text = (change: object = {}) => JSON.stringify({ version: 1, rootKeys: [rootKey], ...change })

function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof BundleError && error.hint !== '') return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('a trust policy', () => {
  it('gives keys, roots of authorities, and defaults', () => {
    const second = { keyid: other.keyId, pem: other.publicPem }
    const trust = parseTrustPolicy(text({ rootKeys: [rootKey, second], tsa: [{ pem: tsa }] }))
    expect([...trust.rootKeys.keys()]).toEqual([pair.keyId, other.keyId])
    expect(trust.tsaRoots).toHaveLength(1)
    expect(trust.policy).toMatchObject({ requireTimestamps: 0, maxSkewSeconds: 600, limits: { maxFiles: 200_000 } })
  })

  it.each<[string, () => string, RegExp]>([
    ['no JSON', () => '{', /not JSON/],
    ['another version', () => text({ version: 2 }), /at version/],
    ['a field that is not known', () => text({ requireTimestamp: 1 }), /wrong shape/],
    ['no keys', () => text({ rootKeys: [] }), /at rootKeys/],
    [
      'an id that is not that of its key',
      () => text({ rootKeys: [{ ...rootKey, keyid: other.keyId }] }),
      /the policy says/,
    ],
    ['a key that is none', () => text({ rootKeys: [{ ...rootKey, pem: 'x' }] }), /rootKeys\.0\.pem/],
    ['a private key', () => text({ rootKeys: [{ ...rootKey, pem: pair.privatePem }] }), /private key/],
    ['a root that is no certificate', () => text({ tsa: [{ pem: 'x' }] }), /tsa\.0\.pem/],
    ['timestamps required of nobody', () => text({ requireTimestamps: 1 }), /no authority/],
    ['a head that is none', () => text({ expectHead: { index: -1, sha256: 'x' } }), /at expectHead/],
  ])('with %s is refused', (_, make, why) => {
    const said = refusal(() => parseTrustPolicy(make()))
    expect(said).toMatch(/^policy-invalid: /)
    expect(said).toMatch(why)
  })

  it('is never accepted by chance, and never ends in another error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => text({ rootKeys: value })),
        ),
        (input) => {
          expect(refusal(() => parseTrustPolicy(input))).toMatch(/^policy-invalid: /)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('can be given as keys alone', () => {
    const trust = trustKeys([pair.publicPem, other.publicPem], [tsa])
    expect([...trust.rootKeys.keys()]).toEqual([pair.keyId, other.keyId])
    expect(trust.tsaRoots).toHaveLength(1)
    expect(refusal(() => trustKeys(['x']))).toMatch(/^key-invalid/)
    expect(refusal(() => trustKeys([]))).toMatch(/^policy-invalid/)
  })
})
