import type { Counts } from '../../model/result.ts'
import { type Html, html, type Part } from './html.ts'
import { count, plainLines, shortText, text } from './text.ts'

/** Every state that a badge can show: of a subject or check, of a control, of a piece of evidence, of reading, of a run. */
const STATES = {
  pass: { tone: 'good', word: 'passed' },
  fail: { tone: 'bad', word: 'failed' },
  unknown: { tone: 'caution', word: 'unknown' },
  'not-applicable': { tone: 'quiet', word: 'not applicable' },
  'no-evidence': { tone: 'quiet', word: 'no evidence' },
  manual: { tone: 'person', word: 'manual' },
  excepted: { tone: 'person', word: 'excepted' },
  collected: { tone: 'good', word: 'collected' },
  incomplete: { tone: 'caution', word: 'incomplete' },
  'not-collected': { tone: 'quiet', word: 'not collected' },
  withheld: { tone: 'caution', word: 'withheld' },
  complete: { tone: 'good', word: 'complete' },
  partial: { tone: 'caution', word: 'partial' },
  failed: { tone: 'bad', word: 'failed' },
  aborted: { tone: 'bad', word: 'aborted' },
  missed: { tone: 'bad', word: 'missed' },
  missing: { tone: 'bad', word: 'files missing' },
  open: { tone: 'caution', word: 'open' },
  closed: { tone: 'good', word: 'closed' },
  current: { tone: 'good', word: 'current' },
  stale: { tone: 'caution', word: 'stale' },
  'never-read': { tone: 'bad', word: 'never read whole' },
  'not-judged': { tone: 'quiet', word: 'not judged' },
  whole: { tone: 'good', word: 'whole' },
  premature: { tone: 'caution', word: 'premature' },
  absent: { tone: 'quiet', word: 'absent' },
  yes: { tone: 'good', word: 'yes' },
  no: { tone: 'bad', word: 'no' },
} as const satisfies Readonly<Record<string, { tone: string; word: string }>>

export type State = keyof typeof STATES

/** A state as an icon and a word, never as a colour alone. The reason stands beside it. */
export function statusBadge(state: State, reason?: string): Html {
  const { tone, word } = STATES[state]
  return html`<span class="badge ${tone} is-${state}">${word}</span>${reason !== undefined && html` <span class="reason">${text(reason)}</span>`}`
}

/** The word that a state is shown with. */
export function stateWord(state: State): string {
  return STATES[state].word
}

/** How many subjects were looked at, as the two sums that they are. */
export function countsTable(counts: Counts, caption = 'Subjects'): Html {
  const { inScope, inspected, passed, failed, excepted, notApplicable, unknown } = counts
  const row = (label: string, value: number, level: string, state?: State) =>
    html`<tr class="${level}"><th scope="row">${state === undefined ? label : html`<span class="dot is-${state}"></span>${label}`}</th><td class="number">${count(value)}</td></tr>`
  return html`<table class="counts"><caption>${caption}</caption><thead class="away"><tr><th scope="col">What</th><th scope="col" class="number">How many</th></tr></thead><tbody>
${row('In scope', inScope, 'sum')}
${row('Inspected', inspected, 'part sum')}
${row('passed', passed, 'part-of-part', 'pass')}
${row('failed', failed, 'part-of-part', 'fail')}
${row('excepted', excepted, 'part-of-part', 'excepted')}
${row('Not applicable', notApplicable, 'part', 'not-applicable')}
${row('Unknown', unknown, 'part', 'unknown')}
</tbody></table>`
}

/** An instance as a source told of itself: its name, and its id unless the name says it. */
export function instanceName({ id, name }: { id: string; name: string }): Html {
  return name.split(' ').includes(id) ? text(name) : html`${text(name)} <code>${text(id)}</code>`
}

/** Names and what they are; a pair without a value is left out. */
export function definitionList(pairs: readonly (readonly [label: string, value: Html | string | undefined])[]): Html {
  const shown = pairs.filter(([, value]) => value !== undefined)
  return html`<dl class="facts">${shown.map(
    ([label, value]) => html`<div><dt>${label}</dt><dd>${typeof value === 'string' ? text(value) : value}</dd></div>`,
  )}</dl>`
}

export interface Column {
  label: string
  /** `number`: at the right, in figures of one width. `wide`: takes what room is left. `word`: never broken, on paper neither. */
  kind?: 'text' | 'number' | 'wide' | 'word'
  /** With the script, rows can be filtered by the values of this column: it should have few. */
  facet?: true
}

/** Text is of unknown origin. `sort`: what the script orders rows by, where that is not what is shown. */
export type Cell = Html | string | number | { shown: Html | string | number; sort: string | number }

export interface Row {
  cells: readonly Cell[]
  /** Where links find it. */
  id?: string
  /** Values by facet of the table, which stand in no column: many for each row. */
  facets?: Readonly<Record<string, readonly string[]>>
}

export interface Table {
  caption: string
  columns: readonly Column[]
  rows: Iterable<Row | readonly Cell[]>
  /** With the script: search, filters and order. Without it the table is complete as it stands. */
  filterable?: boolean
  /** Names of facets that rows have beyond columns, in the order in which they are offered: `{ type: 'Control type' }`. */
  facets?: Readonly<Record<string, string>>
  /** The caption is read out and not shown: a heading above says the same. */
  captionHidden?: boolean
}

/** A table, whole. */
export function dataTable(table: Table): Html {
  const { columns, rows } = table
  return html`${tableHead(table)}${[...rows].map((row) => tableRow(columns, row))}</tbody></table></div>
`
}

function tableHead({ caption, columns, filterable, facets, captionHidden }: Omit<Table, 'rows'>): Html {
  const extra = facets === undefined ? undefined : JSON.stringify(facets)
  return html`<div class="table" role="group" tabindex="0" aria-label="${shortText(caption)}"><table${filterable === true && html` data-filterable`}${extra !== undefined && html` data-facets="${extra}"`}><caption${captionHidden === true && html` class="away"`}>${text(caption)}</caption><thead><tr>${columns.map(
    ({ label, kind = 'text', facet }) =>
      html`<th scope="col"${kind !== 'text' && html` class="${kind}"`}${facet === true && html` data-facet`}>${label}</th>`,
  )}</tr></thead><tbody>
`
}

/** A row of a table with these columns: the first cell names it. */
function tableRow(columns: readonly Column[], row: Row | readonly Cell[]): Html {
  const { cells, id, facets }: Row = 'cells' in row ? row : { cells: row }
  const data = facets === undefined ? undefined : JSON.stringify(facets)
  return html`<tr${id !== undefined && html` id="${id}"`}${data !== undefined && html` data-in="${data}"`}>${cells.map(
    (cell, at) => {
      const { kind = 'text', facet }: Partial<Column> = columns[at] ?? {}
      const style = kind === 'text' && facet === true ? 'facet' : kind
      const { shown, sort } = isSorted(cell) ? cell : { shown: cell, sort: undefined }
      const content: Part = typeof shown === 'number' ? count(shown) : typeof shown === 'string' ? text(shown) : shown
      const value = sort ?? (typeof shown === 'number' ? shown : undefined)
      const attributes = html`${style !== 'text' && html` class="${style}"`}${value !== undefined && html` data-v="${typeof value === 'string' ? shortText(value) : value}"`}`
      return at === 0 ? html`<th scope="row"${attributes}>${content}</th>` : html`<td${attributes}>${content}</td>`
    },
  )}</tr>
`
}

function isSorted(cell: Cell): cell is { shown: Html | string | number; sort: string | number } {
  return typeof cell === 'object' && 'sort' in cell
}

/** Something to read before the rest. `body`: text of our own, or a piece. */
export function notice(kind: 'info' | 'good' | 'caution' | 'bad', body: Html | string, title?: string): Html {
  return html`<div class="notice ${kind}">${title !== undefined && html`<p class="notice-title">${text(title)}</p>`}${typeof body === 'string' ? html`<p>${body}</p>` : body}</div>`
}

/** Commands, requests and records, line for line. */
export function codeBlock(value: string, label = 'Code'): Html {
  return html`<pre class="code" tabindex="0" role="group" aria-label="${label}"><code>${plainLines(value)}</code></pre>`
}

export interface SectionHead {
  id: string
  title: string
  /** One or two sentences of our own. */
  lead?: Html | string
}

/** A part of a page under a heading that links can name. */
export function section({ id, title, lead }: SectionHead, ...body: readonly Part[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${text(title)}</h2>${lead !== undefined && html`<p class="lead">${lead}</p>`}
${body}</section>
`
}

/** What few need, folded away; printed unfolded. */
export function details(summary: Html | string, body: Html, open = false): Html {
  return html`<details${open && html` open`}><summary>${typeof summary === 'string' ? text(summary) : summary}</summary><div class="inside">${body}</div></details>`
}
