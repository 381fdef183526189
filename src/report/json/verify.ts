import { z } from 'zod'
import { Count, Instant, RunNumber, Sha256 } from '../../model/common.ts'
import { Verifiers, tally } from './shapes.ts'

const level = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.strictObject({ value: z.enum(values), detail: z.string() })

/** `affiant verify` and `affiant ledger verify` */
export const VerifyJson = z.strictObject({
  schema: z.literal('affiant.verify/1'),
  exitCode: z.union([z.literal(0), z.literal(3), z.literal(4), z.literal(5)]),
  /** `sha256`: of the program file, where the verifier is one file. */
  verifier: z.strictObject({ version: z.string(), sha256: Sha256.optional() }),
  verifiers: Verifiers,
  /** `name`: file name of an export, path of a store, number of a run. */
  target: z.strictObject({ kind: z.enum(['export', 'store', 'run', 'ledger']), name: z.string() }),
  levels: z.strictObject({
    intact: level(['yes', 'no']),
    authentic: level(['yes', 'no', 'unpinned']),
    chained: level(['yes', 'no']),
    timed: z.strictObject({
      value: z.enum(['yes', 'partly', 'late', 'no', 'not-judged']),
      detail: z.string(),
      tokens: Count,
      /** Entries that no good token covers. */
      without: Count,
      earliest: Instant.optional(),
      latest: Instant.optional(),
    }),
    complete: level(['yes', 'no']),
    anchored: level(['yes', 'no']),
  }),
  /** Name of the ledger. */
  origin: z.string().optional(),
  head: z.strictObject({ index: Count, statementSha256: Sha256 }).optional(),
  /** Keys that signed entries. */
  keyIds: z.array(Sha256),
  entries: Count,
  /** The first 1,000 of those whose files were looked at. */
  runs: z.array(
    z.strictObject({
      run: RunNumber,
      job: z.string().optional(),
      status: z.enum(['complete', 'partial', 'failed', 'aborted', 'open', 'unknown']),
      sealedAt: Instant.optional(),
      /** Plan items and sources that were not read whole. */
      incomplete: Count,
      /** Lines of the index. */
      withheld: Count,
      timed: z.enum(['yes', 'late', 'no', 'not-judged']),
    }),
  ),
  /** Of the whole ledger. `verified`: runs whose files were looked at. */
  runCounts: tally(['sealed', 'aborted', 'open', 'verified']),
  incomplete: z.array(
    z.strictObject({
      code: z.enum(['partial', 'failed', 'aborted', 'open', 'withheld', 'schedule-gap']),
      run: RunNumber,
      job: z.string().optional(),
      planItem: z.string().optional(),
      detail: z.string(),
    }),
  ),
  /** What is incomplete and not listed. */
  incompleteOmitted: Count,
  withheld: z.strictObject({
    count: Count,
    reasons: z.array(z.strictObject({ reason: z.string(), count: Count })),
  }),
  failures: z.array(
    z.strictObject({
      code: z.string(),
      file: z.string().optional(),
      detail: z.string(),
      /** The level that it breaks. */
      level: z.enum(['intact', 'authentic', 'chained', 'timed', 'anchored']),
      meaning: z.string(),
    }),
  ),
  /** Failures that are not listed. */
  omitted: Count,
  /** Files of runs, by their index, and the bytes in them. */
  checked: z.strictObject({ files: Count, bytes: Count }),
  export: z
    .strictObject({
      recipient: z.string(),
      exportedAt: Instant,
      from: Instant,
      to: Instant,
      sources: z.array(z.string()).optional(),
      controls: z.array(z.string()).optional(),
    })
    .optional(),
  /** With `--report`. `files`: of the report in the export. */
  report: z
    .strictObject({ value: z.enum(['same', 'differs', 'not-judged']), files: Count, detail: z.string() })
    .optional(),
  /** Sources that are emulated systems. */
  demoSources: z.array(z.string()),
  notProved: z.string(),
})
export type VerifyJson = z.output<typeof VerifyJson>
