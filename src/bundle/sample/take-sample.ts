import type { ResultsLine } from '../../model/index-line.ts'
import type { Population } from '../../model/population.ts'
import { ResultLine } from '../../model/result.ts'
import { MAX_PICKS } from '../../model/sample.ts'
import { SAMPLED, type SampledStatement, STATEMENT_TYPE } from '../../model/statement.ts'
import { assertNoGap, readEntry } from '../ledger.ts'
import { appendEntry, type LedgerWriter } from '../ledger-append.ts'
import { type Hash, hexOf, inclusionPath, leafHash } from '../merkle.ts'
import { sealedLines } from '../populations.ts'
import { proofJson, type ProofParts, proofText } from '../proof.ts'
import { readShownIndex } from '../read.ts'
import { storeReader } from '../store-reader.ts'
import { type Drawn, drawSample, type SampleRequest } from './draw.ts'
import { itemFolder } from './item-folder.ts'

/** Where the files of a sample go. Paths are ASCII, with `/`. */
export interface SampleSink {
  /** @param chunks the content, in pieces */
  write(path: string, chunks: AsyncIterable<string> | Iterable<string>): Promise<void>
}

/** A picked row. */
export interface PickedRow {
  /** From 1, in the order of the rows. */
  number: number
  /** Of its line in the file of records, from 1. */
  line: number
  leafHash: string
  /** As the stream has it; absent if its collector is not known here. */
  key?: string
  /** When it happened, of a population of events that says so. */
  occurredAt?: string
  /** In the sample. */
  folder: string
}

export interface TakenSample {
  population: Population
  request: Omit<SampleRequest, 'population'>
  seed: string
  size: number
  /** None of a census that is too large to be listed. */
  picks: readonly PickedRow[]
  /** The entry that records it. */
  entry: { index: number; sha256: string; origin: string; keyId: string; timestamps: number }
  sampledAt: string
  /** Where the receipts of the population are: in each folder too, or only beside them, because they are many. */
  receipts: 'none' | 'in-folders' | 'beside'
  /** Of a census: what each check found in all that it looked at, in the order of the index. */
  tests?: readonly { summary: ResultsLine['summary']; deviations: number; file?: string }[]
}

export interface SampleJob extends SampleRequest {
  sampledAt: Date
  /** Key of a record of the stream; absent if its collector is not known. */
  keyOf?: ((record: unknown) => string) | undefined
}

/** So many bytes of receipts are copied in all; beyond that they stand beside the folders, once. */
const MAX_COPIED_BYTES = 64 * 1024 * 1024

/**
 * Draws a sample, writes its items, and then appends the entry that says what was picked. What is appended can be computed by
 * anybody; the entry says that it was asked for, when, and with which words, so that a second try shows.
 * @throws BundleError `sample-refused`, `invalid`, `ledger-invalid` if entries are missing, and as `appendEntry`; StoreError; whatever the sink throws
 */
export async function takeSample(writer: LedgerWriter, job: SampleJob, sink: SampleSink): Promise<TakenSample> {
  const { population, engagement, control, asked } = job
  await assertNoGap(writer.store)
  const reader = storeReader(writer.store)
  const drawn = await drawSample(reader, job)
  const { run } = population
  await sink.write('population.jsonl', withLineFeeds(sealedLines(reader, run, drawn.file)))
  const receipts = receiptsOf(population, drawn)
  if (population.receipts !== undefined)
    await sink.write('receipts.jsonl', withLineFeeds(sealedLines(reader, run, population.receipts)))
  const picks = await writeItems(writer, job, drawn, sink, receipts === 'in-folders')
  const tests = asked === 'all' ? await writeTests(writer, population, sink) : undefined
  const sampledAt = job.sampledAt.toISOString()
  const entry = await appendEntry(
    writer,
    (place): SampledStatement => ({
      _type: STATEMENT_TYPE,
      subject: [{ name: 'population.jsonl', digest: { sha256: drawn.file.sha256 } }],
      predicateType: SAMPLED,
      predicate: {
        keyid: writer.signer.keyId,
        agent: writer.agent,
        ledger: place.position(),
        sampledAt,
        engagement,
        control,
        run,
        population: {
          planItem: population.end.planItem,
          count: drawn.file.count,
          ...(population.stream.occurredAt !== undefined && { occurredAt: population.stream.occurredAt }),
        },
        asked,
        seed: drawn.seed,
        size: drawn.size,
        ...(asked !== 'all' && { picks: picks.map(({ line, leafHash: leaf }) => ({ line, leafHash: leaf })) }),
      },
    }),
  )
  return {
    population,
    request: { engagement, control, asked },
    seed: drawn.seed,
    size: drawn.size,
    picks,
    entry: {
      index: entry.index,
      sha256: entry.sha256,
      origin: entry.statement.predicate.ledger.origin,
      keyId: writer.signer.keyId,
      timestamps: entry.envelope.timestamps.length,
    },
    sampledAt,
    receipts,
    ...(tests && { tests }),
  }
}

/** What the checks that read a population found in all of it: the results that failed, in a file for each check. */
async function writeTests(
  { store }: LedgerWriter,
  { run, plan, end, records }: Population,
  sink: SampleSink,
): Promise<NonNullable<TakenSample['tests']>> {
  const reader = storeReader(store)
  const reads = new Set(
    plan.checks
      .filter(({ source, inputs }) => source === end.source && inputs.includes(end.stream))
      .map(({ id }) => id),
  )
  const tests = []
  for await (const { line } of readShownIndex(store, run)) {
    if (line.kind !== 'results' || line.summary.source !== end.source || !reads.has(line.summary.check)) continue
    if (records !== undefined && line.derivedFrom.length > 0 && !line.derivedFrom.includes(records.seq)) continue
    const { failed, excepted } = line.summary.counts
    const deviations = failed + excepted
    const file = `deviations/${line.summary.check}.jsonl`
    if (deviations > 0) await sink.write(file, failures(sealedLines(reader, run, line)))
    tests.push({ summary: line.summary, deviations, ...(deviations > 0 && { file }) })
  }
  return tests
}

async function* failures(batches: AsyncIterable<readonly string[]>): AsyncIterable<string> {
  for await (const batch of batches)
    for (const text of batch) if (ResultLine.parse(JSON.parse(text)).status === 'fail') yield `${text}\n`
}

function receiptsOf({ receipts }: Population, { size }: Drawn): TakenSample['receipts'] {
  if (receipts === undefined) return 'none'
  return size <= MAX_PICKS && receipts.size * size <= MAX_COPIED_BYTES ? 'in-folders' : 'beside'
}

/** Writes a folder for each picked row, in one reading of the file. Gives the picks in the order of the rows. */
async function writeItems(
  { store }: LedgerWriter,
  { population, keyOf }: SampleJob,
  { lines, file, tree }: Drawn,
  sink: SampleSink,
  copiesReceipts: boolean,
): Promise<PickedRow[]> {
  const reader = storeReader(store)
  const { run, seal, stream } = population
  const places = new Map(lines.map((line, place) => [line, place]))
  const picks: PickedRow[] = []
  if (lines.length === 0) return picks
  const common = await proofOfFile(store, population, file.seq)
  let line = 0
  for await (const batch of sealedLines(reader, run, file)) {
    for (const record of batch) {
      line += 1
      const place = places.get(line)
      if (place === undefined) continue
      const parsed: unknown = JSON.parse(record)
      const key = keyOf?.(parsed)
      const at = stream.occurredAt === undefined ? undefined : fieldOf(parsed, stream.occurredAt)
      const named = { number: place + 1, line, ...(key !== undefined && { key }) }
      const folder = itemFolder(named, lines.length)
      picks[place] = {
        ...named,
        leafHash: hexOf(tree.leaf(line - 1)),
        ...(typeof at === 'string' && { occurredAt: at }),
        folder,
      }
      const parts: ProofParts = { ...common, entry: seal.index, record, recordPath: tree.path(line - 1) }
      await sink.write(`${folder}/record.json`, [`${record}\n`])
      await sink.write(`${folder}/proof.json`, [proofJson(parts)])
      await sink.write(`${folder}/proof.txt`, [proofText(parts)])
      if (copiesReceipts && population.receipts !== undefined)
        await sink.write(`${folder}/receipts.jsonl`, withLineFeeds(sealedLines(reader, run, population.receipts)))
    }
  }
  return picks
}

/** What the proofs of all records of a file have in common. */
async function proofOfFile(
  store: LedgerWriter['store'],
  { run, seal }: Population,
  seq: number,
): Promise<Omit<ProofParts, 'entry' | 'record' | 'recordPath'>> {
  const leaves: Hash[] = []
  let item = ''
  for await (const { line, text } of readShownIndex(store, run)) {
    if (line.seq === seq) item = text
    leaves.push(leafHash(text))
  }
  const { envelope } = await readEntry(store, seal.index)
  return {
    statement: envelope.payload,
    signature: envelope.signature,
    item,
    itemPath: inclusionPath(leaves, seq),
  }
}

function fieldOf(record: unknown, path: string): unknown {
  let value = record
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return value
}

async function* withLineFeeds(batches: AsyncIterable<readonly string[]>): AsyncIterable<string> {
  for await (const batch of batches) yield batch.map((line) => `${line}\n`).join('')
}
