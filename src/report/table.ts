import Table from 'cli-table3'
import type { Look, Pen } from './look.ts'

/** A column of a table. `width` fixes it, in columns of text; the others take what they need. */
export interface TableColumn {
  title: string
  align?: 'left' | 'right'
  width?: number
}

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A table without lines, from cells a {@link Pen} drew. Long cells of a fixed column are wrapped at words. */
export function drawTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], pen: Pen): string {
  const table = new Table({
    head: columns.map(({ title }) => pen.faint(title)),
    colAligns: columns.map(({ align = 'left' }) => align),
    colWidths: columns.map(({ width }) => width ?? null),
    chars: NO_BORDER,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    wordWrap: true,
    wrapOnWordBoundary: true,
  })
  table.push(...rows.map((row) => [...row]))
  const lines = table.toString().split('\n')
  return lines.map((line) => line.trimEnd()).join('\n')
}

/** What is left for one column beside others of these widths, at least 12. */
export function roomBeside({ columns }: Pick<Look, 'columns'>, others: readonly number[]): number {
  return Math.max(12, columns - others.reduce((sum, width) => sum + width + 2, 0))
}
