import { AbortedError } from '../sdk/errors.ts'

/** So many places; whoever finds none free waits in line. */
export interface Places {
  /** @throws AbortedError or the signal's reason when it is aborted */
  take(signal: AbortSignal): Promise<void>
  give(): void
  /** Nobody has a place, or waits for one. */
  isIdle(): boolean
}

export function createPlaces(count: number): Places {
  let free = count
  const waiting: (() => void)[] = []
  return {
    async take(signal) {
      if (signal.aborted) throw abortReason(signal)
      if (free > 0) {
        free -= 1
        return
      }
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          signal.removeEventListener('abort', abandon)
          resolve()
        }
        const abandon = () => {
          const place = waiting.indexOf(enter)
          if (place >= 0) waiting.splice(place, 1)
          reject(abortReason(signal))
        }
        waiting.push(enter)
        signal.addEventListener('abort', abandon, { once: true })
      })
    },
    give() {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    },
    isIdle: () => free === count,
  }
}

export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new AbortedError('the run was stopped')
}
