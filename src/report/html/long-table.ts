import type { ReportFile } from '../../model/report-source.ts'
import { type Cell, dataTable, type Table } from './components.ts'
import { type Html, html } from './html.ts'
import { neighbours, page, type ReportFrame } from './layout.ts'
import { INDEX_PATH } from './paths.ts'
import { count } from './text.ts'

/** So many rows stand on the first page; if there are more, all of them stand on pages of their own, of so many rows each. */
const ON_INDEX = 600
const ON_PAGE = 1500

/** A table of the first page that a large run makes too long for it. */
export interface LongTable {
  /** Of the pages with all rows, such as `All checks`. */
  title: string
  table: Omit<Table, 'rows'>
  /** How many rows there are. */
  size: number
  /** Rows from one place on, as they stand on a page. */
  rows(page: string, from: number, to: number): readonly (readonly Cell[])[]
  /** Where the pages with all rows stand. */
  path(part: number): string
}

/** The rows that the first page has room for, and the way to all of them. */
export function firstRows({ title, table, size, rows, path }: LongTable): Html {
  const shown = dataTable({ ...table, rows: rows(INDEX_PATH, 0, ON_INDEX) })
  if (size <= ON_INDEX) return shown
  return html`<p>${count(ON_INDEX)} of ${count(size)} are listed here. <a href="${path(1)}">${title}</a></p>${shown}`
}

/** Pages with all rows, if the first page does not have room for them. */
export function* allRows({ title, table, size, rows, path }: LongTable, frame: ReportFrame): Iterable<ReportFile> {
  if (size <= ON_INDEX) return
  const parts = Math.ceil(size / ON_PAGE)
  for (let part = 1; part <= parts; part++) {
    const at = path(part)
    const name = parts === 1 ? title : `${title}, part ${part} of ${parts}`
    yield page({ path: at, title: name, source: frame, crumbs: [], parts: neighbours(part, parts, path) }, () => [
      dataTable({ ...table, rows: rows(at, (part - 1) * ON_PAGE, part * ON_PAGE) }),
    ])
  }
}
