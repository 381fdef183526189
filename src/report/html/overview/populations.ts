import type { ReportSource } from '../../../model/report-source.ts'
import { sourceName } from '../../incomplete.ts'
import { type Cell, dataTable, notice, section, statusBadge } from '../components.ts'
import { number } from './count-columns.ts'
import { type Html, html } from '../html.ts'
import { firstRows, type LongTable } from '../long-table.ts'
import { allPopulationsPath, hrefFrom, populationPath, RUNS_PATH } from '../paths.ts'
import { count, instant, plural, text } from '../text.ts'

/** Every stream of every source that was to be read, with how reading it ended in all its scopes. */
export function populationsPart(source: ReportSource): Html {
  const table = populationsTable(source)
  return section(
    {
      id: 'populations',
      title: 'Populations',
      lead: 'What was read, with its bounds, requests, page ends, totals and digests: what each check judged is one of these.',
    },
    table.size === 0 ? notice('caution', 'No population is shown in this copy.') : firstRows(table),
  )
}

export function populationsTable({ run }: ReportSource): LongTable {
  const byStream = Map.groupBy(run.outcomes, ({ source, stream }) => `${source}\0${stream}`)
  const all = run.plan.sources.flatMap(({ id, streams }) =>
    streams.flatMap((stream) => {
      const lines = byStream.get(`${id}\0${stream.id}`)
      return lines === undefined ? [] : [{ id, stream, lines }]
    }),
  )
  return {
    title: 'All populations',
    size: all.length,
    path: allPopulationsPath,
    table: {
      caption: 'Populations by source',
      captionHidden: true,
      filterable: true,
      columns: [
        { label: 'Population', kind: 'wide' },
        { label: 'Source', facet: true },
        { label: 'Kind', facet: true },
        { label: 'Reading', facet: true },
        { label: 'Scopes read whole', kind: 'number' },
        { label: 'Records', kind: 'number' },
        { label: 'Requests', kind: 'number' },
      ],
    },
    rows: (page, from, to) =>
      all.slice(from, to).map(({ id, stream, lines }): Cell[] => {
        const sum = (of: 'records' | 'requests') => lines.reduce((total, { outcome }) => total + outcome[of], 0)
        const whole = lines.filter(({ outcome }) => outcome.status === 'complete').length
        const isFailed = lines.every(({ outcome }) => outcome.status === 'failed')
        const state = whole === lines.length ? 'complete' : isFailed ? 'failed' : 'partial'
        return [
          html`<a class="title" href="${hrefFrom(page, populationPath(id, stream.id))}">${text(stream.id)}</a>`,
          text(sourceName(run, id)),
          stream.occurredAt === undefined ? 'state' : 'events of the period',
          { shown: statusBadge(state), sort: ['failed', 'partial', 'complete'].indexOf(state) },
          { shown: `${count(whole)} of ${count(lines.length)}`, sort: lines.length - whole },
          number(sum('records')),
          number(sum('requests')),
        ]
      }),
  }
}

/** The last run of every other job of the ledger: this report says nothing of what they read. */
export function otherJobsPart({ run, ledger }: ReportSource): Html | undefined {
  const last = new Map(ledger.runs.filter(({ job }) => job !== run.plan.run.job).map((one) => [one.job, one]))
  if (last.size === 0) return undefined
  const rows = [...last.values()].map(({ job, number: of, openedAt, end }): Cell[] => [
    job,
    { shown: count(of), sort: of },
    instant(openedAt),
    statusBadge(end === undefined ? 'open' : end.kind === 'aborted' ? 'aborted' : end.status),
  ])
  return section(
    {
      id: 'jobs',
      title: 'Other jobs',
      lead: html`This report is of job ${text(run.plan.run.job)} alone. The ledger has ${plural(last.size, 'other job')} up to this run; <a href="${RUNS_PATH}">every run</a> stands on a page of its own.`,
    },
    dataTable({
      caption: 'Last run of every other job',
      captionHidden: true,
      columns: [{ label: 'Job' }, { label: 'Last run', kind: 'number' }, { label: 'Opened' }, { label: 'State' }],
      rows,
    }),
  )
}
