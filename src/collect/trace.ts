import { AsyncLocalStorage } from 'node:async_hooks'
import type { Receipt } from '../model/receipt.ts'
import type { ReadError } from '../sdk/errors.ts'

/** What the seams report to while a plan item (or the opening of a source) is at work. */
export interface Trace {
  signal: AbortSignal
  /** Epoch milliseconds. */
  deadline: number
  receipt: (receipt: Receipt) => void
}

/**
 * Failed requests of one stretch of a collector's code. Whoever ends the stretch must account for them: an error that is
 * thrown, or a gap that is recorded. What is left over makes the plan item partial, so a swallowed 403 cannot hide.
 */
export interface Stretch {
  failures: ReadError[]
  /** Tries of a request that meets a server error or no answer, where there is another way to read the same. Default: as many as the seam makes. */
  attempts?: number
}

/**
 * Which trace a request belongs to. A session is shared by many plan items at once, and a vendor's SDK passes nothing of
 * ours through, so the link is the asynchronous context.
 */
const context = new AsyncLocalStorage<{ trace: Trace; stretch: Stretch }>()

export function within<T>(trace: Trace, stretch: Stretch, work: () => T): T {
  return context.run({ trace, stretch }, work)
}

/** @throws TypeError outside of {@link within}: a collector that keeps working after its item ended. */
export function current(): { trace: Trace; stretch: Stretch } {
  const store = context.getStore()
  if (store === undefined) throw new TypeError('a request was made outside of open, identify, scopes and collect')
  return store
}
