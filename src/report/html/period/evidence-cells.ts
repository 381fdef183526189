import type { Freshness, PeriodJob, PeriodPopulation } from '../../../model/period-view.ts'
import { RANK } from '../../period/freshness.ts'
import { lasting } from '../../period/words.ts'
import { statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { populationPath, scopeAnchor } from '../paths.ts'
import { count, instant, plural, text } from '../text.ts'
import { demoMark, type Listing } from './cells.ts'

const FRESH: Record<Freshness['state'], Html> = {
  current: statusBadge('current'),
  stale: statusBadge('stale', 'older than the schedule allows'),
  never: statusBadge('never-read'),
  'not-judged': statusBadge('not-judged', 'no schedule'),
}

export function stalestFirst(all: readonly Freshness[]): Freshness[] {
  return all.toSorted((a, b) => RANK[a.state] - RANK[b.state])
}

export const FRESHNESS: Listing<Freshness> = {
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
  row(one) {
    return [
      one.stream,
      html`${text(one.source)}${demoMark(one.demo)}`,
      html`${FRESH[one.state]}${one.reason !== undefined && html` <span class="sub">last reading: ${text(one.reason)}</span>`}`,
      one.readAt === undefined ? 'not in this evidence' : instant(one.readAt),
      { shown: one.age === undefined ? '' : lasting(one.age), sort: one.age ?? -1 },
      { shown: one.cadence === undefined ? '' : lasting(one.cadence), sort: one.cadence ?? -1 },
      one.scopes,
      html`${one.behind.length > 0 && text(one.behind.join(', '))}${one.oldestRecord !== undefined && html` <span class="reason">oldest record read ${instant(one.oldestRecord)}</span>`}`,
    ]
  },
}

/** What nobody read before what was only read too early. */
const LEAST_WHOLE: Readonly<Record<PeriodPopulation['state'], number>> = { partial: 0, premature: 1, whole: 2 }

export function leastWholeFirst(all: readonly PeriodPopulation[]): PeriodPopulation[] {
  return all.toSorted((a, b) => LEAST_WHOLE[a.state] - LEAST_WHOLE[b.state])
}

const MOST_GAPS = 10

/** Lists of events. @param jobs of which the report of the last run is part of this one, with the cards of that run */
export function populationLines(jobs: readonly PeriodJob[]): Listing<PeriodPopulation> {
  const shown = new Set(jobs.map(({ lastSealed }) => lastSealed))
  return {
    columns: [
      { label: 'Population' },
      { label: 'Source', facet: true },
      { label: 'Scope' },
      { label: 'State', facet: true },
      { label: 'Not covered', kind: 'wide' },
      { label: 'Most of it in', kind: 'wide' },
    ],
    row: (one) => [
      one.stream,
      html`${text(one.source)}${demoMark(one.demo)}`,
      one.scope,
      statusBadge(one.state),
      html`${one.missing.slice(0, MOST_GAPS).map(({ from, to }) => html`<span class="sub">${instant(from)} up to ${instant(to)}</span>`)}${one.missing.length > MOST_GAPS && html`<span class="sub">and ${count(one.missing.length - MOST_GAPS)} more</span>`}${one.premature.length > 0 && html`<span class="sub">taken too early by ${plural(one.premature.length, 'run')}</span>`}`,
      bestReading(one, shown),
    ],
  }
}

/** The run that has most of a population; a link to its card if the report of that run is here. */
function bestReading({ source, stream, scope, best }: PeriodPopulation, shown: ReadonlySet<number | undefined>): Html {
  if (best === undefined) return html`no complete reading`
  const card = `runs/${best.run}/${populationPath(source, stream)}#${scopeAnchor(scope)}`
  const run = shown.has(best.run) ? html`<a href="${card}">run ${best.run}</a>` : html`run ${best.run}`
  return html`${run}: ${instant(best.from)} up to ${instant(best.to)}`
}
