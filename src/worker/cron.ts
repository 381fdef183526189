import { schedule } from 'node-cron'
import { UserError } from '../model/user-error.ts'
import type { Schedule } from './environment.ts'

/** Keeps schedules with node-cron, in the time of the process. */
export const cronSchedule: Schedule = (job, due) => {
  try {
    const task = schedule(job.schedule, () => due('schedule'), { timezone: job.timeZone, name: job.id })
    // node-cron skips a time it comes to more than a second late.
    task.on('execution:missed', () => due('catch-up'))
    return { nextRun: () => task.getNextRun() ?? undefined, stop: () => void task.destroy() }
  } catch (cause) {
    throw new UserError(
      `job "${job.id}": the schedule "${job.schedule}" has no time at which it is due`,
      'Correct "schedule" in the config.',
      { cause },
    )
  }
}
