import { ledgerKey } from '../model/common.ts'
import { LEDGER_GENESIS, RUN_ABORTED, RUN_OPENED } from '../model/statement.ts'
import type { Store } from '../model/store.ts'
import { checkChain } from './chain.ts'
import { readSmall } from './layout.ts'
import { entryIndex, type LedgerEntry } from './ledger.ts'
import { parsePublicKey, type PublicKey } from './public-key.ts'
import { collectFailures, type Failure, type Report } from './reasons.ts'
import { checkSigner, isMissing, messageOf, parseEntryOr } from './verify-parts.ts'

/** What verifying a whole ledger found. */
export interface LedgerVerification {
  /** Every entry is there and names the one before it and the Merkle root of all before it. */
  chained: boolean
  /** The given key signed every entry. */
  authentic: boolean
  failures: readonly Failure[]
  /** How many failures are not listed. */
  omitted: number
  entries: number
  runs: {
    sealed: number
    /** Numbers of runs whose process ended before they were sealed, at most 1,000. */
    aborted: readonly number[]
    /** Numbers of runs that have no end: at work, or the last entries were cut off. */
    open: readonly number[]
  }
  /** The last entry that could be read: index and digest of its statement. To be compared with what was sent out. */
  head?: { index: number; sha256: string }
  origin?: string
  keyId?: string
}

/** Exit status of `affiant ledger verify`: 0 all holds, 3 a run has no end, 4 not chained, 5 signer not trusted. 4 beats 5. */
export function ledgerExitCode({ chained, authentic, runs }: LedgerVerification): 0 | 3 | 4 | 5 {
  if (!chained) return 4
  if (!authentic) return 5
  return runs.open.length > 0 ? 3 : 0
}

const MAX_RUNS = 1000
/** Entries that are read ahead: the time goes into waiting for files. */
const AHEAD = 32

/**
 * Verifies every entry of a ledger and the chain they make; the files of the runs are not looked at, `verifyRun` does that.
 * Whatever is in the store gives failures, never an exception.
 * @throws BundleError `key-invalid` if the given key is not one
 */
export async function verifyLedger(store: Store, publicKeyPem?: string): Promise<LedgerVerification> {
  const trusted = publicKeyPem === undefined ? undefined : parsePublicKey(publicKeyPem)
  const { report, failures, omitted, isIntact } = collectFailures()
  const chain = checkChain(report)
  const aborted: number[] = []
  let sealed = 0
  let entries = 0
  let authentic = true
  let head: LedgerEntry | undefined
  let keyId: string | undefined
  for await (const { index, bytes } of readAhead(store, await indexes(store, report), report)) {
    const entry = bytes && parseEntryOr(index, bytes, report)
    entries += 1
    if (!entry) {
      authentic = false
      continue
    }
    if (!(await signedBy(entry, trusted, keyId, report))) authentic = false
    keyId ??= entry.statement.predicate.keyid
    chain.add(entry)
    head = entry
    const { predicateType } = entry.statement
    if (predicateType === RUN_ABORTED) {
      if (aborted.length < MAX_RUNS) aborted.push(entry.statement.predicate.run.number)
    } else if (predicateType !== RUN_OPENED && predicateType !== LEDGER_GENESIS) sealed += 1
  }
  if (entries === 0) report('ledger-missing', 'there is no entry in it', 'ledger')
  return {
    chained: isIntact(),
    authentic: authentic && entries > 0,
    failures,
    omitted: omitted(),
    entries,
    runs: { sealed, aborted, open: head?.statement.predicate.ledger.open ?? [] },
    ...(head && {
      head: { index: head.index, sha256: head.sha256 },
      origin: head.statement.predicate.ledger.origin,
      keyId: head.statement.predicate.keyid,
    }),
  }
}

/** Without a key the same signer is named once, not for every entry. */
async function signedBy(
  { envelope, statement, index }: LedgerEntry,
  trusted: PublicKey | undefined,
  last: string | undefined,
  report: Report,
): Promise<boolean> {
  if (!trusted && last === statement.predicate.keyid) return false
  return checkSigner({ envelope, statement }, trusted, report, ledgerKey(index))
}

async function indexes(store: Store, report: Report): Promise<number[]> {
  const found: number[] = []
  try {
    for await (const key of store.list('ledger/')) {
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

async function* readAhead(
  store: Store,
  all: readonly number[],
  report: Report,
): AsyncIterable<{ index: number; bytes: Uint8Array | undefined }> {
  const read = async (index: number) => {
    try {
      return { index, bytes: await readSmall(store, ledgerKey(index)) }
    } catch (error) {
      if (isMissing(error)) report('entry-missing', 'it is not there', ledgerKey(index))
      else report('unreadable', messageOf(error), ledgerKey(index))
      return { index, bytes: undefined }
    }
  }
  for (let from = 0; from < all.length; from += AHEAD) {
    yield* await Promise.all(all.slice(from, from + AHEAD).map(read))
  }
}
