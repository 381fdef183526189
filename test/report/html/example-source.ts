import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { canonicalize } from '../../../src/model/canonical.ts'
import { Catalog } from '../../../src/model/control.ts'
import type { RecordsLine, SourceLine } from '../../../src/model/index-line.ts'
import type { Receipt } from '../../../src/model/receipt.ts'
import type { ReceiptsLine, ReportFile, ReportSource, RunEvidence } from '../../../src/model/report-source.ts'
import type { Counts } from '../../../src/model/result.ts'
import { frameOf, type ReportFrame } from '../../../src/report/html/layout.ts'
import { type Example, exampleView } from '../example-view.ts'

const SHA = 'b'.repeat(64)
const SALT = '0'.repeat(32)
const AT = '2026-10-01T06:00:00.000Z'

export interface SourceExample extends Example {
  /** Streams that checks read, by id of the check. */
  inputs?: Readonly<Record<string, readonly string[]>>
  /** What sources say of themselves. */
  identity?: NonNullable<SourceLine['identity']>
  /** Streams of events. */
  events?: readonly string[]
  /** Commands that show the same, by stream. */
  reproduce?: Readonly<Record<string, string>>
  receipts?: readonly Receipt[]
  ledger?: ReportSource['ledger']
  previous?: ReportSource['previous']
  earlier?: ReportSource['earlier']
  withheld?: RunEvidence['withheld']
}

/** What a report is made from, out of few words; everything else is filled in. */
export function exampleSource(example: SourceExample = {}): ReportSource & { frame: ReportFrame } {
  const view = exampleView(example)
  const { inputs = {}, identity, events = [], reproduce = {}, withheld = [], receipts = [] } = example
  const outcomes = view.outcomes.map((line) => ({
    ...line,
    ...(reproduce[line.stream] !== undefined && { reproduce: reproduce[line.stream] }),
  }))
  const plan = {
    ...view.plan,
    sources: view.plan.sources.map((source) => ({
      ...source,
      streams: [...new Set(outcomes.filter((line) => line.source === source.id).map(({ stream }) => stream))].map(
        (id) => ({ id, version: 1, permissions: [], ...(events.includes(id) && { occurredAt: 'at' }) }),
      ),
    })),
    checks: view.plan.checks.map((check) => ({ ...check, inputs: [...(inputs[check.id] ?? [])] })),
  }
  const texts = new Map(
    (example.checks ?? []).map(({ id, source, results = [] }) => [
      `results/${source}/${id}.jsonl`,
      results.map((result) => canonicalize(result)),
    ]),
  )
  const results = view.results.map((line) => ({
    ...line,
    size: (texts.get(line.path) ?? []).reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0),
  }))
  const controls = view.controls.map((control) => ({
    ...control,
    counts: sumOf(
      control.evidence.flatMap(({ check, source, strength }) =>
        strength === 'context' || check === undefined
          ? []
          : results.flatMap(({ summary }) =>
              summary.check === check && summary.source === source ? [summary.counts] : [],
            ),
      ),
    ),
  }))
  const read = outcomes.filter(({ outcome }) => outcome.status !== 'failed')
  const run: RunEvidence = {
    ...view,
    plan,
    outcomes,
    results,
    controls,
    withheld,
    sources: view.sources.map((line) => ({ ...line, ...(identity && { identity }) })),
    seal: { index: 13, sha256: SHA, at: AT, keyId: SHA },
    records: new Map(
      read.map(({ planItem, outcome }, seq): [string, RecordsLine] => [
        planItem,
        {
          kind: 'records',
          seq,
          salt: SALT,
          planItem,
          path: `records/${seq}.jsonl`,
          sha256: SHA,
          size: 1,
          count: outcome.records,
          schema: 'example/1',
          collectedAt: AT,
          controls: [],
        },
      ]),
    ),
    carried: new Map(),
    receipts: new Map(
      read.map(({ planItem }, seq): [string, ReceiptsLine] => [
        planItem,
        {
          kind: 'receipts',
          seq,
          salt: SALT,
          planItem,
          path: `receipts/${seq}.jsonl`,
          sha256: SHA,
          size: 1,
          count: receipts.length,
        },
      ]),
    ),
    async *lines({ path }) {
      yield texts.get(path) ?? []
    },
    async *receiptLines() {
      yield* receipts
    },
  }
  const source: ReportSource = {
    run,
    ledger: example.ledger ?? { origin: 'affiant.dev/acme-prod', runs: [], more: false },
    ...(example.previous && { previous: example.previous }),
    earlier: example.earlier ?? [],
  }
  return { ...source, frame: frameOf(source) }
}

function sumOf(all: readonly Counts[]): Counts {
  const total = (key: keyof Counts) => all.reduce((sum, counts) => sum + counts[key], 0)
  return {
    inScope: total('inScope'),
    inspected: total('inspected'),
    passed: total('passed'),
    failed: total('failed'),
    notApplicable: total('notApplicable'),
    unknown: total('unknown'),
    excepted: total('excepted'),
  }
}

/** Every file with its text. */
export async function textsOf(files: AsyncIterable<ReportFile> | Iterable<ReportFile>): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for await (const file of files) {
    if (texts.has(file.path)) throw new Error(`there are two files ${file.path}`)
    texts.set(file.path, await textOf(file))
  }
  return texts
}

export async function textOf(file: ReportFile): Promise<string> {
  let text = ''
  for await (const piece of file.content()) text += piece
  return text
}

/** What a person reads of a page: no tags, and white space as a browser has it. */
export function readable(page: string | undefined): string {
  return (page ?? '')
    .replaceAll(/<\/?(?:a|bdi|code|strong|time)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
}

export async function catalog(): Promise<Catalog> {
  const path = new URL('../../../mappings/iso27001-2022/catalog.yaml', import.meta.url)
  return Catalog.parse(parse(await readFile(path, 'utf8')))
}
