import { InvalidError, type Period, plural, TruncatedError } from 'affiant/sdk'
import { arrivals } from './arrivals.ts'
import { type Note, noteOf } from './change.ts'
import type { Branch, Repository } from './client.ts'
import { inPeriod } from './in-period.ts'

/** A commit of a branch's first-parent history, and what came to the branch by it. */
export interface Arrived {
  branch: Branch
  /** Place in the first-parent history; the root is 1. */
  position: number
  note: Note
  /** The commits it merged: what can be reached from it and not from the commit before it. Empty unless it is a merge. */
  brought: readonly Note[]
  /** When the branch of this repository first had it, by its own record; null where it keeps none or not as far back. */
  arrivedAt: Date | null
}

interface Bounds {
  period: Period
  now: Date
}

/**
 * What came to a branch in the period, oldest first. What it shares with the default branch is left out, as that stands
 * there. Every commit is counted: the first parents against git's count of them, and all that can be reached in the
 * period against git's count of that, where each must be a first parent or have been brought by one.
 * @throws TruncatedError if git counts others than it listed
 */
export async function* arrivedOn(
  source: Repository,
  branch: Branch,
  main: Branch,
  bounds: Bounds,
): AsyncIterable<Arrived> {
  const belongs = inPeriod(bounds.period, bounds.now)
  const arrivedAt = await arrivals(source, branch)
  const apart = branch.ref === main.ref ? undefined : splitFrom(source, main)
  const { commits, count } = source.firstParents(branch)
  let brought: Brought | undefined
  let before: string | null = null
  let position = 0
  try {
    for await (const commit of commits()) {
      position += 1
      const at = arrivedAt(commit.id)
      const included = belongs(at ?? commit.committer.at)
      const own = apart ? await apart.differs(commit.id) : true
      // Reading everything is slow, so it starts at the first commit of the period.
      if (included && own) brought ??= broughtTo(source, branch, before)
      const notes = await brought?.by(commit.id)
      if (included && own) yield { branch, position, note: noteOf(commit), brought: notes ?? [], arrivedAt: at }
      before = commit.id
    }
    await brought?.end()
  } finally {
    await apart?.close()
    await brought?.close()
  }
  const total = await count()
  if (position !== total)
    throw new TruncatedError(`git counts ${plural(total, 'commit')} on ${branch.name} but listed ${position}`)
}

/** Tells of each first parent, oldest first, whether the default branch has another in its place. */
function splitFrom(source: Repository, main: Branch) {
  const others = source.firstParents(main).commits()[Symbol.asyncIterator]()
  let split = false
  return {
    async differs(id: string) {
      if (!split) {
        const next = await others.next()
        // A commit has one first parent, so two such histories that part never meet again.
        split = next.done === true || next.value.id !== id
      }
      return split
    },
    close: () => others.return?.(),
  }
}

type Brought = ReturnType<typeof broughtTo>

/** Hands each commit that is no first parent to the first parent it came by. */
function broughtTo(source: Repository, branch: Branch, after: string | null) {
  const { commits, count } = source.reached(branch, after)
  const walk = commits()[Symbol.asyncIterator]()
  const waiting = new Map<string, Note>()
  let listed = 0

  async function next(): Promise<Note | undefined> {
    const item = await walk.next()
    if (item.done) return undefined
    listed += 1
    return noteOf(item.value)
  }

  return {
    async by(id: string): Promise<Note[]> {
      let note = await next()
      for (; note !== undefined && note.id !== id; note = await next()) waiting.set(note.id, note)
      if (note === undefined) throw new InvalidError(`git lists ${id.slice(0, 12)} among the first parents only`)
      return taken(waiting, note.parentIds.slice(1))
    },
    async end(): Promise<void> {
      for (let more = await next(); more !== undefined; more = await next()) waiting.set(more.id, more)
      const total = await count()
      if (listed !== total)
        throw new TruncatedError(
          `git counts ${plural(total, 'commit')} that reached ${branch.name} but listed ${listed}`,
        )
      const [left] = waiting.keys()
      if (left !== undefined)
        throw new TruncatedError(`commit ${left.slice(0, 12)} reached ${branch.name}, but no change brought it`)
    },
    close: () => walk.return?.(),
  }
}

/** Takes out what can be reached from these commits, newest first. */
function taken(waiting: Map<string, Note>, from: readonly string[]): Note[] {
  const notes: Note[] = []
  const ids = [...from]
  for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
    const note = waiting.get(id)
    if (!note) continue
    waiting.delete(id)
    notes.push(note)
    ids.push(...note.parentIds)
  }
  return notes
}
