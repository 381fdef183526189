import { z } from 'zod'
import { REASONS, type Reason } from './errors.ts'

/** One fact that was read, is known to be absent, or could not be read. Three different things; see `reader.observe()`. */
export type Observed<T> =
  | { state: 'observed'; value: T }
  | { state: 'absent' }
  | { state: 'unknown'; reason: Reason; permission?: string | undefined }

/** The schema of an {@link Observed} field in a record. */
export function observedOf<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('observed'), value }),
    z.strictObject({ state: z.literal('absent') }),
    z.strictObject({ state: z.literal('unknown'), reason: z.enum(REASONS), permission: z.string().optional() }),
  ])
}
