import type { ReportFile, RunEvidence } from '../../model/report-source.ts'
import { ocsfFile } from '../ocsf/compliance-findings.ts'
import { ASSESSMENT_RESULTS, oscalFile } from '../oscal/assessment-results.ts'
import { sarifFile, type SarifOptions } from '../sarif/log.ts'

const MACHINE_FORMATS = ['oscal', 'ocsf', 'sarif'] as const
export type MachineFormat = (typeof MACHINE_FORMATS)[number]

/**
 * What other programs read of a sealed run, in one form.
 * @throws UserError if the run was never sealed
 */
export function machineFile(run: RunEvidence, format: MachineFormat, options: SarifOptions = {}): ReportFile {
  if (format === 'oscal') return oscalFile(run)
  return format === 'ocsf' ? ocsfFile(run) : sarifFile(run, options)
}

/**
 * What the first page of a report says of the form that stands in it. The others are made when they are asked for: they have a
 * line for each subject, and would outgrow the evidence.
 */
export const OSCAL_ATTACHMENT = {
  path: ASSESSMENT_RESULTS,
  title: 'OSCAL assessment results',
  what: 'every observation, with the files it rests on and their digests',
}
