import type { PeriodJob, PeriodView } from '../../../model/period-view.ts'
import { outOf, were } from '../../words.ts'
import { type Cell, dataTable, section } from '../components.ts'
import { type Html, html } from '../html.ts'
import { count, text } from '../text.ts'
import { MISSED, missedTimes, RUNS } from './cells.ts'
import { firstLines } from './first-lines.ts'
import { isUnscheduled, NO_SCHEDULE } from './head.ts'
import { LISTS } from './lists.ts'

/** Whether the runs that were due took place, and how each ended that was not as the others. */
export function runsPart(view: PeriodView): Html {
  const { jobs, runs } = view
  const missed = missedTimes(jobs)
  const all = jobs.reduce((sum, job) => sum + job.missed, 0)
  const odd = runs.filter(
    ({ trigger, status, filesMissing }) => trigger !== 'schedule' || status !== 'complete' || filesMissing,
  )
  const rows = jobs.map((job): Cell[] => [
    job.job,
    job.schedule === undefined
      ? job.known === 'next'
        ? 'only the next time is known'
        : 'none in this evidence'
      : html`<code>${text(job.schedule.cron)}</code> <span class="reason">${text(job.schedule.timeZone)}</span>`,
    // Zero would say that none is missing.
    ...(isUnscheduled(job)
      ? ['not known', '', '', '', '']
      : [job.expected, job.performed, job.missed, job.late, job.pending]),
    job.runs.all,
    endedWords(job),
    job.lastSealed === undefined ? '' : html`<a href="runs/${job.lastSealed}/index.html">Run ${job.lastSealed}</a>`,
  ])
  return section(
    {
      id: 'runs',
      title: 'Expected and performed runs',
      lead: 'Due = kept + missed + last hour, in which a run may still be opened in time. A time is kept if a run was opened within an hour of it and read something. Of the missed ones, some were made up for later.',
    },
    dataTable({
      caption: 'Jobs',
      captionHidden: true,
      columns: [
        { label: 'Job' },
        { label: 'Schedule' },
        { label: 'Due', kind: 'number' },
        { label: 'Kept', kind: 'number' },
        { label: 'Missed', kind: 'number' },
        { label: 'Made up for', kind: 'number' },
        { label: 'Last hour', kind: 'number' },
        { label: 'Runs', kind: 'number' },
        { label: 'How they ended', kind: 'wide' },
        { label: 'Report of the last' },
      ],
      rows,
    }),
    html`<h3 id="missed">Missed</h3>`,
    missed.length === 0
      ? html`<p>${jobs.every(isUnscheduled) ? `Not known: ${NO_SCHEDULE}.` : 'No run that was due is known to be missing.'}</p>`
      : html`<p>${outOf(
          all,
          jobs.reduce((sum, { expected }) => sum + expected, 0),
          'time',
        )} at which a run was due. <a href="${LISTS.missed.path}">All missed times</a>.</p>${firstLines(
          MISSED,
          missed,
          'Times at which a job was due and no run read anything',
          { all, page: LISTS.missed.path },
        )}`,
    html`<h3>Runs</h3>`,
    html`<p>${outOf(odd.length, runs.length, 'run')} ${were(odd.length, runs.length)} not opened by the schedule, or did not read everything. <a href="${LISTS.runs.path}">All runs</a>.</p>`,
    odd.length > 0 && firstLines(RUNS, odd, 'Runs to look at', { page: LISTS.runs.path }),
  )
}

function endedWords({ runs }: PeriodJob): string {
  const counts = [
    [runs.complete, 'complete'],
    [runs.partial, 'partial'],
    [runs.failed, 'failed'],
    [runs.aborted, 'aborted'],
    [runs.open, 'without an end'],
    [runs.manual, 'by hand'],
    [runs.catchUp, 'to catch up'],
  ] as const
  return counts.flatMap(([runsOf, word]) => (runsOf > 0 ? [`${count(runsOf)} ${word}`] : [])).join(', ')
}
