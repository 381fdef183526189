import type { ResultLine, Status } from '../model/result.ts'
import type { RunView } from '../model/run-view.ts'
import { type CheckedSource, checksOf } from './summary.ts'

/** A check on a source, and the first subjects that made it end so. */
export interface Finding extends CheckedSource {
  subjects: ResultLine[]
}

export interface Findings {
  /** The worst first. */
  shown: Finding[]
  /** How many checks there are with that status. */
  all: number
}

/** Checks with that status, each with its first subjects of the same status; reads no further than it must. */
export async function findingsOf(
  view: RunView,
  status: Exclude<Status, 'pass'>,
  limit: { checks: number; subjects: number; reason?: string },
): Promise<Findings> {
  const checks = checksOf(view, [status]).filter(
    ({ line }) => limit.reason === undefined || line.summary.reason === limit.reason,
  )
  const shown: Finding[] = []
  for (const check of checks.slice(0, limit.checks)) {
    const subjects: ResultLine[] = []
    if (limit.subjects > 0) {
      for await (const result of view.resultLines(check.line)) {
        if (result.status !== status) continue
        if (subjects.push(result) === limit.subjects) break
      }
    }
    shown.push({ ...check, subjects })
  }
  return { shown, all: checks.length }
}
