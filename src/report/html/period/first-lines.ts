import { dataTable } from '../components.ts'
import { type Html, html } from '../html.ts'
import { count } from '../text.ts'
import type { Listing } from './cells.ts'
import { sizeOf } from './lists.ts'

/** So many lines of a list stand on the first page, fewer where they are long; pages of their own have all. */
const MOST = 60
const MOST_BYTES = 150_000

/**
 * The first lines of a list, and the way to the whole of it.
 * @param all how many there are, if the view does not have all of them
 * @param page where the whole stands
 */
export function firstLines<Item>(
  { columns, row }: Listing<Item>,
  items: readonly Item[],
  caption: string,
  { all = items.length, page }: { all?: number; page: string },
): Html {
  let room = MOST_BYTES
  const rows = items
    .slice(0, MOST)
    .map(row)
    .filter((cells, place) => {
      room -= sizeOf(cells)
      return place === 0 || room > 0
    })
  return html`${dataTable({ caption, captionHidden: true, filterable: true, columns, rows })}${
    all > rows.length &&
    html`<p><a href="${page}">All ${count(all)}</a>; these are the first ${count(rows.length)}.</p>`
  }`
}
