import type { Counts, ResultLine, Status } from '../model/result.ts'
import type { RunView } from '../model/run-view.ts'
import type { Severity } from '../sdk/check.ts'
import type { Finding } from './findings.ts'
import { sourceName } from './incomplete.ts'
import { type Look, paragraph, type Pen, penFor, type Style, suggest } from './look.ts'
import type { CheckedSource } from './summary.ts'
import { grouped, outOf, sentence } from './words.ts'

const STATUS_STYLE: Record<Status, Style> = {
  pass: 'good',
  fail: 'bad',
  unknown: 'warning',
  'not-applicable': 'faint',
}
const STATUS_MARK: Record<Status, string> = { pass: '✓', fail: '✗', unknown: '?', 'not-applicable': '–' }

const SEVERITY_STYLE: Record<Severity, Style> = { critical: 'alarm', high: 'bad', medium: 'warning', low: 'plain' }

/** Findings stand to the right of their severity. */
const INDENT = ' '.repeat(10)

/** `25 of 28 subjects inspected: 22 pass, 3 fail; 3 not applicable`: all counts, with what they are counts of. */
export function countsText(counts: Counts): string {
  const inspected = [
    `${grouped(counts.passed)} pass`,
    `${grouped(counts.failed)} fail`,
    ...(counts.excepted > 0 ? [`${grouped(counts.excepted)} fail (excepted)`] : []),
  ]
  const rest = [
    ...(counts.notApplicable > 0 ? [`${grouped(counts.notApplicable)} not applicable`] : []),
    ...(counts.unknown > 0 ? [`${grouped(counts.unknown)} unknown`] : []),
  ]
  const verdicts = counts.inspected > 0 ? `: ${inspected.join(', ')}` : ''
  return [`${outOf(counts.inspected, counts.inScope, 'subject')} inspected${verdicts}`, ...rest].join('; ')
}

/**
 * One subject: what it is called (`key`: and its key), and what was seen of it or why nothing could be. `where`: and its
 * scope, which a source that reads many needs.
 */
export function showSubject(
  result: ResultLine,
  look: Look,
  { key = false, where = false }: { key?: boolean; where?: boolean } = {},
): string {
  const pen = penFor(look)
  const { status, subject, name, scope, reason, detail } = result
  const style = STATUS_STYLE[status]
  const place = where && scope !== undefined ? ` ${pen.faint(`in ${scope}`)}` : ''
  const called =
    name === undefined || !key || name.includes(subject)
      ? `${pen.plain(name ?? subject)}${place}`
      : `${pen.plain(name)} ${pen.faint(`(${subject})`)}${place}`
  // Some checks begin with the name again.
  const seen = detail?.startsWith(`${name ?? subject}: `) ? detail.slice((name ?? subject).length + 2) : detail
  const why = [reason, seen].filter((part) => part !== undefined)
  const text = why.length > 0 ? `${called}: ${pen.plain(why.join(': '))}` : called
  return paragraph(text, look, `${INDENT}${pen[style](STATUS_MARK[status])} `)
}

/** Title, check, source and counts of a finding: what stands above its subjects. */
export function findingHead(view: RunView, finding: CheckedSource, look: Look): string {
  const pen = penFor(look)
  const { severity, title, check, source, line } = finding
  const { counts, status, reason } = line.summary
  const lead = pen[SEVERITY_STYLE[severity]](severity.toUpperCase()) + ' '.repeat(INDENT.length - severity.length)
  const said = status === 'fail' || reason === undefined ? status : `${status}, ${reason}`
  const where = `${pen.faint(check)} ${pen.faint('on')} ${sourceText(view, source, pen)}`
  return [
    paragraph(pen.strong(title), look, lead),
    paragraph(`${where}: ${pen[STATUS_STYLE[status]](said)}`, look, INDENT),
    paragraph(pen.faint(sentence(countsText(counts))), look, INDENT),
  ].join('\n')
}

/** What stands below the subjects of a finding. */
export function findingTail(finding: CheckedSource, look: Look): string {
  const pen = penFor(look)
  const { remediation, controls, line } = finding
  const lines: string[] = []
  if (line.summary.status === 'fail' && remediation !== '') {
    lines.push(paragraph(`${pen.strong('To do:')} ${pen.plain(sentence(remediation))}`, look, INDENT))
  }
  const touched = controls.length > 0 ? controls.join(', ') : 'none directly'
  lines.push(paragraph(pen.faint(`Controls: ${touched}`), look, INDENT))
  return lines.join('\n')
}

/** Whether a source has more than one scope that is read, so that a name alone may mean several things. */
export function readsMany({ sources }: RunView, source: string): boolean {
  const scopes = sources.find((line) => line.source === source)?.scopes ?? []
  return scopes.filter(({ excluded }) => excluded === undefined).length > 1
}

/** A finding with its first subjects. */
export function showFinding(view: RunView, finding: Finding, look: Look): string {
  const pen = penFor(look)
  const { status, counts } = finding.line.summary
  const all = status === 'fail' ? counts.failed : status === 'unknown' ? counts.unknown : counts.notApplicable
  const more = all - finding.subjects.length
  const rest = `and ${grouped(more)} more: ${suggest(`show ${view.number} --check ${finding.check}`, look)}`
  return [
    findingHead(view, finding, look),
    ...finding.subjects.map((subject) => showSubject(subject, look, { where: readsMany(view, finding.source) })),
    ...(more > 0 && finding.subjects.length > 0 ? [paragraph(pen.faint(rest), look, `${INDENT}  `)] : []),
    findingTail(finding, look),
  ].join('\n')
}

/** A source's name; that an emulated one is, stands out. */
export function sourceText(view: RunView, source: string, pen: Pen): string {
  const name = sourceName(view, source)
  return name === source ? pen.plain(source) : `${pen.plain(source)} ${pen.caution('(demo data)')}`
}
