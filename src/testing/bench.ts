import type { Collector, Limit } from '../sdk/collector.ts'
import { Secret } from '../sdk/secret.ts'
import type { Stream } from '../sdk/stream.ts'
import type { SweepPlan } from '../collect/carry-over.ts'
import { appliesTo } from '../collect/collect.ts'
import { collectItem } from '../collect/item.ts'
import { compileRedactions } from '../collect/redact.ts'
import { openSeams } from '../collect/seams.ts'
import { type OpenedSource, openSource, type Source } from '../collect/source.ts'
import type { Population } from '../evaluate/datasets.ts'
import type { Outcome } from '../model/outcome.ts'
import type { CheckSummary } from '../model/result.ts'
import type { Evidence } from '../model/staging.ts'
import { manualClock, type ManualClock } from './clock.ts'
import { fakePrograms, type FakePrograms } from './fake-programs.ts'
import { type FakeSource, fakeSource, type HttpFault } from './fake-source.ts'
import type { Fixture, Place } from './fixture.ts'
import { type MemoryEvidence, memoryEvidence } from './memory-evidence.ts'
import { judge } from './judging.ts'
import { programEnvironment } from './place.ts'
import { DEADLINE_MS, period, pseudonymise, SOURCE, START } from './setting.ts'
import { logInto, watchedFetch, type Said, watchedCommand } from './watch.ts'
import { type Account, accountedFor, unraised } from './witness.ts'

const LATENCY_MS = 100

export interface BenchOptions {
  latency?: (key: string) => number
  /** Plants canaries in every answer of the fixture. */
  plants?: boolean
  /** In force from the first request on. */
  fault?: HttpFault
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
  /** Of a stream with full sweeps: the increment on this reading, from the same source. */
  increment?: Reading
}

/** A reading an increment builds on, and the files it left. */
export interface Basis {
  reading: Reading
  evidence: Pick<MemoryEvidence, 'objects'>
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
  /** `basis`: reads the increment on it instead of everything. */
  read(stream: Stream, options?: { evidence?: Evidence; signal?: AbortSignal; basis?: Basis }): Promise<Reading>
  judge(populations: readonly Population[], checks?: readonly string[]): Promise<CheckSummary[]>
  /** Everything that was written or said so far, for searching. */
  texts(): Said[]
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
  const said: Said[] = []
  const signal = options.signal ?? new AbortController().signal
  const log = logInto(said)
  const programs = fakePrograms()
  const source = fakeSource({
    fixture,
    clock,
    queries: collector.queries,
    latency: options.latency ?? (() => LATENCY_MS),
    plants: options.plants,
    fault: options.fault,
  })
  const configured: Source = {
    id: SOURCE,
    // The engine masks secrets in what collectors log; here the lines are seen as they were written.
    collector: { ...collector, open: (context) => collector.open({ ...context, log }) },
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
      fetch: watchedFetch(seams.fetch, refused, () => (attempts += 1)),
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
      for (const [digest, lines] of own.basis?.evidence.objects ?? []) evidence.objects.set(digest, lines)
      const before = { calls: source.calls.length, programs: programs.calls.length, at: clock.now().getTime() }
      for (const scope of opened.scopes.filter((one) => one.excluded === undefined && appliesTo(stream, one))) {
        const account: Account = { raised: false, swallowed: undefined }
        const { outcome, records, receipts, carried } = await clock.drive(
          collectItem({
            stream: accountedFor(stream, account, said),
            scope,
            session: session.value,
            redact: compileRedactions(stream.redact, pseudonymise),
            evidence: own.evidence ?? evidence,
            clock,
            period,
            signal: own.signal ?? signal,
            deadlineMs: DEADLINE_MS,
            sweep: own.basis && sweepOn(own.basis.reading, scope.id),
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
          carried: carried?.sha256,
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

/** An increment on what was read of this scope, as the next run would make it. */
function sweepOn({ populations }: Reading, scope: string): SweepPlan {
  const basis = '0'.repeat(64)
  const before = populations.find((population) => population.scope === scope)
  if (before === undefined) return { basis }
  const { outcome, sha256: records, carried } = before
  const sweep = { kind: 'full' as const, fullAt: outcome.startedAt, basis }
  return { basis, previous: { run: 1, outcome: { ...outcome, sweep }, records, carried } }
}

/** The fixture's config for this place. */
export function configOf({ config }: Fixture, place: Place): object {
  return typeof config === 'function' ? config(place) : config
}
