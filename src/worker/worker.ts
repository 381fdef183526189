import { UserError } from '../model/user-error.ts'
import { createCurrentConfig } from './current-config.ts'
import type { WorkerEnvironment } from './environment.ts'
import { healthAnswer, healthOf } from './health.ts'
import { missedDue } from './job-state.ts'
import { perform } from './perform.ts'
import { createQueue, type DueJob } from './queue.ts'
import { createRoster } from './roster.ts'

/**
 * Runs the jobs of the config by their schedules, one run at a time, until `environment.signal` is aborted. At the start a
 * job that was due while no worker ran is run once. The config file is read again before each run; if it has become
 * invalid, the old schedules are kept and runs are skipped until it is corrected.
 * @returns `false` if it was stopped during a run and that run could not be sealed
 * @throws UserError if the config is invalid at the start or has no schedule; StoreError if the store cannot be read
 */
export async function work(environment: WorkerEnvironment): Promise<boolean> {
  const { clock, log, signal, version } = environment
  const startedAt = clock.now()
  const first = await environment.load()
  if (first.jobs.length === 0) {
    throw new UserError('no job of the config has a schedule', 'Give a job one, such as schedule: "0 6 * * *".')
  }
  const histories = await environment.history(first.jobs.map(({ id }) => id))

  const queue = createQueue()
  const add = (due: DueJob) => {
    const isRunning = roster.states.get(due.job)?.startedAt !== undefined
    if (queue.add(due) && isRunning) log.info({ ...due }, 'the job is due while it runs; it runs once more after')
  }
  const roster = createRoster(environment.schedule, (job, trigger) => add({ job, trigger }))
  const config = createCurrentConfig(first, environment.load, { roster, clock, log })
  const health = () =>
    healthOf({
      version,
      startedAt,
      now: clock.now(),
      stopping: signal.aborted,
      config: { status: config.valid ? 'valid' : 'invalid', sha256: config.instructions.sha256 },
      jobs: roster.states.values(),
      isQueued: queue.has,
    })

  await using _ = await environment.serve(healthAnswer(health))
  try {
    roster.adopt(first.jobs, startedAt, histories)
    for (const job of first.jobs) {
      const missed = missedDue(job, histories.get(job.id) ?? {}, startedAt)
      if (missed === undefined) continue
      log.warn({ job: job.id, due: missed.toISOString() }, 'the job was due while no worker ran; it is run now')
      add({ job: job.id, trigger: 'catch-up' })
    }
    log.info({ version, jobs: first.jobs.map(({ id }) => id) }, 'worker started')

    signal.addEventListener('abort', queue.close, { once: true })
    if (signal.aborted) queue.close()
    let sealed = true
    for (let due = await queue.next(); due !== undefined; due = await queue.next()) {
      sealed = await perform(due, { clock, log, signal, config, roster })
      if (signal.aborted) return sealed
    }
    return true
  } finally {
    signal.removeEventListener('abort', queue.close)
    roster.stop()
    log.info({}, 'worker stopped')
  }
}
