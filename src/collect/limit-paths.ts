import type { Limit } from '../sdk/collector.ts'

/**
 * The limit that covers a request: the one of its operation, if there is one; else of those whose path matches, the one
 * that says most.
 */
export function limitFor<Of extends Pick<Limit, 'path' | 'operation'>>(
  pathname: string,
  limits: readonly Of[],
  operation?: string,
): Of | undefined {
  const own = operation === undefined ? undefined : ofOperation(operation, limits)
  if (own !== undefined) return own
  const segments = segmentsOf(pathname)
  let best: { limit: Of; rank: readonly number[] } | undefined
  for (const limit of limits.filter((one) => one.operation === undefined)) {
    const rank = rankOf(limit.path, segments)
    if (rank !== undefined && (best === undefined || isMore(rank, best.rank))) best = { limit, rank }
  }
  return best?.limit
}

function ofOperation<Of extends Pick<Limit, 'operation'>>(operation: string, limits: readonly Of[]): Of | undefined {
  const whole = `${operation.split(':')[0]}:*`
  return limits.find((limit) => limit.operation === operation) ?? limits.find((limit) => limit.operation === whole)
}

/** How much a pattern says of a path: segments named, segments that stand for any, whether nothing may follow. */
function rankOf(pattern: string | undefined, path: readonly string[]): readonly number[] | undefined {
  if (pattern === undefined) return [0, 0, 0]
  const wanted = segmentsOf(pattern)
  const isOpen = wanted.at(-1) === '**'
  if (isOpen) wanted.pop()
  if (isOpen ? path.length < wanted.length : path.length !== wanted.length) return undefined
  if (!wanted.every((segment, place) => segment === '*' || segment === path[place])) return undefined
  const named = wanted.filter((segment) => segment !== '*').length
  return [named, wanted.length - named, isOpen ? 0 : 1]
}

function isMore(rank: readonly number[], than: readonly number[]): boolean {
  const place = rank.findIndex((value, index) => value !== than[index])
  return place >= 0 && (rank[place] ?? 0) > (than[place] ?? 0)
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}
