export const DAY_MS = 86_400_000

/** Whole days from a time to a later one; negative if it is not later. Times are dates, or what `Date.parse` reads, or epoch milliseconds. */
export function daysSince(time: string | number | Date, at: string | Date): number {
  return Math.floor((new Date(at).getTime() - new Date(time).getTime()) / DAY_MS)
}

/** The time so many days before another. */
export function daysBefore(at: Date, days: number): Date {
  return new Date(at.getTime() - days * DAY_MS)
}
