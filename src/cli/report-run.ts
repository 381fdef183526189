import type { RunView } from '../model/run-view.ts'
import { findingsOf } from '../report/findings.ts'
import { CAP, type RunReport } from '../report/show-run.ts'

/** Reads what the summary of a run shows: a few subjects of the worst checks, and no more. */
export async function runReportOf(view: RunView): Promise<RunReport> {
  return {
    view,
    failed: await findingsOf(view, 'fail', { checks: CAP.failed, subjects: CAP.subjects }),
    unknown: await findingsOf(view, 'unknown', { checks: CAP.unknown, subjects: 1 }),
    undeclared: await findingsOf(view, 'not-applicable', { checks: CAP.undeclared, subjects: 1, reason: 'undeclared' }),
  }
}
