import { DAY_MS } from '../sdk/days.ts'
import { dueTracker, latestDue } from './due.ts'
import type { JobHistory, ScheduledJob, Scheduled, SealedRun } from './environment.ts'

/** How the last attempt to run a job ended. Codes only: what is said to the log may name paths. */
export type Attempt =
  | { outcome: 'sealed'; at: Date }
  /** Nothing was sealed: `reason` is the code of the error. */
  | { outcome: 'failed'; at: Date; reason: string }
  /** Not started, because the config file has become invalid. */
  | { outcome: 'skipped'; at: Date; reason: 'config-invalid' }

/** What the worker knows of one job. */
export interface JobState {
  job: ScheduledJob
  scheduled: Scheduled
  /** The latest time at which it was due, up to `now`. */
  latestDue(now: Date): Date | undefined
  lastSealed?: SealedRun
  lastAttempt?: Attempt
  /** Set while it is at work, or waits for another process to release the store. */
  startedAt?: Date
  waitsForStore?: boolean
}

/** `since`: times at which the job was due before are of no interest. */
export function createJobState(
  job: ScheduledJob,
  scheduled: Scheduled,
  since: Date,
  lastSealed: SealedRun | undefined,
): JobState {
  return { job, scheduled, latestDue: dueTracker(job, since), ...(lastSealed && { lastSealed }) }
}

/** When the job was due without being run since; `undefined` if a sealed run, or the one at work, has met it. */
export function unmetDue(state: JobState, now: Date): Date | undefined {
  const due = state.latestDue(now)
  if (due === undefined) return undefined
  const { lastSealed, startedAt } = state
  if (lastSealed !== undefined && Date.parse(lastSealed.openedAt) >= due.getTime()) return undefined
  if (startedAt !== undefined && startedAt >= due && !state.waitsForStore) return undefined
  return due
}

/**
 * When a job was due while no worker ran, if that is to be made up for. A job that never ran has missed nothing: it may
 * be new. A run that was opened and never sealed does not count as run, unless it was itself such a second chance: a job
 * that brings the worker down must not be started again at each start.
 */
export function missedDue(job: ScheduledJob, history: JobHistory, now: Date): Date | undefined {
  const { opened, sealed } = history
  const known = sealed ?? opened
  if (known === undefined) return undefined
  const since = Date.parse(known.openedAt)
  // A job with runs in the store of which none was sealed is looked at for a day back.
  const due = latestDue(job, new Date(sealed === undefined ? since - DAY_MS : since), now)
  if (due === undefined) return undefined
  const triedAgain =
    opened !== undefined &&
    opened.sealed === undefined &&
    opened.trigger === 'catch-up' &&
    Date.parse(opened.openedAt) >= due.getTime()
  return triedAgain ? undefined : due
}
