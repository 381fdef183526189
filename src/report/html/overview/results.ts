import type { ReportSource } from '../../../model/report-source.ts'
import { STATUSES } from '../../../model/result.ts'
import { ControlStatus } from '../../../model/control.ts'
import { SEVERITIES } from '../../../sdk/check.ts'
import { sourceName } from '../../incomplete.ts'
import { checksOf, controlTally } from '../../summary.ts'
import { type Cell, notice, section, statusBadge } from '../components.ts'
import { COUNT_COLUMNS, countCells } from './count-columns.ts'
import { type Html, html } from '../html.ts'
import { firstRows, type LongTable } from '../long-table.ts'
import { allChecksPath, checkPath, hrefFrom } from '../paths.ts'
import { tallyBar } from '../tally.ts'
import { count, plural, text } from '../text.ts'
import { trend } from './trend.ts'

/** What was found, in totals that say all that they are made of, and how it was in the runs before. */
export function resultsPart(source: ReportSource): Html {
  const { run, ledger } = source
  const { results, subjects } = run.statement?.predicate ?? {}
  const controls = controlTally(run.controls)
  const isWhole = run.outcomes.every(({ outcome }) => outcome.status === 'complete') && run.withheld.length === 0
  const checks = results === undefined ? 0 : STATUSES.reduce((sum, status) => sum + results[status], 0)
  return section(
    {
      id: 'results',
      title: 'Results',
      lead: `Each total with everything that it is made of. A check counts once for each source, a subject once for each check.${isWhole ? '' : ' A subject that was never seen is in no total: what was not read stands above.'}`,
    },
    html`<div class="grid">
${controls.all > 0 && tallyBar({ title: 'Controls', of: 'of Annex A', all: controls.all, parts: ControlStatus.options.map((state) => ({ state, count: controls[state] })) })}
${results && tallyBar({ title: 'Checks', of: checks === 1 ? 'check on a source' : 'checks on sources', all: checks, parts: STATUSES.map((state) => ({ state, count: results[state] })) })}
${
  subjects &&
  tallyBar({
    title: 'Subjects',
    of: 'in scope of checks',
    all: subjects.inScope,
    parts: [
      { state: 'pass', count: subjects.passed },
      { state: 'fail', count: subjects.failed },
      { state: 'excepted', count: subjects.excepted },
      { state: 'not-applicable', count: subjects.notApplicable },
      { state: 'unknown', count: subjects.unknown },
    ],
  })
}
</div>
<h3 id="trend">Over the ledger</h3>
<p class="lead">Checks by result in the runs of job ${text(run.plan.run.job)}${ledger.more && html`, the last ones of a longer ledger`}. Nothing is known of the time between two runs.</p>
${trend(ledger.runs, run.plan.run.job, run.number)}`,
  )
}

/** Every check of the run, the most severe first, failed ones before the others of their severity. */
export function checksPart(source: ReportSource): Html {
  const table = checksTable(source)
  const tally = source.run.statement?.predicate.results
  const sealed = tally === undefined ? 0 : STATUSES.reduce((sum, status) => sum + tally[status], 0)
  const hidden = sealed - table.size
  return section(
    {
      id: 'checks',
      title: 'Checks',
      lead: html`${plural(table.size, 'check')} in this report; in scope = passed + failed + excepted + not applicable + unknown.`,
    },
    hidden > 0 &&
      notice('caution', `${count(hidden)} of the ${plural(sealed, 'check')} of the run are withheld from this copy.`),
    table.size > 0 && firstRows(table),
  )
}

export function checksTable({ run }: ReportSource): LongTable {
  const checks = checksOf(run)
  return {
    title: 'All checks',
    size: checks.length,
    path: allChecksPath,
    table: {
      caption: 'Checks by severity',
      captionHidden: true,
      filterable: true,
      columns: [
        { label: 'Check', kind: 'wide' },
        { label: 'Severity', facet: true },
        { label: 'Source', facet: true },
        { label: 'Result', facet: true },
        ...COUNT_COLUMNS,
      ],
    },
    rows: (page, from, to) =>
      checks.slice(from, to).map(({ check, source, severity, title, line: { summary } }): Cell[] => {
        const { counts, status, reason } = summary
        return [
          html`<a class="title" href="${hrefFrom(page, checkPath(source, check))}">${text(title)}</a><span class="sub">${text(check)}</span>`,
          { shown: severity, sort: SEVERITIES.indexOf(severity) },
          text(sourceName(run, source)),
          { shown: statusBadge(status, reason), sort: ['fail', 'unknown', 'pass', 'not-applicable'].indexOf(status) },
          ...countCells(counts),
        ]
      }),
  }
}
