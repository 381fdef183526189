import type { Stream } from '../sdk/stream.ts'
import { ownPerMinute } from './limiter.ts'
import type { Source } from './source.ts'

/** What decides when a plan item has its turn. */
export interface Turn {
  /** Source and limit that its requests fall under. */
  budget: string
  /** Requests a minute of that limit. */
  perMinute: number
}

export interface Task<Result> extends Turn {
  run(): Promise<Result>
}

/** A stream that names no limit, or one there is not, counts to the limit without a path. */
export function turnOf({ id, limits }: Pick<Source, 'id' | 'limits'>, stream: Stream): Turn {
  const limit =
    limits.find((one) => one.id === stream.limit) ?? limits.find(({ path }) => path === undefined) ?? limits[0]
  return {
    budget: `${id} ${limit?.id ?? ''}`,
    perMinute: limit === undefined ? Number.POSITIVE_INFINITY : ownPerMinute(limit),
  }
}

/**
 * Runs the tasks, so many at a time, and gives their results in the order of the tasks. The next one is of the budget that
 * has fewest at work, of equals the one with the smallest budget, of equals the first: a small budget decides how
 * long a run takes, so it must be used from the start, and never by all who work while another one lies idle. A task
 * that throws is our failure (a full disk), not a source's: no further one is started, and those at work are waited for.
 */
export async function inTurn<Result>(tasks: readonly Task<Result>[], concurrency: number): Promise<Result[]> {
  const results: Result[] = []
  const lines = [...Map.groupBy(tasks.entries(), ([, { budget, perMinute }]) => `${perMinute} ${budget}`).values()]
  const queues = lines.map((entries): Queue<Result> => ({ turn: entries[0]?.[1] ?? NO_TURN, entries, next: 0 }))
  const atWork = new Map<string, number>()
  let broken = false
  const workers = Array.from({ length: Math.max(1, concurrency) }, async () => {
    for (let next = takeNext(queues, atWork); next !== undefined && !broken; next = takeNext(queues, atWork)) {
      const [place, task] = next
      atWork.set(task.budget, (atWork.get(task.budget) ?? 0) + 1)
      try {
        results[place] = await task.run()
      } catch (error) {
        broken = true
        throw error
      } finally {
        atWork.set(task.budget, (atWork.get(task.budget) ?? 1) - 1)
      }
    }
  })
  const ended = await Promise.allSettled(workers)
  const failed = ended.find((worker) => worker.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return results
}

/** Tasks of one turn, in their order: of tens of thousands, only the first of each queue need be compared. */
interface Queue<Result> {
  turn: Turn
  entries: readonly [number, Task<Result>][]
  next: number
}

const NO_TURN: Turn = { budget: '', perMinute: 0 }

function takeNext<Result>(
  queues: readonly Queue<Result>[],
  atWork: ReadonlyMap<string, number>,
): [number, Task<Result>] | undefined {
  let best: Queue<Result> | undefined
  for (const queue of queues) {
    if (queue.next < queue.entries.length && (best === undefined || isBefore(queue, best, atWork))) best = queue
  }
  return best?.entries[best.next++]
}

function isBefore<Result>(one: Queue<Result>, other: Queue<Result>, atWork: ReadonlyMap<string, number>): boolean {
  const [busy, otherBusy] = [atWork.get(one.turn.budget) ?? 0, atWork.get(other.turn.budget) ?? 0]
  if (busy !== otherBusy) return busy < otherBusy
  if (one.turn.perMinute !== other.turn.perMinute) return one.turn.perMinute < other.turn.perMinute
  return placeOf(one) < placeOf(other)
}

function placeOf<Result>({ entries, next }: Queue<Result>): number {
  return entries[next]?.[0] ?? Number.POSITIVE_INFINITY
}
