import { listRuns, readRun } from '../bundle/read.ts'
import type { Store } from '../model/store.ts'
import { jsonText } from '../report/json-run.ts'
import type { ListJson } from '../report/json/run.ts'
import { listRunsText, type UnreadableRun } from '../report/list-runs.ts'
import { type RunRow, runRow } from '../report/run-row.ts'
import { type JsonOption, lookOf, type StoreOption, storePath } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'

/** `affiant list`: the runs of a store. One that cannot be read is listed as that. */
export async function list(options: StoreOption & JsonOption, environment: Environment): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  const path = await storePath(options, runtime)
  const rows = await rowsOf(runtime.openStore(path))
  const document: ListJson = { schema: 'affiant.list/1', store: path, runs: rows }
  await stdout.write(options.json ? jsonText(document) : listRunsText(rows, lookOf(stdout)))
  return EXIT.ok
}

async function rowsOf(store: Store): Promise<(RunRow | UnreadableRun)[]> {
  const rows: (RunRow | UnreadableRun)[] = []
  for (const { number } of await listRuns(store)) {
    try {
      rows.push(runRow(await readRun(store, number)))
    } catch (error) {
      rows.push({ number, problem: error instanceof Error ? error.message : 'it cannot be read' })
    }
  }
  return rows
}
