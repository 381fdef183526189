import { EXPORTED, type ExportedStatement, STATEMENT_TYPE } from '../../model/statement.ts'
import { StoreError } from '../../model/store.ts'
import { sha256 } from '../crypto.ts'
import { writeEnvelope } from '../dsse.ts'
import { BundleError } from '../errors.ts'
import { assertNoGap, type LedgerEntry, originOf } from '../ledger.ts'
import { appendEntry, type LedgerWriter } from '../ledger-append.ts'
import { BAGIT_TEXT, bagInfoText, tagManifestText, twinsOf } from './bag-files.ts'
import {
  BAG_INFO,
  BAG_MANIFEST,
  BAGIT,
  baseName,
  DATA,
  EXPORT,
  REPORT,
  TAG_MANIFEST,
  TRUST_HINTS,
  VERIFY_MD,
  VERIFY_SH,
} from './bag-names.ts'
import { damaged, type ExportFile, named } from './export-files.ts'
import { unsteady } from './report-files.ts'
import { type ExportScope, type MakeReport, type Survey, survey } from './survey.ts'
import { trustHintsText } from './trust-hints.ts'
import { BLOCK } from './ustar.ts'
import { verifyGuide } from './verify-guide.ts'
import { VERIFY_SCRIPT } from './verify-script.ts'
import { createWithholder, type WithholdRule } from './withhold.ts'
import { type ArchiveWriter, ContentChanged, type ExportSink, writeArchive } from './write-archive.ts'

export interface ExportRequest {
  scope: ExportScope
  withhold: readonly WithholdRule[]
  /** Who gets it; stands in the ledger. At most 200 characters. */
  recipient: string
  exportedAt: Date
  /** Root certificates of the timestamp authorities that the agent uses, in PEM form. */
  tsaRoots: readonly string[]
  /** Absent: no report is part of the export. */
  report?: MakeReport
  /** Told what will be written before anything is; may throw to give up. */
  onSurveyed?: (found: { runs: number; archiveBytes: number }) => Promise<void>
}

export interface Exported {
  /** The folder in the archive. */
  base: string
  /** The `exported` entry: the head of the ledger now. */
  head: { index: number; sha256: string; origin: string }
  keyId: string
  runs: readonly number[]
  /** Files under `data/` and bytes in them. */
  payload: { bytes: number; files: number }
  /** Of these, the report. */
  report?: { bytes: number; files: number }
  /** Lines that are withheld, the most frequent reason first. */
  withheld: { count: number; reasons: readonly { reason: string; count: number }[] }
  /** How many timestamps the entry has. */
  timestamps: number
}

const TRIES = 5

/**
 * Writes an export: first all evidence and the report that is made of it, comparing each file with the digest that was sealed, then the `exported` entry into
 * the ledger, then what the entry signs. So neither a damaged store nor a full disk leaves an entry for nothing. If another
 * process takes the place in the ledger meanwhile, the export begins again with one entry more.
 * Holds one buffer of bytes, the manifest, and what is known of the files of one run.
 * @param writer its signer is the one that signs runs
 * @throws BundleError `export-refused`, `ledger-busy`, `ledger-invalid` if entries are missing, and as `appendEntry`; StoreError, `damaged` naming what is not what was
 *   sealed; whatever the sink throws
 */
export async function writeExport(writer: LedgerWriter, request: ExportRequest, sink: ExportSink): Promise<Exported> {
  assertText('the recipient', request.recipient)
  for (const { reason } of request.withhold) assertText('the reason for withholding', reason)
  await assertNoGap(writer.store)
  for (let tries = 0; tries < TRIES; tries++) {
    const exported = await tryOnce(writer, request, sink)
    if (exported !== undefined) return exported
    await sink.restart()
  }
  throw new BundleError(
    'ledger-busy',
    `nothing was exported: other processes wrote to the ledger each of the ${TRIES} times`,
    'Export again when no run is starting or ending.',
  )
}

/** It becomes a line of text that people read. */
function assertText(what: string, text: string): void {
  if (text.trim() === text && text.length > 0 && text.length <= 200 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return
  throw new BundleError(
    'export-refused',
    `${what} cannot be used: it must be one line of 1 to 200 characters, without control characters`,
    'Give it in plain words.',
  )
}

/** `undefined`: the ledger or the late tokens grew meanwhile. */
async function tryOnce(writer: LedgerWriter, request: ExportRequest, sink: ExportSink): Promise<Exported | undefined> {
  const { store, agent } = writer
  const { scope, recipient } = request
  const exportedAt = request.exportedAt.toISOString()
  const base = baseName({ agent: agent.id, from: scope.from, to: scope.to })
  const withholder = createWithholder(request.withhold, scope)
  const found = await survey(store, scope, withholder, base, request.report)
  refuseIdle(withholder.idle())
  await request.onSurveyed?.({ runs: found.runs.length, archiveBytes: estimateOf(found.payload) })

  const archive = writeArchive(sink, base)
  const { payload } = found
  const tags = new Map([
    [VERIFY_MD, verifyGuide({ base, version: agent.version, report: found.report !== undefined })],
    [BAG_INFO, bagInfoText({ agent, origin: originOf(agent.id), exportedAt, recipient, payload })],
    [BAGIT, BAGIT_TEXT],
    [TRUST_HINTS, trustHintsText({ genesis: found.genesis, tsaRoots: request.tsaRoots })],
    [VERIFY_SH, VERIFY_SCRIPT],
  ])
  for (const name of [VERIFY_MD, BAG_INFO, BAGIT]) await writeText(archive, name, tags.get(name) ?? '')
  const manifest = await writeData(archive, found)
  if (manifest === undefined) return undefined
  tags.set(BAG_MANIFEST, manifest)

  const digests = new Map([...tags].map(([name, text]) => [name, sha256(text)]))
  const entry = await appendExported(writer, request, found, digests)
  if (entry === undefined) return undefined

  const parts = [...twinsOf(entry.envelope), { suffix: '.sigstore.json', bytes: entry.bytes }]
  for (const { suffix, bytes } of parts.sort((a, b) => (a.suffix < b.suffix ? -1 : 1))) {
    const name = EXPORT + suffix
    digests.set(name, await archive.file({ name, size: bytes.length }, [bytes]))
  }
  await writeText(archive, BAG_MANIFEST, manifest)
  await writeText(archive, TAG_MANIFEST, tagManifestText(digests))
  for (const name of [TRUST_HINTS, VERIFY_SH]) await writeText(archive, name, tags.get(name) ?? '')
  await archive.end()
  return {
    base,
    head: { index: entry.index, sha256: entry.sha256, origin: entry.statement.predicate.ledger.origin },
    keyId: entry.statement.predicate.keyid,
    runs: found.runs.map(({ number }) => number),
    payload,
    ...(found.report && { report: found.report }),
    withheld: {
      count: found.withheld.count,
      reasons: [...found.withheld.reasons]
        .map(([reason, count]) => ({ reason, count }))
        .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    },
    timestamps: entry.envelope.timestamps.length,
  }
}

/** Each file has a header, zeros, and a line in the manifest; then there are the files at the top. */
function estimateOf({ bytes, files }: Survey['payload']): number {
  return bytes + files * (2 * BLOCK + 200) + 64 * 1024
}

/** A pattern that matches nothing is a slip, and what it was meant to withhold would be handed over. */
function refuseIdle(idle: readonly string[]): void {
  const [first, ...others] = idle
  if (first === undefined) return
  const more = others.length > 0 ? ` and ${others.map((one) => `"${one}"`).join(', ')}` : ''
  throw new BundleError(
    'export-refused',
    `nothing was exported: nothing in these runs is named "${first}"${more}`,
    'affiant show RUN lists sources, checks and controls. * in a pattern stands for any text.',
  )
}

async function writeText(archive: ArchiveWriter, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  await archive.file({ name, size: bytes.length }, [bytes])
}

/** Gives the text of the bag manifest; `undefined` if other files are there now than when they were added up. */
async function writeData(archive: ArchiveWriter, { files, payload }: Survey): Promise<string | undefined> {
  const lines: string[] = []
  let bytes = 0
  for await (const file of files()) {
    const digest = await writeFile(archive, file)
    lines.push(`${digest}  ${DATA}${file.key}\n`)
    bytes += file.size
  }
  return lines.length === payload.files && bytes === payload.bytes ? lines.join('') : undefined
}

async function writeFile(archive: ArchiveWriter, file: ExportFile): Promise<string> {
  try {
    return await archive.file({ ...file, name: DATA + file.key }, file.content())
  } catch (error) {
    if (error instanceof StoreError && error.code === 'missing')
      throw damaged(named(file), 'is not in the store', error)
    if (!(error instanceof ContentChanged)) throw error
    if (file.key.startsWith(REPORT)) throw unsteady(file.key, error)
    throw damaged(named(file), 'was changed after it was sealed', error)
  }
}

/** `undefined`: the place after the entries that were exported is taken. */
async function appendExported(
  writer: LedgerWriter,
  { scope, recipient, exportedAt }: ExportRequest,
  { entries, runs, withheld }: Survey,
  digests: ReadonlyMap<string, string>,
): Promise<(LedgerEntry & { statement: ExportedStatement; bytes: Uint8Array }) | undefined> {
  const digestOf = (name: string) => ({ sha256: digests.get(name) ?? '' })
  try {
    const entry = await appendEntry(writer, (place) => {
      if (place.index !== entries) throw new TakenError()
      return {
        _type: STATEMENT_TYPE,
        subject: [
          { name: BAG_MANIFEST, digest: digestOf(BAG_MANIFEST) },
          { name: BAG_INFO, digest: digestOf(BAG_INFO) },
          { name: BAGIT, digest: digestOf(BAGIT) },
          { name: VERIFY_MD, digest: digestOf(VERIFY_MD) },
          { name: VERIFY_SH, digest: digestOf(VERIFY_SH) },
          { name: TRUST_HINTS, digest: digestOf(TRUST_HINTS) },
        ],
        predicateType: EXPORTED,
        predicate: {
          keyid: writer.signer.keyId,
          agent: writer.agent,
          ledger: place.position(),
          exportedAt: exportedAt.toISOString(),
          recipient,
          scope: {
            from: scope.from,
            to: scope.to,
            ...(scope.sources && { sources: [...scope.sources] }),
            ...(scope.controls && { controls: [...scope.controls] }),
          },
          runs: runs.length,
          withheld: withheld.count,
        },
      }
    })
    const { statement } = entry
    if (statement.predicateType !== EXPORTED) throw new TypeError('an export was appended')
    return { ...entry, statement, bytes: bytesOf(entry) }
  } catch (error) {
    if (error instanceof TakenError) return undefined
    throw error
  }
}

class TakenError extends Error {
  override readonly name = 'TakenError'
}

/** What stands in the store. */
function bytesOf({ envelope }: LedgerEntry): Uint8Array {
  return writeEnvelope(envelope.payload, envelope.signature, envelope, envelope.timestamps)
}
