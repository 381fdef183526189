import { createTask } from 'node-cron'
import type { Trigger } from '../../src/model/plan.ts'
import { StoreError } from '../../src/model/store.ts'
import { manualClock } from '../../src/testing/clock.ts'
import type {
  Answer,
  HttpAnswer,
  JobHistory,
  RunOptions,
  Schedule,
  ScheduledJob,
  SealedRun,
  WorkerEnvironment,
} from '../../src/worker/environment.ts'
import type { Health } from '../../src/worker/health.ts'
import { work } from '../../src/worker/worker.ts'

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  data: Record<string, unknown>
  message: string
}

export interface StartedRun {
  job: string
  trigger: Trigger
  at: string
}

interface Options {
  jobs: readonly ScheduledJob[]
  histories?: Readonly<Record<string, JobHistory>>
  /** What a run does before it is sealed; it takes no time by default. */
  body?: (options: RunOptions) => Promise<void>
  /** What is wrong with the config from the start. */
  broken?: Error
}

export const daily = (id: string, hour = 6): ScheduledJob => ({ id, schedule: `0 ${hour} * * *`, timeZone: 'UTC' })

/** A run of the past, sealed two minutes after it was opened. */
export function sealedRun(number: number, openedAt: string): SealedRun {
  const opened = new Date(openedAt)
  const at = new Date(opened.getTime() + 120_000).toISOString()
  return { number, trigger: 'schedule', openedAt: opened.toISOString(), sealed: { status: 'complete', at } }
}

/** A worker on the manual clock, with a config and runs that tests set. Schedules are kept with node-cron's matcher. */
export function startWorker(options: Options) {
  const clock = manualClock()
  const stopping = new AbortController()
  const log: LogLine[] = []
  const runs: StartedRun[] = []
  const config: { sha256: string; jobs: readonly ScheduledJob[]; broken?: Error } = {
    sha256: 'a'.repeat(64),
    jobs: options.jobs,
    ...(options.broken && { broken: options.broken }),
  }
  const misses = new Map<string, () => void>()
  let answer: Answer | undefined
  let atWork = 0
  let mostAtWork = 0

  const say = (level: LogLine['level']) => (data: object, message: string) => {
    log.push({ level, data: { ...data }, message })
  }
  const schedule: Schedule = (job, due) => {
    const task = createTask(job.schedule, () => {}, { timezone: job.timeZone })
    let timer: Disposable | undefined
    const nextRun = () => {
      // Schedules of these tests have no seconds.
      for (let at = Math.floor(clock.now().getTime() / MINUTE) * MINUTE + MINUTE; ; at += MINUTE) {
        if (task.match(new Date(at))) return new Date(at)
      }
    }
    const arm = () => {
      timer = clock.after(nextRun().getTime() - clock.now().getTime(), () => {
        due('schedule')
        arm()
      })
    }
    arm()
    misses.set(job.id, () => due('catch-up'))
    return { nextRun, stop: () => timer?.[Symbol.dispose]() }
  }

  const environment: WorkerEnvironment = {
    version: '1.2.3',
    clock,
    signal: stopping.signal,
    log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    schedule,
    async load() {
      if (config.broken) throw config.broken
      const { sha256, jobs } = config
      return {
        sha256,
        jobs,
        async run(request) {
          atWork += 1
          mostAtWork = Math.max(mostAtWork, atWork)
          try {
            const openedAt = clock.now().toISOString()
            runs.push({ job: request.job, trigger: request.trigger, at: openedAt })
            const number = runs.length
            await options.body?.(request)
            const status = request.signal.aborted ? 'partial' : 'complete'
            return { number, trigger: request.trigger, openedAt, sealed: { status, at: clock.now().toISOString() } }
          } finally {
            atWork -= 1
          }
        },
      }
    },
    history: async () => new Map(Object.entries(options.histories ?? {})),
    async serve(given) {
      answer = given
      return {
        [Symbol.asyncDispose]: async () => {
          answer = undefined
        },
      }
    },
  }
  const done = work(environment)
  // Tests that stop it look at the result; for the others it must not be an unhandled rejection.
  void done.catch(() => {})

  const get = (path = '/healthz', method = 'GET'): HttpAnswer => {
    if (answer === undefined) throw new Error('nothing is served')
    return answer(method, path)
  }
  return {
    clock,
    log,
    runs,
    config,
    done,
    get,
    health: () => JSON.parse(get().body) as Health,
    mostAtWork: () => mostAtWork,
    isServing: () => answer !== undefined,
    /** The process could not act at a time of the schedule. */
    miss: (job: string) => misses.get(job)?.(),
    stop: () => stopping.abort(new Error('stopped')),
    messages: (level: LogLine['level']) => log.filter((line) => line.level === level).map(({ message }) => message),
  }
}

export const lockedError = () =>
  new StoreError('locked', 'another run is using the store', { path: '/s', hint: 'Wait.' })

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
