import type { Answer, HttpAnswer } from './environment.ts'
import { type JobState, unmetDue } from './job-state.ts'

/** After a time at which a job was due: how long it may wait for its turn before that is a failure. */
const GRACE_MS = 30 * 60 * 1000

/** What `/healthz` answers with. It holds ids of jobs, numbers, times and codes: no secret, no person, no path. */
export interface Health {
  schema: 'affiant.health/1'
  /** `failing`: see `problems` of the jobs. Answered with 503, as is `stopping`. */
  status: 'ok' | 'failing' | 'stopping'
  version: string
  at: string
  startedAt: string
  config: { status: 'valid' | 'invalid'; sha256: string }
  jobs: readonly JobHealth[]
}

export interface JobHealth {
  id: string
  schedule: string
  timeZone: string
  state: 'idle' | 'queued' | 'running' | 'waiting-for-store'
  /** The last sealed run of the store. */
  lastRun: { number: number; status: string; trigger: string; openedAt: string; sealedAt: string } | null
  /** The last attempt of this worker. */
  lastAttempt: { at: string; outcome: string; reason?: string } | null
  nextRun: string | null
  problems: readonly JobProblem[]
}

/** `overdue`: it was due longer than the grace ago and was not run. The others are how the last attempt ended. */
export type JobProblem = 'overdue' | 'not-sealed' | 'config-invalid'

export interface HealthFacts {
  version: string
  startedAt: Date
  now: Date
  stopping: boolean
  config: Health['config']
  jobs: Iterable<JobState>
  isQueued: (job: string) => boolean
}

export function healthOf(facts: HealthFacts): Health {
  const { version, startedAt, now, stopping, config, isQueued } = facts
  const jobs = Array.from(facts.jobs, (state) => jobHealth(state, now, isQueued(state.job.id)))
  const failing = config.status === 'invalid' || jobs.some(({ problems }) => problems.length > 0)
  return {
    schema: 'affiant.health/1',
    status: stopping ? 'stopping' : failing ? 'failing' : 'ok',
    version,
    at: now.toISOString(),
    startedAt: startedAt.toISOString(),
    config,
    jobs,
  }
}

function jobHealth(state: JobState, now: Date, queued: boolean): JobHealth {
  const { job, lastSealed, lastAttempt, startedAt, waitsForStore, scheduled } = state
  const at = waitsForStore ? 'waiting-for-store' : 'running'
  return {
    id: job.id,
    schedule: job.schedule,
    timeZone: job.timeZone,
    state: startedAt === undefined ? (queued ? 'queued' : 'idle') : at,
    lastRun:
      lastSealed === undefined
        ? null
        : {
            number: lastSealed.number,
            status: lastSealed.sealed.status,
            trigger: lastSealed.trigger,
            openedAt: lastSealed.openedAt,
            sealedAt: lastSealed.sealed.at,
          },
    lastAttempt: lastAttempt === undefined ? null : { ...lastAttempt, at: lastAttempt.at.toISOString() },
    nextRun: scheduled.nextRun()?.toISOString() ?? null,
    problems: problemsOf(state, now),
  }
}

function problemsOf(state: JobState, now: Date): JobProblem[] {
  const { lastAttempt } = state
  const due = unmetDue(state, now)
  const problems: JobProblem[] = []
  if (due !== undefined && now.getTime() - due.getTime() > GRACE_MS) problems.push('overdue')
  if (lastAttempt?.outcome === 'failed') problems.push('not-sealed')
  if (lastAttempt?.outcome === 'skipped') problems.push(lastAttempt.reason)
  return problems
}

/** Answers `GET /healthz` with 200 or 503, and anything else with 404 or 405. */
export function healthAnswer(health: () => Health): Answer {
  return (method, path) => {
    if (path !== '/healthz') return text(404, 'Only /healthz is here.\n')
    if (method !== 'GET' && method !== 'HEAD') return text(405, 'Only GET and HEAD.\n', { allow: 'GET, HEAD' })
    const document = health()
    return {
      status: document.status === 'ok' ? 200 : 503,
      headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
      body: `${JSON.stringify(document)}\n`,
    }
  }
}

function text(status: number, body: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body }
}
