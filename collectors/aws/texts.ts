/** More names than this make no sentence. */
const NAMED = 5

/** Names for a sentence, the first few of many. */
export function named(names: readonly string[]): string {
  const more = names.length - NAMED
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
