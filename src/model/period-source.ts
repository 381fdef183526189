import type { EvidenceReader } from './evidence-reader.ts'
import type { Schedule } from './plan.ts'
import type { LedgerRun, ReportSource } from './report-source.ts'
import type { SealedRun } from './sealed-run.ts'
import type { Verification } from './verification.ts'

/** What a report of a period is made from: the ledger of a store or an export, and the sealed runs when they are asked for. */
export interface PeriodSource {
  /** Names the ledger: `affiant.dev/<installation>`. */
  origin: string
  evidence: EvidenceReader['kind']
  /** `from` inclusive, `to` exclusive: UTC, milliseconds. */
  period: { from: string; to: string }
  /** What was due later than this is not missed yet: the last time that the ledger speaks of, or when the report was asked for. */
  until: string
  /** Runs that were opened in the period, whatever became of them, oldest first. */
  runs: readonly LedgerRun[]
  /** The last sealed run of each job before the period and before its runs in the ledger, oldest first. An export speaks of its own runs only: none. */
  before: readonly LedgerRun[]
  /** Sealed runs that were opened after the period: what they say of events in it counts, what they say of states does not. */
  after: readonly LedgerRun[]
  /** Where the ledger has a run after one that says it was opened later, and a time between the two is in the period. */
  clockTurns: readonly { run: LedgerRun; before: LedgerRun }[]
  /**
   * The index of a sealed run. `undefined` if its files are not there.
   * @throws StoreError `damaged` if it is not what was sealed; BundleError
   */
  read(run: number): Promise<SealedRun | undefined>
  /** When a job is due in `(after, until]`, in order; nothing for a schedule that cannot be understood. UTC, milliseconds. */
  dueTimes(schedule: Schedule, after: string, until: string): Iterable<string>
  /** What a report of one of the sealed runs is made from. */
  report(run: number): Promise<ReportSource>
  /** What a verifier found just before the report was written. */
  verification?: Verification
}
