import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../sdk/context.ts'

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(milliseconds, signal) {
    try {
      await delay(milliseconds, undefined, signal === undefined ? undefined : { signal })
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
  after(milliseconds, act) {
    // Longer than a timer can be means: never in this process's life.
    const timer = setTimeout(act, Math.min(milliseconds, 2 ** 31 - 1))
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}
