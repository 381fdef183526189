import type { PopulationExportJson, PopulationHead, PopulationListJson, PopulationRow } from './json/population.ts'
import { type Look, paragraph, penFor, suggest } from './look.ts'
import { MAX_SKEW_SECONDS } from './population-receipts.ts'
import { type RowSource, rowsOf } from './population-rows.ts'
import { printable } from './printable.ts'
import { drawTable } from './table.ts'
import { whatToDo } from './what-to-do.ts'
import { grouped, list, number } from './words.ts'
import { cut } from './wrap.ts'

type Listed = PopulationListJson['populations'][number]

/** Every population of a run: those of events first, then states. */
export function showPopulations({ run, period, populations }: PopulationListJson, look: Look): string {
  const pen = penFor(look)
  const table = (rows: readonly Listed[]) =>
    drawTable(
      [
        { title: 'population' },
        { title: 'source' },
        { title: 'scope' },
        { title: 'rows', align: 'right' },
        { title: '' },
      ],
      rows.map((one) => [
        pen.plain(one.stream),
        `${pen.plain(one.source)}${one.demo ? ` ${pen.caution('demo data')}` : ''}`,
        pen.plain(one.scope === '*' ? '' : one.scope),
        pen.plain(grouped(one.count)),
        one.complete ? pen.good('complete') : pen.alarm(`${one.status}: ${one.reason ?? ''}`),
      ]),
      pen,
    )
  const section = (title: string, kind: Listed['kind']) => {
    const rows = populations.filter((one) => one.kind === kind)
    return rows.length === 0 ? [] : [`${paragraph(pen.heading(title), look)}\n\n${table(rows)}`]
  }
  const blocks = [
    ...section(`Events of ${bounds(period)}`, 'events'),
    ...section('States, as they were when they were read', 'state'),
    paragraph(pen.faint(`Run ${run}. Rows: ${suggest('population show POPULATION', look)}`), look),
  ]
  return `${blocks.join('\n\n')}\n`
}

/** Both ends, to be read without doubt. */
function bounds({ from, to }: { from: string; to: string }): string {
  return `${from} (inclusive) to ${to} (exclusive)`
}

/** A population with its head, and its rows as they are read: one a line, cut to the terminal. */
export async function* showPopulation(head: PopulationHead, source: RowSource, look: Look): AsyncIterable<string> {
  yield `${showHead(head, look)}\n\n`
  const pen = penFor(look)
  const width = String(head.count).length
  for await (const rows of rowsOf(source)) yield rows.map((row) => `${rowText(row, width, look)}\n`).join('')
  if (head.file === undefined && head.count > 0)
    yield `${paragraph(pen.caution('An export withholds the rows.'), look)}\n`
  else if (head.count === 0) yield `${paragraph(pen.plain('It has no rows.'), look)}\n`
  if (!head.complete) yield `\n${paragraph(pen.alarm(whyNot(head)), look)}\n`
}

function rowText({ line, key, occurredAt, record }: PopulationRow, width: number, look: Look): string {
  const start = [String(line).padStart(width), occurredAt ?? undefined, key].filter((part) => part !== undefined)
  const text = printable(`${start.join('  ')}  ${fieldsOf(record)}`)
  return cut(text, Math.max(40, look.columns))
}

/** The fields that are no lists and no objects. */
function fieldsOf(record: PopulationRow['record']): string {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return JSON.stringify(record)
  return Object.entries(record)
    .flatMap(([name, value]) => (typeof value === 'object' ? [] : [`${name}=${String(value)}`]))
    .join(' ')
}

function whyNot({ reason = 'invalid', source, permissions }: PopulationHead): string {
  return `Not complete: ${reason}. ${whatToDo(reason, source, permissions)}`
}

/** What is known of a population besides its rows, a line each. */
export function showHead(head: PopulationHead, look: Look): string {
  const pen = penFor(look)
  const row = (name: string, text: string | undefined, style: 'plain' | 'good' | 'alarm' | 'caution' = 'plain') =>
    text === undefined ? [] : [paragraph(pen[style](text), look, `  ${pen.faint(name.padEnd(12))}`)]
  const { instance, period, file, receipts, sealed, clock } = head
  return [
    paragraph(pen.strong(`${head.stream} of ${head.source}, ${head.scope === '*' ? 'all of it' : head.scope}`), look),
    ...(head.title === undefined ? [] : [paragraph(pen.plain(head.title), look)]),
    ...(head.demo ? [paragraph(pen.caution('demo data'), look)] : []),
    ...row(
      'instance',
      instance && `${instance.name} (${instance.id}), read as ${instance.principal.kind} ${instance.principal.name}`,
    ),
    ...row('period', period ? `${bounds(period)}, in UTC, by ${head.occurredAt ?? ''}` : 'none: a state'),
    ...row('read', `${head.read.from} to ${head.read.to}`),
    ...row(
      'clock',
      clock &&
        `${number(Math.abs(clock.aheadSeconds), 'second')} ${clock.aheadSeconds < 0 ? 'behind' : 'ahead of'} the source's, in ${number(clock.answers, 'answer')}`,
      clock && Math.abs(clock.aheadSeconds) > MAX_SKEW_SECONDS ? 'alarm' : 'plain',
    ),
    ...head.asked.flatMap(({ request, count, first }) =>
      row('asked', `${grouped(count)}: ${request}${first === request ? '' : `; first ${first}`}`),
    ),
    ...(head.askedOmitted > 0 ? row('asked', `and ${number(head.askedOmitted, 'request')} of more kinds`) : []),
    ...row(
      'pages',
      `${grouped(head.pages)}, in ${number(head.requests, 'request')}; end marker ${head.endMarker === 'reached' ? 'reached' : 'not shown'}`,
    ),
    ...row(
      'total',
      head.sourceTotal === undefined ? 'the source gives none' : `${grouped(head.sourceTotal)}, as the source says`,
    ),
    ...row('rows', `${grouped(head.count)}, sorted by ${head.order}`),
    ...row(
      'carried',
      head.carriedOver && `${grouped(head.carriedOver.count)}, the oldest read at ${head.carriedOver.oldest}`,
    ),
    ...row(
      'complete',
      head.complete ? 'yes' : `no: ${head.reason ?? ''}${head.detail === undefined ? '' : `. ${head.detail}`}`,
      head.complete ? 'good' : 'alarm',
    ),
    ...(head.permissions.length > 0 ? row('missing', list(head.permissions), 'caution') : []),
    ...head.gaps.flatMap(({ reason, count, subjects }) =>
      row('not read', `${grouped(count)}, ${reason}: ${list(subjects)}`, 'caution'),
    ),
    ...head.excluded.flatMap(({ scope, reason }) => row('left out', `${scope}: ${reason}`)),
    ...head.credentials.flatMap(({ rule, field, count }) =>
      row('credentials', `${grouped(count)} in ${field}: ${rule}`, 'caution'),
    ),
    ...row('again', head.reproduce),
    ...head.requestIds.flatMap(({ id, at }) => row('request id', `${id}, of ${at}`)),
    ...(head.requestIds.length > 0 ? row('to find it', head.requestLog) : []),
    ...row('digest', file?.sha256),
    ...row('file', file && `${file.path}, ${grouped(file.bytes)} bytes`),
    ...row('receipts', receipts && `${receipts.path}, ${grouped(receipts.count)}`),
    ...row('schema', head.recordSchema),
    ...row('agent', `${head.agent.version}, build ${head.agent.build.slice(0, 16)}`),
    ...row('sealed', `run ${head.run}, at ${sealed.at}, by entry ${sealed.entry} of the ledger`),
  ].join('\n')
}

/** What was written, and what of it is not complete. */
export function showPopulationExport({ run, written, complete }: PopulationExportJson, look: Look): string {
  const pen = penFor(look)
  const lines = written.map(({ path, sha256 }) => `${pen.faint(sha256)}  ${pen.plain(path)}`)
  const wanting = written.filter((one) => !one.complete).map(({ source, scope }) => `${source}, ${scope}`)
  const end = complete
    ? pen.good(`Run ${run}: all of it is complete.`)
    : pen.alarm(`Run ${run}: not complete for ${list([...new Set(wanting)], 5)}. The files say why.`)
  return `${lines.join('\n')}\n\n${paragraph(end, look)}\n`
}
