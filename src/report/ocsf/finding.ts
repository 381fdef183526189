import type { ResultLine, Status } from '../../model/result.ts'
import type { Severity } from '../../sdk/check.ts'
import { recordsFile, resultsFile } from '../machine/bundle-files.ts'
import { CATALOGUE, evidenceId, originOf, type SealedEvidence } from '../machine/facts.ts'
import { type JudgedCheck, recordsOfScope } from '../machine/judged.ts'
import { shown } from '../machine/texts.ts'
import { uuidOf } from '../machine/uuid.ts'

/** The release of the schema; names and numbers below are its own. Source: github.com/ocsf/ocsf-schema, 1.8.0. */
const VERSION = '1.8.0'

/** `compliance.status_id`. */
const STATES: Record<JudgedCheck['status'], { status_id: number; status: string }> = {
  pass: { status_id: 1, status: 'Pass' },
  fail: { status_id: 3, status: 'Fail' },
  unknown: { status_id: 0, status: 'Unknown' },
  withheld: { status_id: 0, status: 'Unknown' },
  'not-applicable': { status_id: 99, status: 'Not Applicable' },
}

const SEVERITIES: Record<Severity, { severity_id: number; severity: string }> = {
  critical: { severity_id: 5, severity: 'Critical' },
  high: { severity_id: 4, severity: 'High' },
  medium: { severity_id: 3, severity: 'Medium' },
  low: { severity_id: 2, severity: 'Low' },
}
const INFORMATIONAL = { severity_id: 1, severity: 'Informational' }

/** What an event says that differs from result to result. */
interface Told {
  status: JudgedCheck['status']
  reason?: string | undefined
  details: readonly string[]
  /** What tells its finding apart from others of the same check and source. */
  key: readonly string[]
  /** Its line in the results file: two may be about one subject, and whoever drops events of one id would drop one of them. */
  number?: number
  message: string
  resource: object
  evidences: readonly object[]
}

/** About one subject. */
export function subjectFinding(run: SealedEvidence, judged: JudgedCheck, number: number, result: ResultLine): object {
  const { planned, line } = judged
  const { status, reason, detail, subject, name, scope } = result
  return event(run, judged, {
    status,
    reason,
    details: detail === undefined ? [] : [detail],
    key: ['subject', scope ?? '', subject],
    number,
    message: `${planned.title}: ${WORDS[status]} for ${name ?? subject}`,
    resource: {
      uid: subject,
      name: name ?? subject,
      ...(scope !== undefined && { namespace: scope }),
      ...resourceOf(run, planned.source),
    },
    evidences: line === undefined ? [] : [resultsEvidence(run, line, number), ...recordsEvidence(run, judged, scope)],
  })
}

/** About the check as a whole on its source. */
export function checkFinding(run: SealedEvidence, judged: JudgedCheck): object {
  const { planned, status, reason, line } = judged
  const incomplete = line?.summary.incomplete ?? []
  return event(run, judged, {
    status,
    reason: status === 'withheld' ? 'withheld' : reason,
    details: [
      ...(status === 'withheld' ? ['the results are withheld from this evidence'] : []),
      ...(planned.disabled === undefined ? [] : [`turned off by config: ${planned.disabled}`]),
      ...incomplete.map(({ planItem, reason: why }) => `not read whole: ${planItem} (${why})`),
    ],
    key: ['check'],
    message: `${planned.title}: ${WORDS[status]} for ${planned.source} as a whole`,
    resource: { uid: planned.source, name: planned.source, ...resourceOf(run, planned.source), type: 'source' },
    evidences: line === undefined ? [] : [resultsEvidence(run, line)],
  })
}

const WORDS: Record<Status | 'withheld', string> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'unknown',
  'not-applicable': 'not applicable',
  withheld: 'withheld',
}

/** Which system it is of, as the source itself told. */
function resourceOf({ plan, sources }: SealedEvidence, source: string): object {
  const planned = plan.sources.find(({ id }) => id === source)
  const identity = sources.find((line) => line.source === source)?.identity
  return {
    type: 'subject',
    data: {
      source,
      ...(planned && { collector: planned.collector, demo: planned.demo === true }),
      ...(identity && { instance: identity.id, instance_name: identity.name }),
    },
  }
}

function resultsEvidence(run: SealedEvidence, line: NonNullable<JudgedCheck['line']>, number?: number): object {
  const { path, sha256 } = resultsFile(run, line)
  return { name: 'results', data: { path, sha256, ...(number !== undefined && { line: number }) } }
}

function recordsEvidence(run: SealedEvidence, judged: JudgedCheck, scope: string | undefined): object[] {
  return recordsOfScope(judged, scope).map((line) => {
    const { path, sha256 } = recordsFile(run, line)
    return { name: 'records', data: { path, sha256 } }
  })
}

function event(run: SealedEvidence, { planned, links }: JudgedCheck, told: Told): object {
  const { id, source, title, criteria, revision, remediation } = planned
  const { version } = run.plan.agent
  const at = Date.parse(run.seal.at)
  const isOpen = told.status === 'fail' || told.status === 'unknown' || told.status === 'withheld'
  const controls = links.filter(({ link }) => link.strength !== 'context').map(({ control }) => control)
  const state = STATES[told.status]
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200_301,
    type_name: 'Compliance Finding: Create',
    time: at,
    ...(isOpen ? SEVERITIES[planned.severity] : INFORMATIONAL),
    message: shown(told.message),
    metadata: {
      version: VERSION,
      uid: uuidOf('ocsf/event', originOf(run), evidenceId(run), source, id, ...told.key, String(told.number ?? '')),
      correlation_uid: uuidOf('ocsf/run', originOf(run), run.seal.sha256),
      tenant_uid: originOf(run),
      product: { name: 'Affiant', vendor_name: 'Affiant', version },
      log_name: 'affiant',
    },
    finding_info: {
      uid: uuidOf('ocsf/finding', originOf(run), source, id, ...told.key),
      title: shown(title),
      desc: shown(`Passes if: ${criteria.pass} Fails if: ${criteria.fail}`),
      created_time: at,
      types: ['check'],
      analytic: { uid: id, name: shown(title), type_id: 1, type: 'Rule', version: String(revision) },
    },
    compliance: {
      ...state,
      ...(told.reason !== undefined && { status_code: told.reason }),
      ...(told.details.length > 0 && { status_details: told.details }),
      ...(controls.length > 0 && { standards: [CATALOGUE], requirements: controls }),
    },
    resources: [told.resource],
    ...(told.status === 'fail' && { remediation: { desc: shown(remediation) } }),
    ...(told.evidences.length > 0 && { evidences: told.evidences }),
    unmapped: {
      affiant: {
        run: run.number,
        job: run.plan.run.job,
        run_status: run.statement.predicate.run.status,
        statement_sha256: run.seal.sha256,
        key_id: run.seal.keyId,
      },
    },
  }
}
