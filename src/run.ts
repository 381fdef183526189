import type { Signer } from './bundle/keys.ts'
import type { LedgerWriter } from './bundle/ledger-append.ts'
import { openRun, type Sealed, sealRun } from './bundle/seal.ts'
import { collect, type CollectRequest } from './collect/collect.ts'
import { type PlannedSource, type PlanRequest, planRun } from './collect/plan.ts'
import type { Pseudonymise } from './collect/redact.ts'
import { rollUpControls, streamStates } from './evaluate/controls.ts'
import { controlsByStream } from './evaluate/stream-controls.ts'
import { runChecks } from './evaluate/run-checks.ts'
import { indexEntries, populationsOf } from './index-entries.ts'
import { canonicalize } from './model/canonical.ts'
import type { LoadedMapping } from './model/control.ts'
import { findPrevious } from './previous.ts'
import type { Evidence, StoredObject } from './model/staging.ts'
import type { StagingStore } from './model/store.ts'

/** What the outside lends to a run; everything that is not a pure function of evidence. */
export interface RunEnvironment extends Pick<CollectRequest, 'seamsFor' | 'clock' | 'log' | 'signal' | 'progress'> {
  store: StagingStore
  evidence: Evidence
  signer: Signer
  pseudonymise: Pseudonymise
  /** Timestamp tokens over a signature; see `LedgerWriter`. */
  stamp?: LedgerWriter['stamp'] | undefined
  /** Secret behind the salts of the index. */
  saltKey: Uint8Array
}

export interface RunRequest extends Omit<PlanRequest, 'mappings'> {
  sources: readonly PlannedSource[]
  mapping: LoadedMapping
  deadlineMs: number
  concurrency: number
  /** When the job is due next after a time; absent if it has no schedule. */
  nextDue?: ((after: Date) => Date | undefined) | undefined
  /** Called when the run has its number, before the first request. */
  onOpened?: (number: number) => void
}

/** One run, from the plan to the sealed bundle. Throws only for what is ours: the store, the key. */
export async function run(request: RunRequest, environment: RunEnvironment): Promise<Sealed> {
  const { store, evidence, signer, stamp, clock, pseudonymise, saltKey } = environment
  const { mapping, sources } = request
  const mappings = [{ id: mapping.mapping.id, sha256: mapping.sha256 }]

  const opened = await openRun({ store, signer, ...(stamp && { stamp }) }, (number) =>
    planRun({ ...request, mappings }, number, clock.now(), pseudonymise),
  )
  const { plan } = opened
  request.onOpened?.(opened.number)

  const collectors = sources.map(({ collector }) => collector)
  const swept = collectors.flatMap(({ streams }) => streams.filter(({ sweep }) => sweep !== undefined))
  const previous = findPrevious({
    store,
    keyId: signer.keyId,
    plan,
    swept: new Set(swept.map(({ id }) => id)),
    log: environment.log,
  })
  const collected = await collect({ ...request, ...environment, previous })

  const evaluated = await runChecks({
    checks: plan.checks,
    checkOf: (id) => collectors.flatMap(({ checks }) => checks).find((check) => check.id === id),
    streamOf: (id) => collectors.flatMap(({ streams }) => streams).find((stream) => stream.id === id),
    populations: populationsOf(collected, await writeLines(evidence, [])),
    evidence,
    at: new Date(plan.run.openedAt),
  })

  const summaries = evaluated.map(({ summary }) => summary)
  const outcomes = collected.flatMap(({ segments }) =>
    segments.map(({ source, stream, scope, outcome }) => ({ source, stream: stream.id, scope, outcome })),
  )
  const controls = rollUpControls(mapping, summaries, streamStates(outcomes))
  const controlsObject = await writeLines(evidence, controls)

  const sealedAt = clock.now()
  return sealRun({
    ...opened,
    store,
    signer,
    ...(stamp && { stamp }),
    saltKey,
    entries: indexEntries(
      collected,
      evaluated,
      { mapping: mapping.mapping.id, object: controlsObject },
      controlsByStream(mapping, plan.checks),
    ),
    sealedAt,
    expectedBy: request.nextDue?.(sealedAt),
  })
}

async function writeLines(evidence: Evidence, values: readonly unknown[]): Promise<StoredObject> {
  const writer = await evidence.create()
  for (const value of values) await writer.write(canonicalize(value))
  return writer.store()
}
