import { Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput } from 'listr2'
import { UserError } from '../model/user-error.ts'
import type { ProgressView } from './progress.ts'
import { splitPlanItem } from './progress.ts'
import { detailsOf, itemEnded, itemPage, itemStarted, newSourceProgress, titleOf } from './progress-state.ts'

export interface ScreenOptions {
  /** Where it is drawn: stderr, a terminal. */
  screen: NodeJS.WriteStream
  columns: number
  sources: readonly string[]
  nameOf(source: string): string
  /** For drawing less often than pages come. */
  now(): Date
}

/** Milliseconds between two drawings of the same source. */
const REDRAW = 80

/** A task for each source, with the plan items that are being read below it, redrawn in place. */
export function screenProgress({ screen, columns, sources, nameOf, now }: ScreenOptions): ProgressView {
  // Not the console: standard output stays free for the result.
  const processOutput = new ProcessOutput(screen, screen)
  const tasks = new Map(sources.map((source) => [source, createTask(nameOf(source), columns, now)]))
  const list = new Listr(
    [...tasks.values()].map(({ title, run }) => ({ title: title(), task: (_, wrapper) => run(wrapper) })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      // listr2 asks standard output, which may be a file while the screen is a terminal.
      forceTTY: true,
      fallbackRendererCondition: false,
      renderer: 'default',
      rendererOptions: {
        formatOutput: 'truncate',
        collapseErrors: false,
        showErrorMessage: false,
        logger: new ListrLogger({ processOutput }),
      },
    },
  )
  const drawn = list.run().then(
    () => undefined,
    () => undefined,
  )
  const taskOf = (planItem: string) => tasks.get(splitPlanItem(planItem).source)
  return {
    sourceOpened(source, outcome, items) {
      tasks.get(source)?.change((state) => {
        state.opened = outcome
        state.items = items
      })
    },
    itemStarted: (planItem) => taskOf(planItem)?.change((state) => itemStarted(state, planItem)),
    itemPage: (planItem, records) => taskOf(planItem)?.change((state) => itemPage(state, planItem, records), 'often'),
    itemEnded: (planItem, outcome) => taskOf(planItem)?.change((state) => itemEnded(state, planItem, outcome)),
    note(text) {
      for (const task of tasks.values()) task.note(text)
    },
    async finish(failed) {
      for (const task of tasks.values()) task.end(failed)
      await drawn
    },
  }
}

type Wrapper = ListrTaskWrapper<unknown, never, never>

function createTask(name: string, columns: number, now: () => Date) {
  const state = newSourceProgress()
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  let wrapper: Pick<Wrapper, 'title' | 'output'> | undefined
  let notice: string | undefined
  let drawnAt = 0
  const draw = () => {
    if (wrapper === undefined) return
    drawnAt = now().getTime()
    wrapper.title = titleOf(name, state)
    const lines = detailsOf(state, Math.max(20, columns - 6))
    wrapper.output = [...(notice === undefined ? [] : [notice]), ...lines].join('\n')
  }
  return {
    title: () => titleOf(name, state),
    async run(task: Pick<Wrapper, 'title' | 'output'>) {
      wrapper = task
      draw()
      await ended
    },
    change(change: (of: typeof state) => void, often?: 'often') {
      change(state)
      if (often === undefined || now().getTime() - drawnAt >= REDRAW) draw()
    },
    note(text: string) {
      notice = text
      draw()
    },
    end(failed: boolean) {
      notice = undefined
      draw()
      const whole = !failed && state.opened?.status === 'complete' && state.incomplete.length === 0
      if (whole) resolve()
      else reject(new UserError('incomplete', ''))
    },
  }
}
