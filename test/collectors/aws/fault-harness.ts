import { collector as manifest } from '../../../collectors/aws/index.ts'
import type { Session } from '../../../collectors/aws/session.ts'
import { appliesTo } from '../../../src/collect/collect.ts'
import { collectItem } from '../../../src/collect/item.ts'
import { planRun } from '../../../src/collect/plan.ts'
import { compileRedactions, createPseudonymiser } from '../../../src/collect/redact.ts'
import { openSeams } from '../../../src/collect/seams.ts'
import { openSource } from '../../../src/collect/source.ts'
import type { Population } from '../../../src/evaluate/datasets.ts'
import { type Evaluated, runChecks } from '../../../src/evaluate/run-checks.ts'
import type { Collector } from '../../../src/sdk/collector.ts'
import type { Clock } from '../../../src/sdk/context.ts'
import type { Reason } from '../../../src/sdk/errors.ts'
import type { Scope, Stream } from '../../../src/sdk/stream.ts'
import { Secret } from '../../../src/sdk/secret.ts'
import { memoryEvidence } from '../../../src/testing/memory-evidence.ts'
import { silentLog } from '../../support/pipeline.ts'
import type { AwsWorldServer } from '../../servers/aws/index.ts'
import { awsSource } from '../../e2e/support/run-aws.ts'

const DAY = 86_400_000
const pseudonymise = createPseudonymiser(Buffer.alloc(32, 1))
const collector = manifest as unknown as Collector

/** Time runs by itself, and waiting takes none of it. `limitMs`: how long a time limit really takes; without, none strikes. */
export function patientClock(start: Date, limitMs?: number): Clock {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    async sleep(milliseconds) {
      now += milliseconds
    },
    after(_, act) {
      const timer = limitMs === undefined ? undefined : setTimeout(act, limitMs)
      return { [Symbol.dispose]: () => clearTimeout(timer) }
    },
  }
}

/** Status of each check, and why. */
export type Statuses = Readonly<Record<string, { status: string; reason?: string | undefined }>>

export interface Reading {
  populations: Population[]
  /** Streams of which a plan item is not complete, with the reasons. */
  incomplete: ReadonlyMap<string, readonly Reason[]>
  statuses: Statuses
}

export interface FaultBench {
  /** Everything without a fault. */
  baseline: Reading
  /** Operations by stream, as `iam:GetAccountSummary`, without those that open the source. */
  operations: ReadonlyMap<string, readonly string[]>
  /** Streams that ask an operation. */
  streamsOf(operation: string): string[]
  /**
   * Reads these streams again, one after the other, and judges with all others as they were.
   * @param hits of each fault so far; `struck` then has the places of those that spoiled a stream
   */
  again(
    streams: readonly string[],
    hits?: () => readonly number[],
  ): Promise<Reading & { struck: ReadonlyMap<string, readonly number[]> }>
  /** Every check with the streams it reads. */
  checks: readonly { id: string; inputs: readonly string[] }[]
}

/** A source over an emulated AWS, open and read once, of which single streams can be read again, with the checks judged anew. */
export async function faultBench(
  server: AwsWorldServer,
  { clock, config, checks }: { clock: Clock; config?: object; checks?: Record<string, object> },
): Promise<FaultBench> {
  const evidence = memoryEvidence()
  const opened = awsSource(server, config)
  const source = {
    id: 'aws',
    collector,
    config: manifest.config.parse(opened.config),
    secrets: {
      accessKeyId: new Secret(server.keys.accessKeyId),
      secretAccessKey: new Secret(server.keys.secretAccessKey),
    },
    limits: manifest.limits,
  } as unknown as Parameters<typeof openSeams>[0] & Parameters<typeof planRun>[0]['sources'][number]
  const seams = openSeams(source, {
    fetch: globalThis.fetch,
    spawn: () => {
      throw new Error('no programs')
    },
    env: {},
    folder: '/',
    clock,
    random: () => 0.5,
    log: silentLog,
  })
  const at = clock.now()
  const period = { from: new Date(at.getTime() - 60 * DAY), to: at }
  const shared = { clock, signal: new AbortController().signal, deadlineMs: 600_000, evidence }
  const { session, scopes } = await openSource({ source, ...seams, log: silentLog, period, pseudonymise, ...shared })
  if (session === undefined) throw new Error('the source was not opened')
  const plan = planRun(
    {
      job: 'all',
      trigger: 'manual',
      period,
      agent: { name: 'affiant', version: '0.0.0' } as never,
      configSha256: '0'.repeat(64),
      sources: [source],
      checks: Object.fromEntries(Object.entries(checks ?? {}).map(([id, setting]) => [id, structuredClone(setting)])),
      mappings: [],
    },
    1,
    at,
    pseudonymise,
  )

  const readItem = async (stream: Stream<string, unknown, Session>, scope: Scope): Promise<Population> => {
    const redact = compileRedactions(stream.redact, pseudonymise)
    const { records, outcome } = await collectItem({
      stream,
      scope,
      session: session.value as Session,
      redact,
      ...shared,
    })
    return { source: 'aws', stream: stream.id, scope: scope.id, sha256: records.sha256, outcome }
  }
  const readStream = async (id: string): Promise<Population[]> => {
    const stream = collector.streams.find((one) => one.id === id)
    if (stream === undefined) throw new Error(`no stream ${id}`)
    const due = scopes.filter((scope) => scope.excluded === undefined && appliesTo(stream, scope))
    return Promise.all(due.map((scope) => readItem(stream as never, scope)))
  }
  const judge = async (populations: Population[], only?: ReadonlySet<string>): Promise<Evaluated[]> =>
    runChecks({
      checks: plan.checks.filter(({ id }) => only === undefined || only.has(id)),
      checkOf: (id) => collector.checks.find((check) => check.id === id),
      streamOf: (id) => collector.streams.find((stream) => stream.id === id),
      populations,
      evidence,
      at,
    })
  const readingOf = (populations: Population[], evaluated: readonly Evaluated[]): Reading => {
    const incomplete = new Map<string, Reason[]>()
    for (const { stream, outcome } of populations) {
      if (outcome.reason !== undefined) incomplete.set(stream, [...(incomplete.get(stream) ?? []), outcome.reason])
    }
    const statuses = Object.fromEntries(
      evaluated.map(({ summary: { check, status, reason } }) => [check, { status, reason }]),
    )
    return { populations, incomplete, statuses }
  }

  const operations = new Map<string, string[]>()
  const whole: Population[] = []
  for (const { id } of collector.streams) {
    server.clearCalls()
    whole.push(...(await readStream(id)))
    operations.set(
      id,
      [...new Set(server.calls().map(({ action }) => action))].filter((one) => !one.startsWith('sts:')),
    )
  }
  const checksOf = (streams: readonly string[]) =>
    plan.checks.filter(({ inputs }) => inputs.some((input) => streams.includes(input))).map(({ id }) => id)
  return {
    baseline: readingOf(whole, await judge(whole)),
    operations,
    checks: plan.checks,
    streamsOf: (operation) => [...operations].filter(([, asked]) => asked.includes(operation)).map(([id]) => id),
    async again(streams, hits = () => []) {
      const read: Population[] = []
      const struck = new Map<string, number[]>()
      for (const stream of streams) {
        const before = hits()
        read.push(...(await readStream(stream)))
        const after = hits()
        struck.set(
          stream,
          [...after.keys()].filter((fault) => (after[fault] ?? 0) > (before[fault] ?? 0)),
        )
      }
      const populations = [...whole.filter(({ stream }) => !streams.includes(stream)), ...read]
      return { ...readingOf(populations, await judge(populations, new Set(checksOf(streams)))), struck }
    },
  }
}
