import { storeReader } from '../bundle/store-reader.ts'
import { readIntactRun } from '../replay.ts'
import { diffRuns } from '../report/diff.ts'
import { jsonText } from '../report/json-run.ts'
import { diffJson, showDiff } from '../report/show-diff.ts'
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
  const reader = storeReader(runtime.openStore(await storePath(options, runtime)))
  const { collectors } = await loadCode(options, runtime)
  const found = await withIntegrity(async () =>
    diffRuns({
      from: await readIntactRun(reader, from),
      to: await readIntactRun(reader, to),
      streamOf: lookUp(collectors).streamOf,
      limit: options.limit ?? DEFAULT_LIMIT,
    }),
  )
  await stdout.write(options.json ? jsonText(diffJson(found)) : showDiff(found, lookOf(stdout, options)))
  return EXIT.ok
}
