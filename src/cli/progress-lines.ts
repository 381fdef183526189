import type { Outcome } from '../model/outcome.ts'
import { printable } from '../report/printable.ts'
import { outcomeText, type ProgressView, splitPlanItem } from './progress.ts'
import { itemEnded, itemStarted, newSourceProgress, type SourceProgress, titleOf } from './progress-state.ts'

/** Up to so many plan items each of a source has a line; of more, so many lines say how far it is. */
const MOST_ITEMS = 100
const STEPS = 10
/** Lines about plan items that did not end complete, where not every one has its line. The report of the run has them all. */
const MOST_INCOMPLETE = 5

/**
 * Plain lines for logs, where nothing can be redrawn: one for each source that opened, and one for each plan item that
 * ended, or, of a source with hundreds of them, one for each tenth.
 */
export function lineProgress(writeLine: (line: string) => void, nameOf: (source: string) => string): ProgressView {
  const write = (text: string) => writeLine(printable(text))
  const states = new Map<string, SourceProgress>()
  const itemLine = (source: string, item: string, outcome: Outcome) =>
    write(`${nameOf(source)} · ${item}: ${outcomeText(outcome)}`)
  return {
    sourceOpened(source, outcome, items) {
      states.set(source, { ...newSourceProgress(), opened: outcome, items })
      const many = items > MOST_ITEMS ? `, ${items} plan items` : ''
      write(`${nameOf(source)}: ${outcome.status !== 'failed' ? `opened${many}` : `not opened: ${outcome.reason}`}`)
    },
    itemStarted(planItem) {
      const state = states.get(splitPlanItem(planItem).source)
      if (state) itemStarted(state, planItem)
    },
    itemPage() {},
    itemEnded(planItem, outcome) {
      const { source, item } = splitPlanItem(planItem)
      const state = states.get(source)
      if (state === undefined || state.items <= MOST_ITEMS) return itemLine(source, item, outcome)
      itemEnded(state, planItem, outcome)
      const { ended, items, incomplete } = state
      if (outcome.status !== 'complete' && incomplete.length <= MOST_INCOMPLETE) itemLine(source, item, outcome)
      const tenth = (count: number) => Math.floor((count * STEPS) / items)
      if (tenth(ended) > tenth(ended - 1)) write(titleOf(nameOf(source), state))
    },
    note: write,
    finish: async () => {},
  }
}
