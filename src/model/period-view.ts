import { z } from 'zod'
import { REASONS } from '../sdk/errors.ts'
import { SEVERITIES } from '../sdk/check.ts'
import { Count, Id, Instant, RunNumber } from './common.ts'
import { Schedule, Trigger } from './plan.ts'
import { Counts, Status, STATUSES } from './result.ts'
import { ValueChange } from './run-diff.ts'

/** Milliseconds. */
const Duration = z.int().nonnegative()
const Bounds = z.strictObject({ from: Instant, to: Instant })

/** A run as a witness: what it saw, it saw when it was opened. */
export const Witness = z.strictObject({ run: RunNumber, at: Instant })
export type Witness = z.output<typeof Witness>

export const PeriodRun = z.strictObject({
  number: RunNumber,
  job: Id,
  trigger: Trigger,
  openedAt: Instant,
  /** `open`: neither sealed nor aborted, as far as the ledger goes. */
  end: z.enum(['sealed', 'aborted', 'open']),
  endedAt: Instant.optional(),
  /** How much of what it planned was read; of sealed runs. */
  status: z.enum(['complete', 'partial', 'failed']).optional(),
  outcomes: z.strictObject({ complete: Count, partial: Count, failed: Count }).optional(),
  results: z.record(Status, Count).optional(),
  /** The time at which it was due, of a run that was opened for it in time. */
  dueAt: Instant.optional(),
  /** Its period, if it was run for one that was over: what it says is of then, and no state. */
  closedPeriod: Bounds.optional(),
  /** Its sources, if it was run by hand for some of those that the run before it read: it keeps no time at which the job was due. */
  onlySources: z.array(Id).optional(),
  /** Its files are not there, though the ledger says that it was sealed. */
  filesMissing: z.literal(true).optional(),
})
export type PeriodRun = z.output<typeof PeriodRun>

/** A time at which a job was due and no run that could be used was opened within an hour. */
export const MissedDue = z.strictObject({
  dueAt: Instant,
  /** `missed`: no run was opened. Else how the run ended that was: thrown away, never ended, or sealed with nothing read. */
  cause: z.enum(['missed', 'aborted', 'unended', 'failed']),
  run: RunNumber.optional(),
  /** The run that made up for it before the next time. */
  caughtUpBy: z.strictObject({ run: RunNumber, openedAt: Instant, trigger: Trigger }).optional(),
})
export type MissedDue = z.output<typeof MissedDue>

export const PeriodJob = z.strictObject({
  job: Id,
  /** As its last sealed run says it. */
  schedule: Schedule.optional(),
  /** How the times at which it was due are known. `next`: each seal names one time, so that of a longer silence only the first is listed. */
  known: z.enum(['schedule', 'next', 'none']),
  /** `expected = performed + missed + pending`; `late` of the missed were made up for before the next time. */
  expected: Count,
  performed: Count,
  missed: Count,
  late: Count,
  /** Due less than an hour before the end of what is known. */
  pending: Count,
  /** The first of those that were missed. */
  missedDues: z.array(MissedDue),
  omitted: Count,
  runs: z.strictObject({
    all: Count,
    complete: Count,
    partial: Count,
    failed: Count,
    aborted: Count,
    open: Count,
    manual: Count,
    catchUp: Count,
  }),
  lastSealed: RunNumber.optional(),
})
export type PeriodJob = z.output<typeof PeriodJob>

/** Consecutive runs that say the same. Before, between and after them nothing is known. */
export const CheckSegment = z.strictObject({
  /** `missing`: the ledger says that the run was sealed, and its files are not there. */
  status: z.enum([...STATUSES, 'withheld', 'missing']),
  reason: z.string().optional(),
  first: Witness,
  last: Witness,
  runs: Count,
})
export type CheckSegment = z.output<typeof CheckSegment>

export const PeriodCheck = z.strictObject({
  check: z.string(),
  source: Id,
  demo: z.boolean(),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  /** `snapshots`: states at the times of the runs. `events`: every input lists all that happened in a period. */
  basis: z.strictObject({
    kind: z.enum(['snapshots', 'events']),
    /** Runs in the period that say something of it. */
    runs: Count,
    /** Longest time between two of them, or from an end of the period to the nearest. */
    maxGap: Duration,
  }),
  segments: z.array(CheckSegment),
  /** Of the last run in the period that says something of it. */
  last: z.strictObject({ ...Witness.shape, status: Status, counts: Counts }).optional(),
  deviations: Count,
  open: Count,
})
export type PeriodCheck = z.output<typeof PeriodCheck>

/** What a check said of one subject, over consecutive runs. */
export const SubjectState = z.strictObject({
  /** `absent`: not among the results, and the inputs were read whole. */
  status: z.enum([...STATUSES, 'absent']),
  reason: z.string().optional(),
  detail: z.string().optional(),
  first: Witness,
  last: Witness,
})
export type SubjectState = z.output<typeof SubjectState>

/** A subject that failed, or was unknown, at least once. */
const OfSubject = {
  check: z.string(),
  source: Id,
  demo: z.boolean(),
  severity: z.enum(SEVERITIES),
  scope: z.string().optional(),
  subject: z.string(),
  name: z.string().optional(),
}

/** A failure of one subject from the run that first saw it to the run that first saw it no more. It stays, however it ended. */
export const Deviation = z.strictObject({
  ...OfSubject,
  detail: z.string().optional(),
  /** The first run that saw it; with `before`, that run is older than the period, and so may be the failure. */
  opened: Witness,
  before: z.boolean(),
  /** The run before that, if it saw the subject pass, or saw none. */
  lastGood: z
    .strictObject({ ...Witness.shape, status: z.enum(['pass', 'not-applicable', 'absent', 'unknown']) })
    .optional(),
  /** The last run that saw it fail. */
  lastFailed: Witness,
  /** The first run that saw it otherwise. `absent`: removed, or no longer in what the run looks at. */
  closed: z.strictObject({ ...Witness.shape, as: z.enum(['pass', 'not-applicable', 'absent']) }).optional(),
  /** From `opened` to `closed`, or to the end of what is known. */
  seenFor: Duration,
  /** It lasted at least so long: between the first and the last run that saw it. */
  atLeast: Duration,
  /** And at most: from the last run that saw it pass to the first that saw it pass again. Absent: nothing bounds it. */
  atMost: Duration.optional(),
})
export type Deviation = z.output<typeof Deviation>

export const SubjectHistory = z.strictObject({ ...OfSubject, states: z.array(SubjectState) })
export type SubjectHistory = z.output<typeof SubjectHistory>

/** What a run judged otherwise than an earlier one: that of its job, or the one that read the source last. */
export const PeriodChange = z.strictObject({
  /** Of the later run. */
  job: Id,
  from: Witness,
  to: Witness,
  changes: z.array(ValueChange),
})
export type PeriodChange = z.output<typeof PeriodChange>

/** A run that says it was opened earlier than the run before it in the ledger: a clock was set back, or had been ahead. */
export const ClockTurn = z.strictObject({ run: Witness, before: Witness })
export type ClockTurn = z.output<typeof ClockTurn>

/** How old, at the end of the period, the evidence of one stream was. */
export const Freshness = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string(),
  scopes: Count,
  /** `current`, or `stale` if the scope that was read whole the longest ago is older than the schedule allows. `never`: a scope was never read whole in the period. */
  state: z.enum(['current', 'stale', 'never', 'not-judged']),
  /** When the last whole reading ended, of the scope of which that is longest ago. */
  readAt: Instant.optional(),
  age: Duration.optional(),
  /** Time from one due time of its job to the next. */
  cadence: Duration.optional(),
  /** The oldest record in it that an earlier run read. */
  oldestRecord: Instant.optional(),
  /** Why the last reading was not whole. */
  reason: z.enum(REASONS).optional(),
  /** Scopes that are not current, the first of them. */
  behind: z.array(z.string()),
})
export type Freshness = z.output<typeof Freshness>

/** How far the runs cover a list of events over the period. */
export const PeriodPopulation = z.strictObject({
  source: Id,
  demo: z.boolean(),
  stream: z.string(),
  scope: z.string(),
  /** `whole`: runs that read all of it cover the period. `premature`: what there is was taken before the period closed. */
  state: z.enum(['whole', 'premature', 'partial']),
  /** Parts of the period that no complete reading covers. */
  missing: z.array(Bounds),
  /** The run with the most of the period in it that read it whole. */
  best: z.strictObject({ ...Witness.shape, ...Bounds.shape }).optional(),
  /** Runs that say of themselves that they read it too early. */
  premature: z.array(RunNumber),
})
export type PeriodPopulation = z.output<typeof PeriodPopulation>

/** All that the evidence shows of a period. Lists are sorted. */
export const PeriodView = z.strictObject({
  origin: z.string(),
  evidence: z.enum(['store', 'export']),
  period: Bounds,
  until: Instant,
  /** Whether all of the period lies before `until`. */
  ended: z.boolean(),
  /** Where the order of the ledger and the times that runs claim do not agree, about the period. */
  clockTurns: z.array(ClockTurn),
  /** Versions of the agent that collected, in the order in which they came. */
  agents: z.array(z.string()),
  jobs: z.array(PeriodJob),
  runs: z.array(PeriodRun),
  /** Runs before the period whose states were in force when it began. */
  before: z.array(PeriodRun),
  checks: z.array(PeriodCheck),
  /** Those that are open first, then by time. */
  deviations: z.array(Deviation),
  deviationsOmitted: Count,
  subjects: z.array(SubjectHistory),
  /** Subjects that failed or were unknown and are not followed: there were too many. */
  subjectsOmitted: Count,
  changes: z.array(PeriodChange),
  freshness: z.array(Freshness),
  populations: z.array(PeriodPopulation),
})
export type PeriodView = z.output<typeof PeriodView>
