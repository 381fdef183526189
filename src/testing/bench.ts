import type { Collector, Limit } from '../sdk/collector.ts'
import type { Command, Log } from '../sdk/context.ts'
import { asReadError } from '../sdk/errors.ts'
import { Secret } from '../sdk/secret.ts'
import type { Reader, Stream } from '../sdk/stream.ts'
import { collectItem } from '../collect/item.ts'
import { assertRead } from '../collect/guard.ts'
import { planRun } from '../collect/plan.ts'
import { compileRedactions, createPseudonymiser } from '../collect/redact.ts'
import { openSeams } from '../collect/seams.ts'
import { type OpenedSource, openSource, type Source } from '../collect/source.ts'
import type { Population } from '../evaluate/datasets.ts'
import { runChecks } from '../evaluate/run-checks.ts'
import type { Outcome } from '../model/outcome.ts'
import type { PlannedCheck } from '../model/plan.ts'
import type { CheckSummary } from '../model/result.ts'
import type { Evidence } from '../model/staging.ts'
import { manualClock, type ManualClock } from './clock.ts'
import { fakePrograms, type FakePrograms } from './fake-programs.ts'
import { type FakeSource, fakeSource } from './fake-source.ts'
import type { Answer, Fixture, Place } from './fixture.ts'
import { type MemoryEvidence, memoryEvidence } from './memory-evidence.ts'
import { programEnvironment } from './place.ts'

const SOURCE = 'contract'
const DEADLINE_MS = 600_000
const LATENCY_MS = 100
const START = '2026-01-05T06:00:00.000Z'
const period = { from: new Date('2025-10-07T06:00:00.000Z'), to: new Date(START) }
const pseudonymise = createPseudonymiser(new Uint8Array(32).fill(7))

export interface BenchOptions {
  latency?: (key: string) => number
  change?: (answer: Answer) => Answer
  /** The manifest's limits as lowered by a user. */
  limits?: readonly Limit[]
  signal?: AbortSignal
}

/** One stream read over all scopes. */
export interface Reading {
  stream: Stream
  outcomes: Outcome[]
  populations: Population[]
  /** Receipt objects, by digest. */
  receipts: string[]
  /** Keys of the requests and commands that were made, in order. */
  calls: string[]
  /** What the engine noticed but the collector neither threw nor observed, in words. */
  swallowed: string | undefined
  /** Milliseconds on the manual clock. */
  took: number
}

/** A source of the collector, opened by the real engine on a manual clock, with the fixture at the other end. */
export interface Bench {
  collector: Collector
  clock: ManualClock
  evidence: MemoryEvidence
  source: FakeSource
  programs: FakePrograms
  opened: OpenedSource
  /** Keys of the requests made while it was opened. */
  openingCalls: readonly string[]
  /** Requests and commands the engine refused because they are no reads. */
  refused: string[]
  /** Requests the collector made of the engine, also those that never left it. */
  attempts(): number
  read(stream: Stream, options?: { evidence?: Evidence; signal?: AbortSignal }): Promise<Reading>
  judge(populations: readonly Population[], checks?: readonly string[]): Promise<CheckSummary[]>
  /** Everything that was written or said so far, for searching. */
  texts(): { where: string; text: string }[]
  close(): Promise<void>
}

/** Opens the collector over its fixture. */
export async function openBench(
  collector: Collector,
  fixture: Fixture,
  place: Place,
  options: BenchOptions = {},
): Promise<Bench> {
  const clock = manualClock(START)
  const evidence = memoryEvidence()
  const said: { where: string; text: string }[] = []
  const signal = options.signal ?? new AbortController().signal
  const log = logInto(said)
  const programs = fakePrograms()
  const source = fakeSource({
    baseUrl: fixture.baseUrl ?? 'https://source.example.com',
    routes: fixture.routes ?? {},
    clock,
    latency: options.latency ?? (() => LATENCY_MS),
    change: options.change,
  })
  const configured: Source = {
    id: SOURCE,
    collector,
    config: collector.config.parse(configOf(fixture, place)),
    secrets: Object.fromEntries(
      Object.entries(fixture.secrets ?? {}).map(([name, value]) => [name, new Secret(value)]),
    ),
    limits: options.limits ?? collector.limits,
  }
  const seams = openSeams(configured, {
    fetch: source.fetch,
    spawn: programs.spawn,
    env: programEnvironment(place.folder),
    folder: place.folder,
    clock,
    random: () => 0.5,
    log,
  })
  const refused: string[] = []
  let attempts = 0
  const opened = await clock.drive(
    openSource({
      source: configured,
      fetch: (input, init) => {
        attempts += 1
        noteWrite(collector, input, init, refused)
        return seams.fetch(input, init)
      },
      command: watchedCommand(seams.command, refused, () => (attempts += 1)),
      clock,
      log,
      period,
      signal,
      deadlineMs: DEADLINE_MS,
      evidence,
      pseudonymise,
    }),
  )
  said.push({ where: 'the source line', text: JSON.stringify(opened.line) })

  return {
    collector,
    clock,
    evidence,
    source,
    programs,
    opened,
    openingCalls: source.calls.map(({ key }) => key),
    refused,
    attempts: () => attempts,
    async read(stream, own = {}) {
      const reading: Reading = {
        stream,
        outcomes: [],
        populations: [],
        receipts: [],
        calls: [],
        swallowed: undefined,
        took: 0,
      }
      const { session } = opened
      if (session === undefined) return reading
      const before = { calls: source.calls.length, programs: programs.calls.length, at: clock.now().getTime() }
      for (const scope of opened.scopes.filter(({ excluded }) => excluded === undefined)) {
        const account: Account = { raised: false, swallowed: undefined }
        const { outcome, records, receipts } = await clock.drive(
          collectItem({
            stream: accountedFor(stream, account, said),
            scope,
            session: session.value,
            redact: compileRedactions(stream.redact, pseudonymise),
            evidence: own.evidence ?? evidence,
            clock,
            signal: own.signal ?? signal,
            deadlineMs: DEADLINE_MS,
          }),
        )
        said.push({ where: `an outcome of ${stream.id}`, text: JSON.stringify(outcome) })
        reading.outcomes.push(outcome)
        reading.receipts.push(receipts.sha256)
        reading.populations.push({
          source: SOURCE,
          stream: stream.id,
          scope: scope.id,
          sha256: records.sha256,
          outcome,
        })
        reading.swallowed ??= account.swallowed ?? unraised(outcome, account)
      }
      reading.calls = [
        ...source.calls.slice(before.calls).map(({ key }) => key),
        ...programs.calls.slice(before.programs),
      ]
      reading.took = clock.now().getTime() - before.at
      return reading
    },
    judge: (populations, checks) => judge(collector, fixture, evidence, populations, checks),
    texts: () => [
      ...said,
      ...[...evidence.objects.values()].map((lines) => ({ where: 'a file of the bundle', text: lines.join('\n') })),
    ],
    close: () => opened.close(),
  }
}

/** The fixture's config for this place. */
export function configOf({ config }: Fixture, place: Place): object {
  return typeof config === 'function' ? config(place) : config
}

/** Evaluates checks over populations, as a run would. */
export async function judge(
  collector: Collector,
  settings: Pick<Fixture, 'checks'>,
  evidence: Evidence,
  populations: readonly Population[],
  only?: readonly string[],
): Promise<CheckSummary[]> {
  const planned = plannedChecks(collector, settings).filter(({ id }) => only === undefined || only.includes(id))
  const evaluated = await runChecks({
    checks: planned,
    checkOf: (id) => collector.checks.find((check) => check.id === id),
    streamOf: (id) => collector.streams.find((stream) => stream.id === id) ?? foreignStream(id),
    populations,
    evidence,
    at: new Date(START),
  })
  return evaluated.map(({ summary }) => summary)
}

function plannedChecks(collector: Collector, { checks = {} }: Pick<Fixture, 'checks'>): PlannedCheck[] {
  const source: Source = { id: SOURCE, collector, config: {}, secrets: {}, limits: collector.limits }
  const none = { sha256: '0'.repeat(64) }
  const agent = { installation: SOURCE, version: '0.0.0', build: none }
  return planRun(
    {
      job: SOURCE,
      trigger: 'manual',
      period,
      agent,
      configSha256: none.sha256,
      sources: [source],
      checks,
      mappings: [],
    },
    1,
    new Date(START),
    pseudonymise,
  ).checks
}

/** Stands for a stream of another collector: only its records matter here, and each is its own key. */
function foreignStream(id: string): Stream {
  return {
    id,
    version: 1,
    title: id,
    record: undefined as never,
    key: (record) => JSON.stringify(record),
    permissions: [],
    async *collect() {},
  }
}

/** A record as it would be written, from an example. */
export function writtenRecord(stream: Stream, example: unknown): unknown {
  const record = stream.record.parse(structuredClone(example))
  compileRedactions(stream.redact, pseudonymise)(record)
  return record
}

interface Account {
  /** The stream threw, or something that was observed threw. */
  raised: boolean
  swallowed: string | undefined
}

/** The stream, with a witness who sees what its code throws and what it keeps to itself. */
function accountedFor(stream: Stream, account: Account, said: { where: string; text: string }[]): Stream {
  const raise = (error: unknown) => {
    account.raised = true
    said.push({ where: `an error of ${stream.id}`, text: asReadError(error).message })
  }
  const witness = (reader: Reader): Reader => ({
    async observe(subject, read, options) {
      let threw = false
      const observed = await reader.observe(
        subject,
        async () => {
          try {
            return await read()
          } catch (error) {
            threw = true
            raise(error)
            throw error
          }
        },
        options,
      )
      if (observed.state === 'unknown' && !threw) account.swallowed ??= `a request of "${subject}" failed`
      return observed
    },
  })
  return {
    ...stream,
    async *collect(session, scope, reader) {
      try {
        yield* stream.collect(session, scope, witness(reader))
      } catch (error) {
        raise(error)
        throw error
      }
    },
  }
}

/** The engine found a failed request, but the stream ended as if nothing had happened. */
function unraised(outcome: Outcome, { raised }: Account): string | undefined {
  const { reason, detail } = outcome
  const bySource = reason === 'denied' || reason === 'throttled' || reason === 'unavailable' || reason === 'timeout'
  // At the deadline the engine ends the reading, whatever the stream is doing.
  const outOfTime = Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt) >= DEADLINE_MS
  return bySource && !raised && !outOfTime ? `the stream went on after this: ${detail}` : undefined
}

function noteWrite(
  { reads = [] }: Collector,
  input: string | URL | Request,
  init: RequestInit | undefined,
  refused: string[],
): void {
  const url = URL.parse(input instanceof Request ? input.url : String(input))
  const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase()
  if (url === null) return
  try {
    assertRead(method, url, reads)
  } catch {
    refused.push(`${method} ${url.pathname}`)
  }
}

function watchedCommand(command: Command, refused: string[], attempt: () => void): Command {
  return async function* (program, args, options) {
    attempt()
    try {
      yield* command(program, args, options)
    } catch (error) {
      // The seam's own words for an argument or program that is not known to read.
      if (error instanceof Error && error.message.startsWith('refused to run')) {
        refused.push([program, ...args].join(' '))
      }
      throw error
    }
  }
}

function logInto(said: { where: string; text: string }[]): Log {
  const line = (data: object, message: string) =>
    void said.push({ where: 'a log line', text: `${textOf(data)} ${message}` })
  return { debug: line, info: line, warn: line, error: line }
}

/** Data as a logger would print it, errors with what they carry. */
function textOf(data: unknown, depth = 0): string {
  if (data instanceof Error) return `${data.stack ?? data.message} ${depth < 5 ? textOf(data.cause, depth + 1) : ''}`
  const nested =
    typeof data === 'object' && data !== null
      ? Object.values(data).filter((value: unknown) => value instanceof Error)
      : []
  return [safeJson(data), ...nested.map((error) => textOf(error, depth + 1))].join(' ')
}

function safeJson(data: unknown): string {
  try {
    return JSON.stringify(data) ?? ''
  } catch {
    return String(data)
  }
}
