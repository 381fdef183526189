import { once } from 'node:events'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import { BundleError } from '../../src/bundle/errors.ts'
import { createFileSigner, generateKeyPair, type Signer } from '../../src/bundle/keys.ts'
import { planBytes } from '../../src/bundle/layout.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { lastIndex, readEntry } from '../../src/bundle/ledger.ts'
import { abortOpenRuns, appendEntry } from '../../src/bundle/ledger-append.ts'
import { leafHash, rootOf } from '../../src/bundle/merkle.ts'
import { readRun } from '../../src/bundle/read.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { agentOf } from '../../src/bundle/statement.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { verifyEvidence } from '../../src/bundle/verify.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import { ledgerKey } from '../../src/model/common.ts'
import { type LedgerStatement, RUN_ABORTED, RUN_OPENED, RUN_SEALED } from '../../src/model/statement.ts'
import {
  entriesFor,
  key,
  planFor,
  SALT_KEY,
  SEALED_AT,
  sealedRun,
  signer,
  storeIn,
  temporaryFolder,
} from './fixture.ts'
import { judge, trusting } from './ledger-builder.ts'
import { child } from './processes.ts'

let root: string
beforeEach(async () => {
  root = await temporaryFolder()
})
afterEach(() => fs.rm(root, { recursive: true, force: true }))

const AT = new Date('2026-10-02T06:00:00.000Z')
const writer = (by: Signer = signer) => ({ store: storeIn(root), signer: by, agent: agentOf(planFor(1)) })
const verify = () => judge(storeReader(storeIn(root)), trusting(signer))
type Judged = Awaited<ReturnType<typeof judge>>
const codes = ({ details }: Judged) => [...new Set(details.map(({ code }) => code))].sort()
/** Numbers of the runs that ended so, or that have no end. */
const runs = ({ runs: all }: Judged, kind: 'sealed' | 'aborted' | undefined) =>
  all.filter(({ end }) => end?.kind === kind).map(({ number }) => number)
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof BundleError ? error.code : String(error)),
  )

async function replace(index: number, bytes: Uint8Array | string): Promise<void> {
  await fs.rm(join(root, ledgerKey(index)), { force: true })
  await fs.writeFile(join(root, ledgerKey(index)), bytes)
}

/** Signs an entry again with something changed in it: what the holder of the key could do. */
async function forge(index: number, change: (statement: LedgerStatement) => void, by: Signer = signer): Promise<void> {
  const { statement } = await readEntry(storeIn(root), index)
  change(statement)
  const payload = Buffer.from(canonicalize(statement))
  await replace(index, writeEnvelope(payload, await by.sign(signedBytes(payload)), by))
}

describe('the ledger of a store', () => {
  it('begins with its genesis, and numbers runs by the entries that open them', async () => {
    const store = storeIn(root)
    expect((await sealedRun(store)).number).toBe(1)
    expect(await sealedRun(store)).toMatchObject({ number: 3, headIndex: 4 })
    const verification = await verify()
    expect(verification).toMatchObject({
      chained: true,
      authentic: 'yes',
      failures: [],
      entries: 5,
      origin: 'affiant.dev/acme-prod',
      keyIds: [key.keyId],
      head: { index: 4, sha256: (await readEntry(store, 4)).sha256 },
    })
    const plan = planFor(3).run
    expect(verification.runs.map(({ number }) => number)).toEqual([1, 3])
    expect(verification.runs[1]).toEqual({
      number: 3,
      opening: { job: 'daily', openedAt: plan.openedAt, sha256: (await readEntry(store, 3)).sha256 },
      end: {
        kind: 'sealed',
        index: 4,
        sha256: (await readEntry(store, 4)).sha256,
        at: SEALED_AT.toISOString(),
        status: 'complete',
      },
      timed: { value: 'no', tokens: 0 },
    })
  })

  it('names in each entry the root over the payloads of all before it, under 4,000 bytes', async () => {
    const store = storeIn(root)
    for (let run = 0; run < 5; run++) await sealedRun(store)
    const leaves = []
    for (let index = 0; index <= 10; index++) {
      const { statement, envelope } = await readEntry(store, index)
      expect(statement.predicate.ledger.tree).toMatchObject({ size: index, rootHash: rootOf(leaves) })
      expect(envelope.payload.length).toBeLessThan(4000)
      leaves.push(leafHash(envelope.payload))
    }
  })

  it('signs the plan before anything of the run is stored', async () => {
    const { number } = await openRun({ store: storeIn(root), signer }, planFor)
    const { statement } = await readEntry(storeIn(root), number)
    expect(statement).toMatchObject({ predicateType: RUN_OPENED, predicate: { ledger: { open: [1] } } })
    const verification = await verify()
    expect(runs(verification, undefined)).toEqual([1])
    expect(verification.failures).toEqual([])
  })

  it('finds its end among any number of entries', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 5000 }), async (entries) => {
        const asked: number[] = []
        const stat = async (name: string) => {
          const index = Number(/\d+/.exec(name)?.[0])
          asked.push(index)
          return index < entries ? { size: 1 } : undefined
        }
        expect(await lastIndex({ ...storeIn(root), stat })).toBe(entries - 1)
        expect(asked.length).toBeLessThan(30)
      }),
    )
  })

  it('keeps timestamps in the entry, and the next entry names them', async () => {
    const store = storeIn(root)
    const token = Buffer.from('a token')
    await openRun({ store, signer, stamp: async () => [token] }, planFor)
    await abortOpenRuns(writer(), AT)
    expect((await readEntry(store, 1)).envelope.timestamps.map(String)).toEqual(['a token'])
    expect((await readEntry(store, 2)).statement.predicate.ledger.previous?.timestamps).toHaveLength(1)
    expect(codes(await verify())).toEqual([])
    const { envelope } = await readEntry(store, 1)
    await replace(1, writeEnvelope(envelope.payload, envelope.signature, signer, [Buffer.from('another')]))
    expect(codes(await verify())).toEqual(['previous-wrong'])
  })
})

describe('appending', () => {
  it('never forks when processes race: every run has its opening and its seal', async () => {
    const children = [0, 1, 2].map(() => child('run', root, '8'))
    const outputs = await Promise.all(children.map((one) => one.output))
    const numbers = outputs.flatMap((output) => output.trim().split('\n').map(Number))
    expect(new Set(numbers).size).toBe(24)
    const verification = await verify()
    expect(verification).toMatchObject({ chained: true, authentic: 'yes', failures: [], entries: 49 })
    expect(runs(verification, 'sealed')).toEqual(numbers.toSorted((a, b) => a - b))
    for (const run of numbers) {
      expect((await readRun(storeIn(root), run)).statement?.predicate.run.number).toBe(run)
    }
  }, 60_000)

  it('makes its statement anew when it lost the race', async () => {
    await openRun({ store: storeIn(root), signer }, planFor)
    let tries = 0
    const entry = await appendEntry(writer(), async (place) => {
      tries += 1
      if (tries === 1) await openRun({ store: storeIn(root), signer }, planFor)
      return abortion(place.position({ ends: 1 }))
    })
    expect({ tries, index: entry.index }).toEqual({ tries: 2, index: 3 })
    const verification = await verify()
    expect(verification.failures).toEqual([])
    expect([runs(verification, 'aborted'), runs(verification, undefined)]).toEqual([[1], [2]])
  })

  it('refuses the ledger of another installation, and one whose head was changed', async () => {
    await sealedRun(storeIn(root))
    const foreign = (number: number) => ({ ...planFor(number), agent: { ...planFor(1).agent, installation: 'other' } })
    expect(await codeOf(openRun({ store: storeIn(root), signer }, foreign))).toBe('ledger-foreign')
    const { envelope } = await readEntry(storeIn(root), 2)
    const changed = Buffer.from(String(envelope.payload).replace('"failed":0', '"failed":1'))
    await replace(2, writeEnvelope(changed, envelope.signature, signer))
    expect(await codeOf(sealedRun(storeIn(root)))).toBe('ledger-invalid')
    await replace(2, 'not an entry')
    expect(await codeOf(sealedRun(storeIn(root)))).toBe('ledger-invalid')
  })

  it('refuses to seal a run that was aborted meanwhile, or sealed', async () => {
    const store = storeIn(root)
    const opened = await openRun({ store, signer }, planFor)
    const input = { ...opened, store, signer, saltKey: SALT_KEY, entries: await entriesFor(store), sealedAt: SEALED_AT }
    await abortOpenRuns(writer(), AT)
    expect(await codeOf(sealRun(input))).toBe('already-sealed')
    const verification = await verify()
    expect(verification.failures).toEqual([])
    expect([runs(verification, 'sealed'), runs(verification, 'aborted')]).toEqual([[], [1]])
  })
})

const abortion = (ledger: LedgerStatement['predicate']['ledger']): LedgerStatement => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'plan.json', digest: { sha256: openedPlan } }],
  predicateType: RUN_ABORTED,
  predicate: {
    keyid: key.keyId,
    agent: agentOf(planFor(1)),
    ledger,
    run: {
      number: 1,
      openedAt: planFor(1).run.openedAt,
      abortedAt: AT.toISOString(),
      reason: 'process-ended',
    },
  },
})
const openedPlan = sha256(planBytes(planFor(1)))

describe('a process killed before change', () => {
  // The writer stops for good before its n-th change of the store's names; then it is killed. 1 is the genesis, 2 the opening,
  // 3 the plan, then six objects, index, manifest and seal.
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    '%i leaves a ledger that the next start repairs, with nothing lost',
    async (step) => {
      const sealing = child('seal', root, String(step))
      await sealing.reached('waiting')
      sealing.process.kill('SIGKILL')
      await once(sealing.process, 'exit')
      const before = await digests()

      const store = storeIn(root)
      const aborted = await abortOpenRuns(writer(), AT)
      expect(aborted).toEqual(step <= 2 ? [] : [1])
      const { number } = await sealedRun(store)
      expect(number).toBe(step <= 2 ? 1 : 3)
      const verification = await verify()
      expect(verification).toMatchObject({ chained: true, authentic: 'yes', failures: [] })
      expect(runs(verification, 'sealed')).toEqual([number])
      expect(runs(verification, 'aborted')).toEqual(aborted)
      expect(runs(verification, undefined)).toEqual([])
      const whole = await verifyEvidence({ reader: storeReader(store), trust: trusting(signer) })
      expect(whole.failures).toEqual([])
      expect(whole.levels).toMatchObject({ intact: { value: 'yes' }, authentic: { value: 'yes' } })
      // The entry after the opening: the end of the run with what was there of it, or the seal of the next one.
      const { statement } = await readEntry(store, 2)
      expect(statement.subject).toHaveLength(step <= 2 || step === 11 ? 2 : step < 11 ? 1 : 3)
      const after = await digests()
      for (const [file, bytes] of before) expect([file, after.get(file)]).toEqual([file, bytes])
    },
  )

  it('is repaired once by whoever comes first', async () => {
    await openRun({ store: storeIn(root), signer }, planFor)
    const one = writer()
    const both = await Promise.all([abortOpenRuns(one, AT), abortOpenRuns(one, AT)])
    expect(both.flat()).toEqual([1])
    expect(await abortOpenRuns(writer(), AT)).toEqual([])
    const verification = await verify()
    expect(verification).toMatchObject({ failures: [], entries: 3 })
    expect(runs(verification, 'aborted')).toEqual([1])
  })
})

async function digests(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const entry of await fs.readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('.staging')) continue
    const path = join(entry.parentPath, entry.name)
    files.set(path, await fs.readFile(path, 'base64'))
  }
  return files
}

const EMPTY = '"timestampVerificationData":{"rfc3161Timestamps":[]},'
/** The next character of the base64 alphabet: of the last one before the padding, some bits are unused. */
function nextOf(char: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return alphabet[alphabet.indexOf(char) + 1] ?? '/'
}

describe('a ledger is not chained', () => {
  const otherKey = generateKeyPair()
  const other = createFileSigner(otherKey.privatePem)
  beforeEach(async () => {
    for (let run = 0; run < 3; run++) await sealedRun(storeIn(root))
  })

  const position = (statement: LedgerStatement) => statement.predicate.ledger
  const cases: [string, string[], () => Promise<unknown>][] = [
    [
      'a missing entry',
      ['entry-missing', 'previous-wrong', 'root-wrong', 'sealed-unopened'],
      () => fs.rm(join(root, ledgerKey(3))),
    ],
    ['no genesis', ['entry-missing'], () => fs.rm(join(root, ledgerKey(0)))],
    ['no entry at all', ['ledger-missing'], () => fs.rm(join(root, 'ledger'), { recursive: true })],
    ['a foreign file', ['entry-added'], () => fs.writeFile(join(root, 'ledger/note.txt'), '')],
    [
      'an entry in another place',
      ['entry-misplaced'],
      () => forge(3, (statement) => void (position(statement).index = 4)),
    ],
    [
      'another origin',
      ['origin-wrong'],
      () => forge(4, (statement) => void (position(statement).origin = 'affiant.dev/other')),
    ],
    ['another agent', ['origin-wrong'], () => forge(4, (statement) => void (statement.predicate.agent.id = 'other'))],
    [
      'a wrong previous statement',
      ['previous-wrong'],
      () => forge(6, (statement) => void (position(statement).previous!.statement.sha256 = '0'.repeat(64))),
    ],
    [
      'a wrong previous signature',
      ['previous-wrong'],
      () => forge(6, (statement) => void (position(statement).previous!.signature.sha256 = '0'.repeat(64))),
    ],
    [
      'a wrong root',
      ['root-wrong'],
      () => forge(6, (statement) => void (position(statement).tree.rootHash = '0'.repeat(64))),
    ],
    ['a wrong range', ['root-wrong'], () => forge(6, (statement) => void (position(statement).tree.range = []))],
    ['a wrong size', ['root-wrong'], () => forge(6, (statement) => void (position(statement).tree.size = 5))],
    [
      'an open run that is not',
      ['open-runs-wrong'],
      () => forge(6, (statement) => void (position(statement).open = [5])),
    ],
    [
      'a second genesis',
      ['genesis-wrong'],
      async () => {
        const genesis = await readEntry(storeIn(root), 0)
        await forge(6, (statement) => {
          const { ledger } = statement.predicate
          Object.assign(statement, structuredClone(genesis.statement))
          statement.predicate.ledger = ledger
        })
      },
    ],
    [
      'a genesis for another key',
      ['genesis-wrong'],
      () =>
        forge(
          0,
          (statement) =>
            void Object.assign(statement.predicate, { keys: [{ keyid: '0'.repeat(64), role: 'root', spki: 'AAAA' }] }),
        ),
    ],
    [
      'a run sealed twice',
      ['sealed-twice'],
      () =>
        forge(6, (statement) => {
          if (statement.predicateType === RUN_SEALED) statement.predicate.run.number = 3
        }),
    ],
    [
      'a run sealed without opening',
      ['sealed-unopened'],
      () =>
        forge(6, (statement) => {
          if (statement.predicateType === RUN_SEALED) statement.predicate.run.number = 77
        }),
    ],
    [
      'another plan at the seal',
      ['plan-swapped'],
      () =>
        forge(6, (statement) => {
          if (statement.predicateType === RUN_SEALED) statement.predicate.plan.sha256 = '0'.repeat(64)
        }),
    ],
    [
      'a seal before the opening',
      ['times-wrong'],
      () =>
        forge(6, (statement) => {
          if (statement.predicateType === RUN_SEALED) statement.predicate.run.sealedAt = '2020-01-01T00:00:00.000Z'
        }),
    ],
    [
      'an opening of another run',
      ['run-mismatch'],
      () =>
        forge(5, (statement) => {
          if (statement.predicateType === RUN_OPENED) statement.predicate.run.number = 4
        }),
    ],
    ['a changed byte', ['envelope-invalid'], () => replace(4, '{}\n')],
    ['an entry far too large', ['unreadable'], () => replace(4, Buffer.alloc(1024 * 1024 + 1, 32))],
    [
      'a statement of no known kind',
      ['statement-invalid'],
      async () => {
        const payload = Buffer.from('{}')
        await replace(4, writeEnvelope(payload, await signer.sign(signedBytes(payload)), signer))
      },
    ],
  ]
  it.each<[string, (text: string) => string]>([
    ['another payload type', (text) => text.replace('in-toto+json"', 'in-toto+jsom"')],
    ['two signatures', (text) => text.replace(/"signatures":\[(.*?)\]/, '"signatures":[$1,$1]')],
    ['two keys', (text) => text.replace(/"keyid":"[0-9a-f]{4}/, '"keyid":"0000')],
    ['base64 with a line break', (text) => text.replace('"sig":"', '"sig":"\\n')],
    ['base64 without padding', (text) => text.replace(/(={1,2})"/, '"')],
    ['base64 with unused bits set', (text) => text.replace(/(.)(={1,2})"/, (_, char, pad) => `${nextOf(char)}${pad}"`)],
    ['a space', (text) => text.replace('{', '{ ')],
    ['a field twice', (text) => text.replace('{', '{"mediaType":"x",')],
    ['a field of its own', (text) => text.replace('}\n', ',"z":1}\n')],
    ['a second line', (text) => `${text}\n`],
    ['no line feed', (text) => text.trimEnd()],
    ['an empty list of timestamps', (text) => text.replace('"verificationMaterial":{', `$&${EMPTY}`)],
  ])('with an envelope with %s', async (_, change) => {
    // One whose base64 is padded.
    for (const index of [6, 5, 4, 3, 2, 1, 0]) {
      const text = await fs.readFile(join(root, ledgerKey(index)), 'utf8')
      if (!text.includes('="')) continue
      expect(change(text)).not.toBe(text)
      await replace(index, change(text))
      expect((await verify()).failures).toContain(`envelope-invalid ${index}`)
      return
    }
    throw new Error('no padded entry')
  })

  it('with a middle entry removed and the later ones renumbered', async () => {
    for (const index of [3, 4, 5]) {
      await fs.rm(join(root, ledgerKey(index)), { force: true })
      await fs.rename(join(root, ledgerKey(index + 1)), join(root, ledgerKey(index)))
    }
    const verification = await verify()
    expect(verification.failures.slice(0, 2)).toEqual(['entry-misplaced 3', 'previous-wrong 3'])
    expect(codes(verification)).toEqual([
      'entry-misplaced',
      'previous-wrong',
      'root-wrong',
      'run-mismatch',
      'sealed-unopened',
    ])
  })

  it.each(cases)('with %s: %j', async (_, expected, change) => {
    await change()
    const verification = await verify()
    expect(codes(verification)).toEqual(expect.arrayContaining(expected))
    expect(verification.chained).toBe(false)
  })

  it('at one entry only, if one was signed again: the break is said once', async () => {
    await forge(2, (statement) => void (position(statement).tree.rootHash = '0'.repeat(64)))
    const verification = await verify()
    expect(verification.failures).toEqual(['root-wrong 2', 'previous-wrong 3', 'root-wrong 3'])
  })

  it('or chained and not authentic with an entry of somebody else', async () => {
    await forge(6, (statement) => void (statement.predicate.keyid = other.keyId), other)
    const verification = await verify()
    expect(verification).toMatchObject({ intact: true, chained: true, authentic: 'no' })
    expect(codes(verification)).toEqual(['signer-untrusted'])
    expect((await judge(storeReader(storeIn(root)), undefined)).failures).toEqual([
      'signer-unknown 0',
      'signer-untrusted 6',
    ])
  })

  it('and the last entries cut off leave the run that they ended open', async () => {
    await fs.rm(join(root, ledgerKey(6)))
    const verification = await verify()
    expect(verification).toMatchObject({ chained: true, authentic: 'yes', failures: [], head: { index: 5 } })
    expect(runs(verification, undefined)).toEqual([5])
  })

  it('refuses any single byte changed in any entry', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, at, mask) => {
        const pristine = await fs.readFile(join(root, ledgerKey(index)))
        const bytes = Buffer.from(pristine)
        bytes[at % bytes.length]! ^= mask
        await replace(index, bytes)
        const verification = await verify()
        await replace(index, pristine)
        expect(verification.failures).not.toEqual([])
        expect(verification.failures.join()).toContain(` ${index}`)
      }),
      { numRuns: 100 },
    )
    expect(codes(await verify())).toEqual([])
  })

  it('is not continued over a gap', async () => {
    await fs.rm(join(root, ledgerKey(3)))
    expect(await codeOf(abortOpenRuns(writer(), AT))).toBe('ledger-invalid')
  })
})
