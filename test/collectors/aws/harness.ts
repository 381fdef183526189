import { collector as manifest } from '../../../collectors/aws/index.ts'
import { sessionPermissions } from '../../../collectors/aws/session-permissions.ts'
import { readsOf } from '../../../collectors/aws/traffic.ts'
import type { CollectedItem } from '../../../src/collect/item.ts'
import { collectItem } from '../../../src/collect/item.ts'
import { appliesTo } from '../../../src/collect/collect.ts'
import { compileRedactions, createPseudonymiser } from '../../../src/collect/redact.ts'
import { openSeams } from '../../../src/collect/seams.ts'
import { type OpenedSource, openSource } from '../../../src/collect/source.ts'
import type { Receipt } from '../../../src/model/receipt.ts'
import type { Collector } from '../../../src/sdk/collector.ts'
import type { Clock, Period } from '../../../src/sdk/context.ts'
import { Secret } from '../../../src/sdk/secret.ts'
import type { Session } from '../../../collectors/aws/session.ts'
import type { Stream } from '../../../src/sdk/stream.ts'
import { memoryEvidence } from '../../../src/testing/memory-evidence.ts'
import { silentLog } from '../../support/pipeline.ts'

const PERIOD = { from: new Date('2025-10-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') }
const SECRETS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'made-up' }
const pseudonymise = createPseudonymiser(Buffer.alloc(32, 1))

/** Time runs by itself, and waiting takes none of it. */
function quickClock(): Clock {
  let now = Date.parse('2026-01-05T06:00:00.000Z')
  return {
    now: () => new Date(now),
    async sleep(milliseconds) {
      now += milliseconds
    },
    after: () => ({ [Symbol.dispose]() {} }),
  }
}

/** One plan item as it would be in a bundle. */
export interface Read extends CollectedItem {
  stream: string
  scope: string
  written: Record<string, unknown>[]
  requests: Receipt[]
}

export interface AwsReading {
  opened: OpenedSource
  receipts: Receipt[]
  items: Read[]
  /** The items of one stream. */
  of(stream: string): Read[]
}

interface Options {
  config?: Record<string, unknown>
  secrets?: Readonly<Record<string, string>>
  /** Only these streams, registered or not. Default: all of the collector. */
  streams?: readonly Stream<string, unknown, Session>[]
  /** Default: that of the machine, to a fake AWS on loopback. */
  fetch?: typeof globalThis.fetch
  period?: Period
}

/** Opens the collector over an AWS at `endpoint` by the real engine, and reads what is asked for. */
export async function readAws(
  endpoint: string | undefined,
  { config = {}, secrets = SECRETS, streams, fetch = globalThis.fetch, period = PERIOD }: Options = {},
): Promise<AwsReading> {
  const clock = quickClock()
  const all = (streams ?? manifest.streams) as unknown as readonly Stream[]
  const permissions = [...sessionPermissions, ...all.flatMap((stream) => stream.permissions)]
  const collector = { ...manifest, streams: all, reads: readsOf(permissions), checks: [] } as unknown as Collector
  const evidence = memoryEvidence()
  const source = {
    id: 'aws-test',
    collector,
    config: manifest.config.parse({ auth: { type: 'keys' }, ...(endpoint !== undefined && { endpoint }), ...config }),
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
    limits: manifest.limits,
  }
  const seams = openSeams(source, {
    fetch,
    spawn: () => {
      throw new Error('no programs')
    },
    env: {},
    folder: '/',
    clock,
    random: () => 0.5,
    log: silentLog,
  })
  const shared = { clock, signal: new AbortController().signal, deadlineMs: 600_000, evidence }
  const opened = await openSource({ source, ...seams, log: silentLog, period, pseudonymise, ...shared })
  const linesOf = async <Line>(sha256: string): Promise<Line[]> => {
    const found: Line[] = []
    for await (const lines of evidence.lines(sha256)) for (const line of lines) found.push(JSON.parse(line) as Line)
    return found
  }
  const items: Read[] = []
  for (const stream of opened.session === undefined ? [] : all) {
    for (const scope of opened.scopes.filter((one) => one.excluded === undefined && appliesTo(stream, one))) {
      const item = await collectItem({
        stream,
        scope,
        session: opened.session?.value,
        redact: compileRedactions(stream.redact, pseudonymise),
        ...shared,
      })
      const written = await linesOf<Record<string, unknown>>(item.records.sha256)
      items.push({
        ...item,
        stream: stream.id,
        scope: scope.id,
        written,
        requests: await linesOf<Receipt>(item.receipts.sha256),
      })
    }
  }
  return {
    opened,
    receipts: await linesOf<Receipt>(opened.receipts.sha256),
    items,
    of: (stream) => items.filter((item) => item.stream === stream),
  }
}
