import fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BundleError } from '../../src/bundle/errors.ts'
import { listRuns, readRun } from '../../src/bundle/read.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { StoreError } from '../../src/model/store.ts'
import { child } from './processes.ts'
import {
  all,
  entriesFor,
  key,
  outcome,
  planFor,
  SALT_KEY,
  SEALED_AT,
  sealedRun,
  signer,
  storeIn,
  temporaryFolder,
} from './fixture.ts'
import { verifyStore } from './verify-fixture.ts'

let root: string
beforeEach(async () => {
  root = await temporaryFolder()
})
afterEach(() => fs.rm(root, { recursive: true, force: true }))

async function filesUnder(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile())
      files.set(
        join(entry.parentPath, entry.name).slice(folder.length),
        await fs.readFile(join(entry.parentPath, entry.name), 'base64'),
      )
  }
  return files
}

const code = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof BundleError || error instanceof StoreError ? error.code : String(error)),
  )

describe('sealRun', () => {
  it('gives the same bytes for the same input, clock and key', async () => {
    const other = await temporaryFolder()
    try {
      await sealedRun(storeIn(root))
      await sealedRun(storeIn(other))
      expect(await filesUnder(root)).toEqual(await filesUnder(other))
    } finally {
      await fs.rm(other, { recursive: true })
    }
  })

  it('signs what the index adds up to', async () => {
    const { statement } = await sealedRun(storeIn(root), { failed: true })
    expect(statement.predicate).toMatchObject({
      keyid: key.keyId,
      run: { number: 1, status: 'partial', sealedAt: SEALED_AT.toISOString() },
      items: { count: 10 },
      outcomes: { complete: 2, partial: 0, failed: 1 },
      results: { pass: 0, fail: 1, 'not-applicable': 0, unknown: 0 },
      subjects: { inScope: 3, failed: 1 },
    })
  })

  it('names nothing when the signer gives a bad signature', async () => {
    const store = storeIn(root)
    const bad = { ...signer, sign: (bytes: Uint8Array) => signer.sign(Buffer.concat([bytes, Buffer.from('x')])) }
    expect(await code(sealedRun(store, { signer: bad }))).toBe('signature-refused')
    expect(await filesUnder(root).catch(() => new Map())).toEqual(new Map())
  })

  it('refuses a signer whose key id is not that of its key', async () => {
    expect(await code(sealedRun(storeIn(root), { signer: { ...signer, keyId: '0'.repeat(64) } }))).toBe(
      'signature-refused',
    )
  })

  it.each([
    [
      'a planned item without an outcome',
      'outcome-missing',
      (lines: Entries) => lines.filter((line) => line.kind !== 'outcome' || line.stream !== 'git.files'),
    ],
    [
      'an object that is not stored',
      'object-missing',
      (lines: Entries) => lines.map((line) => (line.kind === 'controls' ? { ...line, sha256: 'c'.repeat(64) } : line)),
    ],
    [
      'two files at one path',
      'index-invalid',
      (lines: Entries) =>
        lines.map((line) =>
          line.kind === 'receipts' ? { ...line, kind: 'receipts' as const, path: 'records/git-api/files.jsonl' } : line,
        ),
    ],
    ['a pass on something that was not read', 'results-mismatch', (lines: Entries) => passing(lines)],
  ])('refuses to sign %s', async (_, reason, change) => {
    const sealing = sealedRun(storeIn(root), { change })
    await expect(sealing).rejects.toThrow(reason)
    expect(await code(sealing)).toBe('index-refused')
  })

  it('seals a run once', async () => {
    const store = storeIn(root)
    const opened = await openRun({ store, signer }, planFor)
    const input = { ...opened, store, signer, saltKey: SALT_KEY, entries: await entriesFor(store), sealedAt: SEALED_AT }
    await sealRun(input)
    expect(await code(sealRun(input))).toBe('already-sealed')
  })

  it('refuses a plan that is not the one that was opened', async () => {
    const store = storeIn(root)
    const opened = await openRun({ store, signer }, planFor)
    const plan = { ...opened.plan, config: { sha256: 'd'.repeat(64) } }
    expect(
      await code(sealRun({ ...opened, plan, store, signer, saltKey: SALT_KEY, entries: [], sealedAt: SEALED_AT })),
    ).toBe('invalid')
  })

  it('says that the disk is full, and leaves the run unsealed', async () => {
    const opened = await openRun({ store: storeIn(root), signer }, planFor)
    const entries = await entriesFor(storeIn(root))
    const store = {
      ...storeIn(root),
      putIfAbsent: () => Promise.reject(new StoreError('full', 'cannot write', { path: root, hint: 'free space' })),
    }
    expect(await code(sealRun({ ...opened, store, signer, saltKey: SALT_KEY, entries, sealedAt: SEALED_AT }))).toBe(
      'full',
    )
    const { runs } = await verifyStore(storeIn(root))
    expect(runs).toMatchObject([{ run: 1, status: 'open' }])
  })
})

type Entries = Awaited<ReturnType<typeof entriesFor>>

function passing(lines: Entries): Entries {
  return lines.map((line) => {
    if (line.kind === 'results') {
      const counts = { ...line.summary.counts, passed: 2, failed: 0 }
      return { ...line, summary: { ...line.summary, status: 'pass' as const, counts } }
    }
    if (line.kind !== 'outcome' || line.stream !== 'github.repositories') return line
    return { ...line, outcome: outcome(3, { status: 'partial', reason: 'truncated' }) }
  })
}

describe('openRun', () => {
  it('goes on after the last ledger entry, also when folders of runs were removed', async () => {
    const store = storeIn(root)
    for (let opened = 0; opened < 3; opened++) await openRun({ store, signer }, planFor)
    await fs.rm(join(root, 'runs/000000003'), { recursive: true })
    expect((await openRun({ store, signer }, planFor)).number).toBe(4)
    expect(await listRuns(store)).toEqual([1, 2, 4].map((number) => ({ number })))
  })

  it('never gives one number to two processes', async () => {
    const children = [0, 1].map(() => child('open', root, '25'))
    const outputs = await Promise.all(children.map((one) => one.output))
    const numbers = outputs.flatMap((output) => output.trim().split('\n').map(Number))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })
})

describe('readRun', () => {
  it('gives plan, statement, index and the lines of the files', async () => {
    const store = storeIn(root)
    await sealedRun(store)
    const read = await readRun(store, 1)
    expect(read.plan).toEqual(planFor(1))
    expect(read.statement?.predicate.run.number).toBe(1)
    const lines = await all(read.index())
    expect(lines.map((line) => line.seq)).toEqual(lines.map((_, index) => index))
    const records = lines.find((line) => line.kind === 'records')
    if (records?.kind !== 'records') throw new Error('no records')
    expect((await all(read.lines(records))).flat()).toHaveLength(records.count)
  })

  it('tells a missing run from one that was not sealed and one that was changed', async () => {
    const store = storeIn(root)
    expect(await code(readRun(store, 1))).toBe('run-missing')
    await openRun({ store, signer }, planFor)
    const open = await readRun(store, 1)
    expect(open.statement).toBeUndefined()
    expect(await code(all(open.index()))).toBe('unsealed')
    await sealedRun(store)
    await fs.chmod(join(root, 'runs/000000002/plan.json'), 0o600)
    await fs.appendFile(join(root, 'runs/000000002/plan.json'), '\n')
    expect(await code(readRun(store, 2))).toBe('invalid')
  })
})
