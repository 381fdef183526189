import { createHash } from 'node:crypto'
import { planBytes } from './bundle/layout.ts'
import { readFile } from './bundle/read-file.ts'
import { compactRange, leafHash } from './bundle/merkle.ts'
import { readRun, readShownIndex } from './bundle/read.ts'
import { type ReplayRequest, replayRun } from './evaluate/replay.ts'
import { parseCanonical } from './model/canonical.ts'
import { Carried } from './model/carried.ts'
import { objectKey } from './model/common.ts'
import { ControlLine } from './model/control.ts'
import type { EvidenceReader } from './model/evidence-reader.ts'
import type { CarriedLine, OutcomeLine, RecordsLine, ResultsLine, SourceLine } from './model/index-line.ts'
import { splitLines } from './model/lines.ts'
import type { Replay, ReplayDamage } from './model/replay.ts'
import { ResultLine } from './model/result.ts'
import type { ControlsLine, SealedRun } from './model/sealed-run.ts'
import { StoreError } from './model/store.ts'
import { UserError } from './model/user-error.ts'
import type { Stream } from './sdk/stream.ts'

export interface ReplayJob extends Omit<ReplayRequest, 'sealed' | 'unreadable'> {
  /** A store or an export. */
  reader: EvidenceReader
  run: number
  program: Replay['program']['here']
  /** Version of a plug-in that is loaded, by its name. */
  pluginVersion(name: string): string | undefined
}

/**
 * `affiant replay`: looks whether every object it will read is what was sealed, and only then evaluates it again. Judges
 * the digests from the statement down, not the signature over it: that is what `affiant verify` is for.
 * @throws BundleError, StoreError; UserError if the run was never sealed
 */
export async function replay(job: ReplayJob): Promise<Replay> {
  const { sealed, damaged, program } = await readSealedRun(job.reader, job.run)
  const examined = damaged.length > 0 ? undefined : await examine(job.reader, sealed, job.streamOf)
  const all = [...damaged, ...(examined?.damaged ?? [])]
  const common = { run: job.run, program: programOf(job, sealed, program), damaged: all }
  if (all.length > 0 || examined === undefined) {
    const none = { checks: sealed.plan.checks.length, identical: 0, controls: sealed.controls.length }
    return { ...common, replayed: { ...none, identicalControls: 0 }, checks: [], controls: [] }
  }
  return { ...common, ...(await replayRun({ ...job, sealed, unreadable: examined.unreadable })) }
}

function programOf(
  { program, pluginVersion }: ReplayJob,
  { plan }: SealedRun,
  sealed: Replay['program']['sealed'],
): Replay['program'] {
  const plugins = plan.sources.flatMap(({ plugin }) => {
    const here = plugin && pluginVersion(plugin.name)
    if (plugin === undefined || here === plugin.version) return []
    return [{ name: plugin.name, sealed: plugin.version, ...(here !== undefined && { here }) }]
  })
  return { sealed, here: program, plugins }
}

/**
 * The index of a sealed run, sorted out, and what of plan and index is not as the statement says.
 * @throws BundleError `run-missing`, `invalid`; StoreError; UserError if the run was never sealed
 */
export async function readSealedRun(
  reader: EvidenceReader,
  number: number,
): Promise<{ sealed: SealedRun; damaged: ReplayDamage[]; program: Replay['program']['sealed'] }> {
  const { plan, statement } = await readRun(reader, number)
  if (statement === undefined) {
    throw new UserError(`run ${number} was never sealed: it has no results`, 'Run again: affiant run')
  }
  const sources: SourceLine[] = []
  const outcomes: OutcomeLine[] = []
  const records = new Map<string, RecordsLine>()
  const carried = new Map<string, CarriedLine>()
  const results: ResultsLine[] = []
  const controls: ControlsLine[] = []
  const withheld = new Set<number>()
  const keys = new Map<string, string>()
  const hash = createHash('sha256')
  const tree = compactRange()
  for await (const { line, text } of readShownIndex(reader, number)) {
    hash.update(`${text}\n`)
    tree.add(line.kind === 'withheld' ? Buffer.from(line.leafHash, 'hex').toString('latin1') : leafHash(text))
    if ('path' in line) keys.set(line.sha256, reader.fileKey(number, line))
    if (line.kind === 'withheld') withheld.add(line.seq)
    else if (line.kind === 'source') sources.push(line)
    else if (line.kind === 'outcome') outcomes.push(line)
    else if (line.kind === 'records') records.set(line.planItem, line)
    else if (line.kind === 'carried') carried.set(line.planItem, line)
    else if (line.kind === 'results') results.push(line)
    else if (line.kind === 'controls') controls.push(line)
  }
  const damaged: ReplayDamage[] = []
  const { subject, predicate } = statement
  if (createHash('sha256').update(planBytes(plan)).digest('hex') !== predicate.plan.sha256) {
    damaged.push({ code: 'plan-changed', file: 'plan.json', detail: 'it is not the file that was sealed' })
  }
  const { items } = predicate
  const isSealed =
    withheld.size > 0
      ? tree.size() === items.count && tree.rootHash() === items.rootHash
      : hash.digest('hex') === subject.find(({ name }) => name === 'index.jsonl')?.digest.sha256
  if (!isSealed) {
    damaged.push({ code: 'index-changed', file: 'index.jsonl', detail: 'it is not the file that was sealed' })
  }
  return {
    sealed: {
      number,
      plan,
      sources,
      outcomes,
      records,
      carried,
      results,
      controls,
      withheld,
      lines: (sha256) => linesOf(reader, keys.get(sha256) ?? objectKey(sha256), sha256),
    },
    damaged,
    program: { version: plan.agent.version, build: plan.agent.build.sha256 },
  }
}

/**
 * The same of a run that is to be shown or compared: plan and index must be what was sealed.
 * @throws StoreError `damaged` for the first that is not; as {@link readSealedRun}
 */
export async function readIntactRun(reader: EvidenceReader, number: number): Promise<SealedRun> {
  const { sealed, damaged } = await readSealedRun(reader, number)
  const [first] = damaged
  if (first === undefined) return sealed
  throw new StoreError('damaged', `${first.file} of run ${number}: ${first.detail}`, {
    path: first.file,
    hint: `affiant verify ${number} says more.`,
  })
}

/** The lines of a file, which is compared with its digest when its end is reached. */
async function* linesOf(reader: EvidenceReader, key: string, sha256: string): AsyncIterable<readonly string[]> {
  const hash = createHash('sha256')
  async function* hashed() {
    for await (const chunk of reader.get(key)) {
      hash.update(chunk)
      yield chunk
    }
  }
  yield* splitLines(hashed())
  if (hash.digest('hex') === sha256) return
  throw new StoreError('damaged', `${key} was changed after it was stored`, {
    path: key,
    hint: 'Restore it from a backup. affiant verify shows what else was changed.',
  })
}

const SHAPES = { carried: Carried, results: ResultLine, controls: ControlLine } as const

/** Reads every object that evaluation and comparison need, once: a check must not meet bytes that nobody looked at. */
async function examine(
  reader: EvidenceReader,
  { number, records, carried, results, controls, plan }: SealedRun,
  streamOf: (id: string) => Stream | undefined,
): Promise<{ damaged: ReplayDamage[]; unreadable: Set<string> }> {
  const damaged: ReplayDamage[] = []
  const unreadable = new Set<string>()
  const versions = new Map(plan.sources.flatMap(({ streams }) => streams.map(({ id, version }) => [id, version])))
  for (const line of records.values()) {
    const id = line.schema.slice(0, line.schema.lastIndexOf('/'))
    const stream = streamOf(id)
    const isOther = stream !== undefined && stream.version !== versions.get(id)
    const read = (text: string) => {
      const record: unknown = JSON.parse(text)
      if (stream === undefined) return
      if (typeof stream.key(record) !== 'string') throw new TypeError('no key')
      stream.label?.(record)
    }
    const { bad, other } = await examineFile(reader, reader.fileKey(number, line), line, read)
    // Code of another version may well not be able to read them.
    if (bad !== undefined && isOther) unreadable.add(id)
    else damaged.push(...[bad, other].filter((one) => one !== undefined))
  }
  for (const line of [...carried.values(), ...results, ...controls]) {
    const shape = SHAPES[line.kind]
    const { bad, other } = await examineFile(
      reader,
      reader.fileKey(number, line),
      line,
      (text) => void shape.parse(parseCanonical(text)),
    )
    damaged.push(...[bad, other].filter((one) => one !== undefined))
  }
  return { damaged, unreadable }
}

/** `bad`: a line cannot be read. `other`: the object is not the one that was sealed. */
async function examineFile(
  reader: EvidenceReader,
  key: string,
  { path, sha256, size, count }: RecordsLine | CarriedLine | ResultsLine | ControlsLine,
  readLine: (text: string) => void,
): Promise<{ bad?: ReplayDamage; other?: ReplayDamage }> {
  let bad: ReplayDamage | undefined
  try {
    const read = await readFile(reader, key, (text, number) => {
      if (bad !== undefined) return
      try {
        readLine(text)
      } catch {
        bad = { code: 'content-invalid', file: path, detail: `line ${number + 1} is not a line of this kind of file` }
      }
    })
    if (read.sha256 !== sha256) {
      return { other: { code: 'object-changed', file: path, detail: 'it has other bytes than those that were sealed' } }
    }
    if (read.problem !== undefined) return { other: { code: 'content-invalid', file: path, detail: read.problem } }
    if (read.size !== size || read.count !== count) {
      const detail = `it has ${read.count} lines and ${read.size} bytes, the index says ${count} and ${size}`
      return { other: { code: 'counts-wrong', file: path, detail } }
    }
    return bad === undefined ? {} : { bad }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    const missing = error.code === 'missing'
    const detail = missing ? 'its object is not in the store' : error.message
    return { other: { code: missing ? 'object-missing' : 'unreadable', file: path, detail } }
  }
}
