import { isComplete, type Population } from '../../model/population.ts'
import type { ReportFile, ReportSource } from '../../model/report-source.ts'
import type { Stream } from '../../sdk/stream.ts'
import { populationsOfRun } from '../population-read.ts'
import { dataTable, definitionList, details, notice, statusBadge } from './components.ts'
import { type Html, html } from './html.ts'
import { page, type ReportFrame } from './layout.ts'
import { checkPath, hrefFrom, INDEX_PATH, populationPath, scopeAnchor } from './paths.ts'
import { populationCard } from './population-card.ts'
import { dataFiles, hasRows, type PopulationReader, populationReader } from './population-data.ts'
import { firstRows } from './population-rows.ts'
import { count, plural, shortDigest, text } from './text.ts'

export interface PopulationOptions {
  /** Streams whose collector is loaded: rows then have their keys. */
  streamOf?: ((id: string) => Stream | undefined) | undefined
  /** Whether CSV and JSON files of the rows are written beside the pages. Default: yes. */
  data?: boolean | undefined
}

/** A card has at most about 60 kB: so many stay well below the 2 MB of a page. */
const CARDS_ON_A_PAGE = 24
/** So many scopes are listed with links to their cards; more are on the pages that follow. */
const SCOPES_LISTED = 3000
const LISTED = 200

/** One stream of one source. */
interface Stretch {
  planned: Population['planned']
  stream: Population['stream']
  /** One a scope; none if nothing of it is in the index, or all of it is withheld. */
  populations: readonly Population[]
}

/**
 * A page for each stream of each source, with a card for each scope, and its rows as CSV and JSON.
 * @throws StoreError, UserError when a file is read whose evidence is not what was sealed
 */
export function* populationFiles(
  source: ReportSource,
  frame: ReportFrame,
  { streamOf = () => undefined, data = true }: PopulationOptions = {},
): Iterable<ReportFile> {
  const { run } = source
  const reader = populationReader((file) => run.lines(file), streamOf)
  const controls = new Map(run.controls.map(({ control, title }) => [control, title]))
  for (const stretch of stretchesOf(source)) {
    const { planned, stream, populations } = stretch
    const parts = Math.max(1, Math.ceil(populations.length / CARDS_ON_A_PAGE))
    for (let part = 1; part <= parts; part++) {
      const path = populationPath(planned.id, stream.id, part)
      const own = populations.slice((part - 1) * CARDS_ON_A_PAGE, part * CARDS_ON_A_PAGE)
      const next = part < parts ? { next: populationPath(planned.id, stream.id, part + 1) } : {}
      const previous = part > 1 ? { previous: populationPath(planned.id, stream.id, part - 1) } : {}
      yield page(
        {
          path,
          title: stream.title ?? stream.id,
          source: frame,
          kicker: `${stream.occurredAt === undefined ? 'State' : 'Events of the period'}${parts > 1 ? `, page ${part} of ${parts}` : ''}`,
          crumbs: [
            { label: 'Populations', path: `${INDEX_PATH}#populations` },
            { label: `${stream.id} of ${planned.id}` },
          ],
          lead: lead(stretch),
          parts: { ...previous, ...next },
        },
        async function* () {
          if (part === 1) yield overview(source, stretch, path)
          for (const population of own) {
            const head = await reader.head(population)
            const rows = await rowsFor(population, reader)
            yield populationCard({ path, population, head, rows, data, controls })
          }
        },
      )
    }
    if (data) for (const population of populations) yield* dataFiles(population, reader)
  }
}

async function rowsFor(population: Population, reader: PopulationReader) {
  return hasRows(population) ? firstRows(reader.rows(population)) : []
}

function stretchesOf({ run }: ReportSource): Stretch[] {
  const found = Map.groupBy(populationsOfRun(run), ({ end }) => JSON.stringify([end.source, end.stream]))
  return run.plan.sources.flatMap((planned) =>
    planned.streams.map((stream) => ({
      planned,
      stream,
      populations: found.get(JSON.stringify([planned.id, stream.id])) ?? [],
    })),
  )
}

function lead({ planned, stream, populations }: Stretch): Html {
  const whole = populations.filter(isComplete).length
  const rows = populations.reduce((sum, { end }) => sum + end.outcome.records, 0)
  return html`<p class="lead"><code>${text(stream.id)}</code> of ${text(planned.id)}${planned.demo === true && ' (demo data)'}: ${plural(rows, 'row')}; ${count(whole)} of ${plural(populations.length, 'scope')} read whole.</p>`
}

/** What is said once of all scopes. */
function overview({ run }: ReportSource, stretch: Stretch, path: string): Html {
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
        : html`<p>The source has no scope that it is read for${stream.appliesTo && html`: it is read for the ${plural(stream.appliesTo.length, 'kind')} ${stream.appliesTo.join(', ')}`}.</p>`,
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
    ['Scopes that the config leaves out', excluded.length === 0 ? 'none' : plural(excluded.length, 'scope')],
  ])}
${
  excluded.length > 0 &&
  details(
    `The ${plural(excluded.length, 'scope')} that the config leaves out, and why`,
    dataTable({
      caption: 'Scopes that the config leaves out',
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
function scopesTable({ planned, stream, populations }: Stretch, path: string): Html {
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
    rows: populations.slice(0, SCOPES_LISTED).map(({ end, records }, place) => {
      const part = Math.floor(place / CARDS_ON_A_PAGE) + 1
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
