import type { RandomAccessFile } from '../model/evidence-reader.ts'
import { Limits } from '../model/trust-policy.ts'
import type { LedgerFacts, Verification } from '../model/verification.ts'
import { compareReport, type RemakeReport } from './export/compare-report.ts'
import { openExport } from './export/open-export.ts'
import { collectFailures } from './reasons.ts'
import type { TrustGiven } from './trust.ts'
import { exitCodeOf, levelsOf } from './verify-levels.ts'
import { verifyEvidence } from './verify.ts'

export interface VerifyExportOptions {
  /** From outside the export. `undefined`: nobody is trusted, and everything else is checked. */
  trust: TrustGiven
  /** Numbers of the runs that are asked for; absent: all that the export should have. */
  runs?: readonly number[]
  deep?: boolean
  /** Makes the report of the export again, to compare it with the one that is in it. Absent: it is not asked for. */
  remakeReport?: RemakeReport
}

/**
 * Verifies an export where it stands: nothing is unpacked or written. Whatever is in it gives failures, never an exception.
 * @throws what reading the file throws
 */
export async function verifyExport(file: RandomAccessFile, options: VerifyExportOptions): Promise<Verification> {
  const { trust, runs, deep, remakeReport } = options
  const collected = collectFailures()
  const limits = typeof trust === 'object' ? trust.policy.limits : Limits.parse({})
  const opened = await openExport(file, { limits, report: collected.report })
  if (opened !== undefined) {
    const { reader, facts } = opened
    let report: Verification['report']
    const verification = await verifyEvidence({
      reader,
      exported: {
        ...facts,
        async finish() {
          await facts.finish()
          // Of evidence that is not what was sealed, nothing is made.
          report = remakeReport && (await compareReport(opened, remakeReport, collected))
        },
      },
      trust,
      collected,
      ...(runs && { runs }),
      ...(deep !== undefined && { deep }),
    })
    if (report === undefined) return verification
    // What was asked for was not answered: that is no success.
    const exitCode = report.value === 'not-judged' && verification.exitCode === 0 ? 3 : verification.exitCode
    return { ...verification, exitCode, report }
  }
  const levels = levelsOf({ collected, ledger: NOTHING, timed: NOTHING.timed, incomplete: 0, runs })
  const unread = { value: 'no', detail: 'the file could not be read as an export' } as const
  return {
    exitCode: exitCodeOf(levels, collected),
    levels: { ...levels, chained: unread, complete: unread },
    failures: collected.failures,
    omitted: collected.omitted(),
    keyIds: [],
    entries: 0,
    runs: [],
    runCounts: { sealed: 0, aborted: 0, open: 0, verified: 0 },
    incomplete: [],
    incompleteOmitted: 0,
    withheld: { count: 0, reasons: [] },
    checked: { files: 0, bytes: 0 },
    demoSources: [],
  }
}

/** What is known of a ledger that nobody could read. */
const NOTHING: LedgerFacts = {
  entries: 0,
  authentic: 'no',
  timed: { value: 'no', tokens: 0, without: 0 },
  anchored: 'not-asked',
  keyIds: [],
  runs: [],
  gaps: [],
}
