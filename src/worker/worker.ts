import { StoreError } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'
import { latestDue } from './due.ts'
import type {
  Instructions,
  JobHistory,
  Scheduled,
  ScheduledJob,
  SealedRun,
  WorkerEnvironment,
} from './environment.ts'
import { healthAnswer, healthOf } from './health.ts'
import { createJobState, type JobState, missedDue } from './job-state.ts'
import { createQueue, type DueJob } from './queue.ts'

/** How often the store is tried again while another process has it. */
const STORE_RETRY_MS = 30_000

/**
 * Runs the jobs of the config by their schedules, one run at a time, until `environment.signal` is aborted. At the start a
 * job that was due while no worker ran is run once. The config file is read again before each run; if it has become
 * invalid, the old schedules are kept and runs are skipped until it is corrected.
 * @returns `false` if it was stopped during a run and that run could not be sealed
 * @throws UserError if the config is invalid at the start or has no schedule; StoreError if the store cannot be read
 */
export async function work(environment: WorkerEnvironment, version: string): Promise<boolean> {
  const { clock, log, signal } = environment
  const startedAt = clock.now()
  const queue = createQueue()
  const states = new Map<string, JobState>()
  let config = await environment.load()
  let configValid = true
  let lastComplaint = ''

  if (config.jobs.length === 0) {
    throw new UserError('no job of the config has a schedule', 'Give a job one, such as schedule: "0 6 * * *".')
  }

  function due({ job, trigger }: DueJob): void {
    const running = states.get(job)?.startedAt !== undefined
    if (!queue.add({ job, trigger })) log.warn({ job }, 'job is due again and still waits for its turn')
    else if (running) log.warn({ job }, 'job is due while it runs; it runs once more after')
  }

  /** Takes over jobs and schedules. If one of them cannot be kept, everything stays as it was. */
  function adopt(next: Instructions, histories: ReadonlyMap<string, JobHistory>): void {
    const fresh = new Map<string, Scheduled>()
    try {
      for (const job of next.jobs) {
        if (isSame(states.get(job.id)?.job, job)) continue
        fresh.set(
          job.id,
          environment.schedule(job, (trigger) => due({ job: job.id, trigger })),
        )
      }
    } catch (error) {
      for (const scheduled of fresh.values()) scheduled.stop()
      throw error
    }
    const kept = new Set(next.jobs.map(({ id }) => id))
    for (const [id, { scheduled }] of states) {
      if (!kept.has(id) || fresh.has(id)) scheduled.stop()
      if (!kept.has(id)) states.delete(id)
    }
    for (const job of next.jobs) {
      const scheduled = fresh.get(job.id)
      if (scheduled === undefined) continue
      const old = states.get(job.id)
      // A new schedule binds from now on, not for the time before it was known.
      const state = createJobState(job, scheduled, old?.lastSealed ?? histories.get(job.id)?.sealed, clock.now())
      states.set(job.id, { ...old, ...state })
    }
    config = next
  }

  /** The config file as it stands now; `undefined`, and said once, if it cannot be used. */
  async function reload(): Promise<boolean> {
    try {
      const next = await environment.load()
      if (next.sha256 !== config.sha256) {
        const strangers = next.jobs.map(({ id }) => id).filter((id) => !states.has(id))
        adopt(next, strangers.length > 0 ? await environment.history(strangers) : new Map())
        log.info({ sha256: next.sha256, jobs: next.jobs.map(({ id }) => id) }, 'the config has changed')
        if (next.jobs.length === 0) log.warn({}, 'no job of the config has a schedule any more')
      }
      if (!configValid) log.info({ sha256: next.sha256 }, 'the config is valid again')
      configValid = true
      lastComplaint = ''
    } catch (error) {
      configValid = false
      const { problem, hint } = explained(error)
      if (problem !== lastComplaint) {
        log.error({ problem, hint }, 'the config has become invalid: runs are skipped until it is corrected')
      }
      lastComplaint = problem
    }
    return configValid
  }

  /** @returns whether a run was sealed or there was nothing to seal */
  async function perform({ job, trigger }: DueJob): Promise<boolean> {
    const valid = await reload()
    const state = states.get(job)
    if (state === undefined) {
      log.warn({ job }, 'the job was due and is no longer in the config')
      return true
    }
    if (!valid) {
      state.lastAttempt = { outcome: 'skipped', at: clock.now(), reason: 'config-invalid' }
      return true
    }
    state.startedAt = clock.now()
    log.info({ job, trigger }, 'run starts')
    try {
      const sealed = await runWhenFree(state, { job, trigger })
      if (sealed === undefined) return true
      state.lastSealed = sealed
      state.lastAttempt = { outcome: 'sealed', at: clock.now() }
      log.info({ job, run: sealed.number, status: sealed.sealed.status }, 'run sealed')
      return true
    } catch (error) {
      state.lastAttempt = { outcome: 'failed', at: clock.now(), reason: codeOf(error) }
      log.error({ job, ...explained(error) }, 'the run was not sealed')
      return false
    } finally {
      delete state.startedAt
      delete state.waitsForStore
    }
  }

  /** @returns `undefined` if the worker was stopped before the store was free */
  async function runWhenFree(state: JobState, { job, trigger }: DueJob): Promise<SealedRun | undefined> {
    for (;;) {
      try {
        return await config.run({ job, trigger, signal })
      } catch (error) {
        if (!(error instanceof StoreError && error.code === 'locked')) throw error
        if (!state.waitsForStore) log.warn({ job, ...explained(error) }, 'the run waits for the store')
        state.waitsForStore = true
      }
      try {
        await clock.sleep(STORE_RETRY_MS, signal)
      } catch {
        return undefined
      }
      state.startedAt = clock.now()
    }
  }

  const histories = await environment.history(config.jobs.map(({ id }) => id))
  await using _server = await environment.serve(
    healthAnswer(() =>
      healthOf({
        version,
        startedAt,
        now: clock.now(),
        stopping: signal.aborted,
        config: { status: configValid ? 'valid' : 'invalid', sha256: config.sha256 },
        jobs: states.values(),
        isQueued: queue.has,
      }),
    ),
  )
  signal.addEventListener('abort', queue.close, { once: true })
  if (signal.aborted) return true
  try {
    adopt(config, histories)
    for (const job of config.jobs) {
      const missed = missedDue(job, histories.get(job.id) ?? {}, clock.now(), latestDue)
      if (missed === undefined) continue
      log.warn({ job: job.id, due: missed.toISOString() }, 'job was due while no worker ran; it is run now')
      due({ job: job.id, trigger: 'catch-up' })
    }
    log.info({ version, jobs: config.jobs.map(({ id }) => id) }, 'worker started')

    let sealed = true
    for (;;) {
      const next = await queue.next()
      if (next === undefined) break
      sealed = await perform(next)
      if (signal.aborted) return sealed
    }
    return true
  } finally {
    for (const { scheduled } of states.values()) scheduled.stop()
    log.info({}, 'worker stopped')
  }
}

function isSame(a: ScheduledJob | undefined, b: ScheduledJob): boolean {
  return a !== undefined && a.schedule === b.schedule && a.timeZone === b.timeZone
}

/** What may be said in a log: errors that carry a hint were written for people; of others only the kind is named. */
function explained(error: unknown): { code: string; problem: string; hint?: string } {
  const code = codeOf(error)
  if (error instanceof Error && 'hint' in error && typeof error.hint === 'string') {
    return { code, problem: error.message, hint: error.hint }
  }
  return { code, problem: 'this was not foreseen' }
}

/** A code without data: that of our own errors, else the kind of error. */
function codeOf(error: unknown): string {
  if (error instanceof UserError) return 'config-or-secrets'
  if (error instanceof Error && 'hint' in error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}
