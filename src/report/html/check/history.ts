import type { EarlierRun, ReportSource } from '../../../model/report-source.ts'
import { type Cell, dataTable, statusBadge } from '../components.ts'
import { html, type Html } from '../html.ts'
import type { JudgedCheck } from '../run-facts.ts'
import { instant } from '../text.ts'

/** How a check ended in this run and those before it, the latest first; nothing where one run alone came before. */
export function checkHistory(
  { run, earlier }: Pick<ReportSource, 'run' | 'earlier'>,
  { source, check, line }: JudgedCheck,
): Html | undefined {
  if (earlier.length < 2) return undefined
  const key = `${source} ${check}`
  const verdicts = new Map([[key, line?.summary ?? ('withheld' as const)]])
  const runs = [...earlier, { number: run.number, openedAt: run.plan.run.openedAt, verdicts }].toReversed()
  return dataTable({
    caption: 'In this run and those before it; nothing is known of the time between two runs',
    columns: [
      { label: 'Run' },
      { label: 'Opened' },
      { label: 'State', kind: 'wide' },
      { label: 'In scope', kind: 'number' },
      { label: 'Failed', kind: 'number' },
      { label: 'Unknown', kind: 'number' },
    ],
    rows: runs.map((one, place) => [`Run ${one.number}`, instant(one.openedAt), ...stateIn(one, runs[place + 1], key)]),
  })
}

function stateIn({ verdicts }: EarlierRun, before: EarlierRun | undefined, key: string): Cell[] {
  if (verdicts === undefined) return ['its plan or index is gone, or is not what was sealed', '', '', '']
  const verdict = verdicts.get(key)
  if (verdict === undefined || verdict === 'withheld') return [statusBadge(verdict ?? 'absent'), '', '', '']
  const { status, reason, counts, revision } = verdict
  const last = before?.verdicts?.get(key)
  const isOther = last !== undefined && last !== 'withheld' && last.revision !== revision
  return [
    html`${statusBadge(status, reason)}${isOther && html`<span class="sub">its logic changed: revision ${revision}, ${last.revision} before</span>`}`,
    counts.inScope,
    counts.failed,
    counts.unknown,
  ]
}
