import type { ReadError, Reader } from 'affiant/sdk'

export interface Chosen<T> {
  pages: AsyncIterable<T>
  route: 'first' | 'second'
}

/**
 * The pages of the first route or, where GitHub refuses that one (a right that only GraphQL asks for, a server that does not
 * know a field), those of the second. Once the first has given a page it is kept to: the routes differ in their order.
 */
export async function instead<T>(
  reader: Pick<Reader, 'orElse'>,
  first: () => AsyncIterable<T>,
  second: () => AsyncIterable<T>,
): Promise<Chosen<T>> {
  return reader.orElse<Chosen<T>>(
    async () => {
      const iterator = first()[Symbol.asyncIterator]()
      const begun = await iterator.next()
      return { pages: resume(begun, iterator), route: 'first' }
    },
    async (failure) => {
      if (!isRefusal(failure)) throw failure
      return { pages: second(), route: 'second' }
    },
  )
}

/** Not asked another way: what is throttled, down or stopped would be so there too. */
export function isRefusal({ reason, status }: ReadError): boolean {
  return reason === 'denied' ? status !== 401 : reason === 'unlicensed' || status === 404
}

async function* resume<T>(begun: IteratorResult<T>, iterator: AsyncIterator<T>): AsyncIterable<T> {
  for (let next = begun; !next.done; next = await iterator.next()) yield next.value
}
