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
  const queue = [...tasks.entries()]
  const atWork = new Map<string, number>()
  let broken = false
  const workers = Array.from({ length: Math.max(1, concurrency) }, async () => {
    for (let next = takeNext(queue, atWork); next !== undefined && !broken; next = takeNext(queue, atWork)) {
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

function takeNext<Entry extends [number, Turn]>(
  queue: Entry[],
  atWork: ReadonlyMap<string, number>,
): Entry | undefined {
  let best = 0
  for (const place of queue.keys()) if (isBefore(queue[place], queue[best], atWork)) best = place
  return queue.splice(best, 1)[0]
}

function isBefore(
  one: [number, Turn] | undefined,
  other: [number, Turn] | undefined,
  atWork: ReadonlyMap<string, number>,
): boolean {
  if (one === undefined || other === undefined) return false
  const [busy, otherBusy] = [atWork.get(one[1].budget) ?? 0, atWork.get(other[1].budget) ?? 0]
  return busy !== otherBusy ? busy < otherBusy : one[1].perMinute < other[1].perMinute
}
