import type { CheckDiff } from '../../../model/run-diff.ts'
import type { ReportSource } from '../../../model/report-source.ts'
import type { Turn } from '../../../model/turn.ts'
import { type Cell, dataTable, section, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { hrefFrom, RUNS_PATH } from '../paths.ts'
import { cutValues } from '../values.ts'
import { checkHistory } from './history.ts'
import { subjectName } from './subject-table.ts'
import type { JudgedCheck } from '../run-facts.ts'
import { count, instant, plural, text } from '../text.ts'

/** In what a check ended otherwise than in the run before, or that it did not, and how it ended before. */
export function checkChanges({ run, previous, earlier }: ReportSource, judged: JudgedCheck, path: string): Html {
  const head = { id: 'history', title: 'History' }
  const runs = html`${checkHistory({ run, earlier }, judged)}<p><a href="${hrefFrom(path, RUNS_PATH)}">All runs that this report knows of</a></p>`
  if (previous === undefined)
    return section(head, html`<p>This evidence has no earlier sealed run of the job.</p>`, runs)
  const { diff, number } = previous
  if (diff === undefined)
    return section(
      head,
      html`<p>What changed since run ${number} is not known: a file of that run is gone, or is not what was sealed.</p>`,
      runs,
    )
  const changed = diff.checks.find((one) => one.check === judged.check && one.source === judged.source)
  const about = `check ${judged.check} of ${judged.source}`
  const rules = diff.plan.filter((change) => change.about === about)
  return section(
    head,
    changed === undefined
      ? html`<p>Since the run before: same state, same subjects and same reasons as in run ${number}, opened ${instant(diff.from.openedAt)}.</p>`
      : states(changed, diff.from, { run: run.number, openedAt: run.plan.run.openedAt }),
    rules.length > 0 &&
      dataTable({
        caption: 'Changes of what it demands',
        columns: [
          { label: 'What' },
          { label: `Run ${number}`, kind: 'wide' },
          { label: `Run ${run.number}`, kind: 'wide' },
        ],
        rows: rules.map(({ what, from, to }) => [what, ...cutValues(from, to, LONG, 'not there')]),
      }),
    changed && turns(changed),
    runs,
  )
}

interface Side {
  run: number
  openedAt: string
}

function states({ from, to }: CheckDiff, before: Side, after: Side): Html {
  const row = (side: Side, verdict: CheckDiff['from']): Cell[] =>
    verdict === undefined
      ? [`Run ${side.run}`, instant(side.openedAt), statusBadge('absent'), '', '', '']
      : [
          `Run ${side.run}`,
          instant(side.openedAt),
          statusBadge(verdict.status, verdict.reason),
          verdict.counts.inScope,
          verdict.counts.failed,
          verdict.counts.unknown,
        ]
  return dataTable({
    caption: 'State of the check, in this run and the one before',
    columns: [
      { label: 'Run' },
      { label: 'Opened' },
      { label: 'State' },
      { label: 'In scope', kind: 'number' },
      { label: 'Failed', kind: 'number' },
      { label: 'Unknown', kind: 'number' },
    ],
    rows: [row(before, from), row(after, to)],
  })
}

function turns({ turns: { statuses, restated, subjects, omitted } }: CheckDiff): Html | undefined {
  const ways = statuses.map(({ from, to, count: many }) => `${count(many)} from ${from} to ${to}`)
  const said = [
    ...ways,
    ...(restated > 0 ? [`${plural(restated, 'subject')} of the same state for another reason`] : []),
  ]
  if (said.length === 0) return undefined
  return html`<p>Subjects: ${said.join('; ')}.</p>${
    subjects.length > 0 &&
    dataTable({
      caption:
        omitted > 0
          ? `The first ${count(subjects.length)} subjects that turned; ${count(omitted)} more are not listed`
          : 'Subjects that turned',
      columns: [
        { label: 'Subject' },
        { label: 'Scope' },
        { label: 'Was' },
        { label: 'Is' },
        { label: 'Why', kind: 'wide' },
      ],
      rows: subjects.map(turnRow),
    })
  }`
}

function turnRow({ subject, name, scope, from, to }: Turn): Cell[] {
  const side = to ?? from
  return [
    subjectName({ subject, ...(name !== undefined && { name }) }, LONG),
    scope ?? '',
    statusBadge(from?.status ?? 'absent'),
    statusBadge(to?.status ?? 'absent'),
    text(side?.detail ?? side?.reason ?? '', LONG),
  ]
}

/** So many characters of a text: the list of subjects has more of it. */
const LONG = 1000
