import type { JobRequest } from '../runtime.ts'
import type { Outcome } from '../model/outcome.ts'
import { number } from '../report/words.ts'

/** What a run tells while it collects. */
export type Progress = JobRequest['progress']

/** Shows a run while it collects. */
export interface ProgressView extends Progress {
  /** Something a person should know now, one line. */
  note(text: string): void
  /** After the run: all that was to be shown is shown. `failed`: there is no sealed run. */
  finish(failed: boolean): Promise<void>
}

export const silentProgress: ProgressView = {
  sourceOpened() {},
  itemStarted() {},
  itemPage() {},
  itemEnded() {},
  note() {},
  finish: async () => {},
}

/** Source and rest of a plan item: no id of a source has a slash. */
export function splitPlanItem(planItem: string): { source: string; item: string } {
  const slash = planItem.indexOf('/')
  return { source: planItem.slice(0, slash), item: planItem.slice(slash + 1).replace('/', ' · ') }
}

/** `complete, 28 records`; `failed: denied`. */
export function outcomeText(outcome: Pick<Outcome, 'status' | 'reason' | 'records'>): string {
  const { status, reason, records } = outcome
  if (status === 'failed') return `failed: ${reason}`
  const read = number(records, 'record')
  return status === 'complete' ? `complete, ${read}` : `partial: ${reason}, ${read}`
}
