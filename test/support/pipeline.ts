import { generateKeyPairSync } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileSigner } from '../../src/bundle/keys.ts'
import { lineTree } from '../../src/bundle/merkle.ts'
import type { Sealed } from '../../src/bundle/seal.ts'
import { createPseudonymiser } from '../../src/collect/redact.ts'
import type { CheckSetting } from '../../src/collect/plan.ts'
import type { LoadedMapping } from '../../src/model/control.ts'
import type { Trigger } from '../../src/model/plan.ts'
import { run } from '../../src/run.ts'
import type { Collector } from '../../src/sdk/collector.ts'
import type { Clock, Period } from '../../src/sdk/context.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { nextDue } from '../../src/worker/due.ts'

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const privatePem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
export const publicPem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} }

const emptyMapping: LoadedMapping = {
  mapping: { id: 'none', catalog: 'none', controls: [] },
  catalog: { id: 'none', title: 'None', source: 'test', controls: [] },
  sha256: '0'.repeat(64),
}

export interface PipelineOptions {
  folder: string
  clock?: Clock
  checks?: Record<string, CheckSetting>
  signal?: AbortSignal
  concurrency?: number
  mapping?: LoadedMapping
  deadlineMs?: number
  installation?: string
  config?: unknown
  sweeps?: Readonly<Record<string, number>>
  /** Repeated to 32 bytes: the key behind pseudonyms. */
  pseudonymKey?: number
  /** PKCS#8 PEM. */
  signingKey?: string
  /** Default: 90 days up to the start of the manual clock. */
  period?: Period
  trigger?: Trigger
  /** In UTC. */
  schedule?: string
  job?: string
}

export async function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(join(tmpdir(), 'affiant-test-'))
}

/** Runs the whole engine over collectors that need no network, into a local store. */
export async function runPipeline(collectors: readonly Collector[], options: PipelineOptions): Promise<Sealed> {
  const { clock = manualClock(), folder, schedule } = options
  const store = createFsStore(fs, folder, { pid: process.pid, host: 'test', startedAt: new Date(0) })
  const noWayOut = () => {
    throw new Error('this pipeline has no network')
  }
  return run(
    {
      job: options.job ?? 'test',
      trigger: options.trigger ?? 'manual',
      period: options.period ?? {
        from: new Date('2025-10-07T06:00:00.000Z'),
        to: new Date('2026-01-05T06:00:00.000Z'),
      },
      ...(schedule !== undefined && {
        schedule: { cron: schedule, timeZone: 'UTC' },
        nextDue: (after: Date) => nextDue({ schedule, timeZone: 'UTC' }, after),
      }),
      agent: { installation: options.installation ?? 'test', version: '0.0.0', build: { sha256: '1'.repeat(64) } },
      configSha256: '2'.repeat(64),
      checks: options.checks ?? {},
      mapping: options.mapping ?? emptyMapping,
      deadlineMs: options.deadlineMs ?? 600_000,
      concurrency: options.concurrency ?? 4,
      sources: collectors.map((collector) => ({
        id: `${collector.id}-test`,
        collector,
        config: options.config ?? {},
        secrets: {},
        limits: collector.limits,
        sweeps: options.sweeps,
      })),
    },
    {
      store,
      evidence: createEvidence(store, lineTree),
      signer: createFileSigner(options.signingKey ?? privatePem),
      pseudonymise: createPseudonymiser(Buffer.alloc(32, options.pseudonymKey ?? 1)),
      saltKey: Buffer.alloc(32, 2),
      clock,
      log: silentLog,
      signal: options.signal ?? new AbortController().signal,
      progress: { sourceOpened() {}, itemStarted() {}, itemPage() {}, itemEnded() {} },
      seamsFor: () => ({ fetch: noWayOut, command: noWayOut }),
    },
  )
}
