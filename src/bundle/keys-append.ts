import {
  KEY_ADDED,
  KEY_REVOKED,
  type KeyRevokedStatement,
  type KeyRole,
  type LedgerKey,
  STATEMENT_TYPE,
} from '../model/statement.ts'
import { assertNoGap, type LedgerEntry } from './ledger.ts'
import { appendEntry, type LedgerWriter } from './ledger-append.ts'
import { parsePublicKey } from './public-key.ts'

/** What genesis and `key-added` say of a key. @throws BundleError `key-invalid` if it is not the PEM of such a key */
export function ledgerKeyOf(publicKeyPem: string, role: KeyRole): LedgerKey {
  const { id, spki } = parsePublicKey(publicKeyPem)
  return { keyid: id, role, spki: Buffer.from(spki).toString('base64') }
}

/**
 * Lets another key sign from here on.
 * @param writer its signer is a root key of the ledger
 * @throws BundleError, StoreError as `appendEntry`, and `ledger-invalid` if entries are missing
 */
export async function addKey(writer: LedgerWriter, key: LedgerKey, at: Date): Promise<LedgerEntry> {
  await assertNoGap(writer.store)
  return appendEntry(writer, (place) => ({
    _type: STATEMENT_TYPE,
    subject: [{ name: 'key.spki', digest: { sha256: key.keyid } }],
    predicateType: KEY_ADDED,
    predicate: {
      keyid: writer.signer.keyId,
      agent: writer.agent,
      ledger: place.position(),
      addedAt: at.toISOString(),
      key,
    },
  }))
}

export interface Revocation {
  key: { keyid: string; role: KeyRole }
  reason: KeyRevokedStatement['predicate']['reason']
  /** Only for `compromised`: the earliest time at which somebody else may have had the key. */
  since?: Date | undefined
}

/**
 * A key may no longer sign from here on.
 * @param writer its signer is a root key of the ledger
 * @throws BundleError, StoreError as `appendEntry`, and `ledger-invalid` if entries are missing
 */
export async function revokeKey(
  writer: LedgerWriter,
  { key: { keyid, role }, reason, since }: Revocation,
  at: Date,
): Promise<LedgerEntry> {
  await assertNoGap(writer.store)
  return appendEntry(writer, (place) => ({
    _type: STATEMENT_TYPE,
    subject: [{ name: 'key.spki', digest: { sha256: keyid } }],
    predicateType: KEY_REVOKED,
    predicate: {
      keyid: writer.signer.keyId,
      agent: writer.agent,
      ledger: place.position(),
      revokedAt: at.toISOString(),
      key: { keyid, role },
      reason,
      ...(since !== undefined && { since: since.toISOString() }),
    },
  }))
}
