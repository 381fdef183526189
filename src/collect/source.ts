import type { IndexEntry, SourceLine } from '../model/index-line.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'
import type { Collector, Limit, SourceIdentity } from '../sdk/collector.ts'
import type { Clock, Command, Fetch, Log, Machine, Period } from '../sdk/context.ts'
import { asReadError, InvalidError, type ReadError } from '../sdk/errors.ts'
import type { Secret } from '../sdk/secret.ts'
import type { Scope } from '../sdk/stream.ts'
import { loadCredentialRules, maskCredentialsIn } from './credentials.ts'
import { RefusedError } from './guard.ts'
import { lendsNothing } from './machine.ts'
import { maskLog } from './mask-log.ts'
import { createGaps } from './gaps.ts'
import { observeInto, orAborted, outcomeOf, startTrace } from './item.ts'
import { receiptLog } from './receipts.ts'
import type { Pseudonymise } from './redact.ts'
import { type Stretch, within } from './trace.ts'

/** One configured instance of a system, ready to be read. */
export interface Source {
  id: string
  collector: Collector
  config: unknown
  secrets: Readonly<Record<string, Secret>>
  /** The manifest's limits as config sets them. */
  limits: readonly Limit[]
  /** Requests in flight over all limits, as lowered by config. Default: what the manifest says. */
  concurrency?: number | undefined
  /** Milliseconds between full sweeps by stream, where config says so. */
  sweeps?: Readonly<Record<string, number>> | undefined
}

export interface SourceRequest {
  source: Source
  fetch: Fetch
  command: Command
  /** Left out, the machine lends nothing. */
  machine?: Machine
  clock: Clock
  log: Log
  period: Period
  signal: AbortSignal
  deadlineMs: number
  evidence: Evidence
  pseudonymise: Pseudonymise
}

export interface OpenedSource {
  /** `undefined` when the source could not be opened, is not the one configured, or its scopes are unknown. */
  session: { value: unknown } | undefined
  scopes: readonly Scope[]
  line: Omit<Extract<IndexEntry, { kind: 'source' }>, 'kind'>
  receipts: StoredObject
  close(): Promise<void>
}

/** Opens a source, has it say who it is, compares that with config, and lists its scopes. Never throws. */
export async function openSource(request: SourceRequest): Promise<OpenedSource> {
  const { source, clock, evidence } = request
  const { collector } = source
  await loadCredentialRules()
  const startedAt = clock.now()
  const receipts = receiptLog(evidence)
  using trace = startTrace(request, receipts.add)
  // What fails while opening and identifying without being thrown means that the source says less of itself, unless it
  // was a write.
  const opening: Stretch = { failures: [] }
  const step = <T>(work: () => Promise<T>, stretch = opening) => orAborted(within(trace, stretch, work), trace.signal)

  const gaps = createGaps()
  let session: OpenedSource['session']
  let identity: SourceIdentity | undefined
  const scopes: Scope[] = []
  let failure: ReadError | undefined
  try {
    const value = await step(() =>
      collector.open({
        config: source.config,
        secrets: source.secrets,
        fetch: request.fetch,
        command: request.command,
        machine: request.machine ?? lendsNothing,
        clock,
        log: maskLog(request.log, Object.values(source.secrets)),
        signal: request.signal,
        period: request.period,
      }),
    )
    session = { value }
    identity = await step(() => collector.identify(value))
    assertExpected(collector.expects(source.config), identity)
    const refused = opening.failures.find((error) => error instanceof RefusedError)
    if (refused !== undefined) throw refused
    // While scopes are listed, it means that some are missing.
    const listing: Stretch = { failures: [] }
    await step(async () => {
      for await (const scope of collector.scopes(value, observeInto(gaps, trace))) scopes.push(scope)
    }, listing)
    if (listing.failures[0] !== undefined) throw listing.failures[0]
    assertUnique(scopes)
  } catch (error) {
    failure = trace.signal.aborted ? asReadError(trace.signal.reason) : asReadError(error)
  }
  const opened = session
  const receiptFile = await receipts.finish()
  return {
    session: failure === undefined ? session : undefined,
    scopes: failure === undefined ? scopes : [],
    receipts: receiptFile,
    line: {
      source: source.id,
      collector: collector.id,
      ...(identity && { identity: maskCredentialsIn(writtenIdentity(identity, request.pseudonymise)) }),
      scopes: failure === undefined ? scopes.map(writtenScope) : [],
      outcome: outcomeOf({
        failure,
        gaps: gaps.list(),
        permissions: [],
        pages: 0,
        records: 0,
        requests: receiptFile.count,
        startedAt,
        endedAt: clock.now(),
      }),
    },
    async close() {
      if (opened === undefined) return
      try {
        await collector.close?.(opened.value)
      } catch (error) {
        request.log.warn({ source: source.id, reason: asReadError(error).reason }, 'session could not be closed')
      }
    },
  }
}

/** @throws InvalidError */
function assertExpected(expected: { id?: string | undefined; name?: string | undefined }, said: SourceIdentity): void {
  const wrongId = expected.id !== undefined && expected.id !== said.id
  const wrongName = expected.name !== undefined && expected.name.toLowerCase() !== said.name.toLowerCase()
  if (!wrongId && !wrongName) return
  const configured = [expected.name && `"${expected.name}"`, expected.id && `id ${expected.id}`]
    .filter(Boolean)
    .join(', ')
  throw new InvalidError(
    `this is not the configured source: config says ${configured}, the source says "${said.name}", id ${said.id}; correct the config or the credentials`,
  )
}

/** @throws InvalidError */
function assertUnique(scopes: readonly Scope[]): void {
  const ids = new Set<string>()
  for (const { id } of scopes) {
    if (ids.has(id)) throw new InvalidError(`scope ${id} was listed twice`)
    ids.add(id)
  }
}

function writtenIdentity(identity: SourceIdentity, pseudonymise: Pseudonymise): NonNullable<SourceLine['identity']> {
  const { id, name, principal, granted } = identity
  return {
    id,
    name,
    principal:
      principal.kind === 'user'
        ? { kind: 'user', name: pseudonymise(principal.name) }
        : { kind: principal.kind, name: principal.name },
    ...(granted && { granted: [...granted].sort() }),
  }
}

function writtenScope({ id, title, kind, excluded }: Scope): SourceLine['scopes'][number] {
  // The id stands in plan items and cannot change; it is the source's own or comes from config.
  return {
    id,
    ...(kind && { kind }),
    ...maskCredentialsIn({ ...(title && { title }), ...(excluded !== undefined && { excluded }) }),
  }
}
