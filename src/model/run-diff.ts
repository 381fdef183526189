import { z } from 'zod'
import { REASONS } from '../sdk/errors.ts'
import { Count, Id, Instant, RunNumber } from './common.ts'
import { ControlStatus } from './control.ts'
import { Counts, Status } from './result.ts'
import { Turns } from './turn.ts'

/** Two values of one thing, as text; a side that does not have it is left out. */
export const ValueChange = z.strictObject({
  /** What it belongs to: `agent`, `source github-acme`, `stream git.commits of git-api`. */
  about: z.string(),
  what: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
})
export type ValueChange = z.output<typeof ValueChange>

const Ended = z.strictObject({ status: z.enum(['complete', 'partial', 'failed']), reason: z.enum(REASONS).optional() })

export const OutcomeChange = z.strictObject({ planItem: z.string(), from: Ended.optional(), to: Ended.optional() })
export type OutcomeChange = z.output<typeof OutcomeChange>

/** A field of a record; values are canonical JSON, cut after 200 characters. */
const FieldChange = z.strictObject({ field: z.string(), from: z.string().optional(), to: z.string().optional() })
export type FieldChange = z.output<typeof FieldChange>

/** How the records of one plan item differ. */
export const RecordsDiff = z.strictObject({
  planItem: z.string(),
  demo: z.boolean(),
  /** `key`: records were matched by the key of their stream. `line`: by all they hold, so that none counts as changed. */
  by: z.enum(['key', 'line']),
  schema: z.strictObject({ from: z.string().optional(), to: z.string().optional() }),
  /** Records in all. */
  count: z.strictObject({ from: Count, to: Count }),
  added: Count,
  removed: Count,
  changed: Count,
  /** The first of each, by key. */
  addedKeys: z.array(z.string()),
  removedKeys: z.array(z.string()),
  changedRecords: z.array(z.strictObject({ key: z.string(), fields: z.array(FieldChange) })),
})
export type RecordsDiff = z.output<typeof RecordsDiff>

const Verdict = z.strictObject({ status: Status, reason: z.string().optional(), counts: Counts })

export const CheckDiff = z.strictObject({
  check: z.string(),
  source: Id,
  demo: z.boolean(),
  title: z.string(),
  from: Verdict.optional(),
  to: Verdict.optional(),
  turns: Turns,
})
export type CheckDiff = z.output<typeof CheckDiff>

export const ControlTurn = z.strictObject({
  mapping: z.string(),
  control: z.string(),
  title: z.string(),
  from: ControlStatus.optional(),
  to: ControlStatus.optional(),
})
export type ControlTurn = z.output<typeof ControlTurn>

const Side = z.strictObject({ run: RunNumber, openedAt: Instant })

/** Everything in which one run differs from another. Lists are sorted; what is the same is in none of them. */
export const RunDiff = z.strictObject({
  from: Side,
  to: Side,
  /** What was planned, by which program, config and mapping, and what the sources said they are. */
  plan: z.array(ValueChange),
  outcomes: z.array(OutcomeChange),
  records: z.array(RecordsDiff),
  checks: z.array(CheckDiff),
  controls: z.array(ControlTurn),
})
export type RunDiff = z.output<typeof RunDiff>
