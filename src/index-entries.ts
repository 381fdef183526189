import { createHash } from 'node:crypto'
import type { CollectedSource, Segment } from './collect/collect.ts'
import type { Population } from './evaluate/datasets.ts'
import type { Evaluated } from './evaluate/run-checks.ts'
import { type IndexEntry, planItemId } from './model/index-line.ts'
import type { StoredObject } from './model/staging.ts'

/** The records files of collected segments, as evaluation reads them. A source that never opened has an empty one. */
export function populationsOf(collected: readonly CollectedSource[], nothing: StoredObject): Population[] {
  return collected.flatMap(({ segments }) =>
    segments.map(({ source, stream, scope, outcome, files }) => ({
      source,
      stream: stream.id,
      scope,
      outcome,
      sha256: (files?.records ?? nothing).sha256,
      carried: files?.carried?.sha256,
    })),
  )
}

/**
 * Every line of the index, in plan order: for each source what it said of itself and its receipts, then for each stream
 * and scope records, which of them are carried over, receipts and outcome; then results; then controls.
 */
export function indexEntries(
  collected: readonly CollectedSource[],
  evaluated: readonly Evaluated[],
  controls: { mapping: string; object: StoredObject },
  controlsOf: (stream: string) => string[],
): IndexEntry[] {
  const entries: IndexEntry[] = []
  const recordsAt = new Map<string, number>()
  for (const { opened, segments } of collected) {
    entries.push({ kind: 'source', ...opened.line })
    entries.push({
      kind: 'receipts',
      planItem: opened.line.source,
      path: `receipts/${opened.line.source}/source.jsonl`,
      ...opened.receipts,
    })
    for (const segment of segments) {
      const { source, scope, reproduce, outcome, files } = segment
      const planItem = planItemId(source, segment.stream.id, scope)
      if (files !== undefined) {
        const path = pathOf(segment)
        recordsAt.set(planItem, entries.length)
        entries.push({
          kind: 'records',
          planItem,
          path: `records/${path}`,
          ...files.records,
          schema: `${segment.stream.id}/${segment.stream.version}`,
          collectedAt: outcome.endedAt,
          ...(outcome.carriedOver && { carriedOver: outcome.carriedOver }),
          controls: controlsOf(segment.stream.id),
        })
        if (files.carried !== undefined && outcome.carriedOver !== undefined) {
          const { oldest } = outcome.carriedOver
          entries.push({ kind: 'carried', planItem, path: `carried/${path}`, ...files.carried, oldest })
        }
        entries.push({ kind: 'receipts', planItem, path: `receipts/${path}`, ...files.receipts })
      }
      const place = { source, stream: segment.stream.id, scope }
      entries.push({ kind: 'outcome', planItem, ...place, ...(reproduce !== undefined && { reproduce }), outcome })
    }
  }
  for (const { summary, results, inputs } of evaluated) {
    entries.push({
      kind: 'results',
      path: `results/${summary.source}/${summary.check}.jsonl`,
      ...results,
      summary,
      derivedFrom: inputs
        .flatMap(({ source, stream, scope }) => recordsAt.get(planItemId(source, stream, scope)) ?? [])
        .sort((a, b) => a - b),
    })
  }
  entries.push({
    kind: 'controls',
    mapping: controls.mapping,
    path: `controls/${controls.mapping}.jsonl`,
    ...controls.object,
  })
  return entries
}

function pathOf({ source, stream, scope }: Segment): string {
  return `${source}/${stream.id.slice(stream.id.indexOf('.') + 1)}/${segmentOf(scope)}.jsonl`
}

/** A scope id as a path segment: as it is if it is plain, else made plain and told apart by a short digest. */
function segmentOf(scope: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,79}$/.test(scope)) return scope
  const plain = scope
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 60)
  return `${plain}-${createHash('sha256').update(scope).digest('hex').slice(0, 8)}`
}
