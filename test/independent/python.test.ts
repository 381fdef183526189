import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFileSigner, generateKeyPair } from '../../src/bundle/keys.ts'
import { lineTree } from '../../src/bundle/merkle.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { addKey, ledgerKeyOf, revokeKey } from '../../src/bundle/keys-append.ts'
import { abortOpenRuns } from '../../src/bundle/ledger-append.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { parseTrustPolicy } from '../../src/bundle/trust.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { entriesFor, key, planFor, SALT_KEY, SEALED_AT, sealedRun, signer, temporaryFolder } from '../bundle/fixture.ts'
import { MADE } from '../attacks/table.ts'
import { createBench } from '../attacks/bench.ts'
import { choosePopulation, readPopulations } from '../../src/bundle/populations.ts'
import { takeSample } from '../../src/bundle/sample/take-sample.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { AGENT, contentOf, exportOf, fileOf, storeWithRuns } from '../export/support.ts'

/*
 * second_verifier.py was written from docs/bundle-format.md alone, in another language and on other libraries. What it says
 * of an export must be what affiant says: the status, and the codes. Where they differ, one of the three is wrong.
 */

interface Verdict {
  status: number
  codes: string[]
}

const POLICY = { version: 1, rootKeys: [{ keyid: key.keyId, pem: key.publicPem }] }
let folder: string
let plain: Buffer
let redacted: Buffer
let rotated: Buffer

beforeAll(async () => {
  folder = await temporaryFolder()
  const { store } = await storeWithRuns(2)
  plain = (await exportOf(store)).bytes
  const withhold = [{ pattern: 'github.members', reason: 'personal data' }]
  redacted = (await exportOf(store, { withhold })).bytes

  // A key of the other kind takes over; a run is left open and aborted.
  const pair = generateKeyPair('ed25519')
  const next = createFileSigner(pair.privatePem)
  const writer = { store, signer, agent: AGENT }
  await addKey(writer, ledgerKeyOf(pair.publicPem, 'collector'), new Date('2026-10-02T06:00:00.000Z'))
  const revocation = { key: { keyid: key.keyId, role: 'collector' as const }, reason: 'superseded' as const }
  await revokeKey(writer, revocation, new Date('2026-10-02T06:00:00.000Z'))
  await openRun({ store, signer: next }, planFor)
  await abortOpenRuns({ ...writer, signer: next }, new Date('2026-10-02T07:00:00.000Z'))
  await sealedRun(store, { signer: next })
  rotated = (await exportOf(store, {}, { signer: next })).bytes
})
afterAll(() => fs.rm(folder, { recursive: true }))

async function started(bytes: Buffer, policy: object): Promise<{ status: unknown; stdout: string; stderr: string }> {
  await fs.writeFile(join(folder, 'export.evx.tar'), bytes)
  await fs.writeFile(join(folder, 'policy.json'), JSON.stringify(policy))
  const script = join(import.meta.dirname, 'second_verifier.py')
  return new Promise((resolve) =>
    execFile('/usr/bin/python3', [script, 'export.evx.tar', 'policy.json'], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    ),
  )
}

/** What the other verifier says. */
async function second(bytes: Buffer, policy: object = POLICY): Promise<Verdict> {
  const { status, stdout, stderr } = await started(bytes, policy)
  expect(stderr).toBe('')
  const printed: { status: number; failures: { code: string }[] } = JSON.parse(stdout)
  expect(printed.status).toBe(status)
  return { status: printed.status, codes: sorted(printed.failures) }
}

/** What affiant says. */
async function first(bytes: Buffer, policy: object = POLICY): Promise<Verdict> {
  const { exitCode, failures } = await verifyExport(fileOf(bytes), { trust: parseTrustPolicy(JSON.stringify(policy)) })
  return { status: exitCode, codes: sorted(failures) }
}

function sorted(failures: readonly { code: string }[]): string[] {
  return [...new Set(failures.map(({ code }) => code))].sort()
}

describe('a verifier that was written from the specification accepts', () => {
  it.each([
    ['a whole export', () => plain, 0],
    ['one with lines withheld', () => redacted, 3],
    ['one over a rotation of keys, to Ed25519, with an aborted run', () => rotated, 3],
  ] as const)('%s', async (_, of, status) => {
    expect(await second(of())).toEqual({ status, codes: [] })
    expect(await first(of())).toEqual({ status, codes: [] })
  })

  it('an export of a run that took records over from earlier ones, also with them withheld', async () => {
    const { store } = await storeWithRuns(1)
    const oldest = '2026-09-01T06:00:00.000Z'
    const planItem = 'github-acme/github.members/acme'
    const writer = await createEvidence(store, lineTree).create()
    await writer.write(`{"key":"person-1","readAt":"${oldest}","run":1}`)
    const file = await writer.store()
    const carriedOver = { count: 1, oldest }
    const sweep = { kind: 'increment' as const, fullAt: oldest, basis: 'a'.repeat(64) }
    await sealedRun(store, {
      change: (entries) =>
        entries.flatMap((entry): IndexEntry[] => {
          if (!('planItem' in entry) || entry.planItem !== planItem) return [entry]
          if (entry.kind === 'outcome') return [{ ...entry, outcome: { ...entry.outcome, sweep, carriedOver } }]
          if (entry.kind !== 'records') return [entry]
          const path = 'carried/github-acme/acme/members.jsonl'
          return [
            { ...entry, carriedOver },
            { kind: 'carried', planItem, path, ...file, oldest },
          ]
        }),
    })
    for (const pattern of [undefined, 'github.members', 'records/*', 'carried/*']) {
      const withhold = pattern === undefined ? [] : [{ pattern, reason: 'personal data' }]
      const { bytes } = await exportOf(store, { withhold })
      const verdict = { pattern, status: pattern === undefined ? 0 : 3, codes: [] }
      expect({ pattern, ...(await first(bytes)) }).toEqual(verdict)
      expect({ pattern, ...(await second(bytes)) }).toEqual(verdict)
    }
  })

  it('an export under the policy that it proposes, and its own head', async () => {
    const hints = JSON.parse(contentOf(plain, 'trust-hints.json').toString())
    const sha256 = contentOf(plain, 'export.json')
      .toString()
      .match(/"statement":\{"sha256":"([0-9a-f]+)"/)?.[1]
    expect(await second(plain, { ...hints, expectHead: { index: 4, sha256 } })).toEqual({ status: 0, codes: [] })
  })
})

/** Exports of the attack suite, but for those in which the verdict rests on timestamps: the other verifier does not judge them. */
describe('a verifier that was written from the specification rejects', () => {
  it('each attacked export of the attack suite, for the same reasons as affiant', async () => {
    await using bench = await createBench()
    const other: object[] = []
    const expected: object[] = []
    for (const { id, attack, expected: wanted, make } of MADE) {
      const made = await make(bench)
      const isTimed = wanted.codes.some((code) => code.startsWith('timestamp')) || wanted.levels?.timed !== undefined
      if (!('archive' in made) || isTimed) continue
      const { trust = { policy: POLICY } } = made
      if (trust === 'first-use') continue
      const policy = { ...trust.policy, requireTimestamps: 0 }
      expected.push({ id, attack, status: wanted.exit, codes: wanted.codes.toSorted() })
      other.push({ id, attack, ...(await second(Buffer.from(made.archive), policy)) })
    }
    expect(other).toEqual(expected)
    expect(expected.length).toBeGreaterThan(50)
  }, 120_000)

  it('a population with an event of another time, and accepts one without', async () => {
    const exported = async (at: string | null) => {
      const { store } = await storeWithRuns(0)
      const writer = await createEvidence(store, lineTree).create({ tree: true })
      await writer.write(JSON.stringify({ at, id: 7 }))
      const file = await writer.store()
      const opened = await openRun({ store, signer }, (number) => {
        const plan = planFor(number)
        for (const { streams } of plan.sources)
          for (const stream of streams) if (stream.id === 'github.members') stream.occurredAt = 'at'
        return plan
      })
      const entries = (await entriesFor(store)).map((entry): IndexEntry => {
        const isMembers = entry.kind === 'records' && entry.schema === 'github.members/2'
        return isMembers ? { ...entry, ...file } : entry
      })
      await sealRun({ ...opened, store, signer, saltKey: SALT_KEY, entries, sealedAt: SEALED_AT })
      return (await exportOf(store)).bytes
    }
    const verdicts = []
    for (const at of [
      null,
      '2026-09-30T00:00:00.000Z',
      '2026-09-30T23:59:59.999999Z',
      '2026-10-01T00:00:00Z',
      '2026-09-29T23:59:59Z',
      '2026-09-30T12:00:00+02:00',
    ]) {
      const bytes = await exported(at)
      const verdict = await first(bytes)
      expect({ at, ...(await second(bytes)) }).toEqual({ at, ...verdict })
      verdicts.push(verdict.codes.join())
    }
    expect(verdicts).toEqual(['', '', '', 'period-wrong', 'period-wrong', 'period-wrong'])
  })

  it('nothing of samples of events that were drawn by the rule', async () => {
    const { store } = await storeWithRuns(0)
    const times = [
      '2026-09-30T12:00:00Z',
      null,
      '2026-09-30T00:00:00.5Z',
      '2026-09-30T00:00:00Z',
      '2026-09-30T23:59:59Z',
    ]
    const writer = await createEvidence(store, lineTree).create({ tree: true })
    for (const [id, at] of times.entries()) await writer.write(JSON.stringify({ at, id }))
    const file = await writer.store()
    const opened = await openRun({ store, signer }, (number) => {
      const plan = planFor(number)
      for (const { streams } of plan.sources)
        for (const stream of streams) if (stream.id === 'github.members') stream.occurredAt = 'at'
      return plan
    })
    const entries = (await entriesFor(store)).map((entry): IndexEntry => {
      if (entry.kind === 'outcome' && entry.stream === 'github.members')
        return { ...entry, outcome: { ...entry.outcome, records: 5, startedAt: opened.plan.run.period.to } }
      return entry.kind === 'records' && entry.schema === 'github.members/2' ? { ...entry, ...file } : entry
    })
    await sealRun({ ...opened, store, signer, saltKey: SALT_KEY, entries, sealedAt: SEALED_AT })
    const population = choosePopulation(await readPopulations(storeReader(store), 1), 1, { stream: 'github.members' })
    const sink = { write: async () => {} }
    const sampled = async (asked: string) => {
      const job = { population, engagement: 'Prüfung 2026', control: 'A.8.32', asked, sampledAt: SEALED_AT }
      await takeSample({ store, signer, agent: AGENT }, job, sink)
      const { bytes } = await exportOf(store)
      const verdict = await first(bytes)
      expect(await second(bytes)).toEqual(verdict)
      return verdict.codes
    }
    for (const asked of ['3', 'all', 'kirkpatrickprice']) expect(await sampled(asked)).toEqual([])
  })

  it('a policy whose keys are not those that it names, and one that it cannot judge', async () => {
    const policies = [
      { ...POLICY, rootKeys: [{ keyid: '0'.repeat(64), pem: key.publicPem }] },
      { ...POLICY, requireTimestamps: 1 },
      { ...POLICY, more: 1 },
    ]
    for (const policy of policies) expect(await started(plain, policy)).toMatchObject({ status: 1, stdout: '' })
  })
})
