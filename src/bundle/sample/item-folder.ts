/** Of the key, so many characters stand in the name of a folder. */
const MAX_KEY = 60

/** `007_acme-api-12`: the number of the pick, and what can stand of its key in a name on any system. */
export function itemFolder(
  { number, line, key = `line-${line}` }: { number: number; line: number; key?: string },
  size: number,
): string {
  const safe = key
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, MAX_KEY)
    .replaceAll(/^[.-]+|[.-]+$/g, '')
  return `${String(number).padStart(Math.max(3, String(size).length), '0')}_${safe === '' ? `line-${line}` : safe}`
}
