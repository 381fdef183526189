import type { PeriodSource } from '../../../model/period-source.ts'
import type { PeriodView } from '../../../model/period-view.ts'
import type { ReportFile } from '../../../model/report-source.ts'
import { boundsWords } from '../../period/words.ts'
import { periodView } from '../../period/view.ts'
import { SCRIPT, STYLE } from '../assets.ts'
import type { ReportFrame } from '../layout.ts'
import { INDEX_PATH, SCRIPT_PATH, STYLE_PATH } from '../paths.ts'
import { LISTS, periodLists } from './lists.ts'
import { periodPage } from './period-page.ts'
import { runReport, type RunReportOptions, textFile } from '../run-report.ts'

export interface PeriodReportOptions extends Omit<RunReportOptions, 'above'> {
  /** What the source says, if it was read before. */
  view?: PeriodView
}

/**
 * The report of a period: its own pages, and under `runs/<number>/` that of the last sealed run of each job in it. Rendering it
 * twice gives the same bytes.
 * @throws StoreError, BundleError, UserError if evidence is not what was sealed, also while a file is read
 */
export async function* periodReport(
  source: PeriodSource,
  options: PeriodReportOptions = {},
): AsyncIterable<ReportFile> {
  const { view = await periodView(source), ...rest } = options
  const frame = periodFrame(view)
  yield textFile(STYLE_PATH, STYLE)
  yield textFile(SCRIPT_PATH, SCRIPT)
  yield periodPage(view, frame)
  yield* periodLists(view, frame)
  for (const { lastSealed } of view.jobs) {
    if (lastSealed === undefined) continue
    const folder = `runs/${lastSealed}`
    const above = { label: frame.subject, path: `../../${INDEX_PATH}` }
    const { verification } = source
    const run = { ...(await source.report(lastSealed)), ...(verification && { verification }) }
    for await (const file of runReport(run, { ...rest, above })) yield { ...file, path: `${folder}/${file.path}` }
  }
}

function periodFrame({ origin, period, until, checks, freshness, agents }: PeriodView): ReportFrame {
  return {
    installation: origin.slice(origin.indexOf('/') + 1),
    subject: boundsWords(period),
    at: until,
    demo: [...checks, ...freshness].some(({ demo }) => demo),
    agent: agents.join(', '),
    parts: [
      { label: 'Overview', path: INDEX_PATH },
      { label: 'Deviations', path: LISTS.deviations.path },
      { label: 'Checks', path: LISTS.checks.path },
      { label: 'Subjects', path: LISTS.subjects.path },
      { label: 'Runs', path: LISTS.runs.path },
    ],
  }
}
