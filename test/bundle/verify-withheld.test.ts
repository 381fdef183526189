import * as fs from 'node:fs/promises'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hexOf, leafHash } from '../../src/bundle/merkle.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyEvidence } from '../../src/bundle/verify.ts'
import { canonicalize, parseCanonical } from '../../src/model/canonical.ts'
import { objectKey, runFolder } from '../../src/model/common.ts'
import type { EvidenceReader } from '../../src/model/evidence-reader.ts'
import { IndexLine, type WithheldLine } from '../../src/model/index-line.ts'
import { StoreError } from '../../src/model/store.ts'
import { key, sealedRun, storeIn, temporaryFolder } from './fixture.ts'
import { codesOf, valuesOf } from './verify-fixture.ts'

const RUN = runFolder(1)
const INDEX = `${RUN}/index.jsonl`
const MANIFEST = `${RUN}/manifest-sha256.txt`

type Files = Map<string, Buffer>

let root: string
/** An export as a reader shows it, with everything disclosed. */
let whole: Files
let lines: IndexLine[]

beforeAll(async () => {
  root = await temporaryFolder()
  const store = storeIn(root)
  await sealedRun(store)
  whole = new Map()
  const read = async (name: string) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of store.get(name)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  for (const folder of ['ledger/', 'runs/'])
    for await (const name of store.list(folder)) whole.set(name, await read(name))
  const text = whole.get(INDEX)?.toString().trimEnd() ?? ''
  lines = text.split('\n').map((line) => IndexLine.parse(parseCanonical(line)))
  for (const line of lines) if ('path' in line) whole.set(`${RUN}/${line.path}`, await read(objectKey(line.sha256)))
})
afterAll(() => fs.rm(root, { recursive: true, force: true }))

function readerOf(files: Files): EvidenceReader {
  return {
    kind: 'export',
    fileKey: (run, { path }) => `${runFolder(run)}/${path}`,
    async *get(name) {
      const bytes = files.get(name)
      if (bytes === undefined) throw new StoreError('missing', `${name} is not there`, { path: name, hint: '' })
      // In pieces, so that lines are cut anywhere.
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
    },
    async *list(prefix) {
      yield* [...files.keys()].filter((name) => name.startsWith(prefix)).sort()
    },
    stat: async (name) => (files.has(name) ? { size: files.get(name)?.length ?? 0 } : undefined),
  }
}

const verify = (files: Files, deep = false) =>
  verifyEvidence({ reader: readerOf(files), trust: trustKeys([key.publicPem]), deep })

function withheld(line: IndexLine, reason: string): WithheldLine {
  return { kind: 'withheld', seq: line.seq, leafHash: hexOf(leafHash(canonicalize(line))), reason }
}

/** The export without these lines, in any form the test gives them. */
function redacted(replace: (line: IndexLine) => IndexLine | WithheldLine | undefined): Files {
  const files = new Map(whole)
  const index = lines.flatMap((line) => replace(line) ?? [])
  for (const line of lines) if ('path' in line && !index.includes(line)) files.delete(`${RUN}/${line.path}`)
  files.set(INDEX, Buffer.from(index.map((line) => `${canonicalize(line)}\n`).join('')))
  files.delete(MANIFEST)
  return files
}

const mayBeWithheld = ({ kind }: IndexLine) => kind === 'records' || kind === 'receipts' || kind === 'results'
const all = () => redacted((line) => (mayBeWithheld(line) ? withheld(line, 'personal data') : line))

describe('an export', () => {
  it('with everything in it is complete', async () => {
    expect(await verify(whole)).toMatchObject({ exitCode: 0, failures: [], checked: { files: 6 } })
    expect(await verify(whole, true)).toMatchObject({ exitCode: 0, failures: [] })
  })

  it('may withhold any of the records, receipts and results, and each is counted with its reason', async () => {
    const choice = fc.array(fc.constantFrom(undefined, 'personal data', 'Privat \u202e'), {
      minLength: 20,
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(choice, async (reasons) => {
        const reasonOf = (line: IndexLine) => (mayBeWithheld(line) ? reasons[line.seq] : undefined)
        const gone = lines.filter((line) => reasonOf(line) !== undefined)
        fc.pre(gone.length > 0)
        const verification = await verify(
          redacted((line) => {
            const reason = reasonOf(line)
            return reason === undefined ? line : withheld(line, reason)
          }),
        )
        expect(verification).toMatchObject({ exitCode: 3, failures: [], withheld: { count: gone.length } })
        expect(verification.runs).toMatchObject([{ run: 1, status: 'complete', withheld: gone.length }])
        expect(verification.checked.files).toBe(6 - gone.length)
        expect(JSON.stringify(verification.withheld.reasons)).toMatch(/^[\x20-\x7e]+$/)
      }),
      { numRuns: 40 },
    )
  })

  it('keeps every level but completeness when all that may be is withheld', async () => {
    const verification = await verify(all())
    expect(valuesOf(verification)).toMatchObject({ intact: 'yes', authentic: 'yes', chained: 'yes', complete: 'no' })
    expect(verification.incomplete).toMatchObject([{ code: 'withheld', run: 1, detail: '5 lines: personal data' }])
  })
})

describe('an export that withholds is refused', () => {
  const change = (files: Files, name: string, from: string | RegExp, to: string) => {
    const text = files.get(name)?.toString() ?? ''
    expect(text).toMatch(from)
    return files.set(name, Buffer.from(text.replace(from, to)))
  }

  it.each<[string, string, () => Files]>([
    [
      'whose withheld hash was changed',
      'root-wrong',
      () => change(all(), INDEX, /"leafHash":"..../, '"leafHash":"0000'),
    ],
    [
      'in which two withheld lines were merged',
      'root-wrong',
      () => redacted((line) => (line.seq === 1 ? undefined : line.seq === 2 ? withheld(line, 'x') : line)),
    ],
    [
      'that withholds an outcome',
      'outcome-missing',
      () => redacted((line) => (line.kind === 'outcome' && line.stream === 'git.files' ? withheld(line, 'x') : line)),
    ],
    [
      'that withholds a source',
      'outcome-missing',
      () => redacted((line) => (line.kind === 'source' ? withheld(line, 'x') : line)),
    ],
    [
      'that withholds the controls',
      'controls-mismatch',
      () => redacted((line) => (line.kind === 'controls' ? withheld(line, 'x') : line)),
    ],
    ['that names in a manifest what it withholds', 'withheld-invalid', () => all().set(MANIFEST, whole.get(MANIFEST)!)],
    [
      'in which a disclosed file was changed',
      'object-changed',
      () =>
        change(
          redacted((line) => (line.kind === 'receipts' ? withheld(line, 'x') : line)),
          `${RUN}/records/github-acme/acme/members.jsonl`,
          'p-1',
          'p-2',
        ),
    ],
    ['without a reason', 'index-invalid', () => change(all(), INDEX, '"reason":"personal data"', '"reason":""')],
    ['with a withheld file in it', 'file-added', () => all().set(`${RUN}/records/x.jsonl`, Buffer.from('{}\n'))],
  ])('%s: %s', async (_, code, files) => {
    const verification = await verify(files())
    expect(codesOf(verification)).toContain(code)
    expect(verification.exitCode).toBe(4)
  })

  it('in a store, where nothing may be withheld', async () => {
    const store = storeIn(root)
    const files = all()
    const reader = storeReader({
      ...store,
      get: (name) => (name === INDEX ? readerOf(files).get(name) : store.get(name)),
    })
    const verification = await verifyEvidence({ reader, trust: trustKeys([key.publicPem]) })
    expect(codesOf(verification)).toContain('withheld-invalid')
  })
})

describe('records', () => {
  it('are looked at as bytes: their form is only of interest if asked for', async () => {
    const name = `${RUN}/records/github-acme/acme/members.jsonl`
    const files = new Map(whole).set(name, Buffer.from('{"b": 1}\n'))
    for (const deep of [false, true]) {
      const verification = await verify(files, deep)
      // Other bytes than were sealed are found in any case.
      expect(verification.failures).toMatchObject([{ code: 'object-changed', file: name }])
    }
  })
})
