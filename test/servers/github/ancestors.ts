import type { Commit } from './history.ts'

/** Every commit that can be reached, newest first: by commit date, children before parents. */
export function ancestors(commits: ReadonlyMap<string, Commit>, head: string): Commit[] {
  const seen = new Map<string, Commit>()
  const queue = [head]
  for (let sha = queue.pop(); sha !== undefined; sha = queue.pop()) {
    const found = commits.get(sha)
    if (!found || seen.has(sha)) continue
    seen.set(sha, found)
    queue.push(...found.parents)
  }
  const waiting = new Map<string, number>()
  for (const { parents } of seen.values()) for (const sha of parents) waiting.set(sha, (waiting.get(sha) ?? 0) + 1)
  const ready = [...seen.values()].filter(({ sha }) => !waiting.has(sha))
  const sorted: Commit[] = []
  for (let next = takeNewest(ready); next; next = takeNewest(ready)) {
    sorted.push(next)
    for (const sha of next.parents) {
      const left = (waiting.get(sha) ?? 1) - 1
      waiting.set(sha, left)
      const parent = seen.get(sha)
      if (left === 0 && parent) ready.push(parent)
    }
  }
  return sorted
}

function takeNewest(ready: Commit[]): Commit | undefined {
  let newest = 0
  for (let place = 1; place < ready.length; place++) {
    if ((ready[place]?.committedAt ?? '') > (ready[newest]?.committedAt ?? '')) newest = place
  }
  return ready.length === 0 ? undefined : ready.splice(newest, 1)[0]
}
