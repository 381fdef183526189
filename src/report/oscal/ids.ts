import type { ResultLine } from '../../model/result.ts'
import { evidenceId, originOf, type SealedEvidence } from '../machine/facts.ts'
import type { BundleFile } from '../machine/bundle-files.ts'
import { token } from '../machine/texts.ts'
import { uuidOf } from '../machine/uuid.ts'

/*
 * UUIDs follow from what they name. Those of things (sources, scopes, subjects, the tool) are the same in every run of an
 * installation; those of what a run says are its own.
 */

export const documentId = (run: SealedEvidence) => uuidOf('oscal/assessment-results', originOf(run), evidenceId(run))
export const resultId = (run: SealedEvidence) => uuidOf('oscal/result', originOf(run), evidenceId(run))
export const toolId = ({ plan: { agent } }: SealedEvidence) => uuidOf('oscal/tool', agent.version, agent.build.sha256)
export const platformId = (run: SealedEvidence) => uuidOf('oscal/platform', originOf(run))
export const sourceId = (run: SealedEvidence, source: string) => uuidOf('oscal/source', originOf(run), source)
export const scopeId = (run: SealedEvidence, source: string, scope: string) =>
  uuidOf('oscal/scope', originOf(run), source, scope)
export const fileId = (run: SealedEvidence, { path, sha256 = '' }: Pick<BundleFile, 'path' | 'sha256'>) =>
  uuidOf('oscal/resource', originOf(run), path, sha256)
export const testId = (run: SealedEvidence, source: string, check: string) =>
  uuidOf('oscal/test', originOf(run), evidenceId(run), source, check)
export const examinationId = (run: SealedEvidence, source: string, stream: string) =>
  uuidOf('oscal/examination', originOf(run), evidenceId(run), source, stream)
export const findingId = (run: SealedEvidence, control: string, source: string, check: string) =>
  uuidOf('oscal/finding', originOf(run), evidenceId(run), control, source, check)

/** A subject is named by its key within source and scope; a result about a whole source has no scope. */
export function subjectId(
  run: SealedEvidence,
  source: string,
  { subject, scope }: Pick<ResultLine, 'subject' | 'scope'>,
) {
  return uuidOf('oscal/subject', originOf(run), source, ...(scope === undefined ? [] : [scope]), subject)
}

/** What a finding is about: one check, as far as it speaks to a control. It is not the control. */
export function objectiveId(control: string, check: string): string {
  return `${token(control)}_${token(check)}`
}
