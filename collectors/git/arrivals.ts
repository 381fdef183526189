import type { Branch, Repository } from './client.ts'

/**
 * Tells of each first parent of a branch, asked oldest first, when this repository's branch first had it: the time of its
 * own clock in its record of where the branch pointed (git-reflog(1)). At the repository that everybody pushes to, that
 * is when the change arrived; so it is asked of bare repositories without a remote only, as elsewhere it is when somebody
 * fetched. Null where the record does not reach back: git forgets after 90 days by default, and bare repositories keep
 * none unless `core.logAllRefUpdates` is set.
 */
export async function arrivals(source: Repository, branch: Branch): Promise<(id: string) => Date | null> {
  const { bare } = await source.facts()
  if (!bare || (await source.remotes()).length > 0) return () => null
  const tips = await tipsOf(source, branch)
  let begun = false
  return (id) => {
    const [next] = tips
    if (next?.id === id) tips.shift()
    // What was there at the oldest entry had come before the record begins.
    if (begun) return next?.at ?? null
    begun = next?.id === id
    return null
  }
}

/**
 * First parents that the branch once pointed to, in the order of history, each with the time from which the branch had it.
 * The first of them is where the record begins.
 */
async function tipsOf(source: Repository, branch: Branch): Promise<{ id: string; at: Date }[]> {
  const entries = (await source.reflog(branch)).toReversed()
  const first = new Map<string, Date>()
  for (const { commit, at } of entries) if (!first.has(commit)) first.set(commit, at)
  const tips: { id: string; at: Date }[] = []
  if (first.size > 0)
    for await (const { id } of source.firstParents(branch).commits()) {
      const at = first.get(id)
      if (at) tips.push({ id, at })
    }
  // A branch that was moved back had its older commits since it had the newer ones.
  let earliest = Number.POSITIVE_INFINITY
  for (const tip of tips.toReversed()) {
    earliest = Math.min(earliest, tip.at.getTime())
    tip.at = new Date(earliest)
  }
  const start = tips.findIndex(({ id }) => id === entries[0]?.commit)
  return tips.slice(Math.max(start, 0))
}
