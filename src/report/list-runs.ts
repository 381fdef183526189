import { type Look, paragraph, type Pen, penFor } from './look.ts'
import type { RunRow } from './run-row.ts'
import { drawTable } from './table.ts'
import { cut } from './wrap.ts'
import { grouped } from './words.ts'

/** What is said of a run that cannot be read at all. */
export interface UnreadableRun {
  number: number
  problem: string
}

/** The runs of a store, the oldest first. */
export function listRunsText(rows: readonly (RunRow | UnreadableRun)[], look: Look): string {
  const pen = penFor(look)
  if (rows.length === 0)
    return `${paragraph(pen.plain('There are no runs in this store. Make the first: affiant run'), look)}\n`
  const table = drawTable(
    [
      { title: 'run', align: 'right' },
      { title: 'opened (UTC)' },
      { title: 'job' },
      { title: 'trigger' },
      { title: 'read whole' },
      { title: 'checks' },
    ],
    rows.map((row) => cells(row, pen, look)),
    pen,
  )
  const demo = rows.some((row) => 'demo' in row && row.demo)
  return demo ? `${table}\n\n${paragraph(`${pen.caution('*')} ${pen.plain('has demo data')}`, look)}\n` : `${table}\n`
}

function cells(row: RunRow | UnreadableRun, pen: Pen, look: Look): string[] {
  if ('problem' in row)
    return [String(row.number), pen.bad('not readable'), '', '', pen.faint('affiant verify says why'), '']
  const { number, openedAt, job, trigger, demo, outcomes, results } = row
  const at = `${openedAt.slice(0, 10)} ${openedAt.slice(11, 16)}`
  const head = [
    pen.plain(String(number)),
    `${pen.plain(at)}${demo ? pen.caution('*') : ''}`,
    pen.plain(cut(job, Math.max(8, Math.floor(look.columns / 8)))),
    pen.plain(trigger),
  ]
  if (outcomes === undefined || results === undefined) return [...head, pen.alarm('never sealed'), '']
  const items = outcomes.complete + outcomes.partial + outcomes.failed
  const whole = `${grouped(outcomes.complete)} of ${grouped(items)}`
  const counts = [
    (results.pass > 0 ? pen.good : pen.faint)(`${results.pass} pass`),
    (results.fail > 0 ? pen.bad : pen.faint)(`${results.fail} fail`),
    (results.unknown > 0 ? pen.warning : pen.faint)(`${results.unknown} unknown`),
  ]
  return [...head, outcomes.complete === items ? pen.plain(whole) : pen.alarm(whole), counts.join(' ')]
}
