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

/**
 * Opens the store or the export that the options name, and closes it when `act` has ended. `last` gives the number of its last
 * run, or raises UserError if there is none; `runs` are those of an export.
 * @throws UserError, StoreError
 */
export async function withEvidence<Value>(
  options: EvidenceOption,
  environment: Environment,
  act: (reader: EvidenceReader, last: () => Promise<number>, runs?: readonly number[]) => Promise<Value>,
): Promise<Value> {
  const runtime = await environment.runtime()
  const path = options.export
  if (path === undefined) {
    const store = runtime.openStore(await storePath(options, runtime))
    return act(storeReader(store), () => lastRun(store))
  }
  if (options.store !== undefined) throw new UserError('both --export and --store were given', 'Give one of them.')
  if ((await runtime.kindOf(path)) !== 'file')
    throw new UserError(`there is no file ${path}`, 'Give an export (a .tar file).')
  const file = await runtime.openEvidenceFile(path)
  try {
    const { reader, runs } = await openForReading(path, file)
    return await act(
      reader,
      async () => {
        const last = runs.at(-1)
        if (last === undefined)
          throw new UserError('there are no runs in this export', 'Ask for one of another period.')
        return last
      },
      runs,
    )
  } finally {
    await file.close()
  }
}
