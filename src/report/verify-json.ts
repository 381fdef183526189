import type { Levels, Verification } from '../model/verification.ts'
import type { VerifyJson } from './json/verify.ts'

export type VerifyTarget = VerifyJson['target']

export interface VerifyFacts {
  target: VerifyTarget
  /** `sha256`: of the program file, where it is one. */
  verifier: { version: string; sha256?: string }
  /** Those that come with the verifier, if it knows of any. */
  verifiers?: VerifyJson['verifiers']
  reasonOf(code: string): { level: VerifyJson['failures'][number]['level']; meaning: string }
}

/** What verification found, as the document that `--json` prints. Every text in it is printable ASCII. */
export function verifyJson(
  verification: Verification,
  { target, verifier, verifiers = [], reasonOf }: VerifyFacts,
): VerifyJson {
  const { levels, export: exported, head, keyIds, runs, incomplete, withheld, ...counts } = verification
  return {
    schema: 'affiant.verify/1',
    exitCode: verification.exitCode,
    verifier,
    verifiers,
    target,
    levels,
    ...(verification.origin !== undefined && { origin: verification.origin }),
    ...(head && { head: { index: head.index, statementSha256: head.sha256 } }),
    keyIds: [...keyIds],
    entries: counts.entries,
    runs: runs.map((run) => ({ ...run, timed: run.timed.value })),
    runCounts: counts.runCounts,
    incomplete: [...incomplete],
    incompleteOmitted: counts.incompleteOmitted,
    withheld: { count: withheld.count, reasons: [...withheld.reasons] },
    failures: verification.failures.map((failure) => ({ ...failure, ...reasonOf(failure.code) })).map(pickFailure),
    omitted: counts.omitted,
    checked: counts.checked,
    ...(exported && { export: exportJson(exported) }),
    ...(counts.report && { report: counts.report }),
    demoSources: [...counts.demoSources],
    notProved: notProved(levels),
  }
}

function pickFailure({ code, file, detail, level, meaning }: VerifyJson['failures'][number]) {
  return { code, ...(file !== undefined && { file }), detail, level, meaning }
}

function exportJson({ sources, controls, ...rest }: NonNullable<Verification['export']>) {
  return { ...rest, ...(sources && { sources: [...sources] }), ...(controls && { controls: [...controls] }) }
}

/** What verification does not show, whatever its exit status. */
function notProved({ timed, anchored }: Levels): string {
  const rest = [
    ...(timed.value === 'yes' ? [] : ['when the entries were made']),
    ...(anchored.value === 'yes'
      ? []
      : ['that no later entry was cut off', 'that whoever holds the key did not write all of it anew']),
  ]
  const more = rest.length === 0 ? '' : `, nor ${rest.join(', nor ')}`
  return `This does not show that the sources told the truth, or that nothing was left out of the config${more}.`
}
