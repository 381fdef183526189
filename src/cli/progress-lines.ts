import { printable } from '../report/printable.ts'
import { outcomeText, type ProgressView, splitPlanItem } from './progress.ts'

/** One plain line for each source that opened and each plan item that ended: for logs, where nothing can be redrawn. */
export function lineProgress(writeLine: (line: string) => void, nameOf: (source: string) => string): ProgressView {
  const write = (text: string) => writeLine(printable(text))
  return {
    sourceOpened(source, outcome) {
      write(`${nameOf(source)}: ${outcome.status !== 'failed' ? 'opened' : `not opened: ${outcome.reason}`}`)
    },
    itemStarted() {},
    itemPage() {},
    itemEnded(planItem, outcome) {
      const { source, item } = splitPlanItem(planItem)
      write(`${nameOf(source)} · ${item}: ${outcomeText(outcome)}`)
    },
    note: write,
    finish: async () => {},
  }
}
