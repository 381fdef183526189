/** Does something for each item, a few at once, and gives the results in the order of the items. */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  atOnce: number,
  act: (item: T) => Promise<R>,
): AsyncIterable<R> {
  const underWay: Promise<R>[] = []
  try {
    for await (const item of items) {
      underWay.push(act(item))
      const [first] = underWay
      if (underWay.length < atOnce || first === undefined) continue
      underWay.shift()
      yield await first
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next
  } finally {
    // Whoever stops early does not wait for the rest, whose failures are theirs no more.
    await Promise.allSettled(underWay)
  }
}
