import type { Members } from '../read.ts'
import { AwsError } from '../write.ts'

/**
 * As much of AWS Config's SQL as collectors use: `SELECT a, b.c [, COUNT(*)] [WHERE x = 'y' AND z IN ('p', 'q') AND u LIKE
 * 'v%' …] [GROUP BY a] [ORDER BY …]`. Rows come as functions that write them, so that only a page of them is written.
 * https://docs.aws.amazon.com/config/latest/developerguide/query-components.html
 * @throws AwsError for what it does not understand
 */
export function select(expression: string, rows: readonly Members[]): { fields: string[]; found: (() => string)[] } {
  const parts =
    /^\s*SELECT\s+(?<fields>.+?)(?:\s+WHERE\s+(?<where>.+?))?(?:\s+GROUP\s+BY\s+(?<group>.+?))?(?:\s+ORDER\s+BY\s+.+?)?\s*;?\s*$/is.exec(
      expression,
    )?.groups
  if (parts?.fields === undefined) throw invalid(expression)
  const fields = parts.fields.split(',').map((field) => field.trim())
  const matches = whereOf(parts.where)
  const hits = rows.filter((row) => matches(row))
  if (!fields.some((field) => /^count\(/i.test(field))) {
    return { fields, found: hits.map((row) => () => JSON.stringify(picked(row, fields))) }
  }
  const keys = parts.group?.split(',').map((field) => field.trim()) ?? []
  const groups = new Map<string, { row: Members; count: number }>()
  for (const row of hits) {
    const id = JSON.stringify(keys.map((key) => valueAt(row, key)))
    const group = groups.get(id) ?? { row: picked(row, keys), count: 0 }
    groups.set(id, { row: group.row, count: group.count + 1 })
  }
  return {
    fields,
    found: [...groups.values()].map(
      ({ row, count }) =>
        () =>
          JSON.stringify({ ...row, 'COUNT(*)': count }),
    ),
  }
}

function whereOf(where: string | undefined): (row: Members) => boolean {
  if (where === undefined) return () => true
  const tests = where.split(/\s+AND\s+/i).map((part) => {
    const text = part.trim().replace(/^\((.*)\)$/s, '$1')
    const [, path = '', operator = '', value = ''] =
      /^([\w.]+)\s*(=|<>|!=|LIKE|NOT LIKE|IN|>=|<=|>|<)\s*(.+)$/is.exec(text) ?? []
    if (path === '') throw invalid(part)
    const texts = [...value.matchAll(/'((?:[^']|'')*)'|(true|false|\d+)/g)].map(
      ([, quoted, bare]) => quoted?.replaceAll("''", "'") ?? bare ?? '',
    )
    const [first = ''] = texts
    const like = new RegExp(
      `^${first
        .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll('%', '.*')
        .replaceAll('_', '.')}$`,
      's',
    )
    return (row: Members) => {
      const held = valueAt(row, path)
      const given = typeof held === 'string' ? held : JSON.stringify(held ?? null)
      switch (operator.toUpperCase()) {
        case '=':
          return given === first
        case '<>':
        case '!=':
          return given !== first
        case 'IN':
          return texts.includes(given)
        case 'LIKE':
          return like.test(given)
        case 'NOT LIKE':
          return !like.test(given)
        case '>':
          return given > first
        case '>=':
          return given >= first
        case '<':
          return given < first
        default:
          return given <= first
      }
    }
  })
  return (row) => tests.every((test) => test(row))
}

function valueAt(row: Members, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    if (Array.isArray(value)) return value.map((item) => (item as Members)[name])
    return typeof value === 'object' && value !== null ? (value as Members)[name] : undefined
  }, row)
}

function picked(row: Members, fields: readonly string[]): Members {
  if (fields.includes('*')) return row
  const out: Members = {}
  for (const field of fields) {
    const value = valueAt(row, field)
    if (value === undefined) continue
    const names = field.split('.')
    const last = names.pop() ?? ''
    let place = out
    for (const name of names) place = (place[name] ??= {}) as Members
    place[last] = value
  }
  return out
}

function invalid(expression: string): AwsError {
  return new AwsError('InvalidExpressionException', `The expression cannot be read: ${expression}`)
}
