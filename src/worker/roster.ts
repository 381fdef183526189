import type { Trigger } from '../model/plan.ts'
import type { JobHistory, Schedule, Scheduled, ScheduledJob } from './environment.ts'
import { createJobState, type JobState } from './job-state.ts'

/** The jobs whose schedules are being kept. */
export interface Roster {
  states: ReadonlyMap<string, JobState>
  /**
   * Takes over these jobs: schedules that did not change go on, the others start and stop. A schedule binds from `now` on,
   * or, for a job with a history, from its last sealed run.
   * @throws UserError if one of the schedules cannot be kept; then everything stays as it was
   */
  adopt(jobs: readonly ScheduledJob[], now: Date, histories?: ReadonlyMap<string, JobHistory>): void
  stop(): void
}

export function createRoster(schedule: Schedule, due: (job: string, trigger: Trigger) => void): Roster {
  const states = new Map<string, JobState>()

  /** Starts the schedules that are new, or none. */
  function start(jobs: readonly ScheduledJob[]): Map<string, Scheduled> {
    const started = new Map<string, Scheduled>()
    try {
      for (const job of jobs) {
        if (isSame(states.get(job.id)?.job, job)) continue
        started.set(
          job.id,
          schedule(job, (trigger) => due(job.id, trigger)),
        )
      }
      return started
    } catch (error) {
      for (const scheduled of started.values()) scheduled.stop()
      throw error
    }
  }

  return {
    states,
    adopt(jobs, now, histories) {
      const started = start(jobs)
      const ids = new Set(jobs.map(({ id }) => id))
      for (const [id, { scheduled }] of states) {
        if (!ids.has(id) || started.has(id)) scheduled.stop()
        if (!ids.has(id)) states.delete(id)
      }
      for (const job of jobs) {
        const scheduled = started.get(job.id)
        if (scheduled === undefined) continue
        const sealed = histories?.get(job.id)?.sealed
        const since = sealed === undefined ? now : new Date(sealed.openedAt)
        states.set(job.id, { ...states.get(job.id), ...createJobState(job, scheduled, since, sealed) })
      }
    },
    stop() {
      for (const { scheduled } of states.values()) scheduled.stop()
    },
  }
}

function isSame(a: ScheduledJob | undefined, b: ScheduledJob): boolean {
  return a !== undefined && a.schedule === b.schedule && a.timeZone === b.timeZone
}
