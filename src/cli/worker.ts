import { listRuns, readRun, type StoredRun } from '../bundle/read.ts'
import { formatProblems } from '../config/problem.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Store } from '../model/store.ts'
import type { JobRequest, LoadedConfig } from '../runtime.ts'
import { AbortedError } from '../sdk/errors.ts'
import type { Log } from '../sdk/context.ts'
import { cronSchedule } from '../worker/cron.ts'
import type { Instructions, JobHistory, PastRun, RunOptions, ScheduledJob, SealedRun } from '../worker/environment.ts'
import { work } from '../worker/worker.ts'
import { configPath, type ConfigOption } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { silentProgress } from './progress.ts'

export interface WorkerOptions extends ConfigOption {
  port: number
  logLevel: string
}

/** `affiant worker`: the jobs of the config by their schedules, until SIGTERM or Ctrl-C. Says what it does in the log. */
export async function worker(options: WorkerOptions, environment: Environment): Promise<number> {
  const runtime = await environment.runtime()
  const log = await runtime.createLog(options.logLevel)
  const stopping = new AbortController()
  using _ = environment.onInterrupt(() => {
    if (stopping.signal.aborted) {
      environment.leave(EXIT.interrupted)
      return
    }
    log.info({}, 'stopping: a run at work is sealed with what it has; a second signal leaves at once')
    stopping.abort(new AbortedError('the worker was stopped before this was read'))
  })

  const path = configPath(options)
  let store: Store | undefined
  const sealed = await work({
    version: await runtime.agentVersion(),
    clock: runtime.systemClock,
    log,
    signal: stopping.signal,
    schedule: cronSchedule,
    async load() {
      const loaded = await runtime.loadConfigFile(path)
      store = runtime.openStore(loaded.config.store.path)
      return instructionsOf(loaded, path, log, runtime)
    },
    history: (jobs) => historiesOf(store, jobs, log),
    async serve(answer) {
      const server = await runtime.serveLoopback(options.port, answer)
      log.info({ url: `http://127.0.0.1:${server.port}/healthz` }, 'health is served')
      return server
    },
  })
  return sealed ? EXIT.ok : EXIT.usage
}

function instructionsOf(loaded: LoadedConfig, path: string, log: Log, runtime: Runtime): Instructions {
  const { config, sha256, warnings } = loaded
  return {
    sha256,
    jobs: config.jobs.flatMap(({ id, schedule, timeZone }): ScheduledJob[] =>
      schedule === undefined ? [] : [{ id, schedule, timeZone }],
    ),
    async run({ job, trigger, signal, onOpened }: RunOptions): Promise<SealedRun> {
      if (warnings.length > 0) log.warn({ problem: formatProblems(warnings, path) }, 'the config has warnings')
      const { number, statement } = await runtime.runJob({
        loaded,
        job,
        trigger,
        signal,
        log,
        progress: logProgress(log),
        onOpened,
        onWarning: (problem) => log.warn({ job, problem }, 'something is to be known of the store'),
      })
      const { status, openedAt, sealedAt } = statement.predicate.run
      return { number, trigger, openedAt, sealed: { status, at: sealedAt } }
    },
  }
}

/** Says what was not read; with the level `debug` also what was. */
function logProgress(log: Log): JobRequest['progress'] {
  const say = (what: object, { status, reason, permissions, records }: Outcome) => {
    if (status === 'complete') log.debug({ ...what, records }, 'evidence is complete')
    else log.warn({ ...what, status, reason, permissions, records }, 'evidence is incomplete')
  }
  return {
    ...silentProgress,
    sourceOpened: (source, outcome) => say({ source }, outcome),
    itemEnded: (planItem, outcome) => say({ planItem }, outcome),
  }
}

/** The latest runs of each job, reading from the newest run back until all are found. */
async function historiesOf(
  store: Store | undefined,
  jobs: readonly string[],
  log: Log,
): Promise<ReadonlyMap<string, JobHistory>> {
  const histories = new Map<string, JobHistory>()
  const missing = new Set(jobs)
  for (const { number } of store === undefined ? [] : (await listRuns(store)).toReversed()) {
    if (missing.size === 0) break
    let run: StoredRun
    try {
      run = await readRun(store as Store, number)
    } catch (error) {
      log.warn(
        { run: number, kind: error instanceof Error ? error.name : 'unknown' },
        'a run in the store cannot be read',
      )
      continue
    }
    const { job } = run.plan.run
    if (!missing.has(job)) continue
    const past = pastRun(run)
    const history: JobHistory = { opened: past, ...histories.get(job) }
    histories.set(job, isSealed(past) ? { ...history, sealed: past } : history)
    if (isSealed(past)) missing.delete(job)
  }
  return histories
}

function pastRun({ number, plan, statement }: StoredRun): PastRun {
  const { trigger, openedAt } = plan.run
  const sealed = statement && { status: statement.predicate.run.status, at: statement.predicate.run.sealedAt }
  return { number, trigger, openedAt, ...(sealed && { sealed }) }
}

function isSealed(run: PastRun): run is SealedRun {
  return run.sealed !== undefined
}
