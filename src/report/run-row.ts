import type { RunView } from '../model/run-view.ts'
import { type RunStatus, runStatus } from './summary.ts'

/** One line of `affiant list`: from the plan and the statement alone, so that a thousand runs are listed at once. */
export interface RunRow {
  number: number
  openedAt: string
  job: string
  trigger: RunView['plan']['run']['trigger']
  status: RunStatus
  /** True if at least one source is an emulated system. */
  demo: boolean
  /** Of the plan items; absent if the run was never sealed. */
  outcomes?: { complete: number; partial: number; failed: number }
  /** Of the checks; absent if the run was never sealed. */
  results?: { pass: number; fail: number; 'not-applicable': number; unknown: number }
}

export function runRow(run: Pick<RunView, 'number' | 'plan' | 'statement'>): RunRow {
  const { openedAt, job, trigger } = run.plan.run
  const sealed = run.statement?.predicate
  return {
    number: run.number,
    openedAt,
    job,
    trigger,
    status: runStatus(run),
    demo: run.plan.sources.some(({ demo }) => demo === true),
    ...(sealed && { outcomes: sealed.outcomes, results: sealed.results }),
  }
}
