import type { Period } from 'affiant/sdk'

/**
 * Tells of one commit after another, oldest first, whether it belongs to the period. The date in a commit is whatever
 * its maker wrote, so the order of history counts too. A commit belongs if
 *
 * - its date lies in the period, or
 * - it is dated before the period but stands after a commit of the period (backdating hides nothing), or
 * - its date lies after `now`, which cannot be, or cannot be read at all (nothing shows that it is of another period).
 */
export function inPeriod(period: Period, now: Date): (committedAt: Date | null) => boolean {
  let begun = false
  return (committedAt) => {
    if (committedAt === null || committedAt > now) return true
    if (committedAt >= period.to) return false
    if (committedAt >= period.from) begun = true
    return begun
  }
}
