import { daysSince, fail, notApplicable, pass, plural, type Result, type Verdict } from 'affiant/sdk'

/** Whether a finding is still within the days it may stay open. */
export function judgeAge(time: string, at: Date, most: number, what: string): Verdict {
  const days = daysSince(time, at)
  const detail = `${what}, open for ${plural(days, 'day')}`
  return days <= most
    ? pass(`${detail}; ${plural(most, 'is', 'are')} accepted`)
    : fail(`${detail}; ${plural(most, 'is', 'are')} accepted`)
}

/** Counts findings by place, so that a place without any has a result of its own: nothing found is a result too. */
export function countByPlace() {
  const counts = new Map<string, number>()
  const key = ({ source, scope }: { source: string; scope: string }) => `${source}\0${scope}`
  return {
    add(place: { source: string; scope: string }): void {
      counts.set(key(place), (counts.get(key(place)) ?? 0) + 1)
    },
    of: (place: { source: string; scope: string }): number => counts.get(key(place)) ?? 0,
  }
}

/** The result of a place as a whole: whether the service was there to find something, and that it found nothing. */
export function ofPlace(
  place: { subject: string; name: string; scope: string },
  { on, off, found }: { on: boolean; off: string; found: number },
): Result | undefined {
  if (!on) return { ...place, ...notApplicable(off, 'the service is not on here, which another check judges') }
  return found === 0 ? { ...place, ...pass('nothing was found') } : undefined
}
