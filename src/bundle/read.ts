import { z } from 'zod'
import { parseCanonical } from '../model/canonical.ts'
import { objectKey } from '../model/common.ts'
import { IndexLine, WithheldLine } from '../model/index-line.ts'
import { LinesError, splitLines } from '../model/lines.ts'
import type { Plan } from '../model/plan.ts'
import { RUN_SEALED, type Statement } from '../model/statement.ts'
import { type Store, StoreError } from '../model/store.ts'
import { BundleError } from './errors.ts'
import { INDEX, parsePlan, PLAN, readSmall, runKey } from './layout.ts'
import { findEnd } from './ledger.ts'

export interface RunEntry {
  number: number
}

/** A run as it stands in the store. Reading it proves nothing: `verifyRun` does. */
export interface StoredRun {
  number: number
  plan: Plan
  /** Absent if the run was never sealed. */
  statement?: Statement
  /** Of the ledger entry that ended it, sealed or aborted. */
  end?: { kind: 'sealed' | 'aborted'; index: number; sha256: string }
  /** The index lines in order. Throws BundleError `unsealed` if there is no index, `invalid` for a line that is not one. */
  index(): AsyncIterable<IndexLine>
  /** The lines of a file of the run, in batches. Throws StoreError `missing` if its object is not there. */
  lines(file: { sha256: string }): AsyncIterable<readonly string[]>
}

const RUN_KEY = /^runs\/(\d{9})\//

/** The runs that have a folder in a store, oldest first: all that were opened, unless their process died at once. @throws StoreError */
export async function listRuns(store: Store): Promise<RunEntry[]> {
  const runs = new Set<number>()
  for await (const key of store.list('runs/')) {
    const [, digits] = RUN_KEY.exec(key) ?? []
    const number = Number(digits ?? 0)
    if (number > 0) runs.add(number)
  }
  return [...runs].sort((a, b) => a - b).map((number) => ({ number }))
}

/** Where runs are read from: a store, or an export that looks like one. */
type Source = Pick<Store, 'get' | 'stat'>

/** @throws BundleError `run-missing`, `invalid`, `ledger-invalid`; StoreError */
export async function readRun(store: Source, number: number): Promise<StoredRun> {
  const planBytes = await readIfThere(store, runKey(number, PLAN))
  if (!planBytes)
    throw new BundleError('run-missing', `there is no run ${number}`, 'affiant list shows the runs of this store.')
  const plan = parsed(number, PLAN, () => parsePlan(planBytes))
  const end = await findEnd(store, number)
  return {
    number,
    plan,
    ...(end.kind === 'sealed' &&
      end.entry.statement.predicateType === RUN_SEALED && { statement: end.entry.statement }),
    ...(end.kind !== 'open' && { end: { kind: end.kind, index: end.entry.index, sha256: end.entry.sha256 } }),
    index: () => readIndex(store, number, end.kind === 'sealed'),
    lines: (file) => splitLines(store.get(objectKey(file.sha256))),
  }
}

async function* readIndex(store: Source, number: number, isSealed: boolean): AsyncIterable<IndexLine> {
  // Of a sealed run it is missing, which the store says.
  if (!isSealed && !(await store.stat(runKey(number, INDEX)))) {
    throw new BundleError(
      'unsealed',
      `run ${number} was opened and never sealed`,
      'Its index was not written. Run again.',
    )
  }
  for await (const { line } of readLines(store, number, IndexLine)) yield line
}

/**
 * The lines of the index of a sealed run in a store or an export, some of which may be withheld, as they stand there.
 * @throws BundleError `invalid` for a line that is not one; StoreError, `missing` if there is no index
 */
export function readShownIndex(
  reader: Source,
  number: number,
): AsyncIterable<{ line: IndexLine | WithheldLine; text: string }> {
  return readLines(reader, number, ShownLine)
}

const ShownLine = z.discriminatedUnion('kind', [...IndexLine.options, WithheldLine])

async function* readLines<Line>(
  store: Source,
  number: number,
  shape: z.ZodType<Line>,
): AsyncIterable<{ line: Line; text: string }> {
  try {
    for await (const batch of splitLines(store.get(runKey(number, INDEX)))) {
      for (const text of batch) yield { text, line: parsed(number, INDEX, () => shape.parse(parseCanonical(text))) }
    }
  } catch (error) {
    throw error instanceof LinesError ? notOurs(number, INDEX, error) : error
  }
}

async function readIfThere(store: Source, key: string): Promise<Uint8Array | undefined> {
  try {
    return await readSmall(store, key)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'missing') return undefined
    throw error
  }
}

function parsed<T>(number: number, file: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw notOurs(number, file, cause)
  }
}

/** A file of a run does not have the form in which affiant writes it. */
export function notOurs(number: number, file: string, cause: unknown): BundleError {
  const what = `${file} of run ${number} is not what affiant writes`
  const why = cause instanceof LinesError ? `: ${cause.message}` : ''
  return new BundleError('invalid', what + why, `affiant verify ${number} says more.`, cause)
}
