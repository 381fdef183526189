import { planItemId } from '../model/index-line.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'
import type { Clock, Command, Fetch, Log, Period } from '../sdk/context.ts'
import type { Stream } from '../sdk/stream.ts'
import { collectItem } from './item.ts'
import { compileRedactions, type Pseudonymise } from './redact.ts'
import { openSource, type OpenedSource, type Source } from './source.ts'

/** Source x stream x scope: collected, or why not. */
export interface Segment {
  source: string
  stream: Stream
  /** `*` when the scopes of the source could not be found. */
  scope: string
  outcome: Outcome
  /** Absent when the source was never opened. */
  files?: { records: StoredObject; receipts: StoredObject }
}

export interface CollectedSource {
  opened: OpenedSource
  /** In plan order, whatever the order of completion: streams as declared, scopes as listed. */
  segments: Segment[]
}

/** What a person watching wants to know. */
export interface Progress {
  /** `items`: how many plan items it has. */
  sourceOpened(source: string, outcome: Outcome, items: number): void
  itemStarted(planItem: string): void
  itemPage(planItem: string, records: number): void
  itemEnded(planItem: string, outcome: Outcome): void
}

export interface CollectRequest {
  sources: readonly Source[]
  seamsFor(source: Source): { fetch: Fetch; command: Command }
  evidence: Evidence
  clock: Clock
  log: Log
  period: Period
  signal: AbortSignal
  deadlineMs: number
  /** Plan items at work at the same time. */
  concurrency: number
  pseudonymise: Pseudonymise
  progress: Progress
}

/** Opens every source and reads every stream of every scope that is not excluded. Never throws for what a source does. */
export async function collect(request: CollectRequest): Promise<CollectedSource[]> {
  const { clock, log, period, signal, deadlineMs, evidence, pseudonymise, progress } = request
  const sources = await Promise.all(
    request.sources.map(async (source) => {
      const opened = await openSource({
        source,
        ...request.seamsFor(source),
        clock,
        log,
        period,
        signal,
        deadlineMs,
        evidence,
        pseudonymise,
      })
      const scopes = opened.scopes.filter(({ excluded }) => excluded === undefined)
      progress.sourceOpened(source.id, opened.line.outcome, source.collector.streams.length * scopes.length)
      return { source, opened }
    }),
  )
  const tasks = sources.flatMap(({ source, opened }) => tasksOf(source, opened, request))
  const segments = await limited(tasks, request.concurrency)
  await Promise.all(sources.map(({ opened }) => opened.close()))
  return sources.map(({ source, opened }) => ({
    opened,
    segments: segments.filter((segment) => segment.source === source.id),
  }))
}

type Task = () => Promise<Segment>

function tasksOf(source: Source, { session, scopes, line }: OpenedSource, request: CollectRequest): Task[] {
  const { streams } = source.collector
  if (session === undefined) {
    const outcome = { ...line.outcome, requests: 0 }
    return streams.map((stream) => async () => ({ source: source.id, stream, scope: '*', outcome }))
  }
  const { evidence, clock, signal, deadlineMs, progress, pseudonymise } = request
  return streams.flatMap((stream) => {
    const redact = compileRedactions(stream.redact, pseudonymise)
    const included = scopes.filter(({ excluded }) => excluded === undefined)
    return included.map((scope) => async () => {
      const planItem = planItemId(source.id, stream.id, scope.id)
      progress.itemStarted(planItem)
      const { outcome, ...files } = await collectItem({
        stream,
        scope,
        session: session.value,
        redact,
        evidence,
        clock,
        signal,
        deadlineMs,
        onPage: (records) => progress.itemPage(planItem, records),
      })
      progress.itemEnded(planItem, outcome)
      return { source: source.id, stream, scope: scope.id, outcome, files }
    })
  })
}

/**
 * Runs the tasks in order, so many at a time, and gives their results in order. A task that throws is our failure (a
 * full disk), not a source's: no further one is started, and those at work are waited for.
 */
async function limited(tasks: readonly Task[], concurrency: number): Promise<Segment[]> {
  const results: Segment[] = []
  const queue = tasks.entries()
  const workers = Array.from({ length: Math.max(1, concurrency) }, async () => {
    for (const [place, task] of queue) results[place] = await task()
  })
  const ended = await Promise.allSettled(workers)
  const failed = ended.find((worker) => worker.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return results
}
