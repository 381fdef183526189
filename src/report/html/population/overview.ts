import { isComplete, type Population } from '../../../model/population.ts'
import type { ReportSource } from '../../../model/report-source.ts'
import { dataTable, definitionList, details, notice, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { checkPath, hrefFrom, populationPath, scopeAnchor } from '../paths.ts'
import { count, plural, shortDigest, text } from '../text.ts'

/** So many scopes are listed with links to their cards; more are on the pages that follow. */
const SCOPES_LISTED = 3000
const LISTED = 200

/** One stream of one source. */
export interface Stretch {
  planned: Population['planned']
  stream: Population['stream']
  /** One a scope; none if nothing of it is in the index, or all of it is withheld. */
  populations: readonly Population[]
  /** The same by page: at least one. */
  pages: readonly (readonly Population[])[]
}

/** Below the title: what, and how much of it. */
export function lead({ planned, stream, populations }: Stretch): Html {
  const whole = populations.filter(isComplete).length
  const rows = populations.reduce((sum, { end }) => sum + end.outcome.records, 0)
  return html`<p class="lead"><code>${text(stream.id)}</code> of ${text(planned.id)}${planned.demo === true && ' (demo data)'}: ${plural(rows, 'row')}; ${count(whole)} of ${plural(populations.length, 'scope')} read whole.</p>`
}

/** What is said once of all scopes. */
export function overview({ run }: ReportSource, stretch: Stretch, path: string): Html {
  const { planned, stream, populations } = stretch
  const told = run.sources.find(({ source }) => source === planned.id)
  const excluded = (told?.scopes ?? []).filter((scope) => scope.excluded !== undefined)
  const readers = checksReading(run.plan, stretch)
  return html`${
    populations.length === 0 &&
    notice(
      run.withheld.length > 0 ? 'caution' : 'info',
      run.withheld.length > 0
        ? html`<p>No line of it is shown. ${plural(run.withheld.length, 'line')} of this run ${run.withheld.length === 1 ? 'is' : 'are'} withheld, and may be about it.</p>`
        : html`<p>The source has no scope that it is read for${stream.appliesTo && html`: it is read for the ${plural(stream.appliesTo.length, 'kind')} ${text(stream.appliesTo.join(', '))}`}.</p>`,
      'Nothing of it is in the evidence.',
    )
  }${definitionList([
    [
      'Checks that read it',
      readers.length === 0
        ? 'none: it is kept as evidence'
        : html`<ul class="links">${readers.slice(0, LISTED).map(({ id, source, title }) => html`<li><a href="${hrefFrom(path, checkPath(source, id))}">${text(title)}</a></li>`)}</ul>`,
    ],
    [
      'Rights it needs',
      stream.permissions.length === 0
        ? 'none'
        : html`${stream.permissions.slice(0, LISTED).map((name) => html`<code>${text(name)}</code> `)}`,
    ],
    ['Scopes left out', excluded.length === 0 ? 'none' : plural(excluded.length, 'scope')],
  ])}
${
  excluded.length > 0 &&
  details(
    `The ${plural(excluded.length, 'scope')} left out, and why`,
    dataTable({
      caption: 'Scopes left out',
      captionHidden: true,
      columns: [{ label: 'Scope' }, { label: 'Reason', kind: 'wide' }],
      rows: excluded.slice(0, SCOPES_LISTED).map(({ id, excluded: why = '' }) => [html`<code>${text(id)}</code>`, why]),
    }),
  )
}
${populations.length > 1 && scopesTable(stretch, path)}
`
}

/** Every scope with a link to its card. On the first page a link to any scope finds it, wherever the card is. */
function scopesTable({ planned, stream, populations, pages }: Stretch, path: string): Html {
  const partOf = new Map(pages.flatMap((own, place) => own.map(({ end }) => [end.planItem, place + 1] as const)))
  const left = populations.length - SCOPES_LISTED
  return html`${dataTable({
    caption: `Scopes of ${stream.id}`,
    filterable: true,
    columns: [
      { label: 'Scope', kind: 'wide' },
      { label: 'Read', facet: true },
      { label: 'Rows', kind: 'number' },
      { label: 'Pages', kind: 'number' },
      { label: 'SHA-256 of the records' },
    ],
    rows: populations.slice(0, SCOPES_LISTED).map(({ end, records }) => {
      const part = partOf.get(end.planItem) ?? 1
      const anchor = scopeAnchor(end.scope)
      const target = `${populationPath(planned.id, stream.id, part)}#${anchor}`
      return {
        ...(part > 1 && { id: anchor }),
        cells: [
          html`<a href="${hrefFrom(path, target)}">${end.scope === '*' ? 'All of the source' : text(end.scope)}</a>`,
          statusBadge(end.outcome.status, end.outcome.reason),
          end.outcome.records,
          end.outcome.pages,
          records === undefined || records.count === 0 ? '' : shortDigest(records.sha256),
        ],
      }
    }),
  })}${left > 0 && html`<p>And ${plural(left, 'scope')} more, on the pages that follow.</p>`}`
}

/** Checks that have the stream as an input: those of its source, and those of sources that have no such stream themselves. */
function checksReading({ checks, sources }: ReportSource['run']['plan'], { planned, stream }: Stretch) {
  const having = new Set(
    sources.filter(({ streams }) => streams.some(({ id }) => id === stream.id)).map(({ id }) => id),
  )
  return checks.filter(
    ({ inputs, source }) => inputs.includes(stream.id) && (source === planned.id || !having.has(source)),
  )
}
