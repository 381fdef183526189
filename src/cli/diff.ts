import { storeReader } from '../bundle/store-reader.ts'
import { readSealedRun } from '../replay.ts'
import { diffRuns } from '../report/diff.ts'
import { jsonText } from '../report/json-run.ts'
import { diffJson, showDiff } from '../report/show-diff.ts'
import { UserError } from '../model/user-error.ts'
import { lookOf, storePath } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { DEFAULT_LIMIT, loadCode, lookUp, type ReplayOptions } from './replay.ts'

/** `affiant diff`: in what one sealed run differs from another. Exit status 0 whether or not it does, 4 for damage. */
export async function diff(
  from: number,
  to: number,
  options: ReplayOptions,
  environment: Environment,
): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  const store = runtime.openStore(await storePath(options, runtime))
  const { collectors } = await loadCode(options, runtime)
  const read = async (run: number) => {
    const { sealed, damaged } = await readSealedRun(storeReader(store), run)
    const [first] = damaged
    if (first === undefined) return sealed
    throw new UserError(`${first.file} of run ${run}: ${first.detail}`, `affiant verify ${run} says more.`, {
      exitCode: EXIT.integrity,
    })
  }
  const found = await withIntegrity(async () =>
    diffRuns({
      from: await read(from),
      to: await read(to),
      streamOf: lookUp(collectors).streamOf,
      limit: options.limit ?? DEFAULT_LIMIT,
    }),
  )
  await stdout.write(options.json ? jsonText(diffJson(found)) : showDiff(found, lookOf(stdout, options)))
  return EXIT.ok
}
