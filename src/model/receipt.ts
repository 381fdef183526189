import { z } from 'zod'
import { REASONS } from '../sdk/errors.ts'
import { Count, Instant, Sha256 } from './common.ts'

const shared = {
  at: Instant,
  /** 1 for the first try; retries of one request count on. */
  attempt: z.int().min(1),
  /** Why this attempt failed; absent when it gave a usable answer. */
  failure: z.enum(REASONS).optional(),
}

/** One HTTP request and what came back, masked: no header values but the ones named here, no credential, no person. */
export const HttpReceipt = z.strictObject({
  kind: z.literal('http'),
  ...shared,
  method: z.string(),
  url: z.string(),
  /** What was asked for, of a source whose requests name it: `iam:GetAccountSummary`. */
  operation: z.string().optional(),
  /** Digest of the request body, where there was one. */
  requestSha256: Sha256.optional(),
  status: z.int().optional(),
  /** The source's own id of the request, for looking it up in the source's log. */
  requestId: z.string().optional(),
  /** The source's `Date` header, as sent. */
  serverDate: z.string().optional(),
  bodySha256: Sha256.optional(),
  bodyBytes: Count.optional(),
  /** Of a 304: the answer of an earlier time that the source said is still the one, and when it was received. */
  kept: z.strictObject({ bodySha256: Sha256, bodyBytes: Count, receivedAt: Instant }).optional(),
})

/** One command that was run, and what it printed. */
export const CommandReceipt = z.strictObject({
  kind: z.literal('command'),
  ...shared,
  program: z.string(),
  args: z.array(z.string()),
  exitStatus: z.int().optional(),
  bodySha256: Sha256.optional(),
  bodyBytes: Count.optional(),
})

export const Receipt = z.discriminatedUnion('kind', [HttpReceipt, CommandReceipt])
export type HttpReceipt = z.output<typeof HttpReceipt>
export type CommandReceipt = z.output<typeof CommandReceipt>
export type Receipt = z.output<typeof Receipt>
