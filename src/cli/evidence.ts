import { storeReader } from '../bundle/store-reader.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { Store } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'
import { assertThere, type StoreOption, storePath } from './common.ts'
import type { Environment } from './environment.ts'
import { openForReading } from './replay.ts'
import { lastRun, lastSealedRun } from './run-view.ts'

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
  /** The same, but by default the last one that was sealed; others after it are said on standard error. */
  chooseSealed(wanted: number | undefined): Promise<number>
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
    const place = await storePath(options, runtime)
    // A store of the config may not have been begun; one that was named must be there.
    if (options.store !== undefined) await assertThere(place, runtime)
    const store = runtime.openStore(place)
    return act({
      reader: storeReader(store),
      choose: async (wanted) => wanted ?? lastRun(store),
      chooseSealed: async (wanted) => wanted ?? lastSealed(store, environment),
    })
  }
  if (options.store !== undefined) throw new UserError('both --export and --store were given', 'Give one of them.')
  if ((await runtime.kindOf(path)) !== 'file')
    throw new UserError(`there is no file ${path}`, 'Give an export (a .tar file).')
  const file = await runtime.openEvidenceFile(path)
  try {
    const { reader, runs } = await openForReading(path, file)
    const [firstRun] = runs
    const choose = async (wanted: number | undefined) => chosenOf(runs, wanted)
    return await act({ reader, choose, chooseSealed: choose, ...(firstRun !== undefined && { firstRun }) })
  } finally {
    await file.close()
  }
}

async function lastSealed(store: Store, { stderr }: Environment): Promise<number> {
  const { number, later } = await lastSealedRun(store)
  if (later.length > 0)
    await stderr.write(
      `This is run ${number}, the last one that was sealed. Not sealed, at work or ended too early: ${later.join(', ')}\n`,
    )
  return number
}

function chosenOf(runs: readonly number[], wanted: number | undefined): number {
  const run = wanted ?? runs.at(-1)
  if (run === undefined) throw new UserError('there are no runs in this export', 'Ask for one of another period.')
  if (!runs.includes(run)) throw new UserError(`the export has no run ${run}`, `Its runs: ${runs.join(', ')}.`)
  return run
}
