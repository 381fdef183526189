import type { Freshness, PeriodChange, PeriodView } from '../../../model/period-view.ts'
import type { ReportFile } from '../../../model/report-source.ts'
import { boundsWords } from '../../period/words.ts'
import { outOf, were } from '../../words.ts'
import { details, notice, section } from '../components.ts'
import { HATCH } from '../drawing.ts'
import { type Html, html } from '../html.ts'
import { page, type ReportFrame } from '../layout.ts'
import { INDEX_PATH } from '../paths.ts'
import { CHECKS, DEVIATIONS } from './cells.ts'
import { FRESHNESS, leastWholeFirst, populationLines, stalestFirst } from './evidence-cells.ts'
import { firstLines } from './first-lines.ts'
import { isBehind, periodHead } from './head.ts'
import { LISTS } from './lists.ts'
import { runsPart } from './runs-part.ts'
import { timeline } from './timeline.ts'
import { cutValues } from '../values.ts'
import { count, instant, plural, text } from '../text.ts'

/** So many runs that brought changes, of each so many, in so many characters; pages of their own have all. */
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
  yield periodHead(view)
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
      : firstLines(DEVIATIONS, deviations, 'Deviations, open ones first', {
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
    turned.length > 0 &&
      firstLines(CHECKS, turned, 'Checks that did not pass in every run', { page: LISTS.checks.path }),
  )
}

function freshnessPart(all: readonly Freshness[]): Html {
  const behind = all.filter(isBehind).length
  return section(
    {
      id: 'freshness',
      title: 'How old the evidence was at the end',
      lead: html`${outOf(behind, all.length, 'stream')} ${were(behind, all.length)} older than the time from one run to the next, or never read whole. Without a schedule, age is not judged. <a href="${LISTS.freshness.path}">All streams</a>.`,
    },
    firstLines(FRESHNESS, stalestFirst(all), 'Streams, the stalest first', { page: LISTS.freshness.path }),
  )
}

function populationsPart({ populations: all, jobs }: PeriodView): Html {
  const short = all.filter(({ state }) => state !== 'whole').length
  return section(
    {
      id: 'populations',
      title: 'Lists of events over the period',
      lead: html`A list of all events is whole if complete readings cover all of the period. One that was taken before the period closed is premature. ${all.length > 0 && html`${outOf(short, all.length, 'list')} ${were(short, all.length)} not whole. `}<a href="${LISTS.populations.path}">All lists of events</a>.`,
    },
    all.length === 0
      ? html`<p>No run of this evidence reads a list of events.</p>`
      : firstLines(populationLines(jobs), leastWholeFirst(all), 'Populations, the least whole first', {
          page: LISTS.populations.path,
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
  return html`<li>${text(about, LONGEST_VALUE)}, ${text(what, LONGEST_VALUE)}: ${text(was)}<span class="arrow">→</span>${text(is)}</li>`
}
