import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEnvelope, writeEnvelope } from '../../src/bundle/dsse.ts'
import { lateTokenKey } from '../../src/bundle/late-tokens.ts'
import { type Trust, trustKeys } from '../../src/bundle/trust.ts'
import { ledgerKey } from '../../src/model/common.ts'
import type { LedgerStatement } from '../../src/model/statement.ts'
import {
  AUTHORITY,
  createWorkshop,
  type Identity,
  TIMESTAMPING,
  tstInfo,
  type InfoFields,
  type Workshop,
} from '../servers/tsa.ts'
import { at, judge, keyOf, type Ledger, newLedger, newSigner, part } from './ledger-builder.ts'

const key = newSigner()
const other = newSigner()
const YEAR = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') }

let workshop: Workshop
let first: Identity
let second: Identity
let useless: Identity
let pems: string[]

beforeAll(async () => {
  workshop = await createWorkshop()
  const roots = [
    await workshop.certificate({ name: 'First Root', extensions: AUTHORITY, ...YEAR }),
    await workshop.certificate({ name: 'Second Root', extensions: AUTHORITY, ...YEAR }),
  ] as const
  first = await workshop.certificate({ name: 'First', issuer: roots[0], extensions: TIMESTAMPING, ...YEAR })
  second = await workshop.certificate({ name: 'Second', issuer: roots[1], extensions: TIMESTAMPING, ...YEAR })
  useless = await workshop.certificate({
    name: 'Web',
    issuer: roots[0],
    extensions: ['keyUsage=critical,digitalSignature'],
    ...YEAR,
  })
  pems = await Promise.all(roots.map(({ cert }) => readFile(cert, 'utf8')))
}, 60_000)
afterAll(() => workshop?.[Symbol.asyncDispose]())

/** Pins the key and the first authority. */
function trust(change: Partial<Trust['policy']> = {}, tsa = pems.slice(0, 1)): Trust {
  const pinned = trustKeys([key.publicKeyPem], tsa)
  return { ...pinned, policy: { ...pinned.policy, ...change } }
}

async function token(signature: Uint8Array, minutes: number, by = first, hash: InfoFields['hash'] = 'sha256') {
  return workshop.sign(by, tstInfo({ data: signature, time: new Date(at(minutes)), hash }))
}
const stampAt =
  (minutes: number, ...by: Identity[]) =>
  async (signature: Uint8Array) =>
    Promise.all((by.length === 0 ? [first] : by).map((one) => token(signature, minutes, one)))

/** The genesis at 0, a run opened at 10 and sealed at 15. Minutes of their tokens; `undefined`: no token. */
async function ledgerWith(genesis?: number, opening?: number, seal?: number): Promise<Ledger> {
  const ledger = newLedger()
  const stamped = (minutes: number | undefined) => (minutes === undefined ? {} : { stamp: stampAt(minutes) })
  await ledger.add(key, part.genesis(key, [keyOf(key, 'root'), keyOf(key, 'collector')]), stamped(genesis))
  await ledger.add(key, part.opened(1, at(10)), stamped(opening))
  await ledger.add(key, part.sealed(1, at(10), at(15)), stamped(seal))
  return ledger
}

/** Puts other tokens into an entry. */
async function swap(ledger: Ledger, index: number, tokens: (signature: Uint8Array) => Promise<Uint8Array[]>) {
  const { payload, signature, keyId } = entry(ledger, index)
  ledger.files.set(ledgerKey(index), writeEnvelope(payload, signature, { keyId }, await tokens(signature)))
}

function entry(ledger: Ledger, index: number) {
  return readEnvelope(ledger.files.get(ledgerKey(index)) ?? new Uint8Array())
}

async function addLate(ledger: Ledger, index: number, minutes: number, by = first): Promise<string> {
  const late = await token(entry(ledger, index).signature, minutes, by)
  const name = lateTokenKey(index, late)
  ledger.files.set(name, late)
  return name
}

describe('the level of time', () => {
  it('is yes if every entry has a token of about the time that it claims', async () => {
    const { timed, failures, runs } = await judge((await ledgerWith(1, 11, 16)).reader, trust())
    expect(failures).toEqual([])
    expect(timed).toEqual({ value: 'yes', tokens: 3, without: 0, earliest: at(1), latest: at(16) })
    expect(runs[0]?.timed).toEqual({ value: 'yes', tokens: 1, by: at(16) })
  })

  it('is late if an entry without one stands before one that has one', async () => {
    const { timed, failures } = await judge((await ledgerWith(1, undefined, 16)).reader, trust())
    expect(failures).toEqual([])
    expect(timed).toMatchObject({ value: 'late', tokens: 2, without: 0 })
  })

  it('is partly if the last entries have none, and no if no entry has', async () => {
    expect((await judge((await ledgerWith(1, 11)).reader, trust())).timed).toMatchObject({
      value: 'partly',
      without: 1,
    })
    expect((await judge((await ledgerWith()).reader, trust())).timed).toEqual({ value: 'no', tokens: 0, without: 3 })
  })

  it('is not judged without roots, and no with the roots of others', async () => {
    const { reader } = await ledgerWith(1, 11, 16)
    expect((await judge(reader, trust({}, []))).timed).toMatchObject({ value: 'not-judged', tokens: 3 })
    const others = await judge(reader, trust({}, pems.slice(1)))
    expect(others).toMatchObject({ failures: [], timed: { value: 'no', tokens: 0, without: 3 } })
    const strict = await judge(reader, trust({ requireTimestamps: 1 }, pems.slice(1)))
    expect(strict.failures).toEqual(['timestamps-missing 0', 'timestamps-missing 1', 'timestamps-missing 2'])
  })

  it('is late, and not met by what is required, if the token is of a time after the claimed one', async () => {
    const { reader } = await ledgerWith(1, 11, 600)
    const { failures, timed, runs } = await judge(reader, trust())
    expect({ failures, value: timed.value }).toEqual({ failures: [], value: 'late' })
    expect(runs[0]?.timed).toEqual({ value: 'late', tokens: 1, by: at(600) })
    expect((await judge(reader, trust({ requireTimestamps: 1 }))).failures).toEqual(['timestamps-missing 2'])
  })

  it('goes by the skew of the policy', async () => {
    const { reader } = await ledgerWith(1, 11, 18)
    expect((await judge(reader, trust({ maxSkewSeconds: 180 }))).timed.value).toBe('yes')
    expect((await judge(reader, trust({ maxSkewSeconds: 179 }))).timed.value).toBe('late')
  })

  it('may ask for several authorities: two tokens of one of them are one', async () => {
    const both = newLedger()
    const keys = [keyOf(key, 'root'), keyOf(key, 'collector')]
    await both.add(key, part.genesis(key, keys), { stamp: stampAt(1, first, second) })
    await both.add(key, part.opened(1, at(10)), { stamp: stampAt(11, first, first) })
    const two = trust({ requireTimestamps: 2 }, pems)
    const verified = await judge(both.reader, two)
    expect(verified.failures).toEqual(['timestamps-missing 1'])
    expect(verified.timed).toMatchObject({ value: 'partly', tokens: 4, without: 1 })
  })
})

describe('a timestamp is refused', () => {
  it('if it was made for another entry', async () => {
    const ledger = await ledgerWith(1, 11, 16)
    const { timestamps } = entry(ledger, 1)
    await swap(ledger, 2, async () => [...timestamps])
    const { details, timed } = await judge(ledger.reader, trust())
    expect(details.map(({ code, detail }) => [code, detail.split(':')[0]])).toEqual([
      ['timestamp-refused', 'timestamp-imprint'],
    ])
    expect(timed.value).toBe('partly')
  })

  it.each<[string, string, (signature: Uint8Array) => Promise<Uint8Array[]>]>([
    ['of a signer that may not make any', 'timestamp-usage', async (bytes) => [await token(bytes, 16, useless)]],
    ['of an imprint in SHA-1', 'timestamp-algorithm', async (bytes) => [await token(bytes, 16, first, 'sha1')]],
    ['from before the entry claims that it was made', 'timestamp-early', stampAt(4)],
    ['that is no token', 'timestamp-malformed', async () => [Buffer.from('no token')]],
  ])('%s: %s', async (_, reason, stamp) => {
    const ledger = await ledgerWith(1)
    await swap(ledger, 2, stamp)
    const { details, timed } = await judge(ledger.reader, trust())
    expect(details.map(({ code, detail }) => [code, detail.split(':')[0]])).toEqual([['timestamp-refused', reason]])
    expect(timed).toMatchObject({ value: 'partly', tokens: 1, without: 2 })
  })

  it('if it was removed or replaced after the next entry named it, whoever made the other one', async () => {
    const removed = await ledgerWith(1, 11, 16)
    await swap(removed, 1, async () => [])
    expect((await judge(removed.reader, trust())).failures).toEqual(['previous-wrong 2'])
    const replaced = await ledgerWith(1, 11, 16)
    await swap(replaced, 1, stampAt(12))
    expect((await judge(replaced.reader, trust())).failures).toEqual(['previous-wrong 2'])
  })

  it('is not missed at the last entry, unless timestamps are required', async () => {
    const ledger = await ledgerWith(1, 11, 16)
    await swap(ledger, 2, async () => [])
    expect(await judge(ledger.reader, trust())).toMatchObject({ failures: [], timed: { value: 'partly', without: 1 } })
    expect((await judge(ledger.reader, trust({ requireTimestamps: 1 }))).failures).toEqual(['timestamps-missing 2'])
  })
})

describe('along the ledger', () => {
  it('timestamps do not run backwards, but for the accuracy of clocks', async () => {
    const order = async (opening: number, seal: number) =>
      (await judge((await ledgerWith(1, opening, seal)).reader, trust())).failures
    expect(await order(13, 12)).toEqual(['timestamp-order 2'])
    expect(await order(13, 13 - 1 / 60)).toEqual([])
    expect(await order(13, 13 - 3 / 60)).toEqual(['timestamp-order 2'])
  })

  it('no entry claims a time before a timestamp that it names', async () => {
    const ledger = await ledgerWith(1, 11, 16)
    await ledger.add(key, part.opened(3, at(4)))
    expect((await judge(ledger.reader, trust())).failures).toEqual(['timestamp-order 3'])
    expect((await judge(ledger.reader, trust({ maxSkewSeconds: 900 }))).failures).toEqual([])
  })
})

describe('the time of a key', () => {
  const withKey = async (notBefore: number, notAfter: number, claimed: number, seen?: number, before = 21) => {
    const ledger = await ledgerWith(1, 11, 16)
    const validity = { notBefore: at(notBefore), notAfter: at(notAfter) }
    await ledger.add(key, part.added(keyOf(other, 'collector', validity), at(20)), { stamp: stampAt(before) })
    await ledger.add(other, part.opened(4, at(claimed)), seen === undefined ? {} : { stamp: stampAt(seen) })
    return (await judge(ledger.reader, trust())).failures
  }

  it('is judged at the trusted time, whatever the entry claims', async () => {
    expect(await withKey(30, 50, 40, 41)).toEqual([])
    expect(await withKey(30, 50, 49, 51)).toEqual(['key-not-valid 4'])
    expect(await withKey(30, 50, 31, 29)).toEqual(['key-not-valid 4'])
    expect(await withKey(30, 50, 29, 31)).toEqual([])
  })

  it('is the claimed one without a timestamp, and at least that of earlier ones', async () => {
    expect(await withKey(20, 50, 49)).toEqual([])
    expect(await withKey(20, 50, 51)).toEqual(['key-not-valid 4'])
    expect(await withKey(15, 21, 20, undefined, 29)).toEqual(['key-not-valid 4'])
  })

  it('after a compromise is the one that a timestamp shows, its own or one of a later entry', async () => {
    const compromised = async (genesis: number | undefined, opening: number | undefined, seal: number | undefined) => {
      const ledger = newLedger()
      const stamped = (minutes: number | undefined) => (minutes === undefined ? {} : { stamp: stampAt(minutes) })
      const keys = [keyOf(key, 'root'), keyOf(other, 'collector')]
      await ledger.add(key, part.genesis(key, keys), stamped(genesis))
      await ledger.add(other, part.opened(1, at(10)), stamped(opening))
      await ledger.add(other, part.sealed(1, at(10), at(15)), stamped(seal))
      const why = { reason: 'compromised' as const, since: at(20) }
      await ledger.add(key, part.revoked(other, 'collector', at(30), why), stamped(30))
      return (await judge(ledger.reader, trust())).failures
    }
    expect(await compromised(1, 11, 16)).toEqual([])
    expect(await compromised(undefined, undefined, 16)).toEqual([])
    expect(await compromised(1, 11, undefined)).toEqual(['key-revoked 2'])
    expect(await compromised(1, 11, 22)).toEqual(['key-revoked 2'])
  })
})

describe('tokens beside the ledger', () => {
  it('are late ones, and cover their entry and those before it', async () => {
    const ledger = await ledgerWith()
    await addLate(ledger, 1, 90)
    const { failures, timed, runs } = await judge(ledger.reader, trust())
    expect(failures).toEqual([])
    expect(timed).toEqual({ value: 'partly', tokens: 1, without: 1, earliest: at(90), latest: at(90) })
    await addLate(ledger, 2, 100)
    const all = await judge(ledger.reader, trust())
    expect(all.timed).toMatchObject({ value: 'late', tokens: 2, without: 0 })
    expect(all.runs[0]?.timed).toEqual({ value: 'late', tokens: 1, by: at(100) })
    expect(runs[0]?.timed.value).toBe('no')
  })

  it('never meet what is required, and need not be in order among themselves', async () => {
    const ledger = await ledgerWith()
    for (const index of [0, 1, 2]) await addLate(ledger, index, 100 - index)
    expect((await judge(ledger.reader, trust())).failures).toEqual([])
    expect((await judge(ledger.reader, trust({ requireTimestamps: 1 }))).failures).toHaveLength(3)
  })

  it('are refused from before the entry, and for another one', async () => {
    const ledger = await ledgerWith()
    const early = await addLate(ledger, 2, 1)
    expect(
      (await judge(ledger.reader, trust())).details.map(({ code, detail }) => [code, detail.split(':')[0]]),
    ).toEqual([['timestamp-refused', 'timestamp-early']])
    ledger.files.delete(early)
    const wrong = await token(entry(ledger, 1).signature, 20)
    ledger.files.set(lateTokenKey(2, wrong), wrong)
    expect((await judge(ledger.reader, trust())).failures).toEqual(['timestamp-refused 2'])
  })

  it('are what their names say, and nothing else stands there', async () => {
    const ledger = await ledgerWith()
    const name = await addLate(ledger, 2, 100)
    const bytes = Buffer.from(ledger.files.get(name) ?? '')
    bytes[40]! ^= 1
    ledger.files.set(name, bytes)
    ledger.files.set('timestamps/note.txt', bytes)
    ledger.files.set(lateTokenKey(7, bytes), bytes)
    ledger.files.set(lateTokenKey(1, Buffer.alloc(70_000)), Buffer.alloc(70_000))
    expect((await judge(ledger.reader, trust())).failures).toEqual([
      'file-added timestamps/note.txt',
      `timestamp-refused ${lateTokenKey(1, Buffer.alloc(70_000))}`,
      `timestamp-refused ${name}`,
      `file-added ${lateTokenKey(7, bytes)}`,
    ])
  })

  it('and one too many of an entry is named', async () => {
    const ledger = await ledgerWith()
    for (let count = 0; count < 21; count++) ledger.files.set(lateTokenKey(2, Buffer.of(count)), Buffer.of(count))
    const { failures } = await judge(ledger.reader, trust({}, []))
    expect(failures.map((failure) => failure.split(' ')[0])).toEqual(['file-added'])
  })
})

it('a late token for an entry that was signed again is none for it', async () => {
  const ledger = await ledgerWith()
  const name = await addLate(ledger, 2, 100)
  const change = (statement: LedgerStatement) => void (statement.predicate.agent.version = '9.9.9')
  const forged = await ledgerWith()
  await forged.add(key, part.opened(3, at(20)), { change })
  forged.files.set(ledgerKey(2), forged.files.get(ledgerKey(3)) ?? new Uint8Array())
  forged.files.delete(ledgerKey(3))
  forged.files.set(name, ledger.files.get(name) ?? new Uint8Array())
  expect((await judge(forged.reader, trust())).failures).toContain('timestamp-refused 2')
})
