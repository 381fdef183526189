import type { ReportFile, RunEvidence } from '../../model/report-source.ts'
import type { Attachment } from '../html/index-page.ts'
import { ocsfFile } from '../ocsf/compliance-findings.ts'
import { oscalFile } from '../oscal/assessment-results.ts'
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

/** The same in every form, as they stand in a report. @throws as {@link machineFile} */
export function machineFiles(run: RunEvidence): ReportFile[] {
  return MACHINE_FORMATS.map((format) => machineFile(run, format))
}

const ABOUT: Record<MachineFormat, Omit<Attachment, 'path'>> = {
  oscal: { title: 'OSCAL assessment results', what: 'every observation, with the files it rests on and their digests' },
  ocsf: { title: 'OCSF findings', what: 'an event for each result, as JSON lines' },
  sarif: { title: 'SARIF log', what: 'what failed or is unknown' },
}

/** What the first page of a report says of them. @throws as {@link machineFile} */
export function machineAttachments(run: RunEvidence): Attachment[] {
  return MACHINE_FORMATS.map((format) => ({ path: machineFile(run, format).path, ...ABOUT[format] }))
}
