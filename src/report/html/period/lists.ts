import type { PeriodView } from '../../../model/period-view.ts'
import type { ReportFile } from '../../../model/report-source.ts'
import { type Cell, dataTable, notice } from '../components.ts'
import { html } from '../html.ts'
import { neighbours, page, type ReportFrame } from '../layout.ts'
import {
  CHANGES,
  changedValues,
  CHECKS,
  DEVIATIONS,
  type Listing,
  MISSED,
  missedTimes,
  RUNS,
  SUBJECTS,
} from './cells.ts'
import { FRESHNESS, leastWholeFirst, populationLines, stalestFirst } from './evidence-cells.ts'
import { count, plural, text } from '../text.ts'

/** Where the lists of a period report stand whole. */
export const LISTS = {
  deviations: { path: 'deviations.html', title: 'Deviations', one: 'deviation' },
  checks: { path: 'checks.html', title: 'Checks over time', one: 'check' },
  subjects: { path: 'subjects.html', title: 'Subjects that failed or were unknown', one: 'subject' },
  runs: { path: 'runs.html', title: 'Runs', one: 'run' },
  missed: { path: 'missed.html', title: 'Missed runs', one: 'missed time' },
  freshness: { path: 'freshness.html', title: 'How old the evidence was at the end', one: 'stream' },
  populations: { path: 'populations.html', title: 'Lists of events over the period', one: 'list' },
  changes: { path: 'changes.html', title: 'Changes of logic, thresholds and rights', one: 'change' },
} as const

/** About so many bytes a page has: a line of a list can be long. */
const PAGE_BYTES = 600_000

/** Every list of a period, in as many pages as it takes. */
export function* periodLists(view: PeriodView, frame: ReportFrame): Iterable<ReportFile> {
  const unlisted = view.jobs.reduce((sum, { omitted }) => sum + omitted, 0)
  yield* pages(frame, LISTS.deviations, DEVIATIONS, view.deviations, view.deviationsOmitted)
  yield* pages(frame, LISTS.checks, CHECKS, view.checks, 0)
  yield* pages(frame, LISTS.subjects, SUBJECTS, view.subjects, view.subjectsOmitted)
  yield* pages(frame, LISTS.runs, RUNS, view.runs, 0)
  yield* pages(frame, LISTS.missed, MISSED, missedTimes(view.jobs), unlisted)
  yield* pages(frame, LISTS.freshness, FRESHNESS, stalestFirst(view.freshness), 0)
  yield* pages(frame, LISTS.populations, populationLines(view.jobs), leastWholeFirst(view.populations), 0)
  yield* pages(frame, LISTS.changes, CHANGES, changedValues(view.changes), 0)
}

function* pages<Item>(
  frame: ReportFrame,
  { path, title, one }: { path: string; title: string; one: string },
  { columns, row }: Listing<Item>,
  items: readonly Item[],
  omitted: number,
): Iterable<ReportFile> {
  const cuts = divided(items, row)
  const name = (part: number) => (part === 1 ? path : path.replace('.html', `-${part}.html`))
  for (const [place, { from, to }] of cuts.entries()) {
    const part = place + 1
    yield page(
      {
        path: name(part),
        title,
        source: frame,
        crumbs: [{ label: title }],
        lead: html`<p class="lead">${plural(items.length, one)}${omitted > 0 && ` of ${count(items.length + omitted)}`}${cuts.length > 1 && `; these are ${count(from + 1)} to ${count(to)}`}.</p>`,
        parts: neighbours(part, cuts.length, name),
      },
      () => [
        html`${omitted > 0 && notice('caution', `${count(omitted)} more are not listed: there are too many.`)}`,
        items.length === 0
          ? html`<p>None.</p>`
          : dataTable({
              caption: title,
              captionHidden: true,
              filterable: true,
              columns,
              rows: items.slice(from, to).map(row),
            }),
      ],
    )
  }
}

/** Which items stand on which page: at least one page. */
function divided<Item>(items: readonly Item[], row: Listing<Item>['row']): { from: number; to: number }[] {
  const cuts: { from: number; to: number }[] = []
  let size = 0
  let from = 0
  for (const [place, item] of items.entries()) {
    const own = sizeOf(row(item))
    if (place > from && size + own > PAGE_BYTES) {
      cuts.push({ from, to: place })
      from = place
      size = 0
    }
    size += own
  }
  cuts.push({ from, to: items.length })
  return cuts
}

/** About how many bytes a line is on a page. */
export function sizeOf(cells: readonly Cell[]): number {
  return cells.reduce<number>((sum, cell) => sum + 20 + bytesOf(cell), 120)
}

function bytesOf(cell: Cell): number {
  if (typeof cell === 'object' && 'shown' in cell) return bytesOf(cell.shown)
  return Buffer.byteLength(String(typeof cell === 'string' ? text(cell) : cell))
}
