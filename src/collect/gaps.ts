import type { Gap } from '../model/outcome.ts'
import type { Reason } from '../sdk/errors.ts'

const NAMED_SUBJECTS = 20

/** Gathers what could not be read, grouped by reason and permission; the first subjects in alphabetical order are named. */
export function createGaps() {
  const groups = new Map<
    string,
    { reason: Reason; permission: string | undefined; count: number; subjects: string[] }
  >()
  return {
    add(subject: string, reason: Reason, permission: string | undefined): void {
      const key = `${reason} ${permission ?? ''}`
      let group = groups.get(key)
      if (group === undefined) groups.set(key, (group = { reason, permission, count: 0, subjects: [] }))
      group.count += 1
      group.subjects.push(subject)
      // Sorted and cut from time to time, so that neither memory nor the choice depends on the order of answers.
      if (group.subjects.length > 50 * NAMED_SUBJECTS) group.subjects = firstSubjects(group.subjects)
    },
    isEmpty: () => groups.size === 0,
    list(): Gap[] {
      return [...groups]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { reason, permission, count, subjects }]) => ({
          reason,
          ...(permission && { permission }),
          count,
          subjects: firstSubjects(subjects),
        }))
    },
  }
}

function firstSubjects(subjects: string[]): string[] {
  return subjects.sort().slice(0, NAMED_SUBJECTS)
}
