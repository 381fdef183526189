import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { CarriedLine, OutcomeLine, RecordsLine, SourceLine } from '../model/index-line.ts'
import { type Population, placeOf, populationOf } from '../model/population.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import { LinesError, splitLines } from '../model/lines.ts'
import { StoreError } from '../model/store.ts'
import { sha256 as digestOf, hashStream } from './crypto.ts'
import { BundleError } from './errors.ts'
import { INDEX, planBytes } from './layout.ts'
import { compactRange, hashOf, leafHash } from './merkle.ts'
import { notOurs, readRun, readShownIndex } from './read.ts'

/**
 * Every population of a sealed run: each stream of each scope, in plan order. Plan and index are compared with what was
 * sealed; the signature of the seal is for `affiant verify`.
 * @throws BundleError `run-missing`, `unsealed`, `invalid`, `ledger-invalid`; StoreError
 */
export async function readPopulations(reader: EvidenceReader, run: number): Promise<Population[]> {
  const { plan, statement, end } = await readRun(reader, run)
  if (statement === undefined || end === undefined) throw unsealed(run)
  const sources = new Map<string, SourceLine>()
  const ends: OutcomeLine[] = []
  const records = new Map<string, RecordsLine>()
  const carried = new Map<string, CarriedLine>()
  const receipts = new Map<string, NonNullable<Population['receipts']>>()
  const hash = hashStream()
  const tree = compactRange()
  let withheld = 0
  for await (const { line, text } of readShownIndex(reader, run)) {
    hash.update(Buffer.from(`${text}\n`))
    tree.add(line.kind === 'withheld' ? hashOf(line.leafHash) : leafHash(text))
    if (line.kind === 'withheld') withheld += 1
    else if (line.kind === 'source') sources.set(line.source, line)
    else if (line.kind === 'outcome') ends.push(line)
    else if (line.kind === 'records') records.set(line.planItem, line)
    else if (line.kind === 'carried') carried.set(line.planItem, line)
    else if (line.kind === 'receipts') receipts.set(line.planItem, line)
  }
  const { items, plan: sealedPlan, run: sealed, keyid } = statement.predicate
  const isIndex =
    withheld > 0
      ? tree.size() === items.count && tree.rootHash() === items.rootHash
      : hash.hex() === statement.subject[1].digest.sha256
  if (!isIndex) throw changed(run, INDEX)
  if (digestOf(planBytes(plan)) !== sealedPlan.sha256) throw changed(run, 'plan.json')
  const seal = { index: end.index, sha256: end.sha256, at: sealed.sealedAt, keyId: keyid }
  return ends.map((line) => {
    const population = populationOf(line, { run, plan, seal }, { sources, records, carried, receipts })
    if (population === undefined) throw changed(run, INDEX)
    return population
  })
}

export interface PopulationChoice {
  stream: string
  source?: string | undefined
  scope?: string | undefined
}

/**
 * The populations of a stream, of one source or scope if that was asked for.
 * @throws BundleError `record-missing` if there is none, with what there is instead
 */
export function choosePopulations(
  all: readonly Population[],
  run: number,
  { stream, source, scope }: PopulationChoice,
): Population[] {
  const ofStream = all.filter(({ end }) => end.stream === stream)
  const found = ofStream.filter(
    ({ end }) => (source === undefined || end.source === source) && (scope === undefined || end.scope === scope),
  )
  if (found.length > 0) return found
  if (ofStream.length === 0) {
    const hint = didYouMean(stream, [...new Set(all.map(({ end }) => end.stream))])
    throw new BundleError(
      'record-missing',
      `run ${run} has no population "${stream}"${hint}`,
      `affiant population list ${run} shows those that it has.`,
    )
  }
  throw new BundleError(
    'record-missing',
    `run ${run} has no population "${stream}" of ${[source, scope].filter(Boolean).join(', ')}`,
    `It has it of ${named(ofStream)}.`,
  )
}

/** @throws BundleError `record-missing` if there are several, or none */
export function choosePopulation(all: readonly Population[], run: number, choice: PopulationChoice): Population {
  const found = choosePopulations(all, run, choice)
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  throw new BundleError(
    'record-missing',
    `run ${run} has the population "${choice.stream}" ${found.length} times`,
    `Name one with --source and --scope: ${named(found)}.`,
  )
}

function named(found: readonly Population[]): string {
  const shown = found.slice(0, 10).map((one) => `(${placeOf(one)})`)
  return found.length > shown.length ? `${shown.join(', ')} and ${found.length - shown.length} more` : shown.join(', ')
}

/**
 * The lines of a file of a run, compared with its digest when its end is reached.
 * @throws StoreError `missing`, and `damaged` at the end; LinesError
 */
export async function* sealedLines(
  reader: EvidenceReader,
  run: number,
  file: { path: string; sha256: string },
): AsyncIterable<readonly string[]> {
  const key = reader.fileKey(run, file)
  const hash = hashStream()
  async function* hashed() {
    for await (const chunk of reader.get(key)) {
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    yield* splitLines(hashed())
  } catch (error) {
    throw error instanceof LinesError ? notOurs(run, file.path, error) : error
  }
  if (hash.hex() === file.sha256) return
  throw new StoreError('damaged', `${file.path} of run ${run} was changed after it was sealed`, {
    path: key,
    hint: `Restore it from a backup. affiant verify ${run} shows what else was changed.`,
  })
}

function unsealed(run: number): BundleError {
  return new BundleError('unsealed', `run ${run} was never sealed`, 'Choose a sealed run: affiant list.')
}

function changed(run: number, file: string): BundleError {
  return new BundleError('invalid', `${file} of run ${run} is not what was sealed`, `affiant verify ${run} says more.`)
}
