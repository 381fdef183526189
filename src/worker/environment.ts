import type { Trigger } from '../model/plan.ts'
import type { Statement } from '../model/statement.ts'
import type { Clock, Log } from '../sdk/context.ts'

/** A job that is run by the clock. */
export interface ScheduledJob {
  id: string
  /** Cron expression as `node-cron` reads it. */
  schedule: string
  /** IANA name. */
  timeZone: string
}

/** A run as its plan and its statement tell it. Times are ISO 8601, UTC. */
export interface PastRun {
  number: number
  trigger: Trigger
  openedAt: string
  /** Absent if the run was never sealed. */
  sealed?: { status: Statement['predicate']['run']['status']; at: string }
}

export type SealedRun = PastRun & Required<Pick<PastRun, 'sealed'>>

/** The latest runs of one job that stand in the store. */
export interface JobHistory {
  /** The latest, sealed or not. */
  opened?: PastRun
  sealed?: SealedRun
}

export interface RunOptions {
  job: string
  trigger: Trigger
  /** Aborted when the worker is to stop: the run seals what it has. */
  signal: AbortSignal
  /** Called when the run has the store to itself and is opened. */
  onOpened: () => void
}

/** What the config file says at one moment, and the power to do it. */
export interface Instructions {
  /** SHA-256 of the config file. */
  readonly sha256: string
  /** Jobs with a schedule. */
  jobs: readonly ScheduledJob[]
  /** @throws StoreError (`locked` while another process has the store), UserError, BundleError */
  run(options: RunOptions): Promise<SealedRun>
}

/** A schedule that is being kept. */
export interface Scheduled {
  /** When it is due next. */
  nextRun(): Date | undefined
  stop(): void
}

/**
 * Calls `due` at each time of the schedule: with `schedule` on time, with `catch-up` when the time passed while the
 * process could not act (machine asleep, event loop blocked).
 * @throws UserError if the schedule has no time at all, such as 30 February
 */
export type Schedule = (job: ScheduledJob, due: (trigger: Trigger) => void) => Scheduled

/** What is answered to an HTTP request. */
export interface HttpAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** Answers a request by its method and its path (without query). */
export type Answer = (method: string, path: string) => HttpAnswer

/** What the outside lends to the worker. */
export interface WorkerEnvironment {
  /** Of the agent. */
  version: string
  clock: Clock
  log: Log
  /** Aborted once: the worker is to stop. */
  signal: AbortSignal
  schedule: Schedule
  /** Reads the config file. @throws UserError if it is invalid */
  load(): Promise<Instructions>
  /** The latest runs of these jobs in the store. @throws StoreError */
  history(jobs: readonly string[]): Promise<ReadonlyMap<string, JobHistory>>
  /** Serves HTTP on the loopback until disposed. */
  serve(answer: Answer): Promise<AsyncDisposable>
}
