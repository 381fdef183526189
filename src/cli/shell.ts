import { posix } from 'node:path'

/** A command line to be copied: words a shell would take apart are quoted. */
export function command(...words: readonly string[]): string {
  return words.map((word) => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}

/** A path as a person in this folder would write it. */
export function shownPath(cwd: string, path: string): string {
  const relative = posix.relative(cwd, path)
  if (relative === '') return '.'
  return relative.startsWith('../../../') || relative.length > path.length ? path : relative
}
