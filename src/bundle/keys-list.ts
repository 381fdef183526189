import { ledgerKey } from '../model/common.ts'
import {
  EXPORTED,
  KEY_ADDED,
  KEY_REVOKED,
  type KeyRevokedStatement,
  type KeyRole,
  LEDGER_GENESIS,
  type LedgerKey,
  type LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
  SAMPLED,
} from '../model/statement.ts'
import type { Store } from '../model/store.ts'
import { BundleError } from './errors.ts'
import { readSmall } from './layout.ts'
import { lastIndex, type LedgerEntry, parseEntry, readEntry } from './ledger.ts'

/** A key in one role, as the ledger tells it. */
export interface ListedKey extends LedgerKey {
  /** Index and time of the entry that named it. */
  added: { entry: number; at: string }
  revoked?: { entry: number; at: string; reason: KeyRevokedStatement['predicate']['reason']; since?: string }
}

/** The keys of a ledger, in the order of the entries that named them. */
export interface LedgerKeys {
  origin: string
  /** SHA-256 of the statement of entry 0. */
  genesis: string
  head: { index: number; sha256: string }
  keys: readonly ListedKey[]
}

/** Entries that are read ahead: the time goes into waiting for files. */
const AHEAD = 32

/**
 * Reads what the ledger says of keys; nothing is verified. Reads every entry once.
 * @returns `undefined` if there is no ledger
 * @throws BundleError `ledger-invalid`; StoreError
 */
export async function readLedgerKeys(store: Store): Promise<LedgerKeys | undefined> {
  const last = await lastIndex(store)
  if (last < 0) return undefined
  const genesis = await readEntry(store, 0)
  const keys: ListedKey[] = []
  for (let from = 0; from <= last; from += AHEAD) {
    const indexes = Array.from({ length: Math.min(AHEAD, last + 1 - from) }, (_, offset) => from + offset)
    for (const entry of await Promise.all(indexes.map((index) => readKeyEntry(store, index)))) {
      if (entry !== undefined) apply(keys, entry)
    }
  }
  const head = await readEntry(store, last)
  return {
    origin: genesis.statement.predicate.ledger.origin,
    genesis: genesis.sha256,
    head: { index: last, sha256: head.sha256 },
    keys,
  }
}

const PAYLOAD = /"payload":"([A-Za-z0-9+/=]+)"/

/** The entry, if it speaks of keys. All others are passed over without being taken apart. */
async function readKeyEntry(store: Store, index: number): Promise<LedgerEntry | undefined> {
  const bytes = await readSmall(store, ledgerKey(index))
  const [, payload = ''] = PAYLOAD.exec(Buffer.from(bytes).toString('latin1')) ?? []
  if (index > 0 && !Buffer.from(payload, 'base64').includes('/attestation/key-')) return undefined
  try {
    return parseEntry(index, bytes)
  } catch (cause) {
    throw new BundleError(
      'ledger-invalid',
      `${ledgerKey(index)} is not what affiant writes`,
      'affiant ledger verify says more. Restore the store from a backup.',
      cause,
    )
  }
}

function apply(keys: ListedKey[], { statement, index: entry }: LedgerEntry): void {
  switch (statement.predicateType) {
    case LEDGER_GENESIS: {
      const { createdAt: at, keys: named } = statement.predicate
      keys.push(...named.map((key) => ({ ...key, added: { entry, at } })))
      return
    }
    case KEY_ADDED: {
      const { addedAt: at, key } = statement.predicate
      keys.push({ ...key, added: { entry, at } })
      return
    }
    case KEY_REVOKED: {
      const { revokedAt: at, reason, since, key } = statement.predicate
      for (const listed of keys) {
        if (!isOf(listed, key) || listed.revoked !== undefined) continue
        listed.revoked = { entry, at, reason, ...(since !== undefined && { since }) }
      }
      return
    }
    case RUN_OPENED:
    case RUN_SEALED:
    case RUN_ABORTED:
    case EXPORTED:
    case SAMPLED:
  }
}

function isOf(key: { keyid: string; role: KeyRole }, other: { keyid: string; role: KeyRole }): boolean {
  return key.keyid === other.keyid && key.role === other.role
}

/** Whether a key may sign in its role at a time, by what the ledger says. */
export function isActive({ revoked, notBefore, notAfter }: ListedKey, at: Date): boolean {
  const now = at.toISOString()
  return (
    revoked === undefined &&
    (notBefore === undefined || notBefore <= now) &&
    (notAfter === undefined || now <= notAfter)
  )
}

/**
 * Refuses a signer that the ledger does not allow to sign runs: to be called before a run is opened. Goes back from the last
 * entry to the first that says something of the key, which is seldom far. An entry that the key itself signed says that it
 * was allowed then; the agent asked the same before. A store without ledger allows any key: it will begin the ledger.
 * @throws BundleError `key-not-allowed`, whose hint names the command that helps; `ledger-invalid`; StoreError
 */
export async function assertMaySign(store: Store, keyId: string): Promise<void> {
  for (let index = await lastIndex(store); index >= 0; index--) {
    const { statement } = await readEntry(store, index)
    const says = saysOf(statement, keyId)
    if (says === 'allowed') return
    if (says === 'revoked') {
      throw new BundleError(
        'key-not-allowed',
        `the signing key ${keyId} was revoked in entry ${index} of the ledger; nothing was read`,
        'Name the key that took its place in "signing" of the config (affiant keys list shows it), or make one: affiant keys rotate --root-key ROOT-KEY.pem',
      )
    }
  }
  if ((await lastIndex(store)) < 0) return
  throw new BundleError(
    'key-not-allowed',
    `the ledger of this store does not know the signing key ${keyId} as a collector key; nothing was read`,
    'If it is the new key, add it: affiant keys rotate --root-key ROOT-KEY.pem. Else correct "signing" or "store" in the config; affiant keys list shows the keys of the ledger.',
  )
}

function saysOf(statement: LedgerStatement, keyId: string): 'allowed' | 'revoked' | undefined {
  const names = ({ keyid, role }: { keyid: string; role: KeyRole }) => keyid === keyId && role === 'collector'
  switch (statement.predicateType) {
    case LEDGER_GENESIS:
      return statement.predicate.keys.some(names) ? 'allowed' : undefined
    case KEY_ADDED:
      return names(statement.predicate.key) ? 'allowed' : undefined
    case KEY_REVOKED:
      return names(statement.predicate.key) ? 'revoked' : undefined
    case RUN_OPENED:
    case RUN_SEALED:
    case RUN_ABORTED:
    case EXPORTED:
    case SAMPLED:
      return statement.predicate.keyid === keyId ? 'allowed' : undefined
  }
}
