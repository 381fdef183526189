import type { PlannedCheck } from '../../../model/plan.ts'
import type { RunEvidence } from '../../../model/report-source.ts'
import { sourceName } from '../../incomplete.ts'
import { type Cell, dataTable, definitionList, section, statusBadge } from '../components.ts'
import type { ControlView, EvidenceView } from './view.ts'
import { type Html, html } from '../html.ts'
import { checkPath, hrefFrom, populationPath } from '../paths.ts'
import { populationAnchor } from '../population/facts.ts'
import { count, plural, text } from '../text.ts'
import { sentence } from '../../words.ts'

/** So many sources are listed for a piece of evidence. */
const MOST_SOURCES = 60
const FEW = 6

/** Each piece of evidence: how strongly it speaks, what it shows and what not, its criteria, and what it gave on each source. */
export function controlEvidence(run: RunEvidence, { evidence, streams }: ControlView, path: string): Html {
  const shown = new Set(streams.slice(0, SHOWN_STREAMS))
  const read = evidence.filter(({ uses }) => uses.some(({ source }) => source !== undefined))
  const without = evidence.filter((one) => !read.includes(one))
  return section(
    {
      id: 'evidence',
      title: 'Evidence',
      lead: 'Direct: the check tests what the control asks for. Supporting: part of it. Context: background that never decides.',
    },
    read.map((one) => piece(run, one, shown, path)),
    without.length > 0 &&
      dataTable({
        caption: 'Evidence that the mapping names and that no source of this run could give',
        columns: [
          { label: 'Evidence' },
          { label: 'Strength', kind: 'word' },
          { label: 'State' },
          { label: 'Would show', kind: 'wide' },
        ],
        rows: without.map(({ id, strength, shows }): Cell[] => [
          html`<code>${text(id)}</code>`,
          strength,
          statusBadge('not-collected', 'no source of this kind was read'),
          sentence(shows),
        ]),
      }),
  )
}

/** So many populations have their main facts on the page of a control. */
export const SHOWN_STREAMS = 40

type Shown = ReadonlySet<ControlView['streams'][number]>

function piece(
  run: RunEvidence,
  { kind, id, strength, shows, notShown, uses }: EvidenceView,
  shown: Shown,
  path: string,
): Html {
  const planned = uses.flatMap(({ judged }) => judged?.planned ?? [])
  const [first] = planned
  const more = uses.length - MOST_SOURCES
  return html`<section class="evidence"><h3>${text(first?.title ?? titleOf(uses) ?? id)}</h3>
<p class="fine"><code>${text(id)}</code> · ${kind}, ${strength}</p>
${definitionList([
  ['Shows', sentence(shows)],
  ['Does not show', sentence(notShown)],
  ...(first === undefined ? [] : criteria(planned, first)),
])}
${dataTable({
  caption: `State of ${id} by source`,
  captionHidden: true,
  columns: [
    { label: 'Source' },
    { label: 'State' },
    { label: kind === 'check' ? 'Failed' : 'Rows', kind: 'number' },
    ...(kind === 'check'
      ? [{ label: 'Unknown', kind: 'number' } as const, { label: 'In scope', kind: 'number' } as const]
      : []),
    { label: 'Rests on', kind: 'wide' },
  ],
  rows: uses.slice(0, MOST_SOURCES).map((use): Cell[] => {
    const { source, status, reason, judged, streams } = use
    const counts = judged?.line?.summary.counts
    const name = source === undefined ? '' : sourceName(run, source)
    const named =
      kind === 'check' && source !== undefined && judged !== undefined
        ? html`<a href="${hrefFrom(path, checkPath(source, id))}">${text(name)}</a>`
        : text(name)
    return [
      named,
      statusBadge(status, reason),
      ...(kind === 'check'
        ? [counts?.failed ?? 'withheld', counts?.unknown ?? 'withheld', counts?.inScope ?? 'withheld']
        : [streams.reduce((sum, { rows }) => sum + rows, 0)]),
      populationLinks(streams, shown, path),
    ]
  }),
})}
${more > 0 && html`<p>and ${plural(more, 'more source')}.</p>`}
</section>
`
}

function titleOf(uses: EvidenceView['uses']): string | undefined {
  return uses.flatMap(({ streams }) => streams.flatMap(({ planned }) => planned?.title ?? []))[0]
}

/** Thresholds can differ from source to source; then they stand with the source. */
function criteria(all: readonly PlannedCheck[], first: PlannedCheck): [string, Html | string][] {
  const kinds = Map.groupBy(all, ({ criteria: { pass, fail } }) => JSON.stringify([pass, fail])).values()
  const shown = [...kinds].slice(0, FEW)
  if (shown.length === 1)
    return [
      ['Passes if', sentence(first.criteria.pass)],
      ['Fails if', sentence(first.criteria.fail)],
    ]
  return shown.flatMap((same): [string, Html | string][] => {
    const [one] = same
    const sources = same.map(({ source }) => source)
    const on = `${sources.slice(0, FEW).join(', ')}${sources.length > FEW ? ` and ${count(sources.length - FEW)} more` : ''}`
    return one === undefined
      ? []
      : [
          [`Passes if, on ${on}`, sentence(one.criteria.pass)],
          [`Fails if, on ${on}`, sentence(one.criteria.fail)],
        ]
  })
}

export function populationLinks(streams: EvidenceView['uses'][number]['streams'], shown: Shown, path: string): Html {
  if (streams.length === 0) return html`<span class="reason">nothing that was read</span>`
  const more = streams.length - FEW
  return html`${streams.slice(0, FEW).map((one, at) => {
    const href = shown.has(one) ? `#${populationAnchor(one)}` : hrefFrom(path, populationPath(one.source, one.stream))
    return html`${at > 0 && ', '}<a href="${href}">${text(one.stream)}</a>`
  })}${more > 0 && html` and ${count(more)} more`}`
}
