import { z } from 'zod'
import { Count, Id, Instant, RunNumber, Sha256 } from './common.ts'
import { Counts, STATUSES } from './result.ts'

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
export const RUN_SEALED = 'https://affiant.dev/attestation/run-sealed/v1'
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

const digest = z.strictObject({ sha256: Sha256 })
const tally = <const Keys extends readonly string[]>(keys: Keys) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, Count])) as Record<Keys[number], typeof Count>)

/** The signed statement of a sealed run (in-toto Statement v1): names the manifest and the index by digest. */
export const Statement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.tuple([
    z.strictObject({ name: z.literal('manifest-sha256.txt'), digest }),
    z.strictObject({ name: z.literal('index.jsonl'), digest }),
  ]),
  predicateType: z.literal(RUN_SEALED),
  predicate: z.strictObject({
    /** SHA-256 of the signer's public key (SPKI DER). Authenticated, unlike the envelope's hint. */
    keyid: Sha256,
    agent: z.strictObject({ id: Id, version: z.string(), build: digest }),
    run: z.strictObject({
      number: RunNumber,
      openedAt: Instant,
      sealedAt: Instant,
      status: z.enum(['complete', 'partial', 'failed']),
    }),
    plan: z.strictObject({ sha256: Sha256 }),
    config: digest,
    mappings: z.array(z.strictObject({ id: z.string(), sha256: Sha256 })),
    items: z.strictObject({ count: Count, totalBytes: Count }),
    outcomes: tally(['complete', 'partial', 'failed']),
    results: tally(STATUSES),
    subjects: Counts,
  }),
})
export type Statement = z.output<typeof Statement>
