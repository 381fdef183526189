/** One page of a list: its items and, if more follow, the cursor that leads there. */
export interface Cut {
  items: readonly unknown[]
  after?: string
}

/** Items and the place of each in the list: what a cursor holds on to while the list grows and shrinks. */
export interface Listed {
  place: string
  item: unknown
}

const encode = (place: string) => Buffer.from(place).toString('base64url')
const decode = (cursor: string) => Buffer.from(cursor, 'base64url').toString()

/** `limit` as asked for, within what the endpoint allows. */
export function limitOf(query: URLSearchParams, { usual, most }: { usual: number; most: number }): number {
  const asked = Number(query.get('limit') ?? usual)
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, most) : usual
}

/** Cuts a list sorted by place: what comes after the cursor, `limit` items. */
export function cut(list: readonly Listed[], after: string | null, limit: number): Cut {
  const start = after === null ? 0 : firstAfter(list, decode(after))
  const page = list.slice(start, start + limit)
  const last = page.at(-1)
  const more = start + limit < list.length
  return { items: page.map(({ item }) => item), ...(more && last && { after: encode(last.place) }) }
}

/**
 * The System Log: a full page always has a next one, even if that will be empty. Without `until` there is a next page for
 * ever, to poll with. https://developer.okta.com/docs/reference/system-log-query/
 */
export function cutLog(list: readonly Listed[], after: string | null, limit: number, polling: boolean): Cut {
  const start = after === null ? 0 : firstAfter(list, decode(after))
  const page = list.slice(start, start + limit)
  const place = page.at(-1)?.place ?? (after === null ? '' : decode(after))
  const more = polling || page.length === limit
  return { items: page.map(({ item }) => item), ...(more && { after: encode(place) }) }
}

/** Index of the first item after a place, by bisection. */
function firstAfter(list: readonly Listed[], place: string): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.place ?? '') <= place) low = middle + 1
    else high = middle
  }
  return low
}
