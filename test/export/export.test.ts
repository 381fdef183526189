import fs from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { writeExport } from '../../src/bundle/export/write-export.ts'
import { parseTrustPolicy, trustKeys } from '../../src/bundle/trust.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { objectKey } from '../../src/model/common.ts'
import { entriesFor, key, planFor, SALT_KEY, sealedRun, SEALED_AT, signer } from '../bundle/fixture.ts'
import {
  AGENT,
  codesOf,
  contentOf,
  entriesOf,
  exportOf,
  fileOf,
  memorySink,
  QUARTER,
  requestFor,
  storeWithRuns,
  verified,
} from './support.ts'

const MEMBERS = { pattern: 'github.members', reason: 'personal data' }

describe('export', () => {
  it('verifies, with nothing but the key', async () => {
    const { store } = await storeWithRuns(2)
    const { bytes, made } = await exportOf(store)
    const found = await verified(bytes)
    expect(codesOf(found)).toEqual([])
    expect(found.exitCode).toBe(0)
    expect(found.head).toEqual({ index: made.head.index, sha256: made.head.sha256 })
    expect(made.runs).toEqual([1, 3])
    expect(found.export).toMatchObject({ recipient: 'Example Auditors Ltd', ...QUARTER })
    expect(made.payload.files).toBe(entriesOf(bytes).filter(({ name }) => name.startsWith('data/')).length)
  })

  it('gives the same bytes for the same store, request and key', async () => {
    const { store } = await storeWithRuns(1)
    const entries: Buffer[] = []
    const again = {
      ...store,
      // The ledger as it was before the first export.
      putIfAbsent: async (name: string, bytes: Uint8Array) => {
        entries.push(Buffer.from(name), Buffer.from(bytes))
        return true
      },
    }
    const first = await exportOf(again)
    const second = await exportOf(again)
    expect(second.bytes.equals(first.bytes)).toBe(true)
    expect(entries[1]?.equals(entries[3] ?? Buffer.alloc(0))).toBe(true)
  })

  it('proposes a trust policy that accepts it', async () => {
    const { store } = await storeWithRuns(1)
    const { bytes } = await exportOf(store)
    const trust = parseTrustPolicy(contentOf(bytes, 'trust-hints.json').toString())
    expect((await verifyExport(fileOf(bytes), { trust })).exitCode).toBe(0)
    expect(trust.policy.origin).toBe('affiant.dev/acme-prod')
  })

  it('holds the runs of the period, and of others only the ledger', async () => {
    const { store } = await storeWithRuns(1)
    const { bytes, made } = await exportOf(store, { scope: { from: '2026-10-02T00:00:00.000Z', to: QUARTER.to } })
    expect(made.runs).toEqual([])
    expect(entriesOf(bytes).some(({ name }) => name.startsWith('data/runs/'))).toBe(false)
    const found = await verified(bytes)
    expect(codesOf(found)).toEqual([])
    expect(found.runCounts).toMatchObject({ sealed: 1, verified: 0 })
  })

  it('leaves out the files of a run that was never sealed, and the ledger still tells of it', async () => {
    const { store } = await storeWithRuns(1)
    await openRun({ store, signer }, planFor)
    const { bytes, made } = await exportOf(store)
    expect(made.runs).toEqual([1])
    const found = await verified(bytes)
    expect(codesOf(found)).toEqual([])
    expect(found.exitCode).toBe(3)
    expect(found.incomplete.map(({ code, run }) => ({ code, run }))).toEqual([{ code: 'open', run: 3 }])
  })

  it('holds earlier exports as entries, and late tokens', async () => {
    const { store } = await storeWithRuns(1)
    await exportOf(store)
    const { bytes } = await exportOf(store)
    expect((await verified(bytes)).exitCode).toBe(0)
    expect(contentOf(bytes, 'data/ledger/000000003.json').toString()).toContain('/exported/v1')
  })
})

describe('withholding', () => {
  it('replaces a line by its leaf hash, leaves out its file, and says why', async () => {
    const { store } = await storeWithRuns(1)
    const { bytes, made } = await exportOf(store, { withhold: [MEMBERS] })
    expect(made.withheld).toEqual({ count: 1, reasons: [{ reason: 'personal data', count: 1 }] })
    const names = entriesOf(bytes).map(({ name }) => name)
    expect(names).not.toContain('data/runs/000000001/records/github-acme/acme/members.jsonl')
    expect(names).not.toContain('data/runs/000000001/manifest-sha256.txt')
    expect(contentOf(bytes, 'data/runs/000000001/index.jsonl').toString()).not.toContain('members.jsonl')
    const found = await verified(bytes)
    expect(codesOf(found)).toEqual([])
    expect(found.exitCode).toBe(3)
    expect(found.withheld).toEqual({ count: 1, reasons: [{ reason: 'personal data', count: 1 }] })
  })

  it('of any subset leaves a valid export that lists exactly that subset', async () => {
    const { store } = await storeWithRuns(1)
    const { bytes: whole } = await exportOf(store)
    const run = 'data/runs/000000001/'
    const paths = entriesOf(whole)
      .map(({ name }) => name)
      .filter((name) => /^data\/runs\/000000001\/(?:records|receipts|results)\//.test(name))
      .map((name) => name.slice(run.length))
    await fc.assert(
      fc.asyncProperty(fc.subarray(paths), async (subset) => {
        const withhold = subset.map((pattern) => ({ pattern, reason: `not for you: ${pattern.split('/')[0]}` }))
        const { bytes } = await exportOf(store, { withhold })
        const found = await verified(bytes)
        expect(codesOf(found)).toEqual([])
        expect(found.withheld.count).toBe(subset.length)
        expect(found.exitCode).toBe(subset.length === 0 ? 0 : 3)
        const names = new Set(entriesOf(bytes).map(({ name }) => name))
        for (const path of paths) expect(names.has(run + path)).toBe(!subset.includes(path))
      }),
      { numRuns: 12 },
    )
  })

  it.each([
    ['a source', { sources: ['git-api'] }, ['records/git-api/files.jsonl']],
    [
      'a control',
      { controls: ['A.8.4'] },
      [
        'receipts/github-acme/acme/repositories.jsonl',
        'records/github-acme/acme/repositories.jsonl',
        'results/github-acme/default-branch-protected.jsonl',
      ],
    ],
  ])('restricted to %s keeps what speaks to it', async (_, restriction, kept) => {
    const { store } = await storeWithRuns(1)
    const { bytes, made } = await exportOf(store, { scope: { ...QUARTER, ...restriction } })
    const files = entriesOf(bytes)
      .map(({ name }) => name)
      .filter((name) => /^data\/runs\/\d+\/(?:records|receipts|results)\//.test(name))
    expect(files).toEqual(kept.map((path) => `data/runs/000000001/${path}`))
    expect(made.withheld.reasons.map(({ reason }) => reason)).toEqual(['outside the scope of this export'])
    const found = await verified(bytes)
    expect(codesOf(found)).toEqual([])
    expect(found.export).toMatchObject(restriction)
  })

  it.each([
    'github-acme',
    'git*',
    'github.repositories',
    'github-acme/github.repositories/acme',
    '*/repositories.jsonl',
  ])('understands the pattern %s', async (pattern) => {
    const { store } = await storeWithRuns(1)
    const { bytes } = await exportOf(store, { withhold: [{ pattern, reason: 'because' }] })
    const names = entriesOf(bytes).map(({ name }) => name)
    expect(names).not.toContain('data/runs/000000001/records/github-acme/acme/repositories.jsonl')
  })

  it.each([
    ['a pattern', { withhold: [{ pattern: 'github.member', reason: 'personal data' }] }, 'github.member'],
    ['a source', { scope: { ...QUARTER, sources: ['okta-acme'] } }, 'okta-acme'],
    ['a control', { scope: { ...QUARTER, controls: ['A.8.5'] } }, 'A.8.5'],
  ])('refuses %s that names nothing, before anything is written', async (_, change, name) => {
    const { store } = await storeWithRuns(1)
    const sink = memorySink()
    const tried = writeExport({ store, signer, agent: AGENT }, requestFor(change), sink)
    await expect(tried).rejects.toMatchObject({ code: 'export-refused', message: expect.stringContaining(`"${name}"`) })
    expect(sink.bytes()).toHaveLength(0)
    expect(await store.stat('ledger/000000003.sigstore.json')).toBeUndefined()
  })

  it.each(['', 'two\nlines', 'escape \u001b[31m', 'bidi \u202e', 'x'.repeat(201)])(
    'refuses the recipient %j',
    async (recipient) => {
      const { store } = await storeWithRuns(1)
      await expect(exportOf(store, { recipient })).rejects.toMatchObject({ code: 'export-refused' })
    },
  )
})

describe('a store that cannot be exported', () => {
  it.each([
    ['an object that was changed', async (path: string) => fs.writeFile(path, 'x'.repeat((await fs.stat(path)).size))],
    ['an object of another size', async (path: string) => fs.writeFile(path, 'x')],
    ['an object that is gone', async (path: string) => fs.rm(path)],
  ])('is named for %s, and the ledger is as it was', async (_, spoil) => {
    const { store, folder } = await storeWithRuns(1)
    const index = await fs.readFile(join(folder, 'runs/000000001/index.jsonl'), 'utf8')
    const [, sha256 = ''] = /"path":"records[^"]*members.*?"sha256":"([0-9a-f]{64})"/.exec(index) ?? []
    const path = join(folder, objectKey(sha256))
    await fs.chmod(path, 0o644)
    await spoil(path)
    await expect(exportOf(store)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('runs/000000001/records/github-acme/acme/members.jsonl'),
    })
    expect(await store.stat('ledger/000000003.sigstore.json')).toBeUndefined()
  })

  it.each(['index.jsonl', 'plan.json', 'manifest-sha256.txt'])('is named for a changed %s', async (name) => {
    const { store, folder } = await storeWithRuns(1)
    const path = join(folder, 'runs/000000001', name)
    await fs.chmod(path, 0o644)
    const text = await fs.readFile(path, 'utf8')
    await fs.writeFile(path, text.replace('acme', 'acmf'))
    await expect(exportOf(store)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(`runs/000000001/${name}`),
    })
  })
})

describe('a ledger with a gap', () => {
  it('is neither exported as if it ended there, nor continued in the gap', async () => {
    const { store, folder } = await storeWithRuns(2)
    await fs.rm(join(folder, 'ledger/000000002.sigstore.json'))
    await expect(exportOf(store)).rejects.toMatchObject({
      code: 'ledger-invalid',
      message: expect.stringContaining('ledger/000000002.sigstore.json is missing'),
    })
    expect(await store.stat('ledger/000000002.sigstore.json')).toBeUndefined()
  })
})

describe('another process that writes to the ledger meanwhile', () => {
  it('makes the export begin again, with its entry', async () => {
    const { store } = await storeWithRuns(1)
    let raced = 0
    const sink = memorySink()
    const made = await writeExport(
      { store, signer, agent: AGENT },
      requestFor({
        async onSurveyed() {
          if (raced++ === 0) await sealedRun(store)
        },
      }),
      sink,
    )
    expect(raced).toBe(2)
    expect(made.runs).toEqual([1, 3])
    expect((await verified(sink.bytes())).exitCode).toBe(0)
  })

  it('ends it if that happens each time', async () => {
    const { store } = await storeWithRuns(1)
    const onSurveyed = async () => void (await openRun({ store, signer }, planFor))
    await expect(exportOf(store, { onSurveyed })).rejects.toMatchObject({ code: 'ledger-busy' })
  })
})

describe('an export of one signer', () => {
  it('is not one of another', async () => {
    const { store } = await storeWithRuns(1)
    const { bytes } = await exportOf(store)
    const { generateKeyPair } = await import('../../src/bundle/keys.ts')
    const found = await verified(bytes, generateKeyPair().publicPem)
    expect(found.exitCode).toBe(5)
    expect(codesOf(found)).toContain('signer-untrusted')
    expect(trustKeys([key.publicPem]).rootKeys.size).toBe(1)
  })

  it('has runs with every kind of line that can be read again', async () => {
    const { store } = await storeWithRuns(0)
    const opened = await openRun({ store, signer }, planFor)
    const entries = await entriesFor(store, { failed: true })
    await sealRun({ ...opened, store, signer, saltKey: SALT_KEY, entries, sealedAt: SEALED_AT })
    const { bytes } = await exportOf(store)
    const found = await verified(bytes)
    expect(codesOf(found)).toEqual([])
    expect(found.exitCode).toBe(3)
    expect(found.incomplete.map(({ code }) => code)).toContain('failed')
  })
})
