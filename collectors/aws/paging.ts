import { InvalidError, type Page, pagesFrom } from 'affiant/sdk'

/** One answer of a list. */
export interface ListPage<T> {
  items: readonly T[]
  /** What the page was asked with; the first one has none. */
  cursor?: string
  /** AWS named no further page with it. */
  last: boolean
}

/** How to read an answer of a list: its items, and the token of the next page if there is one. */
export interface Listed<T> {
  items: readonly T[] | undefined
  /** `NextToken`, `Marker`, `NextMarker` …; empty or absent on the last page. */
  next: string | undefined
}

/**
 * Asks page by page until AWS names no further one.
 *
 *     list((NextToken) => at.call('config', 'DescribeConfigRules', { NextToken }), (answer) => ({ items: answer.ConfigRules, next: answer.NextToken }))
 *
 * @throws InvalidError when a token comes twice, and for an answer without the list: no list is not an empty one
 */
export async function* list<Answer, T>(
  ask: (token: string | undefined) => Promise<Answer>,
  read: (answer: Answer) => Listed<T>,
): AsyncIterable<ListPage<T>> {
  const seen = new Set<string>()
  let token: string | undefined
  for (;;) {
    const { items, next } = read(await ask(token))
    const last = next === undefined || next === ''
    if (items === undefined) throw new InvalidError('AWS answered without the list that was asked for')
    yield { items, ...(token !== undefined && { cursor: token }), last }
    if (last) return
    if (seen.has(next)) throw new InvalidError("AWS's token for the next page came twice")
    seen.add(next)
    token = next
  }
}

/** The whole list; for lists that are short by nature. */
export async function listAll<Answer, T>(
  ask: (token: string | undefined) => Promise<Answer>,
  read: (answer: Answer) => Listed<T>,
): Promise<T[]> {
  const all: T[] = []
  for await (const { items } of list(ask, read)) all.push(...items)
  return all
}

/** Turns the pages of a list into pages of records; `records` may read more about the items of its page at once. */
export function pagesOf<T>(
  pages: AsyncIterable<ListPage<T>>,
  records: (items: readonly T[]) => readonly unknown[] | Promise<readonly unknown[]>,
): AsyncIterable<Page> {
  async function* turned() {
    for await (const { items, cursor, last } of pages) {
      yield { records: await records(items), last, ...(cursor !== undefined && { cursor }) }
    }
  }
  return pagesFrom(turned(), (page) => page)
}

/** Calls `read` for each item, at most `width` at the same time, and gives the results in the order of the items. */
export async function eachOf<T, R>(items: readonly T[], width: number, read: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const workers = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const [place, item] of queue) results[place] = await read(item)
  })
  await Promise.all(workers)
  return results
}
