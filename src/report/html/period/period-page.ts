import type { Freshness, PeriodChange, PeriodJob, PeriodPopulation, PeriodView } from '../../../model/period-view.ts'
import type { ReportFile } from '../../../model/report-source.ts'
import { RANK } from '../../period/freshness.ts'
import { boundsWords, lasting, limitsOf } from '../../period/words.ts'
import {
  type Cell,
  dataTable,
  definitionList,
  details,
  notice,
  section,
  type State,
  statusBadge,
} from '../components.ts'
import { HATCH } from '../drawing.ts'
import { type Html, html } from '../html.ts'
import { page, type ReportFrame } from '../layout.ts'
import { INDEX_PATH } from '../paths.ts'
import { CHECKS, DEVIATIONS, demoMark, type Listing, MISSED, RUNS } from './cells.ts'
import { LISTS } from './lists.ts'
import { timeline } from './timeline.ts'
import { count, instant, plural, text } from '../text.ts'

/** So many lines of a list stand on the first page; pages of their own have all. */
const MOST = 60
const MOST_CHANGES = 40

/** The first page of the report of a period: whether the runs took place, what they saw over time, and what changed under way. */
export function periodPage(view: PeriodView, frame: ReportFrame): ReportFile {
  const lead = html`<p>What the runs of affiant saw from ${instant(view.period.from)} up to, and without, ${instant(view.period.to)}. A failure that was mended stays listed.</p>`
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
  yield populationsPart(view.populations)
  yield changesPart(view.changes)
}

function head(view: PeriodView): Html {
  const { jobs, deviations, deviationsOmitted, runs, checks } = view
  const sum = (of: (job: PeriodJob) => number) => jobs.reduce((all, job) => all + of(job), 0)
  const open = checks.reduce((all, one) => all + one.open, 0)
  const missing = runs.filter(({ filesMissing }) => filesMissing)
  return html`${definitionList([
    ['Ledger', html`<code>${text(view.origin)}</code>`],
    ['Known up to', instant(view.until)],
    [
      'Runs',
      html`${plural(runs.length, 'run')}; due ${plural(
        sum(({ expected }) => expected),
        'time',
      )}, ${count(sum(({ performed }) => performed))} kept, ${count(sum(({ missed }) => missed))} missed`,
    ],
    [
      'Deviations',
      html`${plural(deviations.length + deviationsOmitted, 'deviation')}, ${count(open)} still open when last seen`,
    ],
  ])}
${notice('info', html`${limitsOf(view).map((line) => html`<p>${line}</p>`)}`, 'How far this goes')}
${missing.length > 0 && notice('bad', html`<p>The ledger says that ${missing.map(({ number }) => `run ${number}`).join(', ')} was sealed, and its files are not there. <code>affiant verify</code> says more.</p>`, 'Runs are missing')}
`
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
    job.expected,
    job.performed,
    job.missed,
    job.late,
    job.pending,
    job.runs.all,
    endedWords(job),
    job.lastSealed === undefined ? '' : html`<a href="runs/${job.lastSealed}/index.html">Run ${job.lastSealed}</a>`,
  ])
  return section(
    {
      id: 'runs',
      title: 'Expected and performed runs',
      lead: 'Due = kept + missed + due within the last hour. A time is kept if a run was opened within an hour of it and read something.',
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
        { label: 'of these made up for', kind: 'number' },
        { label: 'Last hour', kind: 'number' },
        { label: 'Runs', kind: 'number' },
        { label: 'How they ended', kind: 'wide' },
        { label: 'Report of the last' },
      ],
      rows,
    }),
    html`<h3 id="missed">Missed</h3>`,
    missed.length === 0
      ? html`<p>No run that was due is known to be missing.</p>`
      : list(MISSED, missed, 'Times at which a job was due and did not run', { all, page: LISTS.missed.path }),
    html`<h3>Runs</h3>`,
    html`<p>${count(odd.length)} of ${plural(runs.length, 'run')} were not opened by the schedule, or did not read all. <a href="${LISTS.runs.path}">All runs</a> have a page.</p>`,
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
      lead: html`${plural(checks.length, 'check')}, each once for each source. Here are the ${count(turned.length)} that did not pass in every run; <a href="${LISTS.checks.path}">all of them</a> have a page.`,
    },
    turned.length > 0 && list(CHECKS, turned, 'Checks that did not pass in every run', { page: LISTS.checks.path }),
  )
}

const FRESH: Record<Freshness['state'], State> = {
  current: 'complete',
  stale: 'partial',
  never: 'failed',
  'not-judged': 'not-collected',
}
const FRESH_WORDS: Record<Freshness['state'], string> = {
  current: 'current',
  stale: 'stale: older than the schedule allows',
  never: 'never read whole',
  'not-judged': 'not judged: no schedule',
}

function freshnessPart(all: readonly Freshness[]): Html {
  const sorted = all.toSorted((a, b) => RANK[a.state] - RANK[b.state])
  const behind = all.filter(({ state }) => state === 'stale' || state === 'never').length
  return section(
    {
      id: 'freshness',
      title: 'How old the evidence was at the end',
      lead: html`${count(behind)} of ${plural(all.length, 'stream')} were older than the time from one run to the next, or never read whole.`,
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
        html`${statusBadge(FRESH[one.state])} <span class="reason">${FRESH_WORDS[one.state]}${one.reason !== undefined && `, ${one.reason}`}</span>`,
        one.readAt === undefined ? 'not in this evidence' : instant(one.readAt),
        { shown: one.age === undefined ? '' : lasting(one.age), sort: one.age ?? -1 },
        { shown: one.cadence === undefined ? '' : lasting(one.cadence), sort: one.cadence ?? -1 },
        one.scopes,
        html`${one.behind.length > 0 && text(one.behind.join(', '))}${one.oldestRecord !== undefined && html` <span class="reason">oldest record read ${instant(one.oldestRecord)}</span>`}`,
      ]),
    }),
  )
}

const POPULATION: Record<PeriodPopulation['state'], State> = {
  whole: 'complete',
  premature: 'incomplete',
  partial: 'partial',
}

function populationsPart(all: readonly PeriodPopulation[]): Html {
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
            html`${statusBadge(POPULATION[one.state])} <span class="reason">${one.state}</span>`,
            html`${one.missing.slice(0, 10).map(({ from, to }) => html`<span class="sub">${instant(from)} up to ${instant(to)}</span>`)}${one.missing.length > 10 && html`<span class="sub">and ${count(one.missing.length - 10)} more</span>`}${one.premature.length > 0 && html`<span class="sub">taken too early by ${plural(one.premature.length, 'run')}</span>`}`,
            one.best === undefined
              ? 'no complete reading'
              : html`run ${one.best.run}: ${instant(one.best.from)} up to ${instant(one.best.to)}`,
          ]),
        }),
  )
}

function changesPart(all: readonly PeriodChange[]): Html {
  const shown = all.slice(0, MOST_CHANGES)
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
            html`<ul class="turns">${changes.slice(0, 100).map(({ about, what, from: was, to: is }) => html`<li>${text(about)}, ${text(what)}: ${text(cut(was))}<span class="arrow">→</span>${text(cut(is))}</li>`)}${changes.length > 100 && html`<li>and ${count(changes.length - 100)} more: <code>affiant diff ${from.run} ${to.run}</code></li>`}</ul>`,
            all.length <= 5 && changes.length <= 20,
          ),
        )}${all.length > shown.length && html`<p class="fine">And ${count(all.length - shown.length)} more; the JSON document has them all.</p>`}`,
  )
}

function cut(value: string | undefined): string {
  if (value === undefined) return 'absent'
  return value.length > 300 ? `${value.slice(0, 300)}…` : value
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
