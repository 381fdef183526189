import type { Clock } from '../sdk/context.ts'

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves on by that many milliseconds, waking sleepers and firing timers in order of their time. */
  advance(milliseconds: number): Promise<void>
  /**
   * Moves from sleeper to sleeper until `work` settles: for code whose waits are of no interest. While nobody sleeps it
   * stands still, so a limit set with `after` never strikes only because a real answer takes its time.
   */
  drive<T>(work: Promise<T>): Promise<T>
  /** Milliseconds asked of `sleep` so far, in order. */
  readonly slept: readonly number[]
}

interface Waiting {
  until: number
  kind: 'sleep' | 'limit'
  wake(): void
}

/** A {@link ManualClock} that shows `start`. */
export function manualClock(start = '2026-01-05T06:00:00.000Z'): ManualClock {
  let now = Date.parse(start)
  const waiting = new Set<Waiting>()
  const slept: number[] = []

  function add(milliseconds: number, kind: Waiting['kind'], act: () => void): () => void {
    const entry: Waiting = { until: now + milliseconds, kind, wake: act }
    waiting.add(entry)
    return () => waiting.delete(entry)
  }

  /** Wakes the one who is next, if its time is not after `limit`. */
  async function wakeNext(limit: number): Promise<boolean> {
    let next: Waiting | undefined
    for (const entry of waiting) if (next === undefined || entry.until < next.until) next = entry
    if (next === undefined || next.until > limit) return false
    now = Math.max(now, next.until)
    waiting.delete(next)
    next.wake()
    await settle()
    return true
  }

  return {
    slept,
    now: () => new Date(now),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        slept.push(milliseconds)
        const forget = add(milliseconds, 'sleep', () => {
          signal?.removeEventListener('abort', abandon)
          resolve()
        })
        const abandon = () => {
          forget()
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', abandon, { once: true })
      }),
    after(milliseconds, act) {
      const forget = add(milliseconds, 'limit', act)
      return { [Symbol.dispose]: forget }
    },
    async advance(milliseconds) {
      const target = now + milliseconds
      await settle()
      while (await wakeNext(target)) {
        // on to the next one
      }
      now = target
    },
    async drive(work) {
      let settled = false
      void work.catch(() => undefined).finally(() => (settled = true))
      for (;;) {
        await settle()
        if (settled) return work
        const sleeps = [...waiting].filter(({ kind }) => kind === 'sleep').map(({ until }) => until)
        if (sleeps.length > 0) await wakeNext(Math.min(...sleeps))
      }
    },
  }
}

/** Lets everything that is ready run: promises, and answers from the network that have arrived. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
