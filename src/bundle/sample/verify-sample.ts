import { ledgerKey } from '../../model/common.ts'
import type { EvidenceReader } from '../../model/evidence-reader.ts'
import type { Plan } from '../../model/plan.ts'
import { sampleSize } from '../../model/sample.ts'
import { type LedgerStatement, SAMPLED, type SampledStatement } from '../../model/statement.ts'
import { StoreError } from '../../model/store.ts'
import { occurredAtOf } from '../check-content.ts'
import type { IndexSummary } from '../check-index.ts'
import type { FileLine } from '../layout.ts'
import { readFile } from '../read-file.ts'
import { printable, type Report } from '../reasons.ts'
import { readVerified } from '../verify-parts.ts'
import { readRows, seedOf } from './derive.ts'

/** What an entry says of a sample against itself and the entries before it. Other entries are passed over. */
export function checkSampleEntry(statement: LedgerStatement, isSealed: (run: number) => boolean, report: Report): void {
  if (statement.predicateType !== SAMPLED) return
  const { predicate, subject } = statement
  const { run, population, engagement, control, asked, seed, size, picks } = predicate
  const [{ digest }] = subject
  if (!isSealed(run)) report('sample-wrong', `no entry before it seals run ${run}`)
  if (seed !== seedOf({ population: digest.sha256, engagement, control, asked }))
    report('sample-wrong', 'its seed does not follow from what was asked for')
  const expected = sampleSize(asked, population.count)
  if (size !== expected) {
    const many = expected === undefined ? 'is no way to sample' : `means ${expected}`
    report('sample-wrong', `${size} were picked, and "${printable(asked)}" of ${population.count} ${many}`)
  }
  if (asked === 'all' ? picks !== undefined : picks?.length !== size)
    report('sample-wrong', `it says that ${size} were picked, and lists ${picks?.length ?? 'none'}`)
}

export interface SampleInput {
  reader: EvidenceReader
  run: number
  plan: Plan | undefined
  /** Of the index of the run. */
  index: IndexSummary
  /** The entry, as the ledger was verified with it. */
  sample: { index: number; sha256: string }
  report: Report
}

/**
 * What an entry says of a sample against the run that sealed the population: that there is such a population, that it was read
 * whole, and that these rows are the ones that follow from the seed. Of a population that an export withholds, nothing is said.
 */
export async function verifySample(input: SampleInput): Promise<void> {
  const { reader, run, plan, index, sample, report } = input
  const problem = (detail: string) => report('sample-wrong', detail, ledgerKey(sample.index))
  const statement = await readVerified(reader, sample, SAMPLED, report)
  if (statement === undefined) return
  const { population } = statement.predicate
  const file = [...index.files.values()].find(
    (one): one is Extract<FileLine, { kind: 'records' }> =>
      one.kind === 'records' && one.planItem === population.planItem,
  )
  if (index.incomplete.some(({ planItem }) => planItem === population.planItem))
    problem(`${printable(population.planItem)} was not read whole`)
  if (file === undefined) {
    if (index.withheld.size === 0) problem(`run ${run} has no records of ${printable(population.planItem)}`)
    return
  }
  const [{ digest }] = statement.subject
  if (file.sha256 !== digest.sha256 || file.count !== population.count)
    problem('it is of other records than those that the run sealed')
  else if (plan !== undefined && occurredAtOf(plan, file) !== population.occurredAt)
    problem('it orders the rows by another field than the plan says')
  else await compareRows(input, file, statement.predicate, problem)
}

async function compareRows(
  { reader, run }: SampleInput,
  file: FileLine,
  { population, seed, size, picks }: SampledStatement['predicate'],
  problem: (detail: string) => void,
): Promise<void> {
  const rows = readRows(population.occurredAt)
  let isDated = true
  try {
    const read = await readFile(reader, reader.fileKey(run, file), (line) => {
      try {
        if (isDated) rows.add(line)
      } catch {
        isDated = false
      }
    })
    // What is wrong with the file itself was reported of it.
    if (!isDated || read.sha256 !== file.sha256 || read.count !== file.count || read.problem !== undefined) return
  } catch (error) {
    if (error instanceof StoreError) return
    throw error
  }
  if (picks === undefined || size > rows.count()) return
  const leaves = rows.leaves()
  const drawn = rows.draw(seed, size)
  const wrong = drawn.findIndex((line, place) => {
    const leaf = leaves.toString('hex', (line - 1) * 32, line * 32)
    return picks[place]?.line !== line || picks[place]?.leafHash !== leaf
  })
  if (wrong >= 0) problem(`pick ${wrong + 1} is not the row that follows from the seed, which is line ${drawn[wrong]}`)
}
