/**
 * What verification finds: shapes that the parts of a verifier hand to each other and to whoever reports them. Nothing here
 * is to be believed more than the level that covers it says.
 */

/** A level of verification. `detail` is one printable ASCII line. */
export interface Level<Value extends string> {
  value: Value
  detail: string
}

/** The levels, each judged by itself: reaching one says nothing of the others. */
export interface Levels {
  /** Every byte is as it was sealed, and everything that is written down agrees. */
  intact: Level<'yes' | 'no'>
  /** Every entry is signed with a key that the trust policy vouches for. `unpinned`: only with keys that the evidence itself names. */
  authentic: Level<'yes' | 'no' | 'unpinned'>
  /** Every entry of the ledger is there and names all before it. */
  chained: Level<'yes' | 'no'>
  timed: Level<TimedValue> & Omit<Timed, 'value'>
  /** Everything that was planned was read whole, and nothing of it is withheld. */
  complete: Level<'yes' | 'no'>
  /** The ledger holds the head that the trust policy expects. `no` also if it expects none. */
  anchored: Level<'yes' | 'no'>
}

/**
 * `yes`: every entry existed when it says that it was made. `late`: all are covered, some only by a later token. `partly`: some
 * are not covered. `no`: none is. `not-judged`: there are tokens, and no root was given to judge them by.
 */
export type TimedValue = 'yes' | 'partly' | 'late' | 'no' | 'not-judged'

/** What timestamps say of several entries. */
export interface Timed {
  value: TimedValue
  /** Good tokens; all tokens where they were not judged. */
  tokens: number
  /** Entries that no good token covers. */
  without: number
  /** Times of the first and the last good token, UTC, milliseconds. */
  earliest?: string
  latest?: string
}

/** What timestamps say of one entry. */
export interface EntryTimed {
  value: Exclude<TimedValue, 'partly'>
  tokens: number
  /** The entry existed then, UTC, milliseconds. */
  by?: string
}

/** A run as the ledger tells of it. Digests, not statements: there may be a hundred thousand runs. */
export interface RunFacts {
  number: number
  /** Absent: the entry that opens it could not be read. `sha256`: of its statement. */
  opening?: { job: string; openedAt: string; sha256: string }
  /** Absent: the ledger does not end it. `index`: of the entry, `sha256`: of its statement. */
  end?: { kind: 'sealed' | 'aborted'; index: number; sha256: string; at: string; status?: RunStatus }
  /** Entries that say what was picked of its populations. `sha256`: of their statements. */
  samples?: readonly { index: number; sha256: string }[]
  /** Of the entry that ends it, else of the one that opens it. */
  timed: EntryTimed
}

export type RunStatus = 'complete' | 'partial' | 'failed'

/** Silence where a run was due. */
export interface ScheduleGap {
  job: string
  /** The run after which the next one was due. */
  run: number
  /** When it was due at the latest, UTC, milliseconds. */
  dueAt: string
  /** When the next run of the job was opened; absent if none was. */
  openedAt?: string
}

/** What verifying a whole ledger found, besides failures. */
export interface LedgerFacts {
  entries: number
  authentic: Levels['authentic']['value']
  timed: Timed
  /** The ledger holds the head that the policy expects. `not-asked`: it expects none. */
  anchored: 'yes' | 'no' | 'not-asked'
  origin?: string
  /** The last entry that could be read: index and SHA-256 of its statement. */
  head?: { index: number; sha256: string }
  /** Keys that signed entries, in the order of their first one. */
  keyIds: readonly string[]
  /** In the order of their numbers: every run that the ledger opens or ends. */
  runs: readonly RunFacts[]
  gaps: readonly ScheduleGap[]
}

/**
 * Why evidence is not complete. `partial`, `failed`: a run (no `planItem`) or one of its plan items was not read whole.
 * `aborted`, `open`: a run was never sealed. `withheld`: an export leaves out a line. `schedule-gap`: a run was due.
 */
export type IncompleteCode = 'partial' | 'failed' | 'aborted' | 'open' | 'withheld' | 'schedule-gap'

/** One way in which evidence is not complete. `detail` is one printable ASCII line. */
export interface IncompleteEvidence {
  code: IncompleteCode
  run: number
  job?: string
  planItem?: string
  detail: string
}

/** What was found of one run. */
export interface RunVerification {
  run: number
  job?: string
  /** `unknown`: sealed, and its seal could not be read. */
  status: RunStatus | 'aborted' | 'open' | 'unknown'
  sealedAt?: string
  /** Plan items and sources that were not read whole. */
  incomplete: number
  /** Lines of the index that are withheld. */
  withheld: number
  timed: EntryTimed
}

/** What `verify` found. */
export interface Verification {
  exitCode: 0 | 3 | 4 | 5
  levels: Levels
  /** Every reason to reject, at most 1,000. */
  failures: readonly { code: string; file?: string; detail: string }[]
  /** How many failures are not listed. */
  omitted: number
  origin?: string
  head?: { index: number; sha256: string }
  keyIds: readonly string[]
  /** Entries of the ledger that are there. */
  entries: number
  /** The runs whose files were looked at, or were to be, in order; at most 1,000. */
  runs: readonly RunVerification[]
  /** Of all runs in the ledger; `verified`: how many of them had their files looked at. */
  runCounts: { sealed: number; aborted: number; open: number; verified: number }
  /** At most 1,000; `incompleteOmitted`: how many are not listed. */
  incomplete: readonly IncompleteEvidence[]
  incompleteOmitted: number
  /** Lines of indexes that are withheld, by reason, the most frequent first, at most 100 reasons. */
  withheld: { count: number; reasons: readonly { reason: string; count: number }[] }
  checked: { files: number; bytes: number }
  export?: {
    recipient: string
    exportedAt: string
    from: string
    to: string
    sources?: readonly string[]
    controls?: readonly string[]
  }
  /**
   * Whether the report in an export is what this program makes of the evidence beside it; absent: nobody asked. `not-judged`: it has none, or
   * another version made it. `files`: of the report. `detail` is one printable ASCII line.
   */
  report?: { value: 'same' | 'differs' | 'not-judged'; files: number; detail: string }
  /** Sources that are emulated systems, as the plans say. */
  demoSources: readonly string[]
}
