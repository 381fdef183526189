import type { PopulationHead, PopulationRow } from '../../json/population.ts'
import { type Cell, cellsOf } from '../../population-csv.ts'
import { type RowSource, rowsOf } from '../../population-rows.ts'
import { dataTable } from '../components.ts'
import { type Html, html } from '../html.ts'
import { plural, shortText, text } from '../text.ts'

/** So many rows stand on a card, with so many fields, cut to so many characters: what a page can hold. */
const ROWS_SHOWN = 20
const COLUMNS_SHOWN = 8
const CELL_SHOWN = 120
/** A column with a longer cell goes after those without. */
const SHORT = 48

/** The first rows of a population: the first of the same in the CSV and the JSON. */
export async function firstRows(source: RowSource): Promise<PopulationRow[]> {
  const rows: PopulationRow[] = []
  for await (const batch of rowsOf(source)) {
    rows.push(...batch.slice(0, ROWS_SHOWN - rows.length))
    if (rows.length === ROWS_SHOWN) break
  }
  return rows
}

/** Rows as a table: line, key and time, and the fields that have most to tell at a glance. */
export function rowsTable(head: PopulationHead, rows: readonly PopulationRow[]): Html {
  const cells = rows.map(({ record }) => cellsOf(record))
  const names = [...new Set(cells.flatMap((one) => [...one.keys()]))].sort()
  const all = names.filter((name) => name !== head.occurredAt && cells.some((one) => (one.get(name) ?? '') !== ''))
  const shown = glanceable(all, cells)
  const hasKey = rows.some(({ key }) => key !== undefined)
  const hasTime = head.occurredAt !== undefined
  const table = dataTable({
    caption: `First ${plural(rows.length, 'row')} of ${head.stream}, ${head.scope}`,
    captionHidden: true,
    columns: [
      { label: 'Line', kind: 'number' },
      ...(hasKey ? [{ label: 'Key' }] : []),
      ...(hasTime ? [{ label: 'Time' }] : []),
      ...shown.map((name) => ({ label: shortText(name), ...(isNumber(name, cells) && { kind: 'number' as const }) })),
    ],
    rows: rows.map(({ line, key, occurredAt }, place) => [
      line,
      ...(hasKey ? [cut(key ?? '')] : []),
      ...(hasTime ? [html`<span class="when">${cut(occurredAt ?? '')}</span>`] : []),
      ...shown.map((name) => asCell(cells[place]?.get(name))),
    ]),
  })
  const more = all.length - shown.length
  const left = head.count - rows.length
  const what = [
    ...(left > 0 ? [plural(left, 'more row')] : []),
    ...(more > 0 ? [`${plural(more, 'more field')} of each row`] : []),
  ]
  return html`${table}${what.length > 0 && html`<p class="more">${what.join(', and ')}, in the CSV and the JSON.</p>`}`
}

/** The first columns whose cells are short and no lists, then others; in the order of the CSV. */
function glanceable(names: readonly string[], cells: readonly Map<string, Cell>[]): string[] {
  const isShort = (name: string) =>
    cells.every((one) => !/^[[{]/.test(String(one.get(name) ?? '')) && String(one.get(name) ?? '').length <= SHORT)
  const chosen = new Set([...names.filter(isShort), ...names.filter((name) => !isShort(name))].slice(0, COLUMNS_SHOWN))
  return names.filter((name) => chosen.has(name))
}

function isNumber(name: string, cells: readonly Map<string, Cell>[]): boolean {
  return cells.every((one) => ['number', 'undefined'].includes(typeof one.get(name)))
}

/** Digits of a number stand as they are in the record: a year or an id is no quantity. */
function asCell(cell: Cell | undefined): Html {
  return cut(String(cell ?? ''))
}

function cut(value: string): Html {
  return value.length > CELL_SHOWN
    ? html`<span title="The whole of it is in the CSV and the JSON.">${text(value.slice(0, CELL_SHOWN).replace(/[\uD800-\uDBFF]$/, ''))}…</span>`
    : text(value)
}
