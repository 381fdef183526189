import { StoreError } from '../model/store.ts'
import type { CurrentConfig } from './current-config.ts'
import type { SealedRun, WorkerEnvironment } from './environment.ts'
import { explain } from './explain.ts'
import type { JobState } from './job-state.ts'
import type { DueJob } from './queue.ts'
import type { Roster } from './roster.ts'

/** How often the store is tried again while another process has it. */
const STORE_RETRY_MS = 30_000

export interface PerformContext extends Pick<WorkerEnvironment, 'clock' | 'log' | 'signal'> {
  config: CurrentConfig
  roster: Roster
}

/**
 * Runs one job that is due, with the config as it is now, and notes how that ended.
 * @returns `false` if a run was started and not sealed
 */
export async function perform(due: DueJob, context: PerformContext): Promise<boolean> {
  const { clock, log, config, roster } = context
  const { job } = due
  const valid = await config.refresh()
  const state = roster.states.get(job)
  if (state === undefined) {
    log.warn({ job }, 'the job was due and is no longer in the config')
    return true
  }
  if (!valid) {
    state.lastAttempt = { outcome: 'skipped', at: clock.now(), reason: 'config-invalid' }
    return true
  }
  state.startedAt = clock.now()
  log.info({ ...due }, 'run starts')
  try {
    const sealed = await runWhenFree(state, due, context)
    if (sealed === undefined) return true
    state.lastSealed = sealed
    state.lastAttempt = { outcome: 'sealed', at: clock.now() }
    log.info({ job, run: sealed.number, status: sealed.sealed.status }, 'run sealed')
    return true
  } catch (error) {
    const explained = explain(error)
    state.lastAttempt = { outcome: 'failed', at: clock.now(), reason: explained.code }
    log.error({ job, ...explained }, 'the run was not sealed')
    return false
  } finally {
    delete state.startedAt
    delete state.waitsForStore
  }
}

/** @returns `undefined` if the worker was stopped before the store was free */
async function runWhenFree(
  state: JobState,
  { job, trigger }: DueJob,
  { clock, log, signal, config }: PerformContext,
): Promise<SealedRun | undefined> {
  const onOpened = () => {
    state.startedAt = clock.now()
    delete state.waitsForStore
  }
  for (;;) {
    try {
      return await config.instructions.run({ job, trigger, signal, onOpened })
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'locked')) throw error
      if (!state.waitsForStore) log.warn({ job, ...explain(error) }, 'the run waits for the store')
      state.waitsForStore = true
    }
    try {
      await clock.sleep(STORE_RETRY_MS, signal)
    } catch {
      return undefined
    }
  }
}
