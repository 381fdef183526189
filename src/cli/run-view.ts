import { findEnd } from '../bundle/ledger.ts'
import { listRuns } from '../bundle/read.ts'
import { storeReader } from '../bundle/store-reader.ts'
import type { RunEvidence } from '../model/report-source.ts'
import type { Store } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'
import { readRunEvidence } from '../report-source.ts'

/** A run of a store, for showing. @throws as {@link readRunEvidence} */
export function readRunView(store: Store, number: number): Promise<RunEvidence> {
  return readRunEvidence(storeReader(store), number)
}

/**
 * The last run that was sealed, and the runs after it, which were not: they are at work, or their processes died.
 * @throws UserError if there is none
 */
export async function lastSealedRun(store: Store): Promise<{ number: number; later: number[] }> {
  const later: number[] = []
  for (const { number } of (await listRuns(store)).toReversed()) {
    if ((await findEnd(store, number)).kind === 'sealed') return { number, later: later.toReversed() }
    later.push(number)
  }
  if (later.length === 0) throw noRuns()
  throw new UserError(
    `no run of this store was sealed: ${later.length === 1 ? `run ${later[0]} has` : `${later.length} runs have`} no results`,
    'If a run is at work, wait for it to end. Otherwise run again: affiant run',
  )
}

function noRuns(): UserError {
  return new UserError('there are no runs in this store', 'Make the first one: affiant run')
}

/** @throws UserError if the store has no run */
export async function lastRun(store: Store): Promise<number> {
  const last = (await listRuns(store)).at(-1)
  if (last === undefined) throw noRuns()
  return last.number
}
