import { ledgerKey } from '../model/common.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import { sha256 } from './crypto.ts'
import { type Envelope, readEnvelope } from './dsse.ts'
import { parseStatement, readSmall } from './layout.ts'
import { entryIndex, type LedgerEntry } from './ledger.ts'
import type { Report } from './reasons.ts'
import { isMissing, messageOf } from './verify-parts.ts'

/** `entry` is `undefined` if it could not be read, which was reported. */
export interface ReadLedgerEntry {
  index: number
  file: string
  entry: LedgerEntry | undefined
}

/** Entries that are read ahead: the time goes into waiting for files. */
const AHEAD = 32
/** A statement has under 4,000 bytes, a token some thousand. */
const MAX_ENTRY_BYTES = 1024 * 1024

/** Every entry that is there, in order; what is missing between them, and what is there besides, is reported. */
export async function* readLedger(reader: EvidenceReader, report: Report): AsyncIterable<ReadLedgerEntry> {
  const all = await indexes(reader, report)
  for (let from = 0; from < all.length; from += AHEAD) {
    const read = await Promise.all(all.slice(from, from + AHEAD).map(async (index) => readBytes(reader, index)))
    // Only reading is concurrent: failures are always found in the same order.
    for (const { index, file, bytes, error } of read) {
      if (bytes === undefined) reportUnread(error, file, report)
      yield { index, file, entry: bytes && parseEntryOr(index, bytes, file, report) }
    }
  }
}

async function readBytes(
  reader: EvidenceReader,
  index: number,
): Promise<{ index: number; file: string; bytes?: Uint8Array; error?: unknown }> {
  const file = ledgerKey(index)
  try {
    return { index, file, bytes: await readSmall(reader, file, MAX_ENTRY_BYTES) }
  } catch (error) {
    return { index, file, error }
  }
}

/** @throws the error, if it is not one of reading */
function reportUnread(error: unknown, file: string, report: Report): void {
  if (isMissing(error)) report('entry-missing', 'it is not there', file)
  else report('unreadable', messageOf(error), file)
}

async function indexes(reader: EvidenceReader, report: Report): Promise<number[]> {
  const found: number[] = []
  try {
    for await (const key of reader.list('ledger/')) {
      const index = entryIndex(key)
      if (index === undefined) report('entry-added', 'it is no ledger entry', key)
      else found.push(index)
    }
  } catch (error) {
    report('unreadable', messageOf(error), 'ledger')
  }
  let next = 0
  for (const index of found) {
    if (index > next) {
      const last = index - 1
      report('entry-missing', last === next ? 'it is not there' : `nor are those up to ${last}`, ledgerKey(next))
    }
    next = index + 1
  }
  return found
}

function parseEntryOr(index: number, bytes: Uint8Array, file: string, report: Report): LedgerEntry | undefined {
  let envelope: Envelope
  try {
    envelope = readEnvelope(bytes)
  } catch {
    report('envelope-invalid', 'it is not a Sigstore bundle as affiant writes it', file)
    return undefined
  }
  try {
    const statement = parseStatement(envelope.payload)
    if (statement.predicate.keyid !== envelope.keyId)
      report('envelope-invalid', 'envelope and statement name different keys', file)
    return { index, envelope, statement, sha256: sha256(envelope.payload) }
  } catch {
    report('statement-invalid', 'the signed statement is not canonical JSON of the right shape', file)
    return undefined
  }
}
