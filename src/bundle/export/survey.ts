import { type GenesisStatement, LEDGER_GENESIS, RUN_OPENED, RUN_SEALED } from '../../model/statement.ts'
import type { EvidenceReader } from '../../model/evidence-reader.ts'
import type { ReportFile } from '../../model/report-source.ts'
import type { Store } from '../../model/store.ts'
import { BundleError } from '../errors.ts'
import { lastIndex, readEntry } from '../ledger.ts'
import { DATA, REPORT } from './bag-names.ts'
import {
  assertSealed,
  type ExportedRun,
  type ExportFile,
  lateTokenFiles,
  ledgerFiles,
  runFiles,
} from './export-files.ts'
import { reportFiles } from './report-files.ts'
import { type Shown, shownReader } from './shown-reader.ts'
import { ustarHeader } from './ustar.ts'
import type { Restriction, Withholder } from './withhold.ts'

/** Which runs an export is about, and which evidence of them. Times are UTC with milliseconds. */
export interface ExportScope extends Restriction {
  /** Runs that were opened in `[from, to)`. */
  from: string
  to: string
}

/** Makes the report that goes with an export of what it is shown. Made again, it must have the same files in the same order. */
export type MakeReport = (reader: EvidenceReader) => AsyncIterable<ReportFile>

/** What an export will hold, found without reading more evidence than its report takes. */
export interface Survey {
  genesis: { statement: GenesisStatement; sha256: string }
  /** Entries of the ledger. */
  entries: number
  runs: readonly ExportedRun[]
  payload: { bytes: number; files: number }
  /** The part of it that is the report. */
  report?: { bytes: number; files: number }
  withheld: { count: number; reasons: ReadonlyMap<string, number> }
  withholder: Withholder
  /** The files under `data/`, in order: each time it is called, the same ones. */
  files(): AsyncIterable<ExportFile>
}

/**
 * Reads ledger and indexes, and adds up. Makes the report once, for its sizes: its texts are not held.
 * @param base the folder in the archive
 * @throws BundleError `ledger-invalid`, `export-refused`; StoreError, `damaged` for what is not what was sealed
 */
export async function survey(
  store: Store,
  scope: ExportScope,
  withholder: Withholder,
  base: string,
  makeReport?: MakeReport,
): Promise<Survey> {
  const { genesis, entries, runs } = await readLedger(store, scope)
  const reasons = new Map<string, number>()
  const shown = { entries, runs, withholder, controls: scope.controls }
  const report = makeReport && (await makeFiles(store, shown, makeReport))
  async function* files(): AsyncIterable<ExportFile> {
    yield* ledgerFiles(store, entries)
    yield* report ?? []
    for (const run of runs) yield* (await runFiles(store, run, withholder, scope.controls)).files
    yield* lateTokenFiles(store, entries)
  }
  const payload = { bytes: 0, files: 0 }
  const add = ({ key, size }: ExportFile) => {
    assertFits(`${base}/${DATA}${key}`, size, key.startsWith(REPORT) ? WITHOUT_REPORT : WITHOUT_FILE)
    payload.bytes += size
    payload.files += 1
  }
  for await (const file of ledgerFiles(store, entries)) add(file)
  for (const file of report ?? []) add(file)
  for (const run of runs) {
    const found = await runFiles(store, run, withholder, scope.controls)
    for (const file of found.files) add(file)
    for (const reason of found.withheld) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  for await (const file of lateTokenFiles(store, entries)) add(file)
  const count = [...reasons.values()].reduce((sum, one) => sum + one, 0)
  return {
    genesis,
    entries,
    runs,
    payload,
    ...(report && { report: { bytes: report.reduce((sum, { size }) => sum + size, 0), files: report.length } }),
    withheld: { count, reasons },
    withholder,
    files,
  }
}

/** Of evidence that is not what was sealed no report is made; then that is said, and not where making it came to grief. */
async function makeFiles(store: Store, shown: Shown, makeReport: MakeReport): Promise<ExportFile[]> {
  try {
    return await reportFiles(makeReport(shownReader(store, shown)))
  } catch (error) {
    for (const run of shown.runs)
      for (const file of (await runFiles(store, run, shown.withholder, shown.controls)).files) await assertSealed(file)
    throw error
  }
}

const WITHOUT_FILE = 'Withhold that file with --withhold, or hand over the store itself: affiant verify reads it too.'
const WITHOUT_REPORT = 'Leave the report out with --no-report: affiant report makes it of the export.'

function assertFits(path: string, size: number, hint: string): void {
  try {
    ustarHeader(path, size)
  } catch (cause) {
    throw new BundleError(
      'export-refused',
      `nothing was exported: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint,
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
