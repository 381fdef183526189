import type { RunEvidence } from '../../../model/report-source.ts'
import { sourceName } from '../../incomplete.ts'
import { definitionList, instanceName, section } from '../components.ts'
import { populationLinks, SHOWN_STREAMS } from './evidence.ts'
import type { ControlView } from './view.ts'
import { type Html, html } from '../html.ts'
import { hrefFrom, populationPath } from '../paths.ts'
import { count, instant, plural, text } from '../text.ts'
import { outOf } from '../../words.ts'

/** So many names stand beside a question. */
const FEW = 8

/** What, where, when, who and how, a line each; the sections below answer them for each piece of evidence. */
export function inShort(run: RunEvidence, view: ControlView, path: string): Html {
  const { streams, evidence, counts, deciding } = view
  const told = new Map(streams.map((one) => [one.source, one.told?.identity]))
  const identities = [...told].flatMap(([source, identity]) => (identity === undefined ? [] : [{ source, identity }]))
  const silent = [...told].flatMap(([source, identity]) => (identity === undefined ? [source] : []))
  const open = streams.filter(({ complete, items }) => complete < items.length)
  const shown = new Set(streams.slice(0, SHOWN_STREAMS))
  return section(
    { id: 'short', title: 'In short' },
    definitionList([
      ['What', whatOf(evidence)],
      ['Where', told.size > 0 ? whereOf(run, streams, identities, silent) : undefined],
      ['When', streams.length > 0 ? whenOf(run, streams) : undefined],
      [
        'Who',
        identities.length > 0
          ? lines(
              identities.map(
                ({ source, identity: { principal } }) =>
                  html`${principal.kind} ${text(principal.name)} on ${text(sourceName(run, source))}`,
              ),
            )
          : undefined,
      ],
      ['How', streams.length > 0 ? howOf(streams, path) : undefined],
      [
        'Not complete',
        streams.length > 0
          ? html`${outOf(open.length, streams.length, 'population')}${open.length > 0 && html`: ${populationLinks(open, shown, path)}`}`
          : undefined,
      ],
      ['Exceptions', exceptions(counts, deciding.length)],
      ['Reviewed by', 'Nobody: not reviewed'],
    ]),
  )
}

function whatOf(evidence: ControlView['evidence']): Html {
  if (evidence.length === 0) return html`No check and no population speaks to it`
  const read = evidence.filter(({ uses }) => uses.some(({ source }) => source !== undefined))
  const of = (kind: 'check' | 'population') => read.filter((one) => one.kind === kind).length
  const without = evidence.length - read.length
  return html`${plural(of('check'), 'check')} and ${plural(of('population'), 'population')} of this run speak to it${without > 0 && html`; ${count(without)} more that no source of this run could give`}`
}

type Identity = NonNullable<NonNullable<ControlView['streams'][number]['told']>['identity']>

function whereOf(
  run: RunEvidence,
  streams: ControlView['streams'],
  identities: readonly { source: string; identity: Identity }[],
  silent: readonly string[],
): Html {
  return lines([
    ...identities.map(({ source, identity }) => {
      const read = streams.filter((one) => one.source === source).flatMap(({ items }) => items)
      const scopes = new Set(read.map(({ line }) => line.scope)).size
      return html`${instanceName(identity)}, as ${text(sourceName(run, source))} told it${scopes > 1 && html`; read in <a href="#populations">${plural(scopes, 'scope')}</a>`}`
    }),
    ...silent.map((source) => html`${text(sourceName(run, source))} did not say which instance it is`),
  ])
}

function whenOf({ plan }: RunEvidence, streams: ControlView['streams']): Html {
  const from = streams.reduce((least, { read }) => (read.from < least ? read.from : least), '~')
  const to = streams.reduce((most, { read }) => (read.to > most ? read.to : most), '')
  const isOfPeriod = streams.some(({ planned }) => planned?.occurredAt !== undefined)
  const period = html`; events from ${instant(plan.run.period.from)} to ${instant(plan.run.period.to)}`
  return html`Read from ${instant(from)} to ${instant(to)}${isOfPeriod && period}`
}

function howOf(streams: ControlView['streams'], path: string): Html {
  const links = streams
    .slice(0, FEW)
    .map(
      ({ source, stream }, at) =>
        html`${at > 0 && ', '}<a href="${hrefFrom(path, populationPath(source, stream))}">${text(stream)}</a>`,
    )
  const more = streams.length - links.length
  return html`${plural(streams.length, 'population')} read by requests that change nothing: ${links}${more > 0 && html` and ${count(more)} more`}. <a href="#populations">Requests, rows, and how to see the same</a>`
}

function exceptions(counts: ControlView['counts'], deciding: number): string | undefined {
  if (counts === undefined || deciding === 0) return undefined
  const of = plural(counts.inScope, 'subject')
  return counts.excepted === 0
    ? `None: 0 of ${of} excepted`
    : `${count(counts.excepted)} of ${of} excepted; each failure is listed nevertheless`
}

/** One thing is a line, several are a list. */
function lines(all: readonly Html[]): Html {
  const [first] = all
  if (first !== undefined && all.length === 1) return first
  const more = all.length - FEW
  return html`<ul>${all.slice(0, FEW).map((one) => html`<li>${one}</li>`)}${more > 0 && html`<li>and ${count(more)} more</li>`}</ul>`
}
