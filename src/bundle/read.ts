import { parseCanonical } from '../model/canonical.ts'
import { objectKey } from '../model/common.ts'
import { IndexLine } from '../model/index-line.ts'
import { splitLines } from '../model/lines.ts'
import type { Plan } from '../model/plan.ts'
import type { Statement } from '../model/statement.ts'
import { type Store, StoreError } from '../model/store.ts'
import { readEnvelope } from './dsse.ts'
import { BundleError } from './errors.ts'
import { INDEX, parsePlan, parseStatement, PLAN, readSmall, runKey, SEAL } from './layout.ts'

export interface RunEntry {
  number: number
  sealed: boolean
}

/** A run as it stands in the store. Reading it proves nothing: `verifyRun` does. */
export interface StoredRun {
  number: number
  plan: Plan
  /** Absent if the run was never sealed. */
  statement?: Statement
  /** The index lines in order. Throws BundleError `unsealed` if there is no index, `invalid` for a line that is not one. */
  index(): AsyncIterable<IndexLine>
  /** The lines of a file of the run, in batches. Throws StoreError `missing` if its object is not there. */
  lines(file: { sha256: string }): AsyncIterable<readonly string[]>
}

const RUN_KEY = /^runs\/(\d{9})\/(.*)$/

/** The runs in a store, oldest first. @throws StoreError */
export async function listRuns(store: Store): Promise<RunEntry[]> {
  const runs = new Map<number, RunEntry>()
  for await (const key of store.list('runs/')) {
    const [, digits, file] = RUN_KEY.exec(key) ?? []
    const number = Number(digits ?? 0)
    if (number === 0) continue
    const run = runs.get(number) ?? { number, sealed: false }
    runs.set(number, { number, sealed: run.sealed || file === SEAL })
  }
  return [...runs.values()].sort((a, b) => a.number - b.number)
}

/** One more than the highest number with anything under it, so that no number is used twice even if files were removed. */
export async function nextRunNumber(store: Store): Promise<number> {
  return ((await listRuns(store)).at(-1)?.number ?? 0) + 1
}

/** @throws BundleError `run-missing`, `invalid`; StoreError */
export async function readRun(store: Store, number: number): Promise<StoredRun> {
  const planBytes = await readIfThere(store, runKey(number, PLAN))
  if (!planBytes)
    throw new BundleError('run-missing', `there is no run ${number}`, 'affiant list shows the runs of this store.')
  const plan = parsed(number, PLAN, () => parsePlan(planBytes))
  const seal = await readIfThere(store, runKey(number, SEAL))
  const statement = seal && parsed(number, SEAL, () => parseStatement(readEnvelope(seal).payload))
  return {
    number,
    plan,
    ...(statement && { statement }),
    index: () => readIndex(store, number),
    lines: (file) => splitLines(store.get(objectKey(file.sha256))),
  }
}

async function* readIndex(store: Store, number: number): AsyncIterable<IndexLine> {
  const key = runKey(number, INDEX)
  if (!(await store.stat(key))) {
    throw new BundleError(
      'unsealed',
      `run ${number} was opened and never sealed`,
      'Its index was not written. Run again.',
    )
  }
  for await (const batch of splitLines(store.get(key))) {
    for (const line of batch) yield parsed(number, INDEX, () => IndexLine.parse(parseCanonical(line)))
  }
}

async function readIfThere(store: Store, key: string): Promise<Uint8Array | undefined> {
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
    throw new BundleError(
      'invalid',
      `${file} of run ${number} is not what affiant writes`,
      `affiant verify ${number} says more.`,
      cause,
    )
  }
}
