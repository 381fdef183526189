import { z } from 'zod'
import { Count, Instant, RunNumber, Sha256 } from '../../model/common.ts'
import { Verifiers } from './shapes.ts'

/** `affiant export` */
export const ExportJson = z.strictObject({
  schema: z.literal('affiant.export/1'),
  /** Absolute path. */
  path: z.string(),
  /** Of the file. */
  bytes: Count,
  sha256: Sha256,
  recipient: z.string(),
  /** Runs that were opened in `[from, to)`. */
  from: Instant,
  to: Instant,
  runs: z.array(RunNumber),
  /** Files under `data/` in it, and bytes in them. */
  payload: z.strictObject({ files: Count, bytes: Count }),
  /** The part of them that is the report; absent without one. */
  report: z.strictObject({ files: Count, bytes: Count }).optional(),
  withheld: z.strictObject({
    count: Count,
    reasons: z.array(z.strictObject({ reason: z.string(), count: Count })),
  }),
  /** The entry of the export, which is the last one of the ledger now. */
  head: z.strictObject({ origin: z.string(), index: Count, statementSha256: Sha256 }),
  keyId: Sha256,
  /** Timestamps of that entry. */
  timestamps: Count,
  /** The command that verifies it. */
  verify: z.string(),
  verifiers: Verifiers,
})
export type ExportJson = z.output<typeof ExportJson>
