/** How much later than it was due a run may be opened without being late, in milliseconds: it waits for places and for others. */
export const GRACE_MS = 3_600_000

/** Whether a run that was due at one time and opened at another is late. Times are UTC with milliseconds. */
export function isLate(dueAt: string, openedAt: string): boolean {
  return Date.parse(openedAt) > Date.parse(dueAt) + GRACE_MS
}
