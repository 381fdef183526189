import type { Clock } from '../../../src/sdk/context.ts'
import { systemClock } from '../../../src/runtime.ts'

/** The system's clock, running `speed` times as fast: what waits an hour waits seconds, and time limits strike as soon. */
export function fastClock(speed = 50): Clock {
  const start = systemClock.now().getTime()
  return {
    now: () => new Date(start + Math.round((systemClock.now().getTime() - start) * speed)),
    sleep: (milliseconds, signal) => systemClock.sleep(Math.ceil(milliseconds / speed), signal),
    after: (milliseconds, act) => systemClock.after(Math.ceil(milliseconds / speed), act),
  }
}
