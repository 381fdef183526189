import type { EvidenceReader } from '../../model/evidence-reader.ts'
import type { ExportedStatement } from '../../model/statement.ts'
import type { LedgerEntry } from '../ledger.ts'

/**
 * What an export says of itself, beside the evidence in it. The `exported` entry stands in the ledger that the reader shows,
 * as its last one, so whoever verifies that ledger verifies the entry too: its place, its signer and its time.
 */
export interface ExportFacts {
  /** The `exported` entry. Absent if it cannot be read, which was reported. Nothing of it is to be believed before the ledger is verified. */
  entry?: LedgerEntry & { statement: ExportedStatement }
  /** The bag manifest: SHA-256 of each file under `data/`, by its key (without `data/`). Empty if it cannot be read, which was reported. */
  listed: ReadonlyMap<string, string>
  /** Runs that have a folder in the export, ascending. */
  runs: readonly number[]
  /** Files of the archive and bytes in them. */
  size: { files: number; bytes: number }
  /**
   * Ends the verification: the rules of the bag, what the `exported` entry signs, the twins of ledger entries, and the digest of
   * every file that was not read to its end before. To be called last. Reports; never rejects for what the export holds.
   */
  finish(): Promise<void>
}

export interface OpenedExport {
  reader: EvidenceReader
  facts: ExportFacts
}
