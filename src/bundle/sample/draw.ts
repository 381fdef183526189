import { canonicalize } from '../../model/canonical.ts'
import type { EvidenceReader } from '../../model/evidence-reader.ts'
import type { RecordsLine } from '../../model/index-line.ts'
import { isComplete, type Population, placeOf } from '../../model/population.ts'
import { MAX_PICKS, SAMPLE_PRESETS, sampleSize, SampleText } from '../../model/sample.ts'
import { BundleError } from '../errors.ts'
import { hexOf } from '../merkle.ts'
import { sealedLines } from '../populations.ts'
import { readRows, seedOf } from './derive.ts'
import { type LeafTree, leafTree } from './leaf-tree.ts'

/** What is asked of a population. */
export interface SampleRequest {
  population: Population
  engagement: string
  /** Id of the control. */
  control: string
  /** A number, the name of a preset, or `all`. */
  asked: string
}

/** What follows from a request: which rows are picked. */
export interface Drawn {
  seed: string
  /** How many are picked. */
  size: number
  /** Of the picked rows, in their order: numbers of their lines in the file, from 1. None if all were taken and are too many to list. */
  lines: readonly number[]
  /** The file of records. */
  file: RecordsLine
  tree: LeafTree
}

/**
 * Draws a sample, in two readings of the file at most; keeps 64 bytes a row, and its time.
 * @throws BundleError `sample-refused`, `population-incomplete`, `invalid`; StoreError `damaged` if the file is not what was sealed
 */
export async function drawSample(reader: EvidenceReader, request: SampleRequest): Promise<Drawn> {
  const { population, engagement, control, asked } = request
  const file = sampledFile(population)
  const size = sizeFor(request, file.count)
  const rows = readRows(population.stream.occurredAt)
  for await (const batch of sealedLines(reader, population.run, file)) for (const line of batch) rows.add(line)
  const tree = leafTree(rows.leaves())
  if (rows.count() !== file.count || hexOf(tree.root()) !== file.lines?.rootHash) throw notAsIndexed(population, file)
  const seed = seedOf({ population: file.sha256, engagement, control, asked })
  return { seed, size, lines: size > MAX_PICKS ? [] : rows.draw(seed, size), file, tree }
}

/** @throws BundleError `population-incomplete` or `sample-refused` for a population of which nothing can be said by a sample */
function sampledFile(population: Population): RecordsLine {
  const { records, end, stream, plan } = population
  const what = `${stream.id} (${placeOf(population)}) of run ${population.run}`
  if (!isComplete(population)) {
    const { reason, detail } = end.outcome
    if (reason === 'premature') {
      throw incomplete(
        `${what} is premature: it was read before its period ended, so what happened afterwards could not be picked`,
        `Run again over the period when it is over, after ${plan.run.period.to}.`,
      )
    }
    throw incomplete(
      `${what} is not complete (${reason ?? 'failed'}), so what is missing could not be picked`,
      `${detail ?? `affiant population show ${stream.id} --run ${population.run} says what is missing.`} Then run again.`,
    )
  }
  if (records === undefined || records.count === 0)
    throw refused(
      `${what} has no rows: there is nothing to pick`,
      'Its digest and outcome show that there was nothing: affiant population show.',
    )
  if (records.lines === undefined)
    throw refused(`${what} was sealed without a tree over its records`, 'Run again: newer runs have one.')
  return records
}

function sizeFor({ asked, engagement, control }: SampleRequest, count: number): number {
  for (const [name, text] of [
    ['engagement', engagement],
    ['control', control],
  ] as const)
    if (!SampleText.safeParse(text).success)
      throw refused(
        `--${name} must be one line of 1 to 200 characters, without control characters`,
        'Give it as it stands in the engagement letter.',
      )
  const size = sampleSize(asked, count)
  if (size === undefined)
    throw refused(
      `there is no preset "${asked}"`,
      `There are ${SAMPLE_PRESETS.map(({ id }) => id).join(', ')}; or give a number with --size.`,
    )
  if (size > MAX_PICKS && asked !== 'all')
    throw refused(`a sample has at most ${MAX_PICKS} items`, 'Take all of them with --all, or fewer with --size.')
  return size
}

function refused(message: string, hint: string): BundleError {
  return new BundleError('sample-refused', `nothing was picked: ${message}`, hint)
}

function incomplete(message: string, hint: string): BundleError {
  return new BundleError('population-incomplete', `nothing was picked: ${message}`, hint)
}

function notAsIndexed({ run }: Population, file: RecordsLine): BundleError {
  return new BundleError(
    'invalid',
    `${file.path} of run ${run} does not have the lines that its index says: ${canonicalize(file.lines ?? null)}`,
    `affiant verify ${run} says more.`,
  )
}
