import { type GenesisStatement, LEDGER_GENESIS, RUN_OPENED, RUN_SEALED } from '../../model/statement.ts'
import type { Store } from '../../model/store.ts'
import { BundleError } from '../errors.ts'
import { lastIndex, readEntry } from '../ledger.ts'
import { DATA } from './bag-names.ts'
import { type ExportedRun, type ExportFile, lateTokenFiles, ledgerFiles, runFiles } from './export-files.ts'
import { ustarHeader } from './ustar.ts'
import type { Restriction, Withholder } from './withhold.ts'

/** Which runs an export is about, and which evidence of them. Times are UTC with milliseconds. */
export interface ExportScope extends Restriction {
  /** Runs that were opened in `[from, to)`. */
  from: string
  to: string
}

/** What an export will hold, found without reading evidence. */
export interface Survey {
  genesis: { statement: GenesisStatement; sha256: string }
  /** Entries of the ledger. */
  entries: number
  runs: readonly ExportedRun[]
  payload: { bytes: number; files: number }
  withheld: { count: number; reasons: ReadonlyMap<string, number> }
  withholder: Withholder
  /** The files under `data/`, in order: each time it is called, the same ones. */
  files(): AsyncIterable<ExportFile>
}

/**
 * Reads ledger and indexes, and adds up.
 * @param base the folder in the archive
 * @throws BundleError `ledger-invalid`, `export-refused`; StoreError, `damaged` for what is not what was sealed
 */
export async function survey(store: Store, scope: ExportScope, withholder: Withholder, base: string): Promise<Survey> {
  const { genesis, entries, runs } = await readLedger(store, scope)
  const reasons = new Map<string, number>()
  async function* files(): AsyncIterable<ExportFile> {
    yield* ledgerFiles(store, entries)
    for (const run of runs) yield* (await runFiles(store, run, withholder, scope.controls)).files
    yield* lateTokenFiles(store, entries)
  }
  const payload = { bytes: 0, files: 0 }
  const add = ({ key, size }: ExportFile) => {
    assertFits(`${base}/${DATA}${key}`, size)
    payload.bytes += size
    payload.files += 1
  }
  for await (const file of ledgerFiles(store, entries)) add(file)
  for (const run of runs) {
    const found = await runFiles(store, run, withholder, scope.controls)
    for (const file of found.files) add(file)
    for (const reason of found.withheld) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  for await (const file of lateTokenFiles(store, entries)) add(file)
  const count = [...reasons.values()].reduce((sum, one) => sum + one, 0)
  return { genesis, entries, runs, payload, withheld: { count, reasons }, withholder, files }
}

function assertFits(path: string, size: number): void {
  try {
    ustarHeader(path, size)
  } catch (cause) {
    throw new BundleError(
      'export-refused',
      `nothing was exported: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Withhold that file with --withhold, or hand over the store itself: affiant verify reads it too.',
      cause,
    )
  }
}

async function readLedger(
  store: Store,
  { from, to }: ExportScope,
): Promise<Pick<Survey, 'genesis' | 'entries' | 'runs'>> {
  const opened = new Set<number>()
  const runs: ExportedRun[] = []
  const entries = (await lastIndex(store)) + 1
  let genesis: Survey['genesis'] | undefined
  for (let index = 0; index < entries; index++) {
    const { statement, sha256 } = await readEntry(store, index)
    if (statement.predicateType === LEDGER_GENESIS) genesis ??= { statement, sha256 }
    else if (statement.predicateType === RUN_OPENED) {
      const { number, openedAt } = statement.predicate.run
      if (openedAt >= from && openedAt < to) opened.add(number)
    } else if (statement.predicateType === RUN_SEALED && opened.has(statement.predicate.run.number))
      runs.push({ number: statement.predicate.run.number, seal: statement })
  }
  if (genesis === undefined)
    throw new BundleError('ledger-invalid', 'the store has no ledger', 'The first run makes it: affiant run')
  return { genesis, entries, runs: runs.sort((a, b) => a.number - b.number) }
}
