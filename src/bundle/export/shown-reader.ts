import { ledgerKey, runFolder } from '../../model/common.ts'
import type { EvidenceReader } from '../../model/evidence-reader.ts'
import { type Store, StoreError } from '../../model/store.ts'
import { LATE_TOKENS, lateTokenIndex } from '../late-tokens.ts'
import { entryIndex } from '../ledger.ts'
import { type ExportedRun, type ExportFile, runFiles } from './export-files.ts'
import type { Withholder } from './withhold.ts'

/** What of a store an export will hold. */
export interface Shown {
  /** Entries of the ledger: without that of the export, which is not made yet. */
  entries: number
  runs: readonly ExportedRun[]
  withholder: Withholder
  controls: readonly string[] | undefined
}

/** Runs whose list of files is kept, so that reading one after the other, or two side by side, reads an index once. */
const RUNS_KEPT = 4

const RUN_KEY = /^runs\/(\d{9})\//

/**
 * A store as its recipient will see it: the runs of the export alone, lines that are withheld replaced, their files not there.
 * Whatever is made of it holds nothing that is withheld, and is made of the finished export in the same way (`withoutExport`).
 */
export function shownReader(store: Store, { entries, runs, withholder, controls }: Shown): EvidenceReader {
  const shown = new Map(runs.map((run) => [run.number, run]))
  const kept = new Map<number, Promise<ReadonlyMap<string, ExportFile>>>()

  async function listFiles(run: ExportedRun): Promise<ReadonlyMap<string, ExportFile>> {
    const { files } = await runFiles(store, run, withholder, controls)
    return new Map(files.map((file) => [file.key, file]))
  }

  function filesOf(run: ExportedRun): Promise<ReadonlyMap<string, ExportFile>> {
    const found = kept.get(run.number) ?? listFiles(run)
    // The one that was used last stands last.
    kept.delete(run.number)
    kept.set(run.number, found)
    for (const [oldest] of kept) if (kept.size > RUNS_KEPT) kept.delete(oldest)
    return found
  }

  async function fileOf(key: string): Promise<ExportFile | undefined> {
    const [, number] = RUN_KEY.exec(key) ?? []
    const run = shown.get(Number(number ?? 0))
    return run && (await filesOf(run)).get(key)
  }

  const isOfLedger = (key: string) => (entryIndex(key) ?? lateTokenIndex(key) ?? entries) < entries

  return {
    kind: 'export',
    fileKey: (run, { path }) => `${runFolder(run)}/${path}`,
    async *get(key) {
      if (isOfLedger(key)) return yield* store.get(key)
      const file = await fileOf(key)
      if (file === undefined) throw missing(key)
      yield* file.content()
    },
    async stat(key) {
      if (isOfLedger(key)) return store.stat(key)
      const file = await fileOf(key)
      return file && { size: file.size }
    },
    async *list(prefix) {
      for (let index = 0; index < entries; index++) if (ledgerKey(index).startsWith(prefix)) yield ledgerKey(index)
      for (const run of runs) {
        const folder = `${runFolder(run.number)}/`
        if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) continue
        for (const key of (await filesOf(run)).keys()) if (key.startsWith(prefix)) yield key
      }
      if (!LATE_TOKENS.startsWith(prefix) && !prefix.startsWith(LATE_TOKENS)) return
      for await (const key of store.list(prefix)) if (key.startsWith(LATE_TOKENS) && isOfLedger(key)) yield key
    },
  }
}

function missing(key: string): StoreError {
  return new StoreError('missing', `${key} is not in the export`, {
    path: key,
    hint: 'It is withheld, or of a run outside of the period.',
  })
}
