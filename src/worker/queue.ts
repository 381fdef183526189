import type { Trigger } from '../model/plan.ts'

export interface DueJob {
  job: string
  trigger: Trigger
}

/**
 * Jobs that are due, in the order in which they became so. One consumer takes them one after the other, so no two runs
 * overlap. A job that is due again while it waits stands there once; one that is due while it runs, runs once more after.
 */
export interface Queue {
  /** `false`: it was waiting already. */
  add(due: DueJob): boolean
  has(job: string): boolean
  /** The next one, as soon as there is one; `undefined` once the queue is closed. One call at a time. */
  next(): Promise<DueJob | undefined>
  /** Whatever still waits is dropped. */
  close(): void
}

export function createQueue(): Queue {
  const waiting = new Map<string, DueJob>()
  let closed = false
  let wake = () => {}
  return {
    add(due) {
      if (waiting.has(due.job)) return false
      waiting.set(due.job, due)
      wake()
      return true
    },
    has: (job) => waiting.has(job),
    async next() {
      for (;;) {
        if (closed) return undefined
        for (const [job, due] of waiting) {
          waiting.delete(job)
          return due
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    close() {
      closed = true
      waiting.clear()
      wake()
    },
  }
}
