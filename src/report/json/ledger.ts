import { z } from 'zod'
import { Count, Instant, RunNumber, Sha256 } from '../../model/common.ts'

/** `affiant ledger` */
export const LedgerJson = z.strictObject({
  schema: z.literal('affiant.ledger/1'),
  entries: z.array(
    z.strictObject({
      index: Count,
      kind: z.enum([
        'ledger-genesis',
        'key-added',
        'key-revoked',
        'exported',
        'sampled',
        'run-opened',
        'run-sealed',
        'run-aborted',
      ]),
      at: Instant,
      /** Of the run that is opened, ended or sampled. */
      run: RunNumber.optional(),
      status: z.enum(['complete', 'partial', 'failed']).optional(),
      statementSha256: Sha256,
      keyId: Sha256,
    }),
  ),
})
export type LedgerJson = z.output<typeof LedgerJson>

/** `affiant ledger head` */
export const LedgerHeadJson = z.strictObject({
  schema: z.literal('affiant.ledger-head/1'),
  origin: z.string(),
  index: Count,
  statementSha256: Sha256,
})
export type LedgerHeadJson = z.output<typeof LedgerHeadJson>

/** `affiant ledger stamp` */
export const LedgerStampJson = z.strictObject({
  schema: z.literal('affiant.ledger-stamp/1'),
  /** Entries of the ledger. */
  entries: Count,
  /** Indexes of those that got a timestamp. */
  stamped: z.array(Count),
  /** How many have none still. */
  missing: Count,
})
export type LedgerStampJson = z.output<typeof LedgerStampJson>
