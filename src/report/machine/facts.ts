import type { RunEvidence, SealEntry } from '../../model/report-source.ts'
import type { Statement } from '../../model/statement.ts'
import { UserError } from '../../model/user-error.ts'

/** Name space of properties that OSCAL has no name for. */
export const NS = 'https://affiant.dev/ns/oscal'

/** The catalogue that controls are named after: ids and titles only. */
export const CATALOGUE = 'ISO/IEC 27001:2022 Annex A'

/** A run of which results can be told. */
export interface SealedEvidence extends RunEvidence {
  statement: Statement
  seal: SealEntry
}

/** @throws UserError if the run was never sealed */
export function sealedEvidence(run: RunEvidence): SealedEvidence {
  const { statement, seal } = run
  if (statement === undefined || seal === undefined)
    throw new UserError(`run ${run.number} was never sealed: it has no results`, 'Run again: affiant run')
  return { ...run, statement, seal }
}

/** `affiant.dev/<installation>`. */
export function originOf({ statement }: SealedEvidence): string {
  return statement.predicate.ledger.origin
}

/**
 * Which evidence it is: that of the seal, less what is withheld. Two documents about one run differ in this exactly if they
 * differ in what they could say.
 */
export function evidenceId({ seal, withheld }: SealedEvidence): string {
  return [seal.sha256, ...withheld.map(({ leafHash }) => leafHash)].join(' ')
}

/** Whether everything that was planned was read whole, and all of it is in this evidence. */
export function isWhole({ statement, withheld, sources, outcomes }: SealedEvidence): boolean {
  return (
    statement.predicate.run.status === 'complete' &&
    withheld.length === 0 &&
    [...sources, ...outcomes].every(({ outcome }) => outcome.status === 'complete')
  )
}
