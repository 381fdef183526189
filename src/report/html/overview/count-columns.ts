import type { Counts } from '../../../model/result.ts'
import type { Cell, Column } from '../components.ts'
import { html } from '../html.ts'

/** The columns that {@link countCells} fills. */
export const COUNT_COLUMNS: readonly Column[] = [
  { label: 'In scope', kind: 'number' },
  { label: 'Passed', kind: 'number' },
  { label: 'Failed', kind: 'number' },
  { label: 'Excepted', kind: 'number' },
  { label: 'N/A', kind: 'number' },
  { label: 'Unknown', kind: 'number' },
]

export function countCells({ inScope, passed, failed, excepted, notApplicable, unknown }: Counts): Cell[] {
  return [inScope, passed, failed, excepted, notApplicable, unknown].map(number)
}

/** A count that stands back where it is nought. */
export function number(value: number): Cell {
  return value === 0 ? { shown: html`<span class="zero">0</span>`, sort: 0 } : value
}
