import { stringify } from 'csv-stringify/sync'
import { canonicalize } from '../model/canonical.ts'
import type { PopulationHead, PopulationRow } from './json/population.ts'
import { type RowSource, rowsOf } from './population-rows.ts'

/** Numbers stay numbers: a negative one is no formula. */
export type Cell = string | number

/** The columns before those of the records, and what of a row they hold. */
const LEADING = [
  ['row.line', 'line'],
  ['row.key', 'key'],
  ['row.time', 'occurredAt'],
] as const

/**
 * A record as cells by column: objects become columns with names joined by dots, lists one cell with JSON. An empty cell is
 * null, an empty text, or a field that is not there; the JSON document tells them apart.
 */
export function cellsOf(record: PopulationRow['record']): Map<string, Cell> {
  const cells = new Map<string, Cell>()
  flatten(record, undefined, cells)
  return cells
}

/** @param path names of the objects around the value, joined; none of the record itself */
function flatten(value: PopulationRow['record'], path: string | undefined, cells: Map<string, Cell>): void {
  const column = path ?? ''
  if (typeof value === 'number' || typeof value === 'string') cells.set(column, value)
  else if (value === null) cells.set(column, '')
  else if (typeof value === 'boolean') cells.set(column, String(value))
  else {
    const names = Array.isArray(value) ? [] : Object.keys(value)
    if (names.length === 0) cells.set(column, canonicalize(value))
    else
      for (const name of names)
        flatten((value as Record<string, PopulationRow['record']>)[name] ?? null, under(path, name), cells)
  }
}

/** A dot in a name is none between names. */
function under(path: string | undefined, name: string): string {
  const own = name.includes('.') || name.includes('\\') ? name.replaceAll(/[\\.]/g, String.raw`\$&`) : name
  return path === undefined ? own : `${path}.${own}`
}

/**
 * The columns that a population has: of each field of its records one, sorted. Reads it whole, and keeps the names only.
 */
export async function columnsOf(source: RowSource): Promise<string[]> {
  const columns = new Map<string, boolean>()
  for await (const rows of rowsOf(source))
    for (const { record } of rows)
      for (const [column, cell] of cellsOf(record))
        if (cell !== '') columns.set(column, true)
        else if (!columns.has(column)) columns.set(column, false)
  const names = [...columns.keys()].sort()
  // An object that is null in some records is no column beside those of its fields.
  return names.filter((name) => columns.get(name) === true || !names.some((other) => other.startsWith(`${name}.`)))
}

/** Records that begin with `#` say what the others are. */
function headLines(head: PopulationHead): [string, string][] {
  const { period, read, sealed, file, receipts, instance, expects, keptAnswers, clock } = head
  const lines: [string, string | undefined][] = [
    ['population', head.stream],
    ['title', head.title],
    ['installation', head.installation],
    ['run', String(head.run)],
    ['source', `${head.source} (${head.collector}${head.demo ? ', demo data' : ''})`],
    ['instance', instance && `${instance.name} (${instance.id})`],
    ['instance in the config', expects && [expects.name, expects.id].filter((part) => part !== undefined).join(' ')],
    ['read as', instance && `${instance.principal.kind} ${instance.principal.name}`],
    ['rights', instance?.granted?.join(', ')],
    ['scope', head.scope],
    ['scope, as the source calls it', head.scopeTitle],
    ...head.excluded.map(({ scope, reason }): [string, string] => ['scope left out', `${scope}: ${reason}`]),
    ['kind', head.kind === 'events' ? 'events of a period' : 'state when it was read'],
    ['from, inclusive (UTC)', period?.from],
    ['to, exclusive (UTC)', period?.to],
    ['time of a row', head.occurredAt],
    ['read from (UTC)', read.from],
    ['read to (UTC)', read.to],
    ['last full sweep began (UTC)', head.sweep?.fullAt],
    [
      'clock of the agent ahead of the source, seconds',
      clock && `${clock.aheadSeconds}; ${clock.least} to ${clock.most} in ${clock.answers} answers`,
    ],
    ['complete', head.complete ? 'yes' : 'no'],
    ['outcome', head.status],
    ['reason', head.reason],
    ['detail', head.detail],
    ...head.permissions.map((name): [string, string] => ['missing permission', name]),
    ...head.gaps.map(({ reason, count, subjects }): [string, string] => [
      'not read',
      `${count}, ${reason}: ${subjects.join(', ')}`,
    ]),
    ['pages', String(head.pages)],
    ['end marker', head.endMarker === 'reached' ? 'reached' : 'not shown'],
    ['total of the source', head.sourceTotal === undefined ? undefined : String(head.sourceTotal)],
    ['requests', String(head.requests)],
    ...head.asked.map(({ request, count, first }): [string, string] => [
      'asked',
      `${count}: ${request}${first === request ? '' : `; first ${first}`}`,
    ]),
    ['attempts without a usable answer', String(head.failedAttempts)],
    ['answers kept from earlier', keptAnswers && `${keptAnswers.count}, the oldest of ${keptAnswers.oldest}`],
    ...head.requestIds.map(({ id, at, request }): [string, string] => ['request id', `${id} at ${at}: ${request}`]),
    ['to find a request', head.requestLog],
    ['to read the same', head.reproduce],
    ['rows', String(head.count)],
    ['key', 'column row.key'],
    ['sorted by', head.order],
    ['carried over', head.carriedOver && `${head.carriedOver.count}, the oldest read at ${head.carriedOver.oldest}`],
    ...head.carriedFrom.map(({ run, readAt, count }): [string, string] => [
      'carried over from',
      `run ${run}, read at ${readAt}: ${count}`,
    ]),
    ...head.redactions.map(({ field, how }): [string, string] => ['redacted', `${field}: ${how}`]),
    ...head.credentials.map(({ rule, field, count }): [string, string] => [
      'credentials replaced',
      `${count} in ${field}: ${rule}`,
    ]),
    ['controls', head.controls.length === 0 ? undefined : head.controls.join(', ')],
    ['file', file?.path],
    ['file SHA-256', file?.sha256],
    ['file root', file?.rootHash],
    ['receipts', receipts?.path],
    ['receipts SHA-256', receipts?.sha256],
    ['record schema', head.recordSchema],
    ['agent', `${head.agent.version}, build ${head.agent.build}`],
    ['sealed at (UTC)', sealed.at],
    ['sealed by entry', `${sealed.entry} ${sealed.statementSha256}`],
    ['signed by', sealed.keyId],
    [
      'cells',
      'what begins like a formula, also after a semicolon or a line break, has an apostrophe before it; an empty one is null or not there',
    ],
  ]
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [[`#${name}`, value] as [string, string]]))
}

/**
 * A population as CSV: RFC 4180, UTF-8, each record with as many cells. The head comes first, in records whose first cell
 * begins with `#`, then the names of the columns, then the rows.
 * @param columns from {@link columnsOf}
 * @param options.bom begins with a byte-order mark, for spreadsheets that take UTF-8 for something else
 */
export async function* populationCsv(
  head: PopulationHead,
  source: RowSource,
  columns: readonly string[],
  { bom = false }: { bom?: boolean } = {},
): AsyncIterable<string> {
  const leading = LEADING.filter(([, part]) => part !== 'occurredAt' || head.occurredAt !== undefined)
  const width = leading.length + columns.length
  if (bom) yield '\u{feff}'
  const filled = (cells: readonly Cell[]) => [...cells, ...Array<string>(Math.max(0, width - cells.length)).fill('')]
  yield csv([...headLines(head), [...leading.map(([name]) => name), ...columns]].map(filled))
  for await (const rows of rowsOf(source)) {
    yield csv(
      rows.map((row) => {
        const cells = cellsOf(row.record)
        return [...leading.map(([, part]) => row[part] ?? ''), ...columns.map((column) => cells.get(column) ?? '')]
      }),
    )
  }
}

/** Where the list separator is a semicolon, as in much of Europe, a spreadsheet begins a cell here, whatever quotes are around it. */
const INNER_FORMULA = /(?<=[;\r\n]["\s]*)[=+\-@＝＋－＠]/g

function csv(records: readonly (readonly Cell[])[]): string {
  return stringify(
    records.map((cells) =>
      cells.map((cell) => (typeof cell === 'string' ? cell.replaceAll(INNER_FORMULA, "'$&") : cell)),
    ),
    // Half of a line break is one for most readers, and what follows it would be a row.
    { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n]/ },
  )
}
