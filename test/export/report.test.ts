import fs from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { isName } from '../../src/bundle/export/bag-names.ts'
import { reportDigests } from '../../src/bundle/export/report-files.ts'
import type { MakeReport } from '../../src/bundle/export/survey.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { VERIFY_REASONS } from '../../src/bundle/reasons.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { objectKey } from '../../src/model/common.ts'
import type { EvidenceReader } from '../../src/model/evidence-reader.ts'
import type { ReportFile } from '../../src/model/report-source.ts'
import type { StagingStore } from '../../src/model/store.ts'
import { showVerification } from '../../src/report/show-verification.ts'
import { verifyJson } from '../../src/report/verify-json.ts'
import type { Verification } from '../../src/model/verification.ts'
import { key as signingKey } from '../bundle/fixture.ts'
import {
  codesOf,
  contentOf,
  entriesOf,
  exportOf,
  fileOf,
  QUARTER,
  relisted,
  reportFile,
  resigned,
  storeWithRuns,
  verified,
  withFile,
} from './support.ts'

const MEMBERS = { pattern: 'github.members', reason: 'personal data' }

async function textOf(reader: EvidenceReader, key: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of reader.get(key)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

/** Every byte that the reader shows, in files of a report: nothing could be made of it that is not in there. */
async function* everything(reader: EvidenceReader): AsyncIterable<ReportFile> {
  for await (const key of reader.list('')) {
    const name = key.replaceAll(/[^A-Za-z0-9.-]/g, '_')
    yield reportFile(`all/${name}.html`, `<p>${key}</p>`, await textOf(reader, key))
  }
  yield reportFile('index.html', '<h1>Überblick</h1>')
}

let store: StagingStore
let whole: Buffer
beforeAll(async () => {
  ;({ store } = await storeWithRuns(2))
  whole = (await exportOf(store, { report: everything })).bytes
})

/** As `affiant verify EXPORT --report` does. */
async function compared(bytes: Buffer, make: MakeReport = everything): Promise<Verification> {
  return verifyExport(fileOf(bytes), {
    trust: trustKeys([signingKey.publicPem]),
    remakeReport: async ({ reader }) => ({ digests: await reportDigests(make(reader)) }),
  })
}

describe('the report in an export', () => {
  it('stands below data/report, and is signed, counted and verified with the rest', async () => {
    const { bytes, made } = await exportOf(store, { report: everything })
    expect(contentOf(bytes, 'data/report/index.html').toString()).toBe('<h1>Überblick</h1>')
    expect(contentOf(bytes, 'manifest-sha256.txt').toString()).toContain(
      `${sha256('<h1>Überblick</h1>')}  data/report/index.html\n`,
    )
    const files = entriesOf(bytes).filter(({ name }) => name.startsWith('data/report/'))
    expect(made.report).toEqual({
      files: files.length,
      bytes: files.reduce((sum, { content }) => sum + content.length, 0),
    })
    expect(contentOf(bytes, 'VERIFY.md').toString()).toContain('data/report/index.html')
    const found = await verified(bytes)
    expect({ codes: codesOf(found), exit: found.exitCode }).toEqual({ codes: [], exit: 0 })
    expect(found.report).toBeUndefined()
  })

  it('is left out if nobody makes one', async () => {
    const { bytes, made } = await exportOf(store)
    expect(entriesOf(bytes).some(({ name }) => name.startsWith('data/report/'))).toBe(false)
    expect(contentOf(bytes, 'VERIFY.md').toString()).not.toContain('data/report/')
    expect(made.report).toBeUndefined()
  })

  it('is made of the runs of the export and the ledger before it', async () => {
    const keys: string[] = []
    async function* report(reader: EvidenceReader) {
      for await (const one of reader.list('')) keys.push(one)
      yield reportFile('index.html', 'x')
    }
    const scope = { from: '2026-10-02T00:00:00.000Z', to: QUARTER.to }
    const { made } = await exportOf(store, { scope, report })
    expect(keys).toEqual(
      Array.from({ length: made.head.index }, (_, index) => `ledger/${String(index).padStart(9, '0')}.sigstore.json`),
    )
  })

  it('is shown nothing that is withheld', async () => {
    const { bytes: open } = await exportOf(store)
    const secret = entriesOf(open).filter(({ name }) => name.includes('/github-acme/acme/members.jsonl'))
    expect(secret.length).toBeGreaterThan(0)
    const { bytes } = await exportOf(store, { withhold: [MEMBERS], report: everything })
    const names = entriesOf(bytes).map(({ name }) => name)
    expect(names.filter((name) => name.includes('members'))).toEqual([])
    for (const { content } of secret) {
      expect(bytes.includes(content)).toBe(false)
      expect(bytes.includes(sha256(content))).toBe(false)
    }
    expect(bytes.includes('records/github-acme/acme/members.jsonl')).toBe(false)
    expect(codesOf(await compared(bytes))).toEqual([])
  })

  it('refuses to read what is withheld, as if it were not there', async () => {
    const path = 'records/github-acme/acme/members.jsonl'
    let readable: boolean | undefined
    async function* report(reader: EvidenceReader) {
      const name = reader.fileKey(1, { path, sha256: '' })
      readable = (await reader.stat(name)) !== undefined
      await expect(textOf(reader, name)).rejects.toMatchObject({ code: 'missing' })
      await expect(textOf(reader, 'runs/000000001/manifest-sha256.txt')).rejects.toMatchObject({ code: 'missing' })
      yield reportFile('index.html', 'x')
    }
    await exportOf(store, { withhold: [MEMBERS], report })
    expect(readable).toBe(false)
  })

  it.each([
    ['a page', 'pages/a.html'],
    ['a table', 'data/github-acme/github.members/acme.csv'],
    ['a form of another program', 'oscal/assessment-results.json'],
  ])('may have %s', async (_, path) => {
    expect(isName(`data/report/${path}`)).toBe(true)
    async function* report() {
      yield reportFile(path, 'x')
    }
    expect((await exportOf(store, { report })).made.report).toEqual({ files: 1, bytes: 1 })
  })

  it.each([
    ['a program', 'run.exe'],
    ['a shell script', 'run.sh'],
    ['no ending', 'README'],
    ['a folder above', '../index.html'],
    ['a space', 'a b.html'],
    ['a drawing, which may hold a script', 'a.svg'],
    ['an ending in capitals', 'a.HTML'],
    ['too long a path', `${'a'.repeat(250)}.html`],
  ])('may not have %s', async (_, path) => {
    expect(isName(`data/report/${path}`)).toBe(false)
    async function* report() {
      yield reportFile(path, 'x')
    }
    await expect(exportOf(store, { report })).rejects.toMatchObject({ code: 'export-refused' })
  })

  it.each([['a.html'], ['A.html']])('may not have a.html and %s', async (other) => {
    async function* report() {
      yield reportFile('a.html', 'x')
      yield reportFile(other, 'y')
    }
    await expect(exportOf(store, { report })).rejects.toMatchObject({ code: 'export-refused' })
  })

  it.each([
    ['an object changed', async (path: string) => fs.writeFile(path, 'x'.repeat((await fs.stat(path)).size))],
    ['an object gone', async (path: string) => fs.rm(path)],
  ])('of a store with %s is not made, and the object is named', async (_, spoil) => {
    const { store: spoilt, folder } = await storeWithRuns(1)
    const index = await fs.readFile(join(folder, 'runs/000000001/index.jsonl'), 'utf8')
    const [, digest = ''] = /"path":"records[^"]*members.*?"sha256":"([0-9a-f]{64})"/.exec(index) ?? []
    const path = join(folder, objectKey(digest))
    await fs.chmod(path, 0o644)
    await spoil(path)
    async function* report(reader: EvidenceReader) {
      const text = await textOf(reader, 'runs/000000001/records/github-acme/acme/members.jsonl')
      yield reportFile('index.html', String(JSON.parse(text)))
    }
    await expect(exportOf(spoilt, { report })).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('(runs/000000001/records/github-acme/acme/members.jsonl)'),
    })
  })

  it('must come out the same the second time, and nothing is signed otherwise', async () => {
    let times = 0
    async function* report(): AsyncIterable<ReportFile> {
      yield {
        path: 'index.html',
        async *content() {
          times += 1
          yield String(times)
        },
      }
    }
    const before = await store.stat('ledger/000000007.sigstore.json')
    await expect(exportOf(store, { report })).rejects.toMatchObject({
      code: 'export-refused',
      message: expect.stringContaining('report/index.html'),
    })
    expect(times).toBe(2)
    expect(await store.stat('ledger/000000007.sigstore.json')).toEqual(before)
  })
})

describe('a report that somebody tampered with', () => {
  const INDEX = 'data/report/index.html'
  it.each([
    ['changed', () => withFile(whole, INDEX, '<h1>Uberblick!</h1>'), ['file-changed']],
    ['taken away', () => withFile(whole, INDEX, undefined), ['bag-invalid', 'file-missing']],
    ['added', () => withFile(whole, 'data/report/extra.js', 'alert(1)'), ['bag-invalid', 'file-added']],
    [
      'moved',
      () => withFile(withFile(whole, INDEX, undefined), 'data/report/start.html', '<h1>Überblick</h1>'),
      ['file-added', 'file-missing'],
    ],
    [
      'changed, with the manifests made anew',
      () => relisted(withFile(whole, INDEX, '<h1>Alles gut!</h1>')),
      ['export-changed'],
    ],
    ['outside of the pattern', () => withFile(whole, 'data/report/run.exe', 'MZ'), ['archive-path']],
  ])('%s is rejected', async (_, make, codes) => {
    const found = await verified(make())
    expect(found.exitCode).toBe(4)
    expect(codesOf(found).sort()).toEqual(codes)
  })
})

describe('a report that is made again', () => {
  it('is the same from the finished export as from the store', async () => {
    const found = await compared(whole)
    expect(found.exitCode).toBe(0)
    expect(found.report).toMatchObject({ value: 'same' })
    expect(found.report?.files).toBe(entriesOf(whole).filter(({ name }) => name.startsWith('data/report/')).length)
  })

  it.each([
    ['another page', (bytes: Buffer) => withFile(bytes, 'data/report/index.html', 'all is well')],
    ['a page more', (bytes: Buffer) => withFile(bytes, 'data/report/more.html', 'all is well')],
    ['a page less', (bytes: Buffer) => withFile(bytes, 'data/report/index.html', undefined)],
  ])('shows %s that a dishonest holder of the key signed', async (_, change) => {
    const bytes = await resigned(change(whole))
    expect((await verified(bytes)).exitCode).toBe(0)
    const found = await compared(bytes)
    expect(found.exitCode).toBe(4)
    expect(codesOf(found)).toEqual(['report-differs'])
    expect(found.failures.map(({ file: name }) => name)).toEqual([
      expect.stringMatching(/^data\/report\/(?:index|more)\.html$/),
    ])
    expect(found.report).toMatchObject({ value: 'differs' })
  })

  it.each([
    ['an export without one', async () => (await exportOf(store)).bytes, 3, 'no report'],
    [
      'evidence that was changed',
      async () => withFile(whole, 'data/runs/000000001/plan.json', '{}\n'),
      4,
      'not what was sealed',
    ],
  ])('is not judged of %s', async (_, make, exit, why) => {
    const found = await compared(await make())
    expect(found.exitCode).toBe(exit)
    expect(found.report?.value).toBe('not-judged')
    expect(found.report?.detail).toContain(why)
  })

  it.each([
    ['another version', async () => ({ cannot: 'it was made by another version' })],
    ['a fault', async () => Promise.reject(new Error('cannot\u001b[31m'))],
  ])('is not judged by %s, which is no success', async (_, remakeReport) => {
    const found = await verifyExport(fileOf(whole), { trust: trustKeys([signingKey.publicPem]), remakeReport })
    expect({ exit: found.exitCode, value: found.report?.value }).toEqual({ exit: 3, value: 'not-judged' })
    expect(found.report?.detail).toMatch(/^[\x20-\x7e]+$/)
    const document = verifyJson(found, {
      target: { kind: 'export', name: 'x.evx.tar' },
      verifier: { version: '0.1.0' },
      reasonOf: (code) => VERIFY_REASONS[code as keyof typeof VERIFY_REASONS],
    })
    const told = showVerification(document, { columns: 200, color: false, options: '' })
    expect(told).toContain('x.evx.tar is verified, and its report could not be judged.')
    expect(told).toMatch(/– report +not-judged/)
  })
})
