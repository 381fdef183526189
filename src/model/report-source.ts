import type { CarriedLine, IndexLine, RecordsLine, WithheldLine } from './index-line.ts'
import type { Trigger } from './plan.ts'
import type { Receipt } from './receipt.ts'
import type { CheckSummary, Counts, Status } from './result.ts'
import type { RunDiff } from './run-diff.ts'
import type { RunView } from './run-view.ts'
import type { RunStatus, Verification } from './verification.ts'

export type ReceiptsLine = Extract<IndexLine, { kind: 'receipts' }>

/** A file of a report. `content` gives the same text each time it is called. */
export interface ReportFile {
  /** Relative to the folder of the report: ASCII segments of `[A-Za-z0-9._-]`. */
  path: string
  content(): AsyncIterable<string>
}

/** The entry of the ledger that sealed a run. */
export interface SealEntry {
  index: number
  /** Of the statement. */
  sha256: string
  /** When the run was sealed, as the signer says: UTC, milliseconds. */
  at: string
  keyId: string
}

/**
 * All that a store or an export has of one run. Lines that an export withholds are in `withheld` only. Nobody verified it:
 * files are compared with their digests when their ends are reached (StoreError `damaged`), signatures are not.
 */
export interface RunEvidence extends RunView {
  /** Absent if the run was never sealed. */
  seal?: SealEntry
  /** By plan item. */
  records: ReadonlyMap<string, RecordsLine>
  /** By plan item. */
  carried: ReadonlyMap<string, CarriedLine>
  /** By plan item; by id of the source those of opening it. */
  receipts: ReadonlyMap<string, ReceiptsLine>
  withheld: readonly WithheldLine[]
  /** The lines of a file of the run in batches, canonical JSON each. */
  lines(file: { path: string; sha256: string }): AsyncIterable<readonly string[]>
  receiptLines(file: ReceiptsLine): AsyncIterable<Receipt>
}

/** A run as the ledger tells of it. */
export interface LedgerRun {
  number: number
  job: string
  trigger: Trigger
  /** UTC, milliseconds. */
  openedAt: string
  /** Absent: it is open. */
  end?:
    | { kind: 'aborted'; at: string }
    | {
        kind: 'sealed'
        at: string
        status: RunStatus
        /** Checks by status, each counted once for each source. */
        results: Readonly<Record<Status, number>>
        subjects: Counts
        outcomes: Readonly<Record<'complete' | 'partial' | 'failed', number>>
        /** When the next run of the job is due, if it has a schedule. */
        expectedBy?: string
      }
}

/** How a check ended on a source. */
export type Verdict = Pick<CheckSummary, 'status' | 'reason' | 'counts' | 'revision'>

/** A sealed run before the one of a report, of the same job. */
export interface EarlierRun {
  number: number
  /** UTC, milliseconds. */
  openedAt: string
  /** By `<source> <check>`. Absent: its plan or index is gone, or is not what was sealed. */
  verdicts?: ReadonlyMap<string, Verdict | 'withheld'>
}

/** What a report of one run is made from. */
export interface ReportSource {
  run: RunEvidence
  ledger: {
    /** `affiant.dev/<installation>`. */
    origin: string
    /** Runs of every job up to the one of the report, oldest first: the last of them, so that a long ledger is not read whole. */
    runs: readonly LedgerRun[]
    /** Whether there are earlier runs that are not in `runs`. */
    more: boolean
  }
  /**
   * In what the run differs from the last sealed one of its job before it, if the evidence has one. No `diff`: a file of that one is
   * gone, or is not what was sealed.
   */
  previous?: { number: number; diff?: RunDiff }
  /** Sealed runs of the same job before it, oldest first: the last of them, as for the ledger. */
  earlier: readonly EarlierRun[]
  /** What a verifier found just before the report was written. Absent in an export: it cannot vouch for itself. */
  verification?: Verification
}
