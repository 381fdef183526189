import { canonicalize } from '../model/canonical.ts'
import { type ChangeTally, compareLines, compareText, firstOf, type LineSource } from '../model/compare-lines.ts'
import type { RecordsLine } from '../model/index-line.ts'
import type { FieldChange, RecordsDiff } from '../model/run-diff.ts'
import type { Stream } from '../sdk/stream.ts'

interface Side {
  line: RecordsLine | undefined
  lines: LineSource
}

export interface RecordsDiffRequest {
  planItem: string
  demo: boolean
  from: Side
  to: Side
  stream: Stream | undefined
  limit: number
}

/** Records come in the order of their key, so two files are merged. Without the key, whole lines are matched. */
export async function recordsDiff(request: RecordsDiffRequest): Promise<RecordsDiff> {
  const { planItem, demo, from, to, stream, limit } = request
  const compare = (identityOf: (line: string) => string) =>
    compareLines({
      from: from.lines,
      to: to.lines,
      count: Math.max(from.line?.count ?? 0, to.line?.count ?? 0),
      identityOf,
      tally: () => recordsTally(limit),
    })
  const byKey = stream && (await unlessUnreadable(() => compare(keyOf(stream))))
  const tally = byKey ?? (await compare((line) => line))
  return {
    planItem,
    demo,
    by: byKey === undefined ? 'line' : 'key',
    schema: { ...(from.line && { from: from.line.schema }), ...(to.line && { to: to.line.schema }) },
    count: { from: from.line?.count ?? 0, to: to.line?.count ?? 0 },
    ...tally.result(),
  }
}

/** A record of another version of the stream may have no key for the code of this build. */
class NoKeyError extends Error {
  override readonly name = 'NoKeyError'
}

function keyOf({ key }: Stream): (line: string) => string {
  return (line) => {
    try {
      const found: unknown = key(JSON.parse(line))
      if (typeof found === 'string') return found
    } catch (cause) {
      throw new NoKeyError('no key', { cause })
    }
    throw new NoKeyError('no key')
  }
}

async function unlessUnreadable<Value>(act: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof NoKeyError) return undefined
    throw error
  }
}

type Result = Pick<RecordsDiff, 'added' | 'removed' | 'changed' | 'addedKeys' | 'removedKeys' | 'changedRecords'>

function recordsTally(limit: number): ChangeTally & { result(): Result } {
  const added = firstOf<string>(limit)
  const removed = firstOf<string>(limit)
  const changed = firstOf<Result['changedRecords'][number]>(limit)
  return {
    add({ identity, from, to }) {
      const key = cut(identity)
      if (from === undefined) added.add(identity, key)
      else if (to === undefined) removed.add(identity, key)
      else if (changed.wants(identity)) changed.add(identity, { key, fields: fieldChanges(from, to) })
      else changed.count += 1
    },
    result: () => ({
      added: added.count,
      removed: removed.count,
      changed: changed.count,
      addedKeys: added.list(),
      removedKeys: removed.list(),
      changedRecords: changed.list(),
    }),
  }
}

const MOST_FIELDS = 20
const MOST_CHARACTERS = 200

/** The first 20 fields of the two records that differ, by name. */
function fieldChanges(from: string, to: string): FieldChange[] {
  const before = fieldsOf(from)
  const after = fieldsOf(to)
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText)
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .slice(0, MOST_FIELDS)
    .map((field) => {
      const [old, now] = [before.get(field), after.get(field)]
      return { field, ...(old !== undefined && { from: cut(old) }), ...(now !== undefined && { to: cut(now) }) }
    })
}

function fieldsOf(line: string): Map<string, string> {
  const record: unknown = JSON.parse(line)
  if (typeof record !== 'object' || record === null) return new Map([['', line]])
  return new Map(Object.entries(record).map(([name, value]) => [name, canonicalize(value)]))
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}
