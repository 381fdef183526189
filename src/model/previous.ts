import type { Outcome } from './outcome.ts'

/** What an earlier run, sealed and verified, holds of a plan item that was read to its end. */
export interface PreviousItem {
  run: number
  outcome: Outcome
  /** Digest of the records. */
  records: string
  /** Digest of the file that says which of them that run had carried over itself. */
  carried?: string | undefined
}

/** Which plan item an increment would build on. */
export interface PreviousWanted {
  source: string
  stream: string
  scope: string
  /** Id the source gave itself. */
  identity: string
  /** As {@link Outcome} `sweep.basis`: what was read before must have been read in the same way. */
  basis: string
}

export type FindPrevious = (wanted: PreviousWanted) => Promise<PreviousItem | undefined>
