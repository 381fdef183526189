import type { ControlStatus } from '../model/control.ts'
import type { RunView } from '../model/run-view.ts'
import type { Finding, Findings } from './findings.ts'
import { type Look, paragraph, type Pen, penFor, type Style, suggest } from './look.ts'
import { showCarried } from './show-carried.ts'
import { showCredentials } from './show-credentials.ts'
import { showFinding, sourceText } from './show-finding.ts'
import { showIncomplete } from './show-incomplete.ts'
import { checkTally, type ControlTally, controlTally, themeTallies } from './summary.ts'
import { drawTable } from './table.ts'
import { day, grouped, list, minute, number, sentence } from './words.ts'

/** A run with what had to be read for its summary; see `findingsOf`. */
export interface RunReport {
  view: RunView
  failed: Findings
  unknown: Findings
  /** Checks without a verdict because config declares nothing to compare with. */
  undeclared: Findings
}

/** How much of each list is shown before "and N more". */
export const CAP = {
  incomplete: 8,
  credentials: 8,
  carried: 8,
  failed: 5,
  unknown: 5,
  undeclared: 5,
  subjects: 3,
} as const

/** A run on one screen: what is missing first, then controls by theme, then the worst findings. */
export function showRun(report: RunReport, look: Look): string {
  const { view } = report
  if (view.statement === undefined) return sections([showHeader(view, look), neverSealed(look)])
  return sections([
    showHeader(view, look),
    showIncomplete(view, look, CAP.incomplete),
    showCredentials(view, look, CAP.credentials),
    controlsTable(view, look),
    checkResults(report, look),
    showCarried(view, look, CAP.carried),
    leftOut(view, look),
  ])
}

/** Which run this is, of what and when. Stands above everything that is shown of a run. */
export function showHeader(view: RunView, look: Look): string {
  const pen = penFor(look)
  const { run, agent, sources } = view.plan
  const names = sources.map(({ id }) => sourceText(view, id, pen))
  const read = names.length > 0 ? list(names) : pen.plain('no source')
  const period = `${day(run.period.from)} to ${day(run.period.to)}`
  return [
    paragraph(
      `${pen.strong(`Run ${view.number}`)} ${pen.plain(`of ${agent.installation}, job ${run.job} (${run.trigger})`)}${pen.plain(`, opened ${minute(run.openedAt)}`)}`,
      look,
    ),
    paragraph(`${pen.plain(`Evidence for ${period} from`)} ${read}`, look),
  ].join('\n')
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function neverSealed(look: Look): string {
  const pen = penFor(look)
  const text = `${pen.alarm('NEVER SEALED')} ${pen.plain('This run was opened and did not finish, so it is no evidence of anything. What it read is kept in the store.')}`
  return [paragraph(text, look), paragraph(`${pen.strong('To do:')} ${pen.plain('run again')}`, look)].join('\n')
}

/** Columns of the table of controls: the status, its heading, its style. */
const COLUMNS: readonly [ControlStatus, string, Style][] = [
  ['pass', 'pass', 'good'],
  ['fail', 'fail', 'bad'],
  ['unknown', 'unknown', 'warning'],
  ['no-evidence', 'no evidence', 'plain'],
  ['not-applicable', 'n/a', 'plain'],
  ['manual', 'manual', 'plain'],
]

function controlsTable(view: RunView, look: Look): string {
  if (view.controls.length === 0) return ''
  const pen = penFor(look)
  const row = (name: string, tally: ControlTally) => [
    name,
    ...COLUMNS.map(([status, , style]) => (tally[status] > 0 ? pen[style](grouped(tally[status])) : pen.faint('0'))),
    grouped(tally.all),
  ]
  const rows = themeTallies(view).map(({ theme, tally }) => row(theme.charAt(0).toUpperCase() + theme.slice(1), tally))
  const table = drawTable(
    [
      { title: 'Annex A controls' },
      ...COLUMNS.map(([, title]) => ({ title, align: 'right' as const })),
      { title: 'total', align: 'right' },
    ],
    [...rows, row(pen.strong('All'), controlTally(view.controls))],
    pen,
  )
  return table
}

function checkResults(report: RunReport, look: Look): string {
  const { view, failed, unknown, undeclared } = report
  const pen = penFor(look)
  const tally = checkTally(view)
  if (tally.all === 0) return pen.plain('No checks were run.')
  const summary = [
    pen.strong(`${number(tally.all, 'check')}:`),
    [
      (tally.pass > 0 ? pen.good : pen.plain)(`${tally.pass} pass`),
      (tally.fail > 0 ? pen.bad : pen.plain)(`${tally.fail} fail`),
      (tally.unknown > 0 ? pen.warning : pen.plain)(`${tally.unknown} unknown`),
      pen.plain(`${tally['not-applicable']} not applicable`),
    ].join(', '),
  ].join(' ')
  return sections([
    paragraph(summary, look),
    failed.all === 0
      ? ''
      : block('Findings, the worst first', failed, suggest(`show ${view.number} --failed`, look), look, (finding) =>
          showFinding(view, finding, look),
        ),
    unknown.all === 0
      ? ''
      : block('Unknown', unknown, suggest(`show ${view.number} --unknown`, look), look, (finding) =>
          showFinding(view, finding, look),
        ),
    undeclared.all === 0
      ? ''
      : block(
          'Waiting for a declaration of yours',
          undeclared,
          suggest(`show ${view.number} --json`, look),
          look,
          (finding) => undeclaredLine(finding, look, pen),
        ),
  ]).trimEnd()
}

function block(
  title: string,
  { shown, all }: Findings,
  command: string,
  look: Look,
  show: (finding: Finding) => string,
): string {
  const pen = penFor(look)
  const more = all - shown.length
  return [
    pen.heading(title),
    ...shown.map(show),
    ...(more > 0 ? [paragraph(pen.strong(`and ${grouped(more)} more: ${command}`), look)] : []),
  ].join('\n\n')
}

function undeclaredLine({ check, title, subjects }: Finding, look: Look, pen: Pen): string {
  const detail = subjects[0]?.detail
  return [
    paragraph(`${pen.plain(title)} ${pen.faint(check)}`, look, `${pen.faint('–')} `),
    ...(detail === undefined ? [] : [paragraph(`${pen.strong('To do:')} ${pen.plain(sentence(detail))}`, look, '  ')]),
  ].join('\n')
}

/** What config leaves out on purpose is said as plainly as what could not be read. */
function leftOut(view: RunView, look: Look): string {
  const pen = penFor(look)
  const scopes = view.sources.flatMap(({ source, scopes: all }) => {
    const out = Map.groupBy(all, ({ excluded }) => excluded)
    return [...out].flatMap(([why, some]) => {
      if (why === undefined) return []
      const names = list(
        some.map(({ id, title }) => title ?? id),
        3,
      )
      const what = some.length === 1 ? `${names}: ${why}` : `${number(some.length, 'scope')}, ${why}: ${names}`
      return [`${sourceText(view, source, pen)}${pen.plain(`: ${what}`)}`]
    })
  })
  const checks = view.plan.checks.flatMap(({ id, source, disabled }) =>
    disabled === undefined
      ? []
      : [`${pen.plain(id)} ${pen.faint('on')} ${sourceText(view, source, pen)}${pen.plain(`: ${disabled}`)}`],
  )
  const entries = [...scopes, ...checks]
  if (entries.length === 0) return ''
  const shown = entries.slice(0, 10)
  const more = entries.length - shown.length
  return [
    pen.heading('Left out by config'),
    ...shown.map((entry) => paragraph(entry, look, `${pen.faint('–')} `)),
    ...(more > 0
      ? [paragraph(pen.strong(`and ${grouped(more)} more: ${suggest(`show ${view.number} --json`, look)}`), look, '  ')]
      : []),
  ].join('\n')
}

/** Stands below a run that is shown from the store. */
export function showSeal(view: RunView, look: Look): string {
  if (view.statement === undefined) return ''
  const { keyid, run } = view.statement.predicate
  const pen = penFor(look)
  return `${[
    paragraph(pen.faint(`Sealed ${minute(run.sealedAt)} by key`), look),
    paragraph(pen.faint(keyid), look),
    paragraph(
      pen.faint(
        `Showing a run does not verify it: ${suggest(`verify ${view.number} --key PUBLIC-KEY.pem`, look)} does.`,
      ),
      look,
    ),
  ].join('\n')}\n`
}
