import { z } from 'zod'
import { Count, Id, Instant, RunNumber, Sha256 } from '../../model/common.ts'
import { ControlLine, THEMES } from '../../model/control.ts'
import { Gap } from '../../model/outcome.ts'
import { Trigger } from '../../model/plan.ts'
import { Counts, ResultLine, STATUSES, Status } from '../../model/result.ts'
import { SEVERITIES } from '../../sdk/check.ts'
import { REASONS } from '../../sdk/errors.ts'
import { tally } from './shapes.ts'

const Outcomes = tally(['complete', 'partial', 'failed'])

const CheckTally = tally([...STATUSES, 'all'])

const ControlTally = tally(['pass', 'fail', 'unknown', 'not-applicable', 'no-evidence', 'manual', 'all'])

const RunStatus = z.enum(['complete', 'partial', 'failed', 'never-sealed'])

/** Which run a document speaks of. */
export const Run = z.strictObject({
  number: RunNumber,
  /** In the store. */
  folder: z.string(),
  installation: Id,
  job: Id,
  trigger: Trigger,
  openedAt: Instant,
  period: z.strictObject({ from: Instant, to: Instant }),
  status: RunStatus,
  /** When and with which key it was sealed. Believe it after `affiant verify`. */
  sealed: z.strictObject({ at: Instant, keyId: Sha256 }).optional(),
  sources: z.array(
    z.strictObject({
      id: Id,
      collector: z.string(),
      demo: z.boolean(),
      /** Who the source says it is. */
      identity: z.strictObject({ id: z.string(), name: z.string() }).optional(),
      /** Scopes that config leaves out, with the reason. */
      excluded: z.array(z.strictObject({ scope: z.string(), reason: z.string() })),
    }),
  ),
})

const CredentialsFound = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string(),
  scopes: z.array(z.string()),
  rule: z.string(),
  field: z.string(),
  count: Count,
})

const CarriedOver = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string(),
  scope: z.string(),
  records: Count,
  count: Count,
  oldest: Instant,
  fullAt: Instant,
})

const IncompleteEvidence = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string().optional(),
  scopes: z.array(z.string()),
  status: z.enum(['partial', 'failed']),
  reason: z.enum(REASONS),
  detail: z.string().optional(),
  permissions: z.array(z.string()),
  gaps: z.array(Gap),
  planItems: Count,
  whatToDo: z.string(),
})

/** A check on one source. */
const Check = z.strictObject({
  check: z.string(),
  source: Id,
  demo: z.boolean(),
  revision: Count,
  title: z.string(),
  severity: z.enum(SEVERITIES),
  status: Status,
  reason: z.string().optional(),
  counts: Counts,
  remediation: z.string(),
  criteria: z.strictObject({ pass: z.string(), fail: z.string() }).optional(),
  params: z.record(z.string(), z.json()),
  disabled: z.string().optional(),
  controls: z.array(z.string()),
})

const summary = {
  run: Run,
  /** What `affiant run` ended with: 0, 2 or 3. */
  exitCode: z.union([z.literal(0), z.literal(2), z.literal(3)]),
  planItems: Outcomes.optional(),
  incomplete: z.array(IncompleteEvidence),
  /** What looks like a credential in a field that is written: where, and how often. Never the value. */
  credentials: z.array(CredentialsFound),
  /** What was read by an earlier run: how many records, and since when. */
  carriedOver: z.array(CarriedOver),
  checkTally: CheckTally,
  checks: z.array(Check),
  themes: z.array(z.strictObject({ theme: z.enum(THEMES), tally: ControlTally })),
  controls: z.array(ControlLine.pick({ control: true, title: true, theme: true, status: true, counts: true })),
}

/** `affiant show [RUN]` */
export const ShowJson = z.strictObject({ schema: z.literal('affiant.show/1'), ...summary })
export type ShowJson = z.output<typeof ShowJson>

/** `affiant run` */
export const RunJson = z.strictObject({
  schema: z.literal('affiant.run/1'),
  ...summary,
  store: z.string(),
  /** Of the ledger entry that seals the run: the head to send out, with `headIndex`. */
  statementSha256: Sha256,
  headIndex: Count,
  /** The exact command that verifies the run. */
  verify: z.string(),
})
export type RunJson = z.output<typeof RunJson>

/** `affiant show --control` */
export const ShowControlJson = z.strictObject({
  schema: z.literal('affiant.show-control/1'),
  run: Run,
  control: ControlLine,
})
export type ShowControlJson = z.output<typeof ShowControlJson>

/** `affiant show --check`, `--failed` and `--unknown`: `results` is written as it is read, and stands last. */
export const ShowResultsJson = z.strictObject({
  schema: z.literal('affiant.show-results/1'),
  run: Run,
  incomplete: z.array(IncompleteEvidence),
  checks: z.array(Check),
  results: z.array(z.strictObject({ check: z.string(), source: Id, demo: z.boolean(), ...ResultLine.shape })),
})
export type ShowResultsJson = z.output<typeof ShowResultsJson>

/** `affiant list` */
export const ListJson = z.strictObject({
  schema: z.literal('affiant.list/1'),
  store: z.string(),
  runs: z.array(
    z.union([
      z.strictObject({
        number: RunNumber,
        openedAt: Instant,
        job: Id,
        trigger: Trigger,
        status: RunStatus,
        demo: z.boolean(),
        outcomes: Outcomes.optional(),
        results: tally(STATUSES).optional(),
      }),
      z.strictObject({ number: RunNumber, problem: z.string() }),
    ]),
  ),
})
export type ListJson = z.output<typeof ListJson>
