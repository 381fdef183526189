import type { LedgerRun } from '../model/report-source.ts'
import { RUN_ABORTED, RUN_OPENED, RUN_SEALED } from '../model/statement.ts'
import type { LedgerEntry } from './ledger.ts'

type Statement = LedgerEntry['statement']

/** The runs that some entries of the ledger, in its order, opened, with how they ended as far as these tell. In order too. */
export function ledgerRuns(statements: Iterable<Statement>): LedgerRun[] {
  const runs = new Map<number, LedgerRun>()
  for (const statement of statements) {
    if (statement.predicateType === RUN_OPENED) {
      const { number, job, trigger, openedAt } = statement.predicate.run
      runs.set(number, { number, job, trigger, openedAt })
    } else if (statement.predicateType === RUN_SEALED || statement.predicateType === RUN_ABORTED) {
      const opened = runs.get(statement.predicate.run.number)
      if (opened !== undefined) runs.set(opened.number, { ...opened, end: endOf(statement) })
    }
  }
  return [...runs.values()].sort((a, b) => a.number - b.number)
}

function endOf(
  statement: Extract<Statement, { predicateType: typeof RUN_SEALED | typeof RUN_ABORTED }>,
): NonNullable<LedgerRun['end']> {
  if (statement.predicateType === RUN_ABORTED) return { kind: 'aborted', at: statement.predicate.run.abortedAt }
  const { run, results, subjects, outcomes, next } = statement.predicate
  return {
    kind: 'sealed',
    at: run.sealedAt,
    status: run.status,
    results,
    subjects,
    outcomes,
    ...(next && { expectedBy: next.expectedBy }),
  }
}
