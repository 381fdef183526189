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

/** @throws UserError if the store has no run */
export async function lastRun(store: Store): Promise<number> {
  const last = (await listRuns(store)).at(-1)
  if (last === undefined) throw new UserError('there are no runs in this store', 'Make the first one: affiant run')
  return last.number
}
