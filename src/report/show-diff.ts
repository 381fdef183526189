import type { CheckDiff, RecordsDiff, RunDiff } from '../model/run-diff.ts'
import type { DiffJson } from './json/replay.ts'
import { type Look, paragraph, type Pen, penFor, suggest } from './look.ts'
import { showTurns, verdictWords } from './show-turns.ts'
import { grouped, minute, number } from './words.ts'

const MOST_ENTRIES = 20
const MOST_NAMES = 10

/** Nothing differs but number and time. */
export function isSame({ plan, outcomes, records, checks, controls }: RunDiff): boolean {
  return [plan, outcomes, records, checks, controls].every((differences) => differences.length === 0)
}

export function diffJson(diff: RunDiff): DiffJson {
  return { schema: 'affiant.diff/1', same: isSame(diff), ...diff }
}

/** What turned first: controls, checks; then what it rests on: how reading ended, records, and the plan. */
export function showDiff(diff: RunDiff, look: Look): string {
  const pen = penFor(look)
  const { from, to } = diff
  const head = `Run ${from.run} (${minute(from.openedAt)}) → run ${to.run} (${minute(to.openedAt)})`
  const json = suggest(`diff ${from.run} ${to.run} --json`, look)
  const section = <Item>(title: string, items: readonly Item[], show: (item: Item) => string[]): string[] => {
    if (items.length === 0) return []
    const shown = items.slice(0, MOST_ENTRIES)
    const more = items.length - shown.length
    const tail = more > 0 ? [paragraph(pen.strong(`and ${grouped(more)} more: ${json}`), look, '  ')] : []
    return [[pen.heading(title), ...shown.flatMap(show), ...tail].join('\n')]
  }
  const way = (before: string | undefined, after: string | undefined) =>
    pen.strong(`${before ?? 'absent'} → ${after ?? 'absent'}`)
  const ended = (end: { status: string; reason?: string | undefined } | undefined) =>
    end && `${end.status}${end.reason === undefined ? '' : ` (${end.reason})`}`
  const blocks = [
    paragraph(pen.strong(head), look),
    ...(isSame(diff) ? [paragraph(pen.plain('Nothing differs but number and time.'), look)] : []),
    ...section('CONTROLS', diff.controls, ({ control, title, from: before, to: after }) => [
      paragraph(`${pen.plain(`${control} ${title}:`)} ${way(before, after)}`, look, '  '),
    ]),
    ...section('CHECKS', diff.checks, (check) => showCheck(check, look, pen)),
    ...section('HOW READING ENDED', diff.outcomes, ({ planItem, from: before, to: after }) => [
      paragraph(`${pen.plain(`${planItem}:`)} ${way(ended(before), ended(after))}`, look, '  '),
    ]),
    ...section('RECORDS', diff.records, (records) => showRecords(records, look, pen)),
    ...section('PLAN', diff.plan, ({ about, what, from: before, to: after }) => [
      paragraph(`${pen.plain(`${about}, ${what}:`)} ${way(before, after)}`, look, '  '),
    ]),
  ]
  return `${blocks.join('\n\n')}\n`
}

function showCheck({ check, source, demo, title, from, to, turns }: CheckDiff, look: Look, pen: Pen): string[] {
  return [
    paragraph(`${pen.strong(`${check} on ${source}${demo ? ' (demo data)' : ''}:`)} ${pen.plain(title)}`, look, '  '),
    paragraph(pen.plain(`was: ${verdictWords(from)}`), look, '    '),
    paragraph(pen.plain(`is:  ${verdictWords(to)}`), look, '    '),
    ...showTurns(turns, look, MOST_NAMES),
  ]
}

function showRecords(records: RecordsDiff, look: Look, pen: Pen): string[] {
  const { planItem, demo, by, schema, count, added, removed, changed } = records
  const counts = `${grouped(added)} added, ${grouped(removed)} removed, ${grouped(changed)} changed`
  const names = [
    ...records.addedKeys.map((key) => pen.plain(`+ ${key}`)),
    ...records.removedKeys.map((key) => pen.plain(`- ${key}`)),
    ...records.changedRecords.map(({ key, fields }) => {
      const parts = fields.map(({ field, from, to }) => `${field} ${from ?? 'absent'} → ${to ?? 'absent'}`)
      return pen.plain(`~ ${key}: ${parts.join(', ')}`)
    }),
  ]
  const shown = names.slice(0, MOST_NAMES)
  const more = added + removed + changed - shown.length
  const notes = [
    ...(by === 'line' ? ['matched by whole lines: the collector is not loaded, or of another version'] : []),
    ...(schema.from !== schema.to ? [`written as ${schema.from ?? 'nothing'}, now as ${schema.to ?? 'nothing'}`] : []),
  ]
  return [
    paragraph(pen.strong(`${planItem}${demo ? ' (demo data)' : ''}`), look, '  '),
    paragraph(pen.plain(`${counts}; ${number(count.from, 'record')} before, ${grouped(count.to)} now`), look, '    '),
    ...notes.map((note) => paragraph(pen.faint(note), look, '    ')),
    ...shown.map((name) => paragraph(name, look, '      ')),
    ...(more > 0 ? [pen.faint(`      and ${grouped(more)} more`)] : []),
  ]
}
