/** So much of what both have stands before that in which they differ. */
const BEFORE = 40

/**
 * Two values of one thing, cut to a length from where they begin to differ: the end of a long list is as good a place for a change as
 * its beginning. `absent`: for a side that does not have it.
 */
export function cutValues(
  was: string | undefined,
  is: string | undefined,
  length: number,
  absent = 'absent',
): [string, string] {
  const from = Math.max(0, firstDifference(was ?? '', is ?? '') - BEFORE)
  const cut = (value: string | undefined) => {
    if (value === undefined) return absent
    if (value.length <= length) return value
    const piece = value.slice(from, from + length)
    return `${from > 0 ? '…' : ''}${piece}${from + length < value.length ? '…' : ''}`
  }
  return [cut(was), cut(is)]
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return at
}
