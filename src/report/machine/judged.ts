import type { ControlLine } from '../../model/control.ts'
import { planItemId, type RecordsLine, type ResultsLine } from '../../model/index-line.ts'
import type { PlannedCheck } from '../../model/plan.ts'
import type { RunEvidence } from '../../model/report-source.ts'
import type { Counts, ResultLine, Status } from '../../model/result.ts'

/** A planned check on a source, and all that the evidence has of it. */
export interface JudgedCheck {
  planned: PlannedCheck
  /** `withheld`: it was judged, and its results are not in this evidence. */
  status: Status | 'withheld'
  reason?: string
  /** Absent: withheld. */
  line?: ResultsLine
  /** Controls to which it speaks, with the words of the mapping; `context` too. */
  links: readonly ControlLink[]
  /** Records that it was computed from, as far as they are in this evidence. */
  records: readonly RecordsLine[]
}

/** What a check says of a control. */
export interface ControlLink {
  control: string
  title: string
  link: ControlLine['evidence'][number]
}

/** Every planned check of a sealed run, in the order of the plan. */
export function judgedChecks(run: RunEvidence): JudgedCheck[] {
  const lines = new Map(run.results.map((line) => [keyOf(line.summary.source, line.summary.check), line]))
  const records = new Map([...run.records.values()].map((line) => [line.seq, line]))
  const links = Map.groupBy(linksOf(run.controls), ({ link }) => keyOf(link.source ?? '', link.check ?? ''))
  return run.plan.checks.map((planned) => {
    const key = keyOf(planned.source, planned.id)
    const line = lines.get(key)
    const reason = line?.summary.reason
    return {
      planned,
      status: line?.summary.status ?? 'withheld',
      ...(reason !== undefined && { reason }),
      ...(line && { line }),
      links: links.get(key) ?? [],
      records: (line?.derivedFrom ?? []).flatMap((seq) => records.get(seq) ?? []),
    }
  })
}

function linksOf(controls: readonly ControlLine[]): ControlLink[] {
  return controls.flatMap(({ control, title, evidence }) => evidence.map((link) => ({ control, title, link })))
}

function keyOf(source: string, check: string): string {
  return JSON.stringify([source, check])
}

/**
 * Whether the results of the subjects alone would tell another story than the check as a whole: there are none, or what was
 * judged passed and something could not be read. A form that lists subjects only must then say so of the check itself.
 */
export function needsWord({ status, line }: JudgedCheck): boolean {
  return line === undefined || statusOf(line.summary.counts) !== status
}

function statusOf({ failed, excepted, unknown, passed, notApplicable }: Counts): Status | undefined {
  if (failed > 0) return 'fail'
  if (unknown > 0) return 'unknown'
  if (passed + excepted > 0) return 'pass'
  return notApplicable > 0 ? 'not-applicable' : undefined
}

/** What a check says of each subject, with the number of the line in the results file, from 1. */
export async function* subjectsOf(
  run: RunEvidence,
  { line }: Pick<JudgedCheck, 'line'>,
): AsyncIterable<{ number: number; result: ResultLine }> {
  if (line === undefined) return
  let number = 0
  for await (const result of run.resultLines(line)) {
    number += 1
    yield { number, result }
  }
}

/**
 * The records of one scope that a check was computed from. A result without a scope rests on all of them, as the index line
 * of the results says.
 */
export function recordsOfScope({ records }: JudgedCheck, scope: string | undefined): RecordsLine[] {
  if (scope === undefined) return []
  return records.filter(({ planItem, schema }) => {
    const source = planItem.slice(0, planItem.indexOf('/'))
    const stream = schema.slice(0, schema.lastIndexOf('/'))
    return planItem === planItemId(source, stream, scope)
  })
}
