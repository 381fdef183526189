import { ledgerKey } from '../model/common.ts'
import {
  EXPORTED,
  KEY_ADDED,
  KEY_REVOKED,
  LEDGER_GENESIS,
  type LedgerPosition,
  type LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
  SAMPLED,
} from '../model/statement.ts'
import { type Store, StoreError } from '../model/store.ts'
import { type Envelope, readEnvelope } from './dsse.ts'
import { sha256 } from './crypto.ts'
import { BundleError } from './errors.ts'
import { parseStatement, readSmall } from './layout.ts'
import { type CompactRange, compactRange, leafHash } from './merkle.ts'

/** The ledger of an installation, as its statements name it. */
export function originOf(installation: string): string {
  return `affiant.dev/${installation}`
}

/** An entry as it stands in the store. Reading it proves nothing. */
export interface LedgerEntry {
  index: number
  statement: LedgerStatement
  envelope: Envelope
  /** SHA-256 of the payload: with the index, what to send out. */
  sha256: string
}

/** What the entry after `entry` must name of it. */
export function previousOf({ envelope, sha256: statement }: LedgerEntry): NonNullable<LedgerPosition['previous']> {
  return {
    statement: { sha256: statement },
    signature: { sha256: sha256(envelope.signature) },
    timestamps: envelope.timestamps.map((token) => ({ sha256: sha256(token) })),
  }
}

/** The tree over all entries up to this one and with it. @throws RangeError if the entry holds no range of its size */
export function rangeAfter({ statement, envelope }: LedgerEntry): CompactRange {
  const { size, range } = statement.predicate.ledger.tree
  const tree = compactRange(size, range)
  tree.add(leafHash(envelope.payload))
  return tree
}

/** The run a statement opens or ends. */
export function runOf(statement: LedgerStatement): { number: number; opens: boolean } | undefined {
  switch (statement.predicateType) {
    case RUN_OPENED:
      return { number: statement.predicate.run.number, opens: true }
    case RUN_SEALED:
    case RUN_ABORTED:
      return { number: statement.predicate.run.number, opens: false }
    case LEDGER_GENESIS:
    case KEY_ADDED:
    case KEY_REVOKED:
    case EXPORTED:
    case SAMPLED:
      return undefined
  }
}

/** The runs that are open after a statement, ascending. */
export function openAfter(before: readonly number[], statement: LedgerStatement): number[] {
  const run = runOf(statement)
  if (run === undefined) return [...before]
  const others = before.filter((number) => number !== run.number)
  return run.opens ? [...others, run.number].sort((a, b) => a - b) : others
}

/** @throws NotCanonicalError, z.ZodError or TypeError if it is not an entry as affiant writes it */
export function parseEntry(index: number, bytes: Uint8Array): LedgerEntry {
  const envelope = readEnvelope(bytes)
  return { index, envelope, statement: parseStatement(envelope.payload), sha256: sha256(envelope.payload) }
}

/** @throws BundleError `ledger-invalid`; StoreError `missing` if there is no such entry */
export async function readEntry(store: Pick<Store, 'get'>, index: number): Promise<LedgerEntry> {
  const bytes = await readSmall(store, ledgerKey(index))
  try {
    return parseEntry(index, bytes)
  } catch (cause) {
    throw new BundleError(
      'ledger-invalid',
      `${ledgerKey(index)} is not what affiant writes`,
      'affiant ledger verify says more. Restore the store from a backup, or choose a new one in store.path.',
      cause,
    )
  }
}

/**
 * Index of the last entry, -1 if there is none: by asking for single names, doubling the step and then halving it, so that a
 * hundred thousand entries cost some thirty questions. Relies on no entry missing, which {@link assertNoGap} and `verifyLedger` see to.
 */
export async function lastIndex(store: Store): Promise<number> {
  const isThere = async (index: number) => (await store.stat(ledgerKey(index))) !== undefined
  if (!(await isThere(0))) return -1
  let there = 0
  let free = 1
  while (await isThere(free)) {
    there = free
    free *= 2
  }
  while (free - there > 1) {
    const middle = Math.floor((there + free) / 2)
    if (await isThere(middle)) there = middle
    else free = middle
  }
  return there
}

/** The last entry, `undefined` if there is no ledger yet. @throws BundleError `ledger-invalid`; StoreError */
export async function readHead(store: Store): Promise<LedgerEntry | undefined> {
  const last = await lastIndex(store)
  return last < 0 ? undefined : readEntry(store, last)
}

const ENTRY_KEY = /^ledger\/(\d{9})\.sigstore\.json$/

/** Index of an entry by its key in the store. */
export function entryIndex(key: string): number | undefined {
  const [, digits] = ENTRY_KEY.exec(key) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** @throws BundleError `ledger-invalid` naming the first missing entry; StoreError */
export async function assertNoGap(store: Store): Promise<void> {
  let next = 0
  for await (const key of store.list('ledger/')) {
    const index = entryIndex(key)
    if (index === undefined) continue
    if (index !== next) {
      throw new BundleError(
        'ledger-invalid',
        `the ledger cannot be continued: ${ledgerKey(next)} is missing, and later entries are there`,
        'Restore the store from a backup, or choose a new one in store.path and keep this one as it is.',
      )
    }
    next += 1
  }
}

/** How a run ended, by the ledger. */
export type RunEnd =
  | { kind: 'sealed' | 'aborted'; entry: LedgerEntry }
  /** `index`: the first entry that is not there. */
  | { kind: 'open'; index: number }

/**
 * Looks for the entry that ends a run, from the one that opens it: the first whose list of open runs is without it. It is
 * the next one unless several processes use the store.
 * @throws BundleError `ledger-invalid`; StoreError
 */
export async function findEnd(store: Pick<Store, 'get'>, run: number): Promise<RunEnd> {
  for (let index = run + 1; ; index++) {
    let entry: LedgerEntry
    try {
      entry = await readEntry(store, index)
    } catch (error) {
      if (error instanceof StoreError && error.code === 'missing') return { kind: 'open', index }
      throw error
    }
    const { statement } = entry
    const ends = runOf(statement)
    if (ends?.opens === false && ends.number === run)
      return { kind: statement.predicateType === RUN_SEALED ? 'sealed' : 'aborted', entry }
    if (!statement.predicate.ledger.open.includes(run)) return { kind: 'open', index }
  }
}
