import { distance } from 'fastest-levenshtein'

/**
 * The candidate a person most likely meant, without regard to case, or `undefined` if none is close: a few letters differ
 * (a third of the longer one, two in words of four to eight), or only their order, or one begins with the other. Of equally close
 * ones, the first.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = text.toLowerCase().slice(0, 200)
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const longer = Math.max(wanted.length, candidate.length)
    const most = wanted.length < 4 ? 1 : Math.max(2, Math.floor(longer / 3))
    const apart = difference(wanted, candidate.toLowerCase())
    if (apart <= most && apart < least) [best, least] = [candidate, apart]
  }
  return best
}

function difference(a: string, b: string): number {
  const apart = distance(a, b)
  const isBeginning = Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a))
  const isReordered = a.length === b.length && letters(a) === letters(b)
  return isBeginning || isReordered ? Math.min(apart, 1) : apart
}

const letters = (text: string): string => text.split('').sort().join('')

/** `; did you mean "x"?`, or else the choices, as the tail of a message. Empty if there is nothing to choose from. */
export function suggest(meant: string | undefined, choices: readonly string[]): string {
  if (meant !== undefined) return `; did you mean "${meant}"?`
  if (choices.length === 0) return ''
  const shown = choices.slice(0, 12).join(', ')
  return `; known here: ${shown}${choices.length > 12 ? ' …' : ''}`
}

/** `; did you mean "x"?`, or nothing: to be put behind a message. */
export function didYouMean(written: string, candidates: Iterable<string>): string {
  return suggest(nearest(written, candidates), [])
}
