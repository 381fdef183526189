import type { CredentialCount, Gap, Outcome } from '../model/outcome.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'
import type { Clock, Period } from '../sdk/context.ts'
import {
  asReadError,
  InvalidError,
  NotFoundError,
  type ReadError,
  TimeoutError,
  TruncatedError,
} from '../sdk/errors.ts'
import type { CarriedRecord, Page, Reader, Scope, Stream } from '../sdk/stream.ts'
import { type CarriedLog, carriedLog, type Lent, lendPrevious, type SweepPlan } from './carry-over.ts'
import {
  type CredentialTally,
  loadCredentialRules,
  maskCredentials,
  maskCredentialsIn,
  ruleOf,
  tallyCredentials,
  withoutCredentials,
} from './credentials.ts'
import { createGaps } from './gaps.ts'
import { RefusedError } from './guard.ts'
import { type Population, populationOf } from './population.ts'
import { receiptLog } from './receipts.ts'
import type { compileRedactions } from './redact.ts'
import { sortLines } from './sorter.ts'
import { type Stretch, type Trace, within } from './trace.ts'

export interface ItemRequest<Session = unknown> {
  stream: Stream<string, unknown, Session>
  scope: Scope
  session: Session
  redact: ReturnType<typeof compileRedactions>
  evidence: Evidence
  clock: Clock
  /** Only a population of events must have one. */
  period?: Period | undefined
  /** Aborted when the run is stopped. */
  signal: AbortSignal
  /** Milliseconds this item may take in all. */
  deadlineMs: number
  /** Of a stream with full sweeps. */
  sweep?: SweepPlan | undefined
  onPage?(records: number): void
}

export interface CollectedItem {
  outcome: Outcome
  records: StoredObject
  receipts: StoredObject
  /** Which records are carried over, if any is. */
  carried?: StoredObject
}

/**
 * Reads one plan item to its end, whatever happens: the result always has an outcome, the records that arrived before a
 * failure, and the receipts.
 */
export async function collectItem<Session>(item: ItemRequest<Session>): Promise<CollectedItem> {
  const { stream, clock, evidence } = item
  await loadCredentialRules()
  const startedAt = clock.now()
  const population = populationOf(stream, item.period)
  const lines = sortLines(evidence, (line) => stream.key(JSON.parse(line)), { tree: true })
  const receipts = receiptLog(evidence)
  const gaps = createGaps()
  const credentials = tallyCredentials()
  using trace = startTrace(item, receipts.add)
  const stretch: Stretch = { failures: [] }
  const progress: Progress = { pages: 0, records: 0, total: undefined, ended: false, cursors: new Set() }
  const lent = item.sweep?.previous && lendPrevious(item.sweep.previous, stream, evidence)
  const carried = carriedLog(evidence)

  let failure: ReadError | undefined
  try {
    await readPages({
      item,
      trace,
      stretch,
      reader: observeInto(gaps, trace),
      progress,
      lines,
      credentials,
      population,
      lent,
      carried,
    })
    failure = incompleteness(progress)
  } catch (error) {
    failure = trace.signal.aborted ? asReadError(trace.signal.reason) : asReadError(error)
  }

  const { object: records, duplicates } = await lines.finish()
  if (duplicates > 0) {
    failure ??= new InvalidError(
      `${duplicates} records came twice: a page was repeated or the list changed while it was read`,
    )
  }
  // A failed request that was neither thrown nor observed: somebody swallowed it.
  if (failure === undefined && gaps.isEmpty()) failure = stretch.failures[0]
  failure ??= population?.premature(startedAt)
  const receiptFile = await receipts.finish()
  const carriedFile = await carried.finish()

  return {
    records,
    receipts: receiptFile,
    ...(carriedFile && { carried: carriedFile.object }),
    outcome: outcomeOf({
      failure,
      gaps: gaps.list(),
      credentials: credentials.list(),
      permissions: stream.permissions.map(({ name }) => name),
      pages: progress.pages,
      records: records.count,
      sourceTotal: progress.total,
      requests: receiptFile.count,
      sweep: item.sweep && sweepFacts(item.sweep, startedAt),
      carriedOver: carriedFile?.facts,
      startedAt,
      endedAt: clock.now(),
    }),
  }
}

function sweepFacts({ previous, basis }: SweepPlan, startedAt: Date): NonNullable<Outcome['sweep']> {
  if (previous === undefined) return { kind: 'full', fullAt: startedAt.toISOString(), basis }
  return { kind: 'increment', fullAt: previous.outcome.sweep?.fullAt ?? previous.outcome.startedAt, basis }
}

interface Progress {
  pages: number
  records: number
  total: number | undefined
  ended: boolean
  cursors: Set<string>
}

interface PageReading<Session> {
  item: ItemRequest<Session>
  trace: Trace
  stretch: Stretch
  reader: Reader
  progress: Progress
  lines: ReturnType<typeof sortLines>
  credentials: CredentialTally
  population: Population | undefined
  /** What an earlier run has, for an increment. */
  lent: Lent | undefined
  carried: CarriedLog
}

async function readPages<Session>(reading: PageReading<Session>): Promise<void> {
  const { item, trace, stretch, progress } = reading
  const pages = within(trace, stretch, () => pagesOf(reading)[Symbol.asyncIterator]())
  try {
    for (;;) {
      const next = await orAborted(
        within(trace, stretch, () => pages.next()),
        trace.signal,
      )
      if (next.done) return
      acceptPage(next.value, progress)
      for (const raw of next.value.records) {
        const full = takeRecord(reading, raw)
        if (full) await full
        progress.records += 1
      }
      for (const record of next.value.carried ?? []) {
        await carryOver(reading, record)
        progress.records += 1
      }
      item.onPage?.(progress.records)
    }
  } finally {
    // A collector that ignores the signal may never come back: it is told to stop, not waited for.
    within(trace, stretch, () => void pages.return?.().then(undefined, () => undefined))
  }
}

function pagesOf<Session>({ item, reader, lent }: PageReading<Session>): AsyncIterable<Page> {
  const { stream, scope, session } = item
  const { sweep } = stream
  if (lent === undefined || sweep === undefined) return stream.collect(session, scope, reader)
  return sweep.increment(session, scope, reader, lent.previous)
}

function takeRecord<Session>(
  { item, lines, credentials, population }: PageReading<Session>,
  raw: unknown,
): void | Promise<void> {
  const { stream, redact } = item
  const parsed = parseRecord(stream, raw)
  redact(parsed)
  const { record, line } = withoutCredentials(parsed, credentials)
  population?.admit(record)
  return lines.add(keyOf(stream, record), line)
}

/** Writes a record of an earlier run as it was written then: not what the collector may have made of the object. */
async function carryOver<Session>(
  { item, lines, credentials, population, lent, carried }: PageReading<Session>,
  given: CarriedRecord,
): Promise<void> {
  if (lent === undefined) throw new InvalidError(`${item.stream.id} carried a record over in a full sweep`)
  const known = lent.lineOf(given)
  // The rules for credentials may have become better since.
  const { record, line } = withoutCredentials(JSON.parse(known.line), credentials)
  population?.admit(record)
  await lines.add(keyOf(item.stream, record), line)
  await carried.add(known.carried)
}

/** @throws InvalidError when the page cannot follow what was read before */
function acceptPage(page: Page, progress: Progress): void {
  if (progress.ended) throw new InvalidError(`page ${page.number} came after the last page`)
  if (page.number !== progress.pages + 1) {
    throw new TruncatedError(`page ${page.number} came after page ${progress.pages}: a page is missing or out of order`)
  }
  if (page.cursor !== undefined) {
    if (progress.cursors.has(page.cursor))
      throw new InvalidError(`the source sent page ${page.number} in a circle: its cursor was there before`)
    progress.cursors.add(page.cursor)
  }
  progress.pages = page.number
  progress.ended = page.last
  if (page.total !== undefined) progress.total = page.total
}

function incompleteness({ ended, pages, records, total }: Progress): ReadError | undefined {
  if (!ended) return new TruncatedError(`the list broke off after page ${pages}, before its end marker`)
  if (total !== undefined && total !== records) {
    return new TruncatedError(`the source counts ${total} records, but ${records} arrived`)
  }
  return undefined
}

function parseRecord(stream: Stream, raw: unknown): unknown {
  const parsed = stream.record.safeParse(raw)
  if (parsed.success) return parsed.data
  // Paths only: the values are evidence that has not been redacted.
  const paths = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the record'))]
  throw new InvalidError(
    `a record of ${stream.id} does not have the documented shape (${paths.slice(0, 5).join(', ')}); the source changed its answer or the collector misreads it`,
    { cause: parsed.error.issues[0]?.code },
  )
}

function keyOf(stream: Stream, record: unknown): string {
  const key = stream.key(record)
  if (typeof key !== 'string' || key === '') throw new InvalidError(`a record of ${stream.id} has no key`)
  return key
}

const ATTEMPTS_OF_FIRST_WAY = 2

/** `reader.observe`: failures inside become a gap of the outcome and an `unknown` field of the record. */
export function observeInto(gaps: ReturnType<typeof createGaps>, trace: Trace): Reader {
  return {
    async observe(subject, read, options = {}) {
      const stretch: Stretch = { failures: [] }
      let failure: ReadError | undefined
      try {
        const value = await within(trace, stretch, read)
        failure = stretch.failures[0]
        if (failure === undefined) return { state: 'observed', value }
      } catch (error) {
        if (trace.signal.aborted) throw error
        failure = asReadError(error)
      }
      if (failure instanceof NotFoundError && options.absentOn === 'not-found') return { state: 'absent' }
      const { reason, permission } = failure
      gaps.add(subject, reason, permission)
      return { state: 'unknown', reason, ...(permission && { permission }) }
    },
    async orElse(first, otherwise) {
      const stretch: Stretch = { failures: [], attempts: ATTEMPTS_OF_FIRST_WAY }
      let failure: ReadError | undefined
      try {
        const value = await within(trace, stretch, first)
        failure = stretch.failures[0]
        if (failure === undefined) return value
      } catch (error) {
        if (trace.signal.aborted) throw error
        failure = asReadError(error)
      }
      const refused = stretch.failures.find((each) => each instanceof RefusedError)
      if (refused !== undefined) throw refused
      return otherwise(failure)
    },
    credentialIn: ruleOf,
  }
}

export interface OutcomeParts {
  failure: ReadError | undefined
  gaps: readonly Gap[]
  credentials?: CredentialCount[] | undefined
  /** Declared permissions of the stream, named when it was denied and the source did not say which is missing. */
  permissions: readonly string[]
  pages: number
  records: number
  sourceTotal?: number | undefined
  requests: number
  sweep?: Outcome['sweep']
  carriedOver?: Outcome['carriedOver']
  startedAt: Date
  endedAt: Date
}

function unreadParts(count: number, first: string | undefined): string {
  return count === 1 ? `a part could not be read: ${first}` : `${count} parts could not be read, the first: ${first}`
}

/** Its texts quote the source here and there; nothing in them looks like a credential. */
export function outcomeOf(parts: OutcomeParts): Outcome {
  const { failure } = parts
  const gaps = maskCredentialsIn(parts.gaps)
  const first = gaps[0]
  const reason = failure?.reason ?? first?.reason
  const detail =
    failure?.message ??
    (first &&
      unreadParts(
        gaps.reduce((sum, gap) => sum + gap.count, 0),
        first.subjects[0],
      ))
  const denied = new Set<string>()
  if (failure?.reason === 'denied')
    for (const name of failure.permission ? [failure.permission] : parts.permissions) denied.add(name)
  for (const gap of gaps) {
    if (gap.reason === 'denied')
      for (const name of gap.permission ? [gap.permission] : parts.permissions) denied.add(name)
  }
  return {
    status: statusOf(failure, reason, parts.records),
    ...(reason && { reason }),
    ...(detail && { detail: maskCredentials(detail) }),
    ...(denied.size > 0 && { permissions: [...denied].sort() }),
    pages: parts.pages,
    records: parts.records,
    ...(parts.sourceTotal !== undefined && { sourceTotal: parts.sourceTotal }),
    requests: parts.requests,
    gaps: [...gaps],
    ...(parts.credentials && { credentials: parts.credentials }),
    ...(parts.sweep && { sweep: parts.sweep }),
    ...(parts.carriedOver && { carriedOver: parts.carriedOver }),
    startedAt: parts.startedAt.toISOString(),
    endedAt: parts.endedAt.toISOString(),
  }
}

function statusOf(failure: ReadError | undefined, reason: Outcome['reason'], records: number): Outcome['status'] {
  if (reason === undefined) return 'complete'
  // What is premature was read to its end: that nothing happened yet is something.
  return failure !== undefined && reason !== 'premature' && records === 0 ? 'failed' : 'partial'
}

/** A trace whose signal is aborted with a {@link TimeoutError} when the time is over, or with the run's; dispose of it at the end. */
export function startTrace(
  { clock, deadlineMs, signal }: { clock: Clock; deadlineMs: number; signal: AbortSignal },
  receipt: Trace['receipt'],
): Trace & Disposable {
  const over = new AbortController()
  const seconds = Math.round(deadlineMs / 1000)
  const timer = clock.after(deadlineMs, () =>
    over.abort(new TimeoutError(`not finished after ${seconds} s, the deadline of a plan item`)),
  )
  return {
    signal: AbortSignal.any([over.signal, signal]),
    deadline: clock.now().getTime() + deadlineMs,
    receipt,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  }
}

/** The promise, or a rejection as soon as the signal is aborted, also for work that ignores the signal. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody may be listening any more when the work fails later.
  work.catch(() => undefined)
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
