import { hash } from 'node:crypto'
import type { ResultLine } from '../../model/result.ts'
import { recordsFile, resultsFile } from '../machine/bundle-files.ts'
import { originOf, type SealedEvidence } from '../machine/facts.ts'
import { type JudgedCheck, recordsOfScope } from '../machine/judged.ts'
import { shown } from '../machine/texts.ts'
import { message } from './message.ts'
import { placeOf } from './place.ts'
import { LEVELS } from './rules.ts'

interface Place {
  ruleIndex: number
  /** Index of an artifact by its path. */
  places: ReadonlyMap<string, number>
}

const KINDS = {
  pass: 'pass',
  fail: 'fail',
  unknown: 'open',
  withheld: 'open',
  'not-applicable': 'notApplicable',
} as const satisfies Record<JudgedCheck['status'], string>

/** What a check says of a subject. */
export function subjectResult(
  run: SealedEvidence,
  judged: JudgedCheck,
  { ruleIndex, places, number, result }: Place & { number: number; result: ResultLine },
): object {
  const { planned, line } = judged
  const { status, reason, detail, subject, name, scope } = result
  const about = name ?? subject
  return {
    ...headOf(judged, ruleIndex, status),
    message: message(`${about}: ${detail ?? reason ?? WORDS[status]}`),
    locations: [
      {
        ...(line && {
          physicalLocation: { ...locationOf(places, resultsFile(run, line).path), region: { startLine: number } },
        }),
        logicalLocations: [
          {
            name: shown(about),
            fullyQualifiedName: shown([planned.source, ...(scope === undefined ? [] : [scope]), subject].join('/')),
            kind: 'resource',
          },
        ],
      },
    ],
    partialFingerprints: fingerprint(run, judged, ['subject', scope ?? '', subject]),
    properties: {
      source: planned.source,
      ...(scope !== undefined && { scope }),
      subject,
      ...(reason !== undefined && { reason }),
      ...recordsOf(run, judged, scope),
    },
  }
}

/** What is to be said of a check on a source as a whole. */
export function checkResult(run: SealedEvidence, judged: JudgedCheck, { ruleIndex, places }: Place): object {
  const { planned, line, status, reason } = judged
  const why = [
    ...(status === 'withheld' ? ['its results are withheld from this evidence'] : []),
    ...(planned.disabled === undefined ? [] : [`turned off by config: ${planned.disabled}`]),
    ...(line?.summary.incomplete ?? []).map((one) => `not read whole: ${one.planItem} (${one.reason})`),
  ]
  return {
    ...headOf(judged, ruleIndex, status),
    message: message(`${planned.source} as a whole: ${why.length > 0 ? why.join('; ') : (reason ?? WORDS[status])}`),
    locations: [
      {
        ...(line && { physicalLocation: locationOf(places, resultsFile(run, line).path) }),
        logicalLocations: [
          { name: shown(planned.source), fullyQualifiedName: shown(planned.source), kind: 'resource' },
        ],
      },
    ],
    partialFingerprints: fingerprint(run, judged, ['check']),
    properties: { source: planned.source, ...(reason !== undefined && { reason }) },
  }
}

const WORDS: Record<JudgedCheck['status'], string> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'unknown',
  withheld: 'withheld',
  'not-applicable': 'does not apply',
}

/** A level other than `none` is for failures only (section 3.27.10). */
function headOf({ planned }: JudgedCheck, ruleIndex: number, status: JudgedCheck['status']): object {
  return {
    ruleId: planned.id,
    ruleIndex,
    kind: KINDS[status],
    level: status === 'fail' ? LEVELS[planned.severity] : 'none',
  }
}

function locationOf(places: ReadonlyMap<string, number>, path: string): object {
  const index = places.get(path)
  return { artifactLocation: { ...placeOf(path), ...(index !== undefined && { index }) } }
}

/** Paths and digests of what the result was computed from. */
function recordsOf(run: SealedEvidence, judged: JudgedCheck, scope: string | undefined): object {
  const records = recordsOfScope(judged, scope).map((line) => recordsFile(run, line))
  return records.length === 0 ? {} : { records: records.map(({ path, sha256 }) => ({ path, sha256 })) }
}

/** The same in every run of the installation, so that a result can be followed from run to run. */
function fingerprint(run: SealedEvidence, { planned }: JudgedCheck, key: readonly string[]): Record<string, string> {
  const text = JSON.stringify([originOf(run), planned.source, planned.id, ...key])
  return { 'affiantSubject/v1': hash('sha256', text) }
}
