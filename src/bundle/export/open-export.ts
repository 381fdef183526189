import { ledgerKey, runFolder } from '../../model/common.ts'
import type { EvidenceReader, RandomAccessFile } from '../../model/evidence-reader.ts'
import { EXPORTED } from '../../model/statement.ts'
import { StoreError } from '../../model/store.ts'
import type { Limits } from '../../model/trust-policy.ts'
import { hashStream } from '../crypto.ts'
import { readSmall } from '../layout.ts'
import { entryIndex, parseEntry } from '../ledger.ts'
import { printable, type Report } from '../reasons.ts'
import { parseBagManifest } from './bag-files.ts'
import { BAG_MANIFEST, DATA, EXPORT_ENVELOPE } from './bag-names.ts'
import { finishExport } from './finish-export.ts'
import type { ExportFacts, OpenedExport } from './facts.ts'
import { type Archive, ArchiveRefused, readArchive, windowed } from './read-archive.ts'

export interface OpenExportOptions {
  limits: Limits
  report: Report
}

/** Bytes that are read at a time. */
const CHUNK = 256 * 1024
/** Files up to this size are read through a window. */
const SMALL = 16 * 1024

/** What the parts of an export's verification share. */
export interface Bag {
  archive: Archive
  report: Report
  /** SHA-256 of the files that were read to their end so far, by name. */
  digests: ReadonlyMap<string, string>
  /** @throws StoreError `missing`; whatever reading the file throws */
  read(name: string): AsyncIterable<Uint8Array>
}

/**
 * Opens an export for verification. Nothing is unpacked: the names are found by a first pass over the headers, and files are
 * read where they stand. Each file is hashed while it is read; {@link ExportFacts.finish} compares the digests.
 * The reader shows the `exported` entry as the last one of the ledger, and hides the twins of entries.
 * @returns `undefined` if it is no archive of affiant's, which was reported
 */
export async function openExport(
  file: RandomAccessFile,
  { limits, report }: OpenExportOptions,
): Promise<OpenedExport | undefined> {
  const archive = await archiveOf(file, limits, report)
  if (archive === undefined) return undefined
  const bag = openBag(file, archive, report)
  const keys = keysOf(archive)
  const reader = readerOf(bag, keys)
  const entry = keys.exported === undefined ? undefined : await readExported(reader, keys.exported, report)
  if (keys.exported === undefined) report('export-invalid', 'it is not there', EXPORT_ENVELOPE)
  const listed = await readListed(bag)
  const facts: ExportFacts = {
    ...(entry && { entry }),
    listed: listed ?? new Map(),
    runs: keys.runs,
    size: { files: archive.places.size, bytes: archive.bytes },
    finish: async () => finishExport(bag, entry, listed, keys.runs),
  }
  return { reader, facts }
}

async function archiveOf(file: RandomAccessFile, limits: Limits, report: Report): Promise<Archive | undefined> {
  try {
    return await readArchive(file, limits)
  } catch (error) {
    if (error instanceof ArchiveRefused) report(error.code, error.message, error.file)
    else report('unreadable', printable(error instanceof Error ? error.message : String(error)))
    return undefined
  }
}

function openBag(file: RandomAccessFile, archive: Archive, report: Report): Bag {
  const digests = new Map<string, string>()
  const readSmallFile = windowed(file, SMALL)
  /** Buffers that no reading uses at the moment. */
  const spare: Uint8Array[] = []
  async function* read(name: string): AsyncIterable<Uint8Array> {
    const place = archive.places.get(name)
    if (place === undefined) throw missing(name)
    const into = place.size <= SMALL ? undefined : (spare.pop() ?? new Uint8Array(CHUNK))
    const hash = digests.has(name) ? undefined : hashStream()
    try {
      for (let at = 0; at < place.size; at += CHUNK) {
        const length = Math.min(CHUNK, place.size - at)
        const chunk = await (into === undefined
          ? readSmallFile(place.offset + at, length)
          : file.read(place.offset + at, length, into))
        hash?.update(chunk)
        yield chunk
      }
    } finally {
      if (into !== undefined) spare.push(into)
    }
    if (hash !== undefined) digests.set(name, hash.hex())
  }
  return { archive, report, digests, read }
}

function missing(name: string): StoreError {
  return new StoreError('missing', `${name} is not in the export`, {
    path: name,
    hint: 'Ask for the export again.',
  })
}

interface Keys {
  /** Names in the archive by the keys that the reader shows, in order. */
  names: ReadonlyMap<string, string>
  /** Index of the `exported` entry, if it is there. */
  exported?: number
  runs: readonly number[]
}

const RUN = /^runs\/(\d{9})\//

function keysOf({ places }: Archive): Keys {
  const names = new Map<string, string>()
  const runs = new Set<number>()
  const exported = places.has(EXPORT_ENVELOPE)
  let next = 0
  let isLedger = false
  const endLedger = () => {
    if (isLedger && exported) names.set(ledgerKey(next), EXPORT_ENVELOPE)
    isLedger = false
  }
  for (const name of places.keys()) {
    if (!name.startsWith(DATA)) continue
    const key = name.slice(DATA.length)
    if (key.startsWith('ledger/')) {
      isLedger = true
      const index = entryIndex(key)
      if (index === undefined) continue
      next = index + 1
    } else endLedger()
    names.set(key, name)
    const [, run] = RUN.exec(key) ?? []
    if (run !== undefined) runs.add(Number(run))
  }
  endLedger()
  return { names, ...(exported && { exported: next }), runs: [...runs] }
}

function readerOf(bag: Bag, { names }: Keys): EvidenceReader {
  const ordered = [...names.keys()]
  return {
    kind: 'export',
    fileKey: (run, { path }) => `${runFolder(run)}/${path}`,
    get(key) {
      const name = names.get(key)
      return name === undefined ? rejecting(missing(key)) : bag.read(name)
    },
    digestOf: (key) => bag.digests.get(names.get(key) ?? '') ?? '',
    async *list(prefix) {
      for (let i = firstFrom(ordered, prefix); ordered[i]?.startsWith(prefix) === true; i++) yield ordered[i] as string
    },
    async stat(key) {
      const place = bag.archive.places.get(names.get(key) ?? '')
      return place && { size: place.size }
    },
  }
}

// biome-ignore lint/correctness/useYield: it rejects on its first step, as `get` promises
async function* rejecting(error: Error): AsyncIterable<Uint8Array> {
  throw error
}

/** Place of the first key that is not before `prefix`. */
function firstFrom(ordered: readonly string[], prefix: string): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ordered[middle] as string) < prefix) low = middle + 1
    else high = middle
  }
  return low
}

async function readExported(reader: EvidenceReader, index: number, report: Report): Promise<ExportFacts['entry']> {
  try {
    const { statement, ...entry } = parseEntry(index, await readSmall(reader, ledgerKey(index)))
    if (statement.predicateType === EXPORTED) return { ...entry, statement }
    report('export-invalid', 'its statement is of another kind', EXPORT_ENVELOPE)
  } catch {
    report('export-invalid', 'it is not an entry as affiant writes it', EXPORT_ENVELOPE)
  }
  return undefined
}

async function readListed({ archive, read, report }: Bag): Promise<ReadonlyMap<string, string> | undefined> {
  if (!archive.places.has(BAG_MANIFEST)) {
    report('bag-invalid', 'it is not there', BAG_MANIFEST)
    return undefined
  }
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    let text = ''
    for await (const chunk of read(BAG_MANIFEST)) text += decoder.decode(chunk, { stream: true })
    const listed = parseBagManifest(text + decoder.decode())
    if (listed !== undefined) return listed
  } catch (error) {
    // A TypeError is what the decoder throws: the bytes are no text.
    if (!(error instanceof TypeError)) {
      report('unreadable', printable(error instanceof Error ? error.message : String(error)), BAG_MANIFEST)
      return undefined
    }
  }
  report('bag-invalid', 'its lines are not digests and names under data/ in ascending order', BAG_MANIFEST)
  return undefined
}
