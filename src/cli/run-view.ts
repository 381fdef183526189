import { listRuns, readRun } from '../bundle/read.ts'
import { parseCanonical } from '../model/canonical.ts'
import { runFolder } from '../model/common.ts'
import { ControlLine } from '../model/control.ts'
import type { IndexLine, OutcomeLine, ResultsLine, SourceLine } from '../model/index-line.ts'
import { ResultLine } from '../model/result.ts'
import type { RunView } from '../model/run-view.ts'
import type { Store } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'

/**
 * Reads a run for showing: its index whole, results only when they are asked for.
 * @throws BundleError, StoreError; UserError if a file of the run is not what affiant writes
 */
export async function readRunView(store: Store, number: number): Promise<RunView> {
  const run = await readRun(store, number)
  const sources: SourceLine[] = []
  const outcomes: OutcomeLine[] = []
  const results: ResultsLine[] = []
  const controls: ControlLine[] = []
  const parsed = async function* <Line>(file: { sha256: string }, shape: { parse(value: unknown): Line }) {
    for await (const batch of run.lines(file)) for (const line of batch) yield parseLine(number, line, shape)
  }
  const sealed: AsyncIterable<IndexLine> | [] = run.statement === undefined ? [] : run.index()
  for await (const line of sealed) {
    if (line.kind === 'source') sources.push(line)
    else if (line.kind === 'outcome') outcomes.push(line)
    else if (line.kind === 'results') results.push(line)
    else if (line.kind === 'controls') for await (const control of parsed(line, ControlLine)) controls.push(control)
  }
  return {
    number,
    folder: runFolder(number),
    plan: run.plan,
    ...(run.statement && { statement: run.statement }),
    sources,
    outcomes,
    results,
    controls,
    resultLines: (line) => parsed(line, ResultLine),
  }
}

/** @throws UserError if the store has no run */
export async function lastRun(store: Store): Promise<number> {
  const last = (await listRuns(store)).at(-1)
  if (last === undefined) throw new UserError('there are no runs in this store', 'Make the first one: affiant run')
  return last.number
}

function parseLine<Line>(number: number, line: string, shape: { parse(value: unknown): Line }): Line {
  try {
    return shape.parse(parseCanonical(line))
  } catch (cause) {
    const message = `a file of run ${number} is not what affiant writes`
    throw new UserError(message, `affiant verify ${number} says more.`, { cause })
  }
}
