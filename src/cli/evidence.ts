import { storeReader } from '../bundle/store-reader.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import { UserError } from '../model/user-error.ts'
import { type StoreOption, storePath } from './common.ts'
import type { Environment } from './environment.ts'
import { openForReading } from './replay.ts'
import { lastRun } from './run-view.ts'

export interface EvidenceOption extends StoreOption {
  /** An export to read instead of a store. */
  export?: string
}

/** A store or an export that is open. */
export interface Evidence {
  reader: EvidenceReader
  /** Of an export: its first run, before which it tells nothing. */
  firstRun?: number
  /** The run that was asked for, or else the last one. @throws UserError if there is none */
  choose(wanted: number | undefined): Promise<number>
}

/**
 * Opens the store or the export that the options name, and closes it when `act` has ended.
 * @throws UserError, StoreError
 */
export async function withEvidence<Value>(
  options: EvidenceOption,
  environment: Environment,
  act: (evidence: Evidence) => Promise<Value>,
): Promise<Value> {
  const runtime = await environment.runtime()
  const path = options.export
  if (path === undefined) {
    const store = runtime.openStore(await storePath(options, runtime))
    return act({ reader: storeReader(store), choose: async (wanted) => wanted ?? lastRun(store) })
  }
  if (options.store !== undefined) throw new UserError('both --export and --store were given', 'Give one of them.')
  if ((await runtime.kindOf(path)) !== 'file')
    throw new UserError(`there is no file ${path}`, 'Give an export (a .tar file).')
  const file = await runtime.openEvidenceFile(path)
  try {
    const { reader, runs } = await openForReading(path, file)
    const [firstRun] = runs
    const choose = async (wanted: number | undefined) => chosenOf(runs, wanted)
    return await act({ reader, choose, ...(firstRun !== undefined && { firstRun }) })
  } finally {
    await file.close()
  }
}

function chosenOf(runs: readonly number[], wanted: number | undefined): number {
  const run = wanted ?? runs.at(-1)
  if (run === undefined) throw new UserError('there are no runs in this export', 'Ask for one of another period.')
  if (!runs.includes(run)) throw new UserError(`the export has no run ${run}`, `Its runs: ${runs.join(', ')}.`)
  return run
}
