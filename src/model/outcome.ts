import { z } from 'zod'
import { REASONS } from '../sdk/errors.ts'
import { Count, Instant, Sha256 } from './common.ts'

/** Parts of a plan item that could not be read, by reason and permission. `subjects` names the first of them. */
export const Gap = z.strictObject({
  reason: z.enum(REASONS),
  permission: z.string().optional(),
  count: z.int().min(1),
  subjects: z.array(z.string()).max(20),
})
export type Gap = z.output<typeof Gap>

/**
 * Values of one field that looked like a credential and were replaced by `[credential]`. `rule`: what they looked like.
 * `field`: names joined by dots, `*` for every place of an array; `*` alone for whatever did not fit in the list.
 */
export const CredentialCount = z.strictObject({ rule: z.string(), field: z.string(), count: z.int().min(1) })
export type CredentialCount = z.output<typeof CredentialCount>

/** Records that were not read in the run but taken over from earlier ones. `oldest`: when the first of them was read. */
export const CarriedOver = z.strictObject({ count: z.int().min(1), oldest: Instant })

/**
 * How one plan item ended. `complete`: every page up to the end marker, totals equal, no failed request unaccounted for.
 * `partial`: something was read and something is missing. `failed`: nothing usable was read. Only `complete` inputs can
 * give a `pass`.
 */
export const Outcome = z
  .strictObject({
    status: z.enum(['complete', 'partial', 'failed']),
    reason: z.enum(REASONS).optional(),
    /** One sentence for a person: what happened and what to do. */
    detail: z.string().optional(),
    /** The missing permissions, where the reason is `denied`. */
    permissions: z.array(z.string()).optional(),
    pages: Count,
    records: Count,
    /** The provider's own count, where it gives one. */
    sourceTotal: Count.optional(),
    requests: Count,
    gaps: z.array(Gap),
    /** What the source holds in fields that are written; sorted. Absent: nothing. The item is no less complete for it. */
    credentials: z.array(CredentialCount).min(1).optional(),
    /** Only of a stream that is read whole on a cadence of its own. */
    sweep: z
      .strictObject({
        kind: z.enum(['full', 'increment']),
        /** When the last full sweep began. */
        fullAt: Instant,
        /** Digest over what must be the same for a later run to build on this one. */
        basis: Sha256,
      })
      .optional(),
    /** Absent: everything was read in this run. */
    carriedOver: CarriedOver.optional(),
    startedAt: Instant,
    endedAt: Instant,
  })
  .refine((outcome) => (outcome.status === 'complete') === (outcome.reason === undefined), {
    error: 'an outcome has a reason exactly when it is not complete',
  })
export type Outcome = z.output<typeof Outcome>
