import type { RunEvidence } from '../../../model/report-source.ts'
import type { Counts } from '../../../model/result.ts'
import { sourceName } from '../../incomplete.ts'
import { type Cell, countsTable, dataTable, notice, section, statusBadge } from '../components.ts'
import type { ControlView } from './view.ts'
import { type Html, html } from '../html.ts'
import { checkPath, hrefFrom } from '../paths.ts'
import { sums } from '../run-facts.ts'
import { count, plural, text } from '../text.ts'
import { outOf, were } from '../../words.ts'

/** So many checks on sources are listed; the sum is over all of them. */
const MOST = 500

const FIGURES = [
  ['inScope', 'In scope'],
  ['inspected', 'Inspected'],
  ['passed', 'Passed'],
  ['failed', 'Failed'],
  ['excepted', 'Excepted'],
  ['notApplicable', 'Not applicable'],
  ['unknown', 'Unknown'],
] as const satisfies readonly (readonly [keyof Counts, string])[]

/** How many subjects the deciding checks looked at: check by check, the sum, and that it adds up. */
export function controlCounts(run: RunEvidence, { deciding }: ControlView, counts: Counts, path: string): Html {
  const [first, second] = sums(counts)
  const left = deciding.length - MOST
  const short = deciding.filter(({ judged }) => (judged.line?.summary.incomplete.length ?? 0) > 0).length
  const rows = deciding.slice(0, MOST).map(({ judged, strength }): Cell[] => {
    const { check, source, line } = judged
    return [
      html`<a href="${hrefFrom(path, checkPath(source, check))}">${text(check)}</a>`,
      sourceName(run, source),
      strength,
      line === undefined ? statusBadge('withheld') : statusBadge(line.summary.status, line.summary.reason),
      ...FIGURES.map(([key]) => line?.summary.counts[key] ?? 'withheld'),
    ]
  })
  const sum: Cell[] = [
    html`<strong>All of them</strong>`,
    '',
    '',
    '',
    ...FIGURES.map(([key]) => html`<strong>${count(counts[key])}</strong>`),
  ]
  return section(
    {
      id: 'counts',
      title: 'Counts',
      lead: 'Subjects of the checks that decide: direct and supporting ones. A subject that two checks look at counts twice.',
    },
    html`<p>${first}; ${second}.</p>`,
    countsTable(counts, 'Subjects, over all checks that decide'),
    short > 0 &&
      notice(
        'caution',
        `${outOf(short, deciding.length, 'check')} ${were(short, deciding.length)} judged on evidence that is not complete: a subject that was never seen is in no count, not even among the unknown ones.`,
      ),
    dataTable({
      caption: 'Check by check',
      columns: [
        { label: 'Check' },
        { label: 'Source' },
        { label: 'Strength', kind: 'word' },
        { label: 'State' },
        ...FIGURES.map(([, label]) => ({ label, kind: 'number' as const })),
      ],
      rows: [...rows, sum],
    }),
    left > 0 && html`<p>${plural(left, 'more check')} on other sources are in the sum and not listed.</p>`,
  )
}
