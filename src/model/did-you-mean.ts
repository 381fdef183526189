import { distance } from 'fastest-levenshtein'

/**
 * The candidate a person most likely meant, or nothing if none is near: at most a third of its letters may differ.
 * Letter case does not count.
 */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.slice(0, 200).toLowerCase()
  let best: { candidate: string; edits: number } | undefined
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase())
    if (edits <= Math.max(wanted.length, candidate.length) / 3 && (best === undefined || edits < best.edits)) {
      best = { candidate, edits }
    }
  }
  return best?.candidate
}

/** `; did you mean "x"?`, or nothing: to be put behind a message. */
export function didYouMean(written: string, candidates: Iterable<string>): string {
  const candidate = nearest(written, candidates)
  return candidate === undefined ? '' : `; did you mean "${candidate}"?`
}
