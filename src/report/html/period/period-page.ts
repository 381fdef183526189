import type { Freshness, PeriodChange, PeriodJob, PeriodPopulation, PeriodView } from '../../../model/period-view.ts'
import type { ReportFile } from '../../../model/report-source.ts'
import { STATUSES } from '../../../model/result.ts'
import { RANK } from '../../period/freshness.ts'
import { boundsWords, clockWords, lasting, limitsOf } from '../../period/words.ts'
import { outOf, were } from '../../words.ts'
import {
  type Cell,
  dataTable,
  definitionList,
  details,
  notice,
  section,
  stateWord,
  statusBadge,
} from '../components.ts'
import { HATCH } from '../drawing.ts'
import { type Html, html } from '../html.ts'
import { page, type ReportFrame } from '../layout.ts'
import { INDEX_PATH, populationPath, scopeAnchor } from '../paths.ts'
import { CHECKS, DEVIATIONS, demoMark, type Listing, MISSED, RUNS } from './cells.ts'
import { LISTS } from './lists.ts'
import { timeline } from './timeline.ts'
import { cutValues } from './values.ts'
import { count, instant, plural, text } from '../text.ts'

/** So many lines of a list stand on the first page; pages of their own have all. */
const MOST = 60
const MOST_CHANGES = 40
const MOST_VALUES = 20
const LONGEST_VALUE = 300

/** The first page of the report of a period: whether the runs took place, what they saw over time, and what changed under way. */
export function periodPage(view: PeriodView, frame: ReportFrame): ReportFile {
  const lead = html`<p>What the runs of affiant saw from ${instant(view.period.from)} up to but not including ${instant(view.period.to)}. A failure that was mended stays listed.</p>`
  return page(
    {
      path: INDEX_PATH,
      title: boundsWords(view.period),
      kicker: 'Report of a period',
      lead,
      source: frame,
      crumbs: [],
    },
    () => parts(view),
  )
}

function* parts(view: PeriodView): Iterable<Html> {
  yield HATCH
  yield head(view)
  yield section(
    {
      id: 'timeline',
      title: 'Runs, gaps and deviations',
      lead: 'What was seen, when it was seen. Between two runs nobody looked.',
    },
    timeline(view),
  )
  yield deviationsPart(view)
  yield runsPart(view)
  yield checksPart(view)
  yield freshnessPart(view.freshness)
  yield populationsPart(view)
  yield changesPart(view.changes)
}

function head(view: PeriodView): Html {
  const { jobs, deviations, deviationsOmitted, runs, checks, freshness } = view
  const sum = (of: (job: PeriodJob) => number) => jobs.reduce((all, job) => all + of(job), 0)
  const open = checks.reduce((all, one) => all + one.open, 0)
  const missing = runs.filter(({ filesMissing }) => filesMissing)
  return html`${definitionList([
    ['Ledger', html`<code>${text(view.origin)}</code>`],
    ['Known up to', instant(view.until)],
    [
      'Runs',
      jobs.every(isUnscheduled)
        ? html`${plural(runs.length, 'run')}; ${NO_SCHEDULE}`
        : html`${plural(runs.length, 'run')}; due ${plural(
            sum(({ expected }) => expected),
            'time',
          )}, ${count(sum(({ performed }) => performed))} kept, ${count(sum(({ missed }) => missed))} missed`,
    ],
    [
      'Deviations',
      html`${plural(deviations.length + deviationsOmitted, 'deviation')}, ${count(open)} still open when last seen`,
    ],
    ['Checks, when last judged', checks.length > 0 ? lastWords(checks) : undefined],
    [
      'Evidence not current',
      freshness.length > 0
        ? html`${outOf(freshness.filter(isBehind).length, freshness.length, 'stream')}, <a href="#freshness">late or never read whole</a>`
        : undefined,
    ],
    ['Controls, criteria and evidence', lastReports(jobs)],
  ])}
${notice('info', html`${limitsOf(view).map((line) => html`<p>${line}</p>`)}`, 'How far this goes')}
${view.clockTurns.length > 0 && notice('bad', html`${clockWords(view).map((line) => html`<p>${line}</p>`)}`, 'A clock was changed')}
${missing.length > 0 && notice('bad', html`<p>The ledger says that ${missing.map(({ number }) => `run ${number}`).join(', ')} was sealed, and its files are not there. <code>affiant verify</code> says more.</p>`, 'Runs are missing')}
`
}

const NO_SCHEDULE = 'no schedule is known, so it cannot be said whether one is missing'

function isUnscheduled({ known }: PeriodJob): boolean {
  return known === 'none'
}

function isBehind({ state }: Freshness): boolean {
  return state === 'stale' || state === 'never'
}

/** How checks stood when a run last said something of them. */
function lastWords(checks: PeriodView['checks']): string {
  const unseen = checks.filter(({ last }) => last === undefined).length
  const judged = STATUSES.map(
    (status) => `${count(checks.filter(({ last }) => last?.status === status).length)} ${stateWord(status)}`,
  )
  const all = [...judged, ...(unseen > 0 ? [`${count(unseen)} not seen in the period`] : [])]
  return `${plural(checks.length, 'check')}: ${all.join(', ')}`
}

/** The period has runs alone; what they were made of, and who signed it, stands in the report of the last one of each job. */
function lastReports(jobs: PeriodView['jobs']): Html | undefined {
  const links = jobs.flatMap(({ job, lastSealed }) =>
    lastSealed === undefined
      ? []
      : [html`<a href="runs/${lastSealed}/index.html">Run ${lastSealed}</a> of ${text(job)}`],
  )
  if (links.length === 0) return undefined
  return html`${links.map((link, at) => html`${at > 0 && ', '}${link}`)}, with its signer and how to verify it`
}

function runsPart(view: PeriodView): Html {
  const { jobs, runs } = view
  const missed = jobs.flatMap(({ job, missedDues }) => missedDues.map((due) => ({ job, ...due })))
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
        )} at which a run was due. <a href="${LISTS.missed.path}">All missed times</a>.</p>${list(
          MISSED,
          missed,
          'Times at which a job was due and no run read anything',
          { all, page: LISTS.missed.path },
        )}`,
    html`<h3>Runs</h3>`,
    html`<p>${outOf(odd.length, runs.length, 'run')} ${were(odd.length, runs.length)} not opened by the schedule, or did not read everything. <a href="${LISTS.runs.path}">All runs</a>.</p>`,
    odd.length > 0 && list(RUNS, odd, 'Runs to look at', { page: LISTS.runs.path }),
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

function deviationsPart({ deviations, deviationsOmitted, subjects, subjectsOmitted }: PeriodView): Html {
  return section(
    {
      id: 'deviations',
      title: 'Deviations',
      lead: html`Each failure of a subject, from the first run that saw it to the first that did not. How long it lasted has two bounds, because between two runs nobody looked. ${subjects.length > 0 && html`<a href="${LISTS.subjects.path}">Every subject that failed or was unknown</a>, state by state.`}`,
    },
    subjectsOmitted > 0 &&
      notice(
        'caution',
        `More subjects failed than are followed one by one: ${count(subjectsOmitted)} results of others are not listed.`,
      ),
    deviations.length === 0
      ? html`<p>No run in this evidence saw a subject fail.</p>`
      : list(DEVIATIONS, deviations, 'Deviations, open ones first', {
          all: deviations.length + deviationsOmitted,
          page: LISTS.deviations.path,
        }),
  )
}

function checksPart({ checks }: PeriodView): Html {
  const turned = checks.filter(({ segments, last }) => segments.length > 1 || last?.status !== 'pass')
  return section(
    {
      id: 'checks',
      title: 'Checks over time',
      lead: html`${outOf(turned.length, checks.length, 'check')} did not pass in every run. A check counts once for each source. <a href="${LISTS.checks.path}">All checks</a>.`,
    },
    turned.length > 0 && list(CHECKS, turned, 'Checks that did not pass in every run', { page: LISTS.checks.path }),
  )
}

const FRESH: Record<Freshness['state'], Html> = {
  current: statusBadge('current'),
  stale: statusBadge('stale', 'older than the schedule allows'),
  never: statusBadge('never-read'),
  'not-judged': statusBadge('not-judged', 'no schedule'),
}

function freshnessPart(all: readonly Freshness[]): Html {
  const sorted = all.toSorted((a, b) => RANK[a.state] - RANK[b.state])
  const behind = all.filter(isBehind).length
  return section(
    {
      id: 'freshness',
      title: 'How old the evidence was at the end',
      lead: `${outOf(behind, all.length, 'stream')} ${were(behind, all.length)} older than the time from one run to the next, or never read whole. Without a schedule, age is not judged.`,
    },
    dataTable({
      caption: 'Streams, the stalest first',
      captionHidden: true,
      filterable: true,
      columns: [
        { label: 'Stream' },
        { label: 'Source', facet: true },
        { label: 'State', facet: true },
        { label: 'Last read whole' },
        { label: 'Age then' },
        { label: 'Every' },
        { label: 'Scopes', kind: 'number' },
        { label: 'Behind', kind: 'wide' },
      ],
      rows: sorted.map((one): Cell[] => [
        one.stream,
        html`${text(one.source)}${demoMark(one.demo)}`,
        html`${FRESH[one.state]}${one.reason !== undefined && html` <span class="sub">last reading: ${text(one.reason)}</span>`}`,
        one.readAt === undefined ? 'not in this evidence' : instant(one.readAt),
        { shown: one.age === undefined ? '' : lasting(one.age), sort: one.age ?? -1 },
        { shown: one.cadence === undefined ? '' : lasting(one.cadence), sort: one.cadence ?? -1 },
        one.scopes,
        html`${one.behind.length > 0 && text(one.behind.join(', '))}${one.oldestRecord !== undefined && html` <span class="reason">oldest record read ${instant(one.oldestRecord)}</span>`}`,
      ]),
    }),
  )
}

/** The run that has most of a population; a link to its card if the report of that run is here. */
function bestReading({ source, stream, scope, best }: PeriodPopulation, shown: ReadonlySet<number | undefined>): Html {
  if (best === undefined) return html`no complete reading`
  const card = `runs/${best.run}/${populationPath(source, stream)}#${scopeAnchor(scope)}`
  const run = shown.has(best.run) ? html`<a href="${card}">run ${best.run}</a>` : html`run ${best.run}`
  return html`${run}: ${instant(best.from)} up to ${instant(best.to)}`
}

function populationsPart({ populations: all, jobs }: PeriodView): Html {
  const shown = new Set(jobs.map(({ lastSealed }) => lastSealed))
  return section(
    {
      id: 'populations',
      title: 'Lists of events over the period',
      lead: 'A list of all events is whole if complete readings cover all of the period. One that was taken before the period closed is premature.',
    },
    all.length === 0
      ? html`<p>No run of this evidence reads a list of events.</p>`
      : dataTable({
          caption: 'Populations',
          captionHidden: true,
          filterable: true,
          columns: [
            { label: 'Population' },
            { label: 'Source', facet: true },
            { label: 'Scope' },
            { label: 'State', facet: true },
            { label: 'Not covered', kind: 'wide' },
            { label: 'Most of it in', kind: 'wide' },
          ],
          rows: all.map((one): Cell[] => [
            one.stream,
            html`${text(one.source)}${demoMark(one.demo)}`,
            one.scope,
            statusBadge(one.state),
            html`${one.missing.slice(0, 10).map(({ from, to }) => html`<span class="sub">${instant(from)} up to ${instant(to)}</span>`)}${one.missing.length > 10 && html`<span class="sub">and ${count(one.missing.length - 10)} more</span>`}${one.premature.length > 0 && html`<span class="sub">taken too early by ${plural(one.premature.length, 'run')}</span>`}`,
            bestReading(one, shown),
          ]),
        }),
  )
}

function changesPart(all: readonly PeriodChange[]): Html {
  const shown = all.slice(-MOST_CHANGES)
  const values = all.reduce((sum, { changes }) => sum + changes.length, 0)
  return section(
    {
      id: 'changes',
      title: 'Changes of logic, thresholds and rights',
      lead: 'What was judged otherwise from one run to the next: program, config, collectors, checks with their criteria and thresholds, mapping, identity and rights. A result may differ for that alone.',
    },
    all.length === 0
      ? html`<p>Nothing of it differs between the runs of this evidence.</p>`
      : html`${shown.map(({ job, from, to, changes }) =>
          details(
            html`${instant(to.at)}: ${plural(changes.length, 'change')} from run ${from.run} to run ${to.run} of ${text(job)}`,
            html`<ul class="turns">${changes.slice(0, MOST_VALUES).map(changeItem)}${changes.length > MOST_VALUES && html`<li>and ${count(changes.length - MOST_VALUES)} more</li>`}</ul>`,
            all.length <= 5 && changes.length <= 20,
          ),
        )}<p><a href="${LISTS.changes.path}">All ${plural(values, 'change')}</a>, one by one${shown.length < all.length && `; here are those of the last ${count(shown.length)} of ${plural(all.length, 'run')} that brought one`}.</p>`,
  )
}

function changeItem({ about, what, from, to }: PeriodChange['changes'][number]): Html {
  const [was, is] = cutValues(from, to, LONGEST_VALUE)
  return html`<li>${text(about)}, ${text(what)}: ${text(was)}<span class="arrow">→</span>${text(is)}</li>`
}

function list<Item>(
  { columns, row }: Listing<Item>,
  items: readonly Item[],
  caption: string,
  { all = items.length, page: path }: { all?: number; page: string },
): Html {
  const shown = items.slice(0, MOST)
  return html`${dataTable({ caption, captionHidden: true, filterable: true, columns, rows: shown.map(row) })}${
    all > shown.length &&
    html`<p><a href="${path}">All ${count(all)}</a>; these are the first ${count(shown.length)}.</p>`
  }`
}
