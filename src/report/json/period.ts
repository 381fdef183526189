import { z } from 'zod'
import { Count, Id, Instant, RunNumber, Sha256 } from '../../model/common.ts'
import { ControlLine } from '../../model/control.ts'
import { PeriodView } from '../../model/period-view.ts'
import { Trigger } from '../../model/plan.ts'
import { Counts, ResultLine, Status } from '../../model/result.ts'
import { REASONS } from '../../sdk/errors.ts'

/** `affiant report --period`, `--from` and `--to` */
export const PeriodJson = z.strictObject({
  schema: z.literal('affiant.period/1'),
  /** The folder that was written, if one was. */
  output: z.string().optional(),
  ...PeriodView.shape,
})
export type PeriodJson = z.output<typeof PeriodJson>

const File = z.strictObject({ path: z.string(), sha256: Sha256 })

/** The run of a job that was in force at a moment. */
const InForce = z.strictObject({
  number: RunNumber,
  job: Id,
  trigger: Trigger,
  openedAt: Instant,
  sealedAt: Instant,
  /** How old it was then, or at `until`: milliseconds since it was opened. */
  age: z.int().nonnegative(),
  /** In the store. */
  folder: z.string(),
  /** The entry of the ledger that seals it. Believe it after `affiant verify`. */
  seal: z.strictObject({ entry: Count, statementSha256: Sha256, keyId: Sha256 }),
  /** The next sealed run of the job: what was so in between, nobody saw. */
  next: z.strictObject({ run: RunNumber, openedAt: Instant }).optional(),
  planItems: z.array(
    z.strictObject({
      planItem: z.string(),
      status: z.enum(['complete', 'partial', 'failed']),
      reason: z.enum(REASONS).optional(),
      readFrom: Instant,
      readTo: Instant,
      count: Count,
      /** Absent: nothing was read, or an export withholds it. */
      records: File.optional(),
      receipts: File.optional(),
    }),
  ),
  checks: z.array(
    z.strictObject({
      check: z.string(),
      source: Id,
      demo: z.boolean(),
      title: z.string(),
      status: Status,
      reason: z.string().optional(),
      counts: Counts,
      file: File,
    }),
  ),
  control: ControlLine.optional(),
})

/** `affiant show --as-of`: of the run in force of each job. `results` is there with `--check`, `--failed` and `--unknown`. */
export const ShowAsOfJson = z.strictObject({
  schema: z.literal('affiant.show-as-of/1'),
  asOf: Instant,
  /** There if `asOf` was still to come: when it was asked. Another run may be in force by then. */
  until: Instant.optional(),
  runs: z.array(InForce),
  results: z
    .array(z.strictObject({ run: RunNumber, check: z.string(), source: Id, demo: z.boolean(), ...ResultLine.shape }))
    .optional(),
})
export type ShowAsOfJson = z.output<typeof ShowAsOfJson>
