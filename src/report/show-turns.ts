import type { Status } from '../model/result.ts'
import type { Turn, Turns } from '../model/turn.ts'
import { type Look, paragraph, type Pen, penFor } from './look.ts'
import { grouped, number } from './words.ts'

/** Result of a check as far as it is compared. */
export interface ComparedVerdict {
  status: Status
  reason?: string | undefined
  counts: { inScope: number; failed: number; unknown: number }
}

/** `fail, 2 of 10 subjects failed` */
export function verdictWords(verdict: ComparedVerdict | undefined): string {
  if (verdict === undefined) return 'not there'
  const { status, reason, counts } = verdict
  const unknown = counts.unknown > 0 ? `, ${grouped(counts.unknown)} unknown` : ''
  return `${status}${reason === undefined ? '' : ` (${reason})`}, ${grouped(counts.failed)} of ${number(counts.inScope, 'subject')} failed${unknown}`
}

/** How many subjects turned which way, then the first of them by name. */
export function showTurns({ statuses, restated, subjects, omitted }: Turns, look: Look, most: number): string[] {
  const pen = penFor(look)
  const ways = statuses.map(({ from, to, count }) => `${grouped(count)} ${from} → ${to}`)
  const other = restated > 0 ? [`${number(restated, 'subject')} of the same status with other words`] : []
  const summary = [...ways, ...other].join(', ')
  const shown = subjects.slice(0, most)
  const more = omitted + subjects.length - shown.length
  return [
    ...(summary === '' ? [] : [paragraph(pen.plain(summary), look, '    ')]),
    ...shown.map((turn) => paragraph(turnText(turn, pen), look, '      ')),
    ...(more > 0 ? [pen.faint(`      and ${grouped(more)} more`)] : []),
  ]
}

function turnText({ subject, name, scope, from, to }: Turn, pen: Pen): string {
  const where = scope === undefined ? '' : pen.faint(` (${scope})`)
  const way = pen.strong(`${from?.status ?? 'absent'} → ${to?.status ?? 'absent'}`)
  const side = to ?? from
  const why = side?.detail ?? side?.reason
  return `${pen.plain(name ?? subject)}${where}: ${way}${why === undefined ? '' : pen.plain(`, ${why}`)}`
}
