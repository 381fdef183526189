import type { Population } from '../../../model/population.ts'
import type { ReportFile, ReportSource } from '../../../model/report-source.ts'
import type { Stream } from '../../../sdk/stream.ts'
import { populationsOfRun } from '../../population-read.ts'
import { neighbours, page, type ReportFrame } from '../layout.ts'
import { INDEX_PATH, populationPath } from '../paths.ts'
import { populationCard } from './card.ts'
import { dataFiles, hasRows, type PopulationReader, populationReader } from './data.ts'
import { lead, overview, type Stretch } from './overview.ts'
import { firstRows } from './rows.ts'

export interface PopulationOptions {
  /** Streams whose collector is loaded: rows then have their keys. */
  streamOf?: ((id: string) => Stream | undefined) | undefined
  /** Whether CSV and JSON files of the rows are written beside the pages. Default: yes. */
  data?: boolean | undefined
}

/** So many cards stand on a page, fewer where they are about to be larger than this in all, in bytes. */
const CARDS_ON_A_PAGE = 24
const PAGE_BYTES = 700_000

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
    const { planned, stream, populations, pages } = stretch
    const parts = pages.length
    for (const [place, own] of pages.entries()) {
      const part = place + 1
      const path = populationPath(planned.id, stream.id, part)
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
          parts: neighbours(part, parts, (other) => populationPath(planned.id, stream.id, other)),
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
    planned.streams.map((stream) => {
      const populations = found.get(JSON.stringify([planned.id, stream.id])) ?? []
      return { planned, stream, populations, pages: pagesOf(populations) }
    }),
  )
}

/** By what the index says of their size, so that the same run has the same pages and no card is made to be measured. */
function pagesOf(populations: readonly Population[]): Population[][] {
  const pages: Population[][] = [[]]
  let left = PAGE_BYTES
  for (const population of populations) {
    const bytes = bytesOf(population)
    const open = pages.at(-1) ?? []
    if (open.length > 0 && (bytes > left || open.length === CARDS_ON_A_PAGE)) {
      pages.push([population])
      left = PAGE_BYTES
    } else open.push(population)
    left -= bytes
  }
  return pages
}

/** About how large a card is: what all have, its requests of so many kinds, its gaps, and its texts and first rows cut to what is shown. */
function bytesOf({ records, receipts, end }: Population): number {
  const rows = records === undefined || records.count === 0 ? 0 : Math.min(20, records.count)
  const row = rows === 0 ? 0 : Math.min(1500, (records?.size ?? 0) / (records?.count ?? 1))
  // The scope is a heading, a fact, and part of commands.
  const texts = 10 * Math.min(4000, end.scope.length) + Math.min(4000, end.outcome.detail?.length ?? 0)
  const gaps = end.outcome.gaps.reduce((sum, { subjects }) => sum + 200 + subjects.join().length, 0)
  return 14_000 + 2 * texts + 2 * Math.min(50_000, receipts?.size ?? 0) + 2 * rows * (row + 400) + 2 * gaps
}
