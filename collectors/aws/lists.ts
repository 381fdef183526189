import { given } from './given.ts'
import { type ListPage, list } from './paging.ts'

/** One answer of a list. */
interface Answer<T> {
  items: readonly T[] | undefined
  next: string | undefined
}

/**
 * {@link list} for answers that always have their list, also an empty one: `what` names it.
 * @throws InvalidError for an answer without the list, which is not an empty list
 */
export function listOf<T>(
  what: string,
  ask: (token: string | undefined) => Promise<Answer<T>>,
): AsyncIterable<ListPage<T>> {
  return list(ask, ({ items, next }) => ({ items: given(items, what), next }))
}

/** The whole of such a list; for lists that are short by nature. */
export async function wholeListOf<T>(...of: Parameters<typeof listOf<T>>): Promise<T[]> {
  const all: T[] = []
  for await (const { items } of listOf(...of)) all.push(...items)
  return all
}
