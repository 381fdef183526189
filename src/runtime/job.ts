import { createHmac } from 'node:crypto'
import { assertMaySign } from '../bundle/keys-list.ts'
import { abortOpenRuns } from '../bundle/ledger-append.ts'
import { lineTree } from '../bundle/merkle.ts'
import type { Sealed } from '../bundle/seal.ts'
import type { Progress } from '../collect/collect.ts'
import { populationsOnly } from '../collect/populations-only.ts'
import { createPseudonymiser } from '../collect/redact.ts'
import type { Config, Job } from '../config/config.ts'
import type { Trigger } from '../model/plan.ts'
import { UserError } from '../model/user-error.ts'
import { run } from '../run.ts'
import type { Clock, Log, Period } from '../sdk/context.ts'
import { createEvidence } from '../store/evidence.ts'
import type { StoreLock } from '../store/lock.ts'
import { nextDue } from '../worker/due.ts'
import { systemClock } from './clock.ts'
import type { LoadedConfig } from './config-file.ts'
import { loadMappings } from './mappings.ts'
import { prepareReading, type Reading } from './reading.ts'
import { openSigner } from './signer.ts'
import { preferSmallMemory } from './small-memory.ts'
import { lockStoreAt, openStore, thisAgent } from './store.ts'
import { openStamp } from './timestamp.ts'

export interface JobRequest {
  loaded: LoadedConfig
  /** Default: the only job. */
  job?: string | undefined
  /** Restricts the job to these sources. */
  sources?: readonly string[] | undefined
  /**
   * What the run reports on. One that is over restricts the run to what can still be read of it: populations of events.
   * Default: as many days as the config says, which end when the run starts.
   */
  period?: Period
  trigger: Trigger
  signal: AbortSignal
  log: Log
  progress: Progress
  onOpened?: (run: number) => void
  onWarning?: (message: string) => void
  /** Tests set the clock. */
  clock?: Clock
}

/**
 * Runs one job of the config, from its secrets to the sealed bundle, with the store to itself.
 * @throws UserError, StoreError, BundleError
 */
export async function runJob(request: JobRequest): Promise<Sealed> {
  const { loaded, log, signal, onWarning, clock = systemClock } = request
  const { config } = loaded
  preferSmallMemory()
  const job = chooseJob(config, request)
  const now = clock.now()
  const mapping = await loadMappings(loaded.collectors, config.mappings)
  const { secrets, ...usual } = await prepareReading(loaded, job.sources, { clock, log, keeps: true })
  const reading = { ...usual, ...ofPeriod(usual.sources, request.period, { now, job }) }
  const signer = await openSigner(config.signing, secrets.signing, { clock })
  const installationKey = Buffer.from(secrets.pseudonymKey.reveal(), 'base64')
  const pseudonymise = createPseudonymiser(installationKey)

  const stamp = await openStamp(config.timestamps, { clock, onWarning })
  const store = openStore(config.store.path)
  await using lock = await lockStoreAt(config.store.path, clock)
  await assertMaySign(store, signer.keyId)
  const agent = await thisAgent(config.installation)
  // The store is ours alone now, so whoever opened a run that is still open is gone.
  const aborted = await abortOpenRuns({ store, signer, agent, ...(stamp && { stamp }) }, clock.now())
  for (const message of endedRuns(lock.takenOver, aborted)) onWarning?.(message)

  return await run(
    {
      ...reading,
      mapping,
      job: job.id,
      trigger: request.trigger,
      agent: { installation: agent.id, version: agent.version, build: agent.build },
      schedule: job.schedule === undefined ? undefined : { cron: job.schedule, timeZone: job.timeZone },
      nextDue: job.schedule === undefined ? undefined : dueAfter({ ...job, schedule: job.schedule }),
      configSha256: loaded.sha256,
      ...(request.onOpened && { onOpened: request.onOpened }),
    },
    {
      ...reading,
      store,
      evidence: createEvidence(store, lineTree),
      signer,
      stamp,
      pseudonymise,
      saltKey: createHmac('sha256', installationKey).update('index-salts').digest(),
      signal,
      progress: request.progress,
    },
  )
}

/** @throws UserError */
function chooseJob(config: Config, { job, sources }: Pick<JobRequest, 'job' | 'sources'>): Job {
  const names = config.jobs.map(({ id }) => id).join(', ')
  const [first, ...others] = config.jobs
  const chosen = job === undefined ? first : config.jobs.find(({ id }) => id === job)
  if (chosen === undefined) throw new UserError(`there is no job "${job}"`, `Jobs of the config: ${names}.`)
  if (job === undefined && others.length > 0) {
    throw new UserError('the config has several jobs', `Choose one with --job: ${names}.`)
  }
  const strange = sources?.find((id) => !chosen.sources.includes(id))
  if (strange !== undefined) {
    throw new UserError(`job "${chosen.id}" has no source "${strange}"`, `Its sources: ${chosen.sources.join(', ')}.`)
  }
  return { ...chosen, sources: sources ?? chosen.sources }
}

/** @throws UserError for a period that has not begun, or one that is over and of which nothing can be read */
function ofPeriod(
  sources: Reading['sources'],
  given: Period | undefined,
  { now, job }: { now: Date; job: Job },
): Partial<Pick<Reading, 'period' | 'sources'>> {
  if (given === undefined) return {}
  const bounds = `${given.from.toISOString()} to ${given.to.toISOString()}`
  if (given.from >= now)
    throw new UserError(`the period ${bounds} has not begun`, 'Nothing can have happened in it yet: give another one.')
  if (given.to > now) return { period: given }
  const left = populationsOnly(sources.map(({ collector }) => collector))
  if (left.every(({ streams }) => streams.length === 0)) {
    throw new UserError(
      `the period ${bounds} is over, and job "${job.id}" reads no events`,
      'Settings can be read as they are, not as they were. Leave out --period; or take a job with a source that lists events.',
    )
  }
  return {
    period: given,
    sources: sources.map((source, place) => ({ ...source, collector: left[place] ?? source.collector })),
  }
}

/** What is said of runs whose process died: once for each. */
function endedRuns(dead: StoreLock['takenOver'], aborted: readonly number[]): string[] {
  const who = dead === undefined ? 'its process' : `process ${dead.pid}, started ${dead.startedAt},`
  if (dead !== undefined && aborted.length === 0) {
    return [`${who} ended while it had the store; no run was open, and what it collected is kept`]
  }
  return aborted.map(
    (number) =>
      `run ${number} was never sealed, because ${who} ended; the ledger says so now, and what it collected is kept`,
  )
}

/** Nothing of a schedule may keep a run from being sealed: one that is never due names no next time. */
function dueAfter(job: { schedule: string; timeZone: string }): (after: Date) => Date | undefined {
  return (after) => {
    try {
      return nextDue(job, after)
    } catch {
      return undefined
    }
  }
}
