import * as fs from 'node:fs/promises'
import { type Collector, defineCollector, defineStream, DeniedError, type Page, type Scope, z } from 'affiant/sdk'
import { storeReader } from '../../../src/bundle/store-reader.ts'
import type { Receipt } from '../../../src/model/receipt.ts'
import type { ReceiptsLine, ReportSource } from '../../../src/model/report-source.ts'
import { openReportSource } from '../../../src/report-source.ts'
import type { Stream } from '../../../src/sdk/stream.ts'
import { createFsStore } from '../../../src/store/fs.ts'
import { manualClock } from '../../../src/testing/clock.ts'
import { runPipeline, temporaryFolder } from '../../support/pipeline.ts'

const Merge = z.strictObject({
  id: z.string(),
  mergedAt: z.string().nullable(),
  by: z.strictObject({ login: z.string(), rank: z.number() }).nullable(),
  labels: z.array(z.string()),
  note: z.string().optional(),
})
export type Merge = z.output<typeof Merge>

export interface Told {
  rows?: readonly Merge[]
  scopes?: readonly Scope[]
  /** The clock of the run; its period ends on 5 January 2026. */
  now?: string
  collect?: Stream['collect']
  title?: string
  reproduce?: Stream['reproduce']
  granted?: readonly string[]
  /** The source cannot be opened. */
  closed?: true
}

/** A sealed run of one source with a population of events and a state that is empty, in a store of its own. */
export async function sealedPopulations(told: Told = {}) {
  const { rows = [], scopes = [{ id: 'acme', title: 'Acme' }], now = '2026-01-06T06:00:00.000Z' } = told
  const merges = defineStream({
    id: 'fake.merges',
    version: 3,
    title: told.title ?? 'Merges of the period',
    record: Merge,
    occurredAt: 'mergedAt',
    key: ({ id }) => id,
    permissions: [{ name: 'merges:read', why: 'Lists merges', url: 'https://example.com' }],
    redact: { 'by.login': 'pseudonym' },
    reproduce: told.reproduce ?? ((scope) => `fake merges --of ${scope.id}`),
    collect:
      told.collect ??
      async function* (): AsyncIterable<Page> {
        yield { records: rows, number: 1, last: true, total: rows.length }
      },
  })
  const settings = defineStream({
    id: 'fake.settings',
    version: 1,
    title: 'Settings',
    record: z.strictObject({ id: z.string() }),
    key: ({ id }) => id,
    permissions: [],
    async *collect() {
      yield { records: [], number: 1, last: true }
    },
  })
  const collector = defineCollector({
    apiVersion: 1,
    id: 'fake',
    title: 'Fake',
    docs: 'https://example.com',
    requestLog: 'Search the log of Fake for REQUEST-ID.',
    config: z.strictObject({}),
    secrets: {},
    limits: [{ id: 'all', perMinute: 6000, concurrency: 10 }],
    open: async () => {
      if (told.closed) throw new DeniedError('the token is not valid', { permission: 'merges:read' })
      return {}
    },
    identify: async () => ({
      id: '42',
      name: 'Acme Robotics',
      principal: { kind: 'app', name: 'affiant-reader' },
      ...(told.granted && { granted: told.granted }),
    }),
    expects: () => ({ id: '42' }),
    async *scopes() {
      yield* scopes
    },
    streams: [merges, settings],
    checks: [],
  }) as unknown as Collector
  const folder = await temporaryFolder()
  const { number } = await runPipeline([collector], { folder, clock: manualClock(now) })
  const store = createFsStore(fs, folder, { pid: process.pid, host: 'test', startedAt: new Date(0) })
  const streams = new Map(collector.streams.map((stream) => [stream.id, stream]))
  const streamOf = (id: string) => streams.get(id)
  const source = await openReportSource({ reader: storeReader(store), run: number, streamOf })
  return { source, streamOf, [Symbol.asyncDispose]: () => fs.rm(folder, { recursive: true }) }
}

/** The same with receipts for one plan item: the engine has no network in tests. */
export function withReceipts(source: ReportSource, planItem: string, receipts: readonly Receipt[]): ReportSource {
  const { run } = source
  const line: ReceiptsLine = {
    kind: 'receipts',
    seq: 0,
    salt: '0'.repeat(32),
    planItem,
    path: 'receipts/of-the-test.jsonl',
    sha256: 'c'.repeat(64),
    size: 1,
    count: receipts.length,
  }
  const lines: typeof run.lines = (file) => (file.path === line.path ? inBatches(receipts) : run.lines(file))
  return { ...source, run: { ...run, receipts: new Map([...run.receipts, [planItem, line]]), lines } }
}

async function* inBatches(receipts: readonly Receipt[]) {
  yield receipts.map((one) => JSON.stringify(one))
}
