import type { RunView } from '../model/run-view.ts'
import { isDemo } from './incomplete.ts'
import { type Look, paragraph, penFor, suggest } from './look.ts'
import { sourceText } from './show-finding.ts'
import { grouped, minute, number } from './words.ts'

/** Records of one plan item that an earlier run read. */
export interface CarriedOver {
  source: string
  demo: boolean
  stream: string
  scope: string
  /** All records of the plan item. */
  records: number
  /** Those of them that are carried over. */
  count: number
  /** When the first of these was read. */
  oldest: string
  /** When the last full sweep began. */
  fullAt: string
}

/** What was not read in this run but taken over from earlier ones, in plan order. */
export function carriedOver(view: RunView): CarriedOver[] {
  return view.outcomes.flatMap(({ source, stream, scope, outcome }) => {
    const { carriedOver: carried, sweep, records } = outcome
    if (carried === undefined) return []
    const fullAt = sweep?.fullAt ?? carried.oldest
    return [{ source, demo: isDemo(view, source), stream, scope, records, ...carried, fullAt }]
  })
}

/** Says of evidence that it is older than the run. Empty if none is. At most `limit` entries. */
export function showCarried(view: RunView, look: Look, limit: number): string {
  const all = carriedOver(view)
  if (all.length === 0) return ''
  const pen = penFor(look)
  const more = all.length - limit
  return [
    pen.heading('Carried over from earlier runs'),
    ...all
      .slice(0, limit)
      .map(({ source, stream, scope, records, count, oldest, fullAt }) =>
        paragraph(
          `${sourceText(view, source, pen)}${pen.plain(`: ${stream}, scope ${scope}: ${grouped(count)} of ${number(records, 'record')}, the oldest read ${minute(oldest)}; last full sweep ${minute(fullAt)}`)}`,
          look,
          `${pen.faint('–')} `,
        ),
      ),
    ...(more > 0
      ? [paragraph(pen.strong(`and ${grouped(more)} more: ${suggest(`show ${view.number} --json`, look)}`), look, '  ')]
      : []),
  ].join('\n')
}
