import { ledgerKey } from '../model/common.ts'
import type { Store } from '../model/store.ts'
import { readEnvelope } from './dsse.ts'
import { BundleError } from './errors.ts'
import { LATE_TOKENS, lateTokenIndex, lateTokenKey } from './late-tokens.ts'
import { readSmall } from './layout.ts'
import { assertNoGap, lastIndex } from './ledger.ts'

export interface StampLedgerInput {
  store: Store
  /** RFC 3161 tokens over a signature. Does not throw: an authority that does not answer gives no token. */
  stamp: (signature: Uint8Array) => Promise<readonly Uint8Array[]>
  /** Called for each entry that got tokens. */
  onStamped?: (index: number) => void
}

export interface StampedLedger {
  /** Entries of the ledger. */
  entries: number
  /** Of these, how many had no token. */
  unstamped: number
  /** Indexes of those that have one now, ascending. */
  stamped: readonly number[]
}

/**
 * Gets tokens for the entries that have none, the first ones first, and stores them beside the ledger. Gives up at the first
 * entry for which no authority gives one: what is stored by then is kept, and the next call goes on from there. Other
 * processes may append meanwhile.
 * @throws BundleError `ledger-invalid`; StoreError
 */
export async function stampLedger({ store, stamp, onStamped }: StampLedgerInput): Promise<StampedLedger> {
  await assertNoGap(store)
  const entries = (await lastIndex(store)) + 1
  const hasLate = await indexesWithTokens(store)
  const waiting: number[] = []
  for (let index = 0; index < entries; index++) {
    if (hasLate.has(index)) continue
    if ((await readSigned(store, index)).timestamps.length === 0) waiting.push(index)
  }
  const stamped: number[] = []
  for (const index of waiting) {
    const tokens = await stamp((await readSigned(store, index)).signature)
    if (tokens.length === 0) break
    for (const token of tokens) await store.putIfAbsent(lateTokenKey(index, token), token)
    stamped.push(index)
    onStamped?.(index)
  }
  return { entries, unstamped: waiting.length, stamped }
}

async function indexesWithTokens(store: Store): Promise<Set<number>> {
  const found = new Set<number>()
  for await (const key of store.list(LATE_TOKENS)) {
    const index = lateTokenIndex(key)
    if (index !== undefined) found.add(index)
  }
  return found
}

async function readSigned(store: Store, index: number): Promise<ReturnType<typeof readEnvelope>> {
  const key = ledgerKey(index)
  const bytes = await readSmall(store, key)
  try {
    return readEnvelope(bytes)
  } catch (cause) {
    throw new BundleError(
      'ledger-invalid',
      `${key} is not what affiant writes`,
      'affiant ledger verify says more. Restore the store from a backup.',
      cause,
    )
  }
}
