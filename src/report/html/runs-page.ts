import type { LedgerRun, ReportFile, ReportSource } from '../../model/report-source.ts'
import { isLate } from '../../model/schedule.ts'
import { type Cell, dataTable, notice, statusBadge } from './components.ts'
import { type Html, html } from './html.ts'
import { page, type ReportFrame } from './layout.ts'
import { RUNS_PATH } from './paths.ts'
import { count, instant, plural } from './text.ts'

/** Every run that the ledger tells of, those that were aborted or never ended among them: nothing is done again until it is green without a trace. */
export function runsPage(source: ReportSource, frame: ReportFrame): ReportFile {
  const { runs, more, origin } = source.ledger
  return page(
    {
      path: RUNS_PATH,
      title: 'Runs',
      source: frame,
      crumbs: [{ label: 'Runs' }],
      lead: html`<p class="lead">${plural(runs.length, 'run')} up to run ${source.run.number}, of every job, as the ledger <code>${origin}</code> tells of them. A run has the number of the entry that opened it, so numbers are not consecutive.</p>`,
    },
    html`${more && notice('info', 'There are earlier runs that are not listed here: affiant list has all of them.')}
${dataTable({
  caption: 'Runs, the newest first',
  captionHidden: true,
  filterable: true,
  columns: [
    { label: 'Run', kind: 'number' },
    { label: 'Opened' },
    { label: 'Job', facet: true },
    { label: 'Started by', facet: true },
    { label: 'Read' },
    { label: 'Failed', kind: 'number' },
    { label: 'Unknown', kind: 'number' },
    { label: 'Passed', kind: 'number' },
    { label: 'Not applicable', kind: 'number' },
    { label: 'Remarks', kind: 'wide' },
  ],
  rows: runs
    .map((run, at) =>
      row(
        run,
        runs.slice(0, at).findLast(({ job }) => job === run.job),
        source.run.number,
      ),
    )
    .toReversed(),
})}
<p>Passed, failed, unknown and not applicable count checks, each once for each source.</p>`,
  )
}

function row(run: LedgerRun, before: LedgerRun | undefined, own: number): Cell[] {
  const { number, openedAt, job, trigger, end } = run
  const start: Cell[] = [{ shown: String(number), sort: number }, instant(openedAt), job, trigger]
  const remarks = html`${number === own && 'The run of this report. '}${late(run, before)}`
  if (end?.kind !== 'sealed')
    return [
      ...start,
      statusBadge(end === undefined ? 'open' : 'aborted'),
      '',
      '',
      '',
      '',
      end === undefined
        ? html`${remarks}It had not ended when the run of this report was sealed.`
        : html`${remarks}Aborted ${instant(end.at)}: it has no results.`,
    ]
  const { results, outcomes } = end
  const items = outcomes.complete + outcomes.partial + outcomes.failed
  const read = html`${statusBadge(end.status)} <span class="reason">${count(outcomes.complete)} of ${plural(items, 'plan item')}</span>`
  return [
    ...start,
    read,
    results.fail,
    results.unknown,
    results.pass,
    results['not-applicable'],
    html`${remarks}Sealed ${instant(end.at)}.${end.expectedBy !== undefined && html` Next run due ${instant(end.expectedBy)}.`}`,
  ]
}

function late({ openedAt }: LedgerRun, before: LedgerRun | undefined): Html | undefined {
  const due = before?.end?.kind === 'sealed' ? before.end.expectedBy : undefined
  return due !== undefined && isLate(due, openedAt) ? html`Opened later than due, ${instant(due)}. ` : undefined
}
