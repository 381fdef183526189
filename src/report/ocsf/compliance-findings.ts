import type { ReportFile, RunEvidence } from '../../model/report-source.ts'
import { sealedEvidence, type SealedEvidence } from '../machine/facts.ts'
import { type JudgedCheck, judgedChecks, needsWord, subjectsOf } from '../machine/judged.ts'
import { linesOf } from '../machine/pieces.ts'
import { checkFinding, subjectFinding } from './finding.ts'

/**
 * A sealed run as events of the class Compliance Finding of OCSF 1.8.0, one a line: one for each result of a check about a
 * subject, and one for the check itself where its subjects do not tell how it ended.
 * @throws UserError if the run was never sealed
 */
export function ocsfFile(run: RunEvidence): ReportFile {
  const sealed = sealedEvidence(run)
  return { path: 'ocsf/compliance-findings.jsonl', content: () => linesOf(events(sealed, judgedChecks(sealed))) }
}

async function* events(run: SealedEvidence, judged: readonly JudgedCheck[]): AsyncIterable<object> {
  for (const one of judged) {
    if (needsWord(one)) yield checkFinding(run, one)
    for await (const { number, result } of subjectsOf(run, one)) yield subjectFinding(run, one, number, result)
  }
}
