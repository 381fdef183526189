import { Refused } from './errors.ts'

/** Arguments of every connection. That `first` or `last` is there and not above 100 is made sure before execution. */
export interface PageArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

const PREFIX = 'cursor:v2:'
export const cursorOf = (place: number) => Buffer.from(`${PREFIX}${place}`).toString('base64')

function placeOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64').toString()
  const place = Number(text.slice(PREFIX.length))
  if (!text.startsWith(PREFIX) || !Number.isInteger(place)) {
    throw new Refused('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`)
  }
  return place
}

/**
 * A page of a list, as GitHub's connections are. Nodes are made only of the items on the page.
 *
 * @param largest most items of a page
 * @param edge further fields of an edge
 */
export function connection<Item, Node>(
  items: readonly Item[],
  { first, last, after, before }: PageArguments,
  largest: number,
  node: (item: Item) => Node,
  edge?: (item: Item) => Record<string, unknown>,
) {
  let from = after === undefined || after === null ? 0 : placeOf(after)
  let to = before === undefined || before === null ? items.length : placeOf(before) - 1
  if (typeof first === 'number') to = Math.min(to, from + Math.min(first, largest))
  else if (typeof last === 'number') from = Math.max(from, to - Math.min(last, largest))
  const page = items.slice(from, to)
  return {
    totalCount: items.length,
    nodes: () => page.map(node),
    edges: () =>
      page.map((item, place) => ({ cursor: cursorOf(from + place + 1), node: () => node(item), ...edge?.(item) })),
    pageInfo: {
      startCursor: page.length > 0 ? cursorOf(from + 1) : null,
      endCursor: page.length > 0 ? cursorOf(from + page.length) : null,
      hasNextPage: from + page.length < items.length,
      hasPreviousPage: from > 0,
    },
  }
}
