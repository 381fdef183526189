import type { Report } from './reasons.ts'
import type { EntryTime } from './timed.ts'

/** How far off a clock is taken to be whose authority does not say: times of tokens are often whole seconds. */
const DEFAULT_ACCURACY_MS = 1000

/** What the tokens of earlier entries say of the time of later ones. Times are in milliseconds. */
export interface TimeOrder {
  /** No entry after the last one that was added was made before this: minus infinity at first. */
  floor(): number
  /** Compares an entry with those before it. Entries are given in order. */
  add(entry: { index: number; claimedAt: number; time: EntryTime }, report: Report): void
}

/**
 * An entry names the tokens of the one before it, so it was signed after they were made: neither a token over it nor
 * the time that it claims may be earlier. What is within the accuracy of the clocks, and of the agent's within the skew, is let pass.
 */
export function checkTimeOrder(maxSkewSeconds: number): TimeOrder {
  const maxSkewMs = maxSkewSeconds * 1000
  let floor = Number.NEGATIVE_INFINITY
  let floorIndex = 0
  const accuracyOf = (accuracyMs: number | undefined) => Math.min(accuracyMs ?? DEFAULT_ACCURACY_MS, maxSkewMs)
  return {
    floor: () => floor,
    add({ index, claimedAt, time }, report) {
      const before = `a timestamp of entry ${floorIndex} shows that it is not older than ${iso(floor)}`
      if (claimedAt + maxSkewMs < floor) report('timestamp-order', `it claims ${iso(claimedAt)}, and ${before}`)
      for (const { time: at, accuracyMs } of time.good) {
        if (at.getTime() + accuracyOf(accuracyMs) < floor)
          report('timestamp-order', `it has a timestamp of ${at.toISOString()}, and ${before}`)
      }
      for (const { time: at, accuracyMs, isOwn } of time.good) {
        const latest = at.getTime() - accuracyOf(accuracyMs)
        if (!isOwn || latest <= floor) continue
        floor = latest
        floorIndex = index
      }
    },
  }
}

function iso(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : 'any time'
}
