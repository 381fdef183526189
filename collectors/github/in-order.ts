/** Does something for each item, a few at once, and gives the results in the order of the items. */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  atOnce: number,
  act: (item: T) => Promise<R>,
): AsyncIterable<R> {
  // A failure waits for its turn.
  const underWay: Promise<() => R>[] = []
  const begin = (item: T) =>
    act(item).then(
      (result) => () => result,
      (error: unknown) => () => {
        throw error
      },
    )
  for await (const item of items) {
    underWay.push(begin(item))
    if (underWay.length < atOnce) continue
    const first = await underWay.shift()
    if (first !== undefined) yield first()
  }
  for (const one of underWay) yield (await one)()
}
