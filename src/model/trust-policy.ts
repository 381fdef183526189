import { z } from 'zod'
import { Count, Sha256 } from './common.ts'

/** What a verifier bears at most of what it is given. Files and bytes of an export; a hostile one ends at the first excess. */
export const Limits = z.strictObject({
  maxFiles: Count.default(200_000),
  maxFileBytes: Count.default(268_435_456),
  maxTotalBytes: Count.default(17_179_869_184),
})
export type Limits = z.output<typeof Limits>

/**
 * `trust-policy.json`: all that a verifier believes beforehand. It comes from the engagement letter and never from the
 * evidence. With `keyid`, a key is given twice, so that a slip in one of them is noticed.
 */
export const TrustPolicy = z.strictObject({
  version: z.literal(1),
  /** Name of the ledger, `affiant.dev/<installation>`. Absent: any, and the report says which. */
  origin: z.string().max(200).optional(),
  /** SHA-256 of the statement of entry 0. Absent: any that a pinned root key signed. */
  genesis: Sha256.optional(),
  rootKeys: z
    .array(z.strictObject({ keyid: Sha256, pem: z.string().max(2000) }))
    .min(1)
    .max(20),
  /** Roots of timestamp authorities. None: timestamps are not judged. */
  tsa: z
    .array(z.strictObject({ pem: z.string().max(10_000) }))
    .max(20)
    .default([]),
  /** Entries need good timestamps of at least that many authorities to be timed. */
  requireTimestamps: Count.default(0),
  /** How far a timestamp and the time that an entry claims may lie apart, either way. */
  maxSkewSeconds: Count.default(600),
  /** Longest time between the openings of two runs of one job. Absent: only the schedule that the runs themselves name is held against them. */
  maxGapSeconds: Count.optional(),
  /** A head of the ledger that is known from elsewhere. */
  expectHead: z.strictObject({ index: Count, sha256: Sha256 }).optional(),
  limits: Limits.prefault({}),
})
export type TrustPolicy = z.output<typeof TrustPolicy>
