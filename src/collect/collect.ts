import { planItemId } from '../model/index-line.ts'
import type { Outcome } from '../model/outcome.ts'
import type { FindPrevious } from '../model/previous.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'
import type { Clock, Command, Fetch, Log, Machine, Period } from '../sdk/context.ts'
import type { Scope, Stream } from '../sdk/stream.ts'
import { basisOf, isSweepDue, type SweepPlan, sweepEvery } from './carry-over.ts'
import { collectItem } from './item.ts'
import { compileRedactions, type Pseudonymise } from './redact.ts'
import { inTurn, type Task, turnOf } from './schedule.ts'
import { openSource, type OpenedSource, type Source } from './source.ts'

/** Source x stream x scope: collected, or why not. */
export interface Segment {
  source: string
  stream: Stream
  /** `*` when the scopes of the source could not be found. */
  scope: string
  /** How a person reads the same; absent where nothing says it. */
  reproduce?: string
  outcome: Outcome
  /** Absent when the source was never opened. */
  files?: { records: StoredObject; receipts: StoredObject; carried?: StoredObject }
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
  seamsFor(source: Source): { fetch: Fetch; command: Command; machine?: Machine; close?(): Promise<void> }
  evidence: Evidence
  clock: Clock
  log: Log
  period: Period
  signal: AbortSignal
  deadlineMs: number
  /** Plan items at work at the same time. */
  concurrency: number
  /** Looks for what an increment can build on. Left out, every stream is read whole. */
  previous?: FindPrevious | undefined
  pseudonymise: Pseudonymise
  progress: Progress
}

/** Opens every source and reads every stream of every scope that is not excluded. Never throws for what a source does. */
export async function collect(request: CollectRequest): Promise<CollectedSource[]> {
  const { clock, log, period, signal, deadlineMs, evidence, pseudonymise, progress } = request
  const sources = await Promise.all(
    request.sources.map(async (source) => {
      const seams = request.seamsFor(source)
      const opened = await openSource({
        source,
        ...seams,
        clock,
        log,
        period,
        signal,
        deadlineMs,
        evidence,
        pseudonymise,
      })
      const scopes = opened.scopes.filter(({ excluded }) => excluded === undefined)
      const items = source.collector.streams.map((stream) => scopes.filter((scope) => appliesTo(stream, scope)).length)
      progress.sourceOpened(
        source.id,
        opened.line.outcome,
        items.reduce((sum, count) => sum + count, 0),
      )
      return { source, opened, seams }
    }),
  )
  const tasks = sources.flatMap(({ source, opened }) => tasksOf(source, opened, request))
  const segments = await inTurn(tasks, request.concurrency)
  await Promise.all(
    sources.map(async ({ opened, seams }) => {
      await opened.close()
      await seams.close?.()
    }),
  )
  return sources.map(({ source, opened }) => ({
    opened,
    segments: segments.filter((segment) => segment.source === source.id),
  }))
}

function tasksOf(source: Source, { session, scopes, line }: OpenedSource, request: CollectRequest): Task<Segment>[] {
  const { streams } = source.collector
  if (session === undefined) {
    const outcome = { ...line.outcome, requests: 0 }
    return streams.map((stream) => ({
      ...turnOf(source, stream),
      run: async () => ({ source: source.id, stream, scope: '*', outcome }),
    }))
  }
  const { evidence, clock, period, signal, deadlineMs, progress, pseudonymise } = request
  return streams.flatMap((stream) => {
    const redact = compileRedactions(stream.redact, pseudonymise)
    const included = scopes.filter((scope) => scope.excluded === undefined && appliesTo(stream, scope))
    const run = async (scope: Scope): Promise<Segment> => {
      const planItem = planItemId(source.id, stream.id, scope.id)
      progress.itemStarted(planItem)
      const { outcome, ...files } = await collectItem({
        stream,
        scope,
        session: session.value,
        redact,
        evidence,
        clock,
        period,
        signal,
        deadlineMs,
        sweep: await sweepOf(source, stream, scope.id, line.identity?.id, request),
        onPage: (records) => progress.itemPage(planItem, records),
      })
      progress.itemEnded(planItem, outcome)
      return { source: source.id, stream, scope: scope.id, ...reproduceOf(stream, scope), outcome, files }
    }
    return included.map((scope) => ({ ...turnOf(source, stream), run: () => run(scope) }))
  })
}

/** A collector that fails in this fails the contract, and no run: it is a help for people, and no evidence. */
function reproduceOf(stream: Stream, scope: Scope): Pick<Segment, 'reproduce'> {
  try {
    const reproduce = stream.reproduce?.(scope)
    return typeof reproduce === 'string' ? { reproduce: reproduce.toWellFormed() } : {}
  } catch {
    return {}
  }
}

/** Whether a stream has a plan item for a scope: what the plan and the index line of the source say, and nothing else. */
export function appliesTo({ appliesTo: kinds }: Pick<Stream, 'appliesTo'>, { kind }: Pick<Scope, 'kind'>): boolean {
  return kinds === undefined || (kind !== undefined && kinds.includes(kind))
}

/** Whether a stream with full sweeps gets one in this run, or an increment on what an earlier run sealed. */
async function sweepOf(
  source: Source,
  stream: Stream,
  scope: string,
  identity: string | undefined,
  { previous: find, pseudonymise, clock }: CollectRequest,
): Promise<SweepPlan | undefined> {
  const every = sweepEvery(source, stream)
  if (every === undefined || find === undefined || identity === undefined) return undefined
  const basis = basisOf(source, stream, pseudonymise)
  const previous = await find({ source: source.id, stream: stream.id, scope, identity, basis })
  return previous === undefined || isSweepDue(previous, every, clock.now()) ? { basis } : { basis, previous }
}
