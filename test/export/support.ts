import { type ExportRequest, type Exported, writeExport } from '../../src/bundle/export/write-export.ts'
import type { ExportSink } from '../../src/bundle/export/write-archive.ts'
import { BLOCK, paddingOf, ustarHeader } from '../../src/bundle/export/ustar.ts'
import type { LedgerWriter } from '../../src/bundle/ledger-append.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import type { ExportedStatement } from '../../src/model/statement.ts'
import type { RandomAccessFile } from '../../src/model/evidence-reader.ts'
import type { ReportFile } from '../../src/model/report-source.ts'
import type { StagingStore } from '../../src/model/store.ts'
import type { Verification } from '../../src/model/verification.ts'
import { key, sealedRun, signer, storeIn, temporaryFolder } from '../bundle/fixture.ts'

export const AGENT = { id: 'acme-prod', version: '0.1.0', build: { sha256: 'ab'.repeat(32) } }
export const QUARTER = { from: '2026-10-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' }
export const BASE = 'acme-prod_2026-10-01_2026-12-31'

/** A store with sealed runs, in a folder of its own. */
export async function storeWithRuns(count: number): Promise<{ store: StagingStore; folder: string }> {
  const folder = await temporaryFolder()
  const store = storeIn(folder)
  for (let run = 0; run < count; run++) await sealedRun(store)
  return { store, folder }
}

export function requestFor(change: Partial<ExportRequest> = {}): ExportRequest {
  return {
    scope: QUARTER,
    withhold: [],
    recipient: 'Example Auditors Ltd',
    exportedAt: new Date('2027-01-05T09:00:00.000Z'),
    tsaRoots: [],
    ...change,
  }
}

/** A file of a report. */
export function reportFile(path: string, ...texts: string[]): ReportFile {
  return {
    path,
    async *content() {
      yield* texts
    },
  }
}

/** A report of a page and a script, which is made of nothing. */
export async function* smallReport(): AsyncIterable<ReportFile> {
  yield reportFile('index.html', '<!doctype html><h1>Evidence</h1><script src="assets/report.js"></script>')
  yield reportFile('assets/report.js', 'document.body.hidden = false')
}

/** A sink in memory. */
export function memorySink(): ExportSink & { bytes(): Buffer } {
  const parts: Buffer[] = []
  return {
    async write(bytes) {
      parts.push(Buffer.from(bytes))
    },
    async restart() {
      parts.length = 0
    },
    bytes: () => Buffer.concat(parts),
  }
}

/** Exports into memory. */
export async function exportOf(
  store: StagingStore,
  change: Partial<ExportRequest> = {},
  writer: Partial<LedgerWriter> = {},
): Promise<{ bytes: Buffer; made: Exported }> {
  const sink = memorySink()
  const made = await writeExport({ store, signer, agent: AGENT, ...writer }, requestFor(change), sink)
  return { bytes: sink.bytes(), made }
}

export function fileOf(bytes: Uint8Array): RandomAccessFile {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) }
}

/** As `affiant verify EXPORT --key` does. */
export async function verified(bytes: Uint8Array, pem = key.publicPem): Promise<Verification> {
  return verifyExport(fileOf(bytes), { trust: trustKeys([pem]) })
}

export function codesOf({ failures }: Pick<Verification, 'failures'>): string[] {
  return [...new Set(failures.map(({ code }) => code))]
}

export interface Entry {
  name: string
  content: Buffer
}

/** Takes an archive of ours apart, without looking whether it is one. */
export function entriesOf(bytes: Buffer): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; bytes[at] !== 0; ) {
    const field = (from: number, length: number) =>
      bytes.toString('latin1', at + from, at + from + length).split('\0')[0] ?? ''
    const prefix = field(345, 155)
    const path = prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`
    const size = Number.parseInt(field(124, 12), 8)
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size)
    entries.push({ name: path.slice(path.indexOf('/') + 1), content })
    at += BLOCK + size + paddingOf(size)
  }
  return entries
}

/** An archive of any entries, in the order given, with nothing checked. */
export function archiveOf(entries: readonly Entry[], base = BASE): Buffer {
  const parts = entries.flatMap(({ name, content }) => [
    ustarHeader(`${base}/${name}`, content.length),
    content,
    Buffer.alloc(paddingOf(content.length)),
  ])
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}

/** The archive with one file changed, removed (`undefined`) or added, in its place. */
export function withFile(bytes: Buffer, name: string, content: Buffer | string | undefined): Buffer {
  const others = entriesOf(bytes).filter((entry) => entry.name !== name)
  const changed = content === undefined ? others : [...others, { name, content: Buffer.from(content) }]
  return archiveOf(changed.sort((a, b) => (a.name < b.name ? -1 : 1)))
}

/** Makes both manifests anew, as somebody would who has no key. */
export function relisted(bytes: Buffer): Buffer {
  const listing = (of: Buffer, isListed: (name: string) => boolean) =>
    entriesOf(of)
      .filter(({ name }) => isListed(name))
      .map(({ name, content }) => `${sha256(content)}  ${name}\n`)
      .join('')
  const first = withFile(
    bytes,
    'manifest-sha256.txt',
    listing(bytes, (name) => name.startsWith('data/')),
  )
  const isTag = (name: string) => !name.startsWith('data/') && name !== 'tagmanifest-sha256.txt'
  return withFile(first, 'tagmanifest-sha256.txt', listing(first, isTag))
}

/** Makes manifests, Payload-Oxum and the entry of the export anew, as a dishonest holder of the key would. */
export async function resigned(
  bytes: Buffer,
  change: (statement: ExportedStatement) => void = () => {},
): Promise<Buffer> {
  const payload = entriesOf(bytes).filter(({ name }) => name.startsWith('data/'))
  const oxum = `${payload.reduce((sum, { content }) => sum + content.length, 0)}.${payload.length}`
  const info = contentOf(bytes, 'bag-info.txt')
    .toString()
    .replace(/(?<=Payload-Oxum: ).*/, oxum)
  let made = relisted(withFile(bytes, 'bag-info.txt', info))
  const statement: ExportedStatement = JSON.parse(contentOf(made, 'export.json').toString())
  for (const subject of statement.subject) subject.digest.sha256 = sha256(contentOf(made, subject.name))
  change(statement)
  const text = Buffer.from(canonicalize(statement))
  const signature = await signer.sign(signedBytes(text))
  made = withFile(made, 'export.json', text)
  made = withFile(made, 'export.sig', Buffer.from(signature))
  made = withFile(made, 'export.sigstore.json', Buffer.from(writeEnvelope(text, signature, signer)))
  return relisted(made)
}

/** Content of a file of the archive. */
export function contentOf(bytes: Buffer, name: string): Buffer {
  const entry = entriesOf(bytes).find((one) => one.name === name)
  if (entry === undefined) throw new Error(`there is no ${name}`)
  return entry.content
}
