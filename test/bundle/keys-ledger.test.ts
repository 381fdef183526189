import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BundleError } from '../../src/bundle/errors.ts'
import { addKey, ledgerKeyOf, revokeKey } from '../../src/bundle/keys-append.ts'
import { assertMaySign, isActive, readLedgerKeys } from '../../src/bundle/keys-list.ts'
import { policyText, suggestPolicy } from '../../src/bundle/keys-policy.ts'
import { createFileSigner, generateKeyPair, pemOf, type Signer } from '../../src/bundle/keys.ts'
import { type LedgerWriter, writeGenesis } from '../../src/bundle/ledger-append.ts'
import { readEntry } from '../../src/bundle/ledger.ts'
import { parsePublicKey } from '../../src/bundle/public-key.ts'
import { openRun } from '../../src/bundle/seal.ts'
import { TrustPolicy } from '../../src/model/trust-policy.ts'
import type { Store } from '../../src/model/store.ts'
import { planFor, sealedRun, storeIn, temporaryFolder } from './fixture.ts'

const newSigner = (algorithm?: 'p256' | 'ed25519') => createFileSigner(generateKeyPair(algorithm).privatePem)
const root = newSigner()
const first = newSigner()
const second = newSigner('ed25519')
const AT = new Date('2026-09-01T00:00:00.000Z')
const LATER = new Date('2026-11-01T00:00:00.000Z')
const agent = { id: 'acme-prod', version: '0.1.0', build: { sha256: 'ab'.repeat(32) } }

let folder: string
let number = 0
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

const newStore = () => storeIn(join(folder, String((number += 1))))
const writerOf = (store: Store, signer: Signer = root): LedgerWriter => ({ store, signer, agent })
const collectorKey = (signer: Signer) => ledgerKeyOf(signer.publicKeyPem, 'collector')

async function begun() {
  const store = newStore()
  await writeGenesis(writerOf(store), [ledgerKeyOf(root.publicKeyPem, 'root'), collectorKey(first)], AT)
  return store
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act
  } catch (error) {
    if (error instanceof BundleError) return error.code
    throw error
  }
  return 'allowed'
}

describe('a ledger that begins with two keys', () => {
  it('names both in its genesis, signed by the root key', async () => {
    const store = await begun()
    const { statement } = await readEntry(store, 0)
    expect(statement.predicate).toMatchObject({
      keyid: root.keyId,
      keys: [
        { keyid: root.keyId, role: 'root' },
        { keyid: first.keyId, role: 'collector' },
      ],
    })
    expect(statement.subject[0]?.digest.sha256).toBe(root.keyId)
  })

  it('is begun once', async () => {
    const store = await begun()
    const keys = [ledgerKeyOf(second.publicKeyPem, 'root')]
    expect(await writeGenesis(writerOf(store, second), keys, AT)).toBeUndefined()
    expect((await readEntry(store, 0)).statement.predicate.keyid).toBe(root.keyId)
  })

  it('takes runs of the collector key, and keeps what each key was allowed', async () => {
    const store = await begun()
    await sealedRun(store, { signer: first })
    await addKey(writerOf(store), collectorKey(second), AT)
    await revokeKey(writerOf(store), { key: { keyid: first.keyId, role: 'collector' }, reason: 'superseded' }, LATER)
    await sealedRun(store, { signer: second })
    const ledger = await readLedgerKeys(store)
    expect(ledger).toMatchObject({ origin: 'affiant.dev/acme-prod', head: { index: 6 } })
    expect(ledger?.keys).toMatchObject([
      { keyid: root.keyId, role: 'root', added: { entry: 0 } },
      {
        keyid: first.keyId,
        role: 'collector',
        added: { entry: 0, at: AT.toISOString() },
        revoked: { entry: 4, at: LATER.toISOString(), reason: 'superseded' },
      },
      { keyid: second.keyId, role: 'collector', added: { entry: 3 } },
    ])
    expect(ledger?.keys.map((key) => isActive(key, LATER))).toEqual([true, false, true])
    expect(ledger?.keys.map(({ spki }) => parsePublicKey(pemOf(spki)).id)).toEqual(
      [root, first, second].map(({ keyId }) => keyId),
    )
  })
})

describe('who may sign a run', () => {
  it('the keys that the ledger added and did not revoke', async () => {
    const store = await begun()
    await sealedRun(store, { signer: first })
    expect(await codeOf(assertMaySign(store, first.keyId))).toBe('allowed')
    expect(await codeOf(assertMaySign(store, second.keyId))).toBe('key-not-allowed')
    await addKey(writerOf(store), collectorKey(second), AT)
    expect(await codeOf(assertMaySign(store, second.keyId))).toBe('allowed')
    await revokeKey(writerOf(store), { key: { keyid: first.keyId, role: 'collector' }, reason: 'retired' }, AT)
    expect(await codeOf(assertMaySign(store, first.keyId))).toBe('key-not-allowed')
    expect(await codeOf(assertMaySign(store, second.keyId))).toBe('allowed')
  })

  it('not the root key, which is no collector key', async () => {
    expect(await codeOf(assertMaySign(await begun(), root.keyId))).toBe('key-not-allowed')
  })

  it('any key where there is no ledger; it begins one in both roles', async () => {
    const store = newStore()
    expect(await codeOf(assertMaySign(store, second.keyId))).toBe('allowed')
    await openRun({ store, signer: second }, planFor)
    expect(await codeOf(assertMaySign(store, second.keyId))).toBe('allowed')
    expect((await readLedgerKeys(store))?.keys.map(({ role }) => role)).toEqual(['root', 'collector'])
  })

  it('asks the last entries only', async () => {
    const store = await begun()
    for (let run = 0; run < 20; run++) await sealedRun(store, { signer: first })
    const read: string[] = []
    const counted: Store = {
      ...store,
      get(key) {
        read.push(key)
        return store.get(key)
      },
    }
    await assertMaySign(counted, first.keyId)
    expect(read).toEqual(['ledger/000000040.sigstore.json'])
  })
})

describe('the trust policy that is suggested', () => {
  it('pins name, genesis and the root keys that are active', async () => {
    const store = await begun()
    await addKey(writerOf(store), ledgerKeyOf(second.publicKeyPem, 'root'), AT)
    await revokeKey(writerOf(store, second), { key: { keyid: root.keyId, role: 'root' }, reason: 'retired' }, AT)
    const ledger = await readLedgerKeys(store)
    if (!ledger) throw new Error('there is a ledger')
    const policy = TrustPolicy.parse(JSON.parse(policyText(suggestPolicy(ledger, { at: LATER, expectHead: true }))))
    expect(policy).toMatchObject({
      origin: 'affiant.dev/acme-prod',
      genesis: (await readEntry(store, 0)).sha256,
      rootKeys: [{ keyid: second.keyId, pem: second.publicKeyPem }],
      expectHead: ledger.head,
    })
    expect(policy.rootKeys.map(({ pem }) => parsePublicKey(pem).id)).toEqual([second.keyId])
    expect(suggestPolicy(ledger, { at: LATER })).not.toHaveProperty('expectHead')
  })
})

describe('a ledger with a gap', () => {
  it('gets no entry about keys in it', async () => {
    const store = await begun()
    for (let times = 0; times < 2; times++) await addKey(writerOf(store), collectorKey(newSigner()), AT)
    const gap = 'ledger/000000001.sigstore.json'
    await fs.rm(join(folder, String(number), gap))
    expect(await codeOf(addKey(writerOf(store), collectorKey(second), AT))).toBe('ledger-invalid')
    const old = { keyid: first.keyId, role: 'collector' } as const
    expect(await codeOf(revokeKey(writerOf(store), { key: old, reason: 'retired' }, AT))).toBe('ledger-invalid')
    expect(await store.stat(gap)).toBeUndefined()
  })
})
