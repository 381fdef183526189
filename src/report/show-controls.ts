import type { ControlRow } from './controls-table.ts'
import { type Look, paragraph, type Pen, penFor, type Style } from './look.ts'
import { drawTable, roomBeside } from './table.ts'
import { list, outOf } from './words.ts'
import { cut } from './wrap.ts'

const COVERAGE_STYLE: Record<ControlRow['coverage'], Style> = { automated: 'good', partly: 'warning', manual: 'plain' }

/** Room for an id: the longest of ours has 39 characters, and half an id helps nobody. */
const EVIDENCE = 40
const MOST_NAMES = 4

/** The controls of a mapping and how far checks and streams cover them. `all` is how many there are without filters. */
export function showControls(rows: readonly ControlRow[], all: number, look: Look): string {
  const pen = penFor(look)
  const counts = (['automated', 'partly', 'manual'] as const).map(
    (coverage) => `${rows.filter((row) => row.coverage === coverage).length} ${coverage}`,
  )
  const summary = `${outOf(rows.length, all, 'control')}: ${list(counts)}`
  if (rows.length === 0) return `${paragraph(pen.plain('No control matches all these filters.'), look)}\n`
  const title = roomBeside(look, [7, 9, EVIDENCE])
  const table = drawTable(
    [
      { title: 'control' },
      { title: 'title', width: title },
      { title: 'coverage' },
      { title: 'checks and streams', width: EVIDENCE },
    ],
    rows.map((row) => [
      pen.strong(row.id),
      pen.plain(row.title),
      pen[COVERAGE_STYLE[row.coverage]](row.coverage),
      evidenceCell(row, pen),
    ]),
    pen,
  )
  return `${table}\n\n${paragraph(pen.plain(summary), look)}\n`
}

function evidenceCell(row: ControlRow, pen: Pen): string {
  const names = [...row.checks, ...row.streams]
  const more = names.length - MOST_NAMES
  if (names.length > 0) {
    return [
      ...names.slice(0, MOST_NAMES).map((name) => pen.plain(cut(name, EVIDENCE))),
      ...(more > 0 ? [pen.faint(`and ${more} more`)] : []),
    ].join('\n')
  }
  return row.manual === undefined ? '' : pen.faint(`${row.manual.owner}, ${row.manual.cadence}`)
}
