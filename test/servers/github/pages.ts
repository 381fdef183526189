const LARGEST = 100

function sizeOf(query: URLSearchParams, largest: number): number {
  return Math.min(largest, LARGEST, positive(query.get('per_page')) ?? 30)
}

/** GitHub's page numbers: 30 a page unless asked otherwise, never more than 100. */
export function pageOf<T>(items: readonly T[], query: URLSearchParams, largest = LARGEST) {
  const size = sizeOf(query, largest)
  const number = positive(query.get('page')) ?? 1
  const last = Math.max(1, Math.ceil(items.length / size))
  return { items: items.slice((number - 1) * size, number * size), number, last }
}

function positive(text: string | null): number | undefined {
  const number = Number(text ?? '')
  return Number.isInteger(number) && number > 0 ? number : undefined
}

export interface CursorPage<T> {
  items: readonly T[]
  next?: string
  previous?: string
}

const PREFIX = 'cursor:'
const cursorOf = (place: number) => Buffer.from(`${PREFIX}${place}`).toString('base64url')

function placeOf(cursor: string | null): number | undefined {
  if (cursor === null) return undefined
  const text = Buffer.from(cursor, 'base64url').toString()
  return text.startsWith(PREFIX) ? Number(text.slice(PREFIX.length)) : 0
}

/** Pages by `after` and `before`, as alerts and the audit log have them. Cursors mean nothing to the caller. */
export function cursorPage<T>(items: readonly T[], query: URLSearchParams, largest = LARGEST): CursorPage<T> {
  const size = sizeOf(query, largest)
  const before = placeOf(query.get('before'))
  const from = before === undefined ? (placeOf(query.get('after')) ?? 0) : Math.max(0, before - size)
  const to = before === undefined ? Math.min(items.length, from + size) : before
  return {
    items: items.slice(from, to),
    ...(to < items.length && { next: cursorOf(to) }),
    ...(from > 0 && { previous: cursorOf(from) }),
  }
}

export function cursorLink(address: URL, { next, previous }: CursorPage<unknown>): string | undefined {
  const to = (name: 'after' | 'before', cursor: string, relation: string) => {
    const url = new URL(address)
    url.searchParams.delete('after')
    url.searchParams.delete('before')
    url.searchParams.set(name, cursor)
    return `<${url.href}>; rel="${relation}"`
  }
  const links = [
    ...(next === undefined ? [] : [to('after', next, 'next')]),
    ...(previous === undefined ? [] : [to('before', previous, 'prev')]),
  ]
  return links.length > 0 ? links.join(', ') : undefined
}

/** The `link` header of a page, with the relations in GitHub's order; undefined if there is only one page. */
export function linkHeader(address: URL, number: number, last: number): string | undefined {
  const to = (page: number, relation: string) => {
    const url = new URL(address)
    url.searchParams.set('page', String(page))
    return `<${url.href}>; rel="${relation}"`
  }
  const links = [
    ...(number > 1 ? [to(Math.min(number - 1, last), 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ]
  return links.length > 0 ? links.join(', ') : undefined
}
