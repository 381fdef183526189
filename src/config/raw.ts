// The rules read the raw data of the file, whose shape may be wrong in places: each looks only at what has the right
// shape, as the rest is already reported. So all problems come out at once.
import { nearest, suggest } from '../model/did-you-mean.ts'
import type { Finding } from './problem.ts'
import { isMapping, valueAt } from './shape.ts'
import { show } from './show.ts'

export type Path = readonly PropertyKey[]

/** The list under a key, empty if there is none. */
export const listAt = (raw: unknown, key: string): unknown[] => {
  const list = valueAt(raw, [key])
  return Array.isArray(list) ? list : []
}

/** The entries of the mapping under a key, none if there is none. */
export const entriesAt = (raw: unknown, key: string): [string, unknown][] => {
  const mapping = valueAt(raw, [key])
  return isMapping(mapping) ? Object.entries(mapping) : []
}

/** The ids of the entries of a list. */
export const idsOf = (list: readonly unknown[]): string[] =>
  list.map((item) => valueAt(item, ['id'])).filter((id) => typeof id === 'string')

/** A name that is not among the known ones. */
export function notFound(
  code: Finding['code'],
  what: string,
  id: string,
  path: Path,
  known: readonly string[],
): Finding {
  const choices = [...new Set(known)]
  const meant = nearest(id, choices)
  const shown = show(id)
  return {
    code,
    path,
    message: `unknown ${what} ${shown}${suggest(meant, choices)}`,
    found: shown,
    nearest: meant,
  }
}

/** Texts that stand in a list more than once. */
export function duplicates(list: readonly unknown[], what: string, pathOf: (index: number) => Path): Finding[] {
  return list.flatMap((id, index): Finding[] => {
    if (typeof id !== 'string' || list.indexOf(id) === index) return []
    return [
      { code: 'duplicate-id', path: pathOf(index), message: `${what} ${show(id)} is given twice`, found: show(id) },
    ]
  })
}
