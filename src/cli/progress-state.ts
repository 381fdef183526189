import type { Outcome } from '../model/outcome.ts'
import { printable } from '../report/printable.ts'
import { cut } from '../report/wrap.ts'
import { grouped, number } from '../report/words.ts'
import { outcomeText, splitPlanItem } from './progress.ts'

/** What is known of one source while it is read. */
export interface SourceProgress {
  opened: Outcome | undefined
  /** Plan items it has, known once it is open. */
  items: number
  /** Records so far, by plan item that is being read. */
  running: Map<string, number>
  ended: number
  records: number
  /** One line for each plan item that did not end complete. */
  incomplete: string[]
}

export function newSourceProgress(): SourceProgress {
  return { opened: undefined, items: 0, running: new Map(), ended: 0, records: 0, incomplete: [] }
}

export function itemStarted(state: SourceProgress, planItem: string): void {
  state.running.set(planItem, 0)
}

/** `records`: of the plan item so far. */
export function itemPage(state: SourceProgress, planItem: string, records: number): void {
  state.running.set(planItem, records)
}

export function itemEnded(state: SourceProgress, planItem: string, outcome: Outcome): void {
  state.running.delete(planItem)
  state.ended += 1
  state.records += outcome.records
  if (outcome.status !== 'complete') {
    state.incomplete.push(`${splitPlanItem(planItem).item}: ${outcomeText(outcome)}`)
  }
}

/** The line of the source: how much of it is read. */
export function titleOf(name: string, state: SourceProgress): string {
  const { opened, items, running, ended, incomplete } = state
  if (opened === undefined) return `${name}: opening`
  if (opened.status === 'failed') return `${name}: not opened: ${opened.reason}`
  const records = [...running.values()].reduce((sum, one) => sum + one, state.records)
  const parts = [
    `${grouped(ended)} of ${number(items, 'plan item')} read`,
    ...(incomplete.length > 0 ? [`${grouped(incomplete.length)} incomplete`] : []),
    number(records, 'record'),
  ]
  return printable(`${name}: ${parts.join(', ')}`)
}

/** At most so many lines below a source, however many plan items it has. */
const MOST_RUNNING = 6
const MOST_INCOMPLETE = 4

/** The lines below the source: what went wrong, then what is being read, with records as they come. */
export function detailsOf(state: SourceProgress, columns: number): string[] {
  const { running, incomplete } = state
  const wrong = capped(incomplete, MOST_INCOMPLETE, 'incomplete').map((line) => `✗ ${line}`)
  const items = [...running].map(
    ([planItem, records]) => `${splitPlanItem(planItem).item}${records > 0 ? `: ${number(records, 'record')}` : ''}`,
  )
  return [...wrong, ...capped(items, MOST_RUNNING, 'being read')].map((line) => cut(printable(line), columns))
}

function capped(lines: readonly string[], most: number, what: string): string[] {
  if (lines.length <= most) return [...lines]
  return [...lines.slice(0, most - 1), `and ${grouped(lines.length - most + 1)} more ${what}`]
}
