import { z } from 'zod'
import { Count, Instant, Sha256 } from '../../model/common.ts'
import { KEY_ROLES } from '../../model/statement.ts'

const LedgerHead = z.strictObject({ index: Count, sha256: Sha256 })

/** `affiant keys init` */
export const KeysInitJson = z.strictObject({
  schema: z.literal('affiant.keys-init/1'),
  origin: z.string(),
  /** SHA-256 of the statement of entry 0. */
  genesis: Sha256,
  rootKeyId: Sha256,
  collectorKeyId: Sha256,
  written: z.array(z.string()),
  policyFile: z.string(),
  rootFile: z.string(),
  rootEncrypted: z.boolean(),
})
export type KeysInitJson = z.output<typeof KeysInitJson>

/** `affiant keys list` */
export const KeysListJson = z.strictObject({
  schema: z.literal('affiant.keys-list/1'),
  origin: z.string(),
  genesis: Sha256,
  keys: z.array(
    z.strictObject({
      keyId: Sha256,
      role: z.enum(KEY_ROLES),
      /** Whether it may sign now. */
      active: z.boolean(),
      /** Whether it is the signer of the config. */
      signer: z.boolean(),
      added: z.strictObject({ entry: Count, at: Instant }),
      notBefore: Instant.optional(),
      notAfter: Instant.optional(),
      revoked: z
        .strictObject({
          entry: Count,
          at: Instant,
          reason: z.enum(['superseded', 'retired', 'compromised']),
          since: Instant.optional(),
        })
        .optional(),
    }),
  ),
  /** The signer of the config; absent with `--store`, or if it could not be opened. */
  signer: z.strictObject({ keyId: Sha256, known: z.boolean() }).optional(),
  /** Why the signer of the config could not be opened. */
  problem: z.string().optional(),
})
export type KeysListJson = z.output<typeof KeysListJson>

/** `affiant keys rotate` */
export const KeysRotateJson = z.strictObject({
  schema: z.literal('affiant.keys-rotate/1'),
  keyId: Sha256,
  /** Index of the entry that adds the key. */
  entry: Count,
  revoked: z.array(z.strictObject({ keyId: Sha256, entry: Count })),
  written: z.array(z.string()),
  /** To be named in the config. */
  keyFile: z.string().optional(),
  head: LedgerHead,
})
export type KeysRotateJson = z.output<typeof KeysRotateJson>

/** `affiant keys revoke` */
export const KeysRevokeJson = z.strictObject({
  schema: z.literal('affiant.keys-revoke/1'),
  keyId: Sha256,
  role: z.enum(KEY_ROLES),
  reason: z.enum(['superseded', 'retired', 'compromised']),
  entry: Count,
  head: LedgerHead,
  /** Whether a key is left that may sign runs. */
  collectorLeft: z.boolean(),
})
export type KeysRevokeJson = z.output<typeof KeysRevokeJson>

/** `affiant keys export` */
export const KeysExportJson = z.strictObject({
  schema: z.literal('affiant.keys-export/1'),
  origin: z.string(),
  genesis: Sha256,
  rootKeyIds: z.array(Sha256),
  head: LedgerHead.optional(),
  written: z.array(z.string()),
})
export type KeysExportJson = z.output<typeof KeysExportJson>
