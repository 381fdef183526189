import type { Examination, MissingPermission } from '../model/examination.ts'
import type { Collector, SourceIdentity } from '../sdk/collector.ts'
import type { CollectedSource, Segment } from './collect.ts'

/** A field of a stream's records that is not shown for want of a permission. */
export interface Hidden {
  stream: string
  permission: string
}

type Granted = SourceIdentity['granted']
type Found = MissingPermission['by'][number]

/** Declared permissions the credentials lack, by what the source lists and by what the first pages showed. */
export function missingPermissions(
  collector: Collector,
  { opened, segments }: CollectedSource,
  hidden: readonly Hidden[],
): MissingPermission[] {
  const found = new Map<string, { by: Set<Found>; streams: Set<string> }>()
  const add = (permission: string, by: Found, stream: string) => {
    const entry = found.get(permission) ?? { by: new Set(), streams: new Set() }
    found.set(permission, entry)
    entry.by.add(by)
    entry.streams.add(stream)
  }
  for (const { stream, permission } of notGranted(collector, opened.line.identity?.granted)) {
    add(permission, 'not-granted', stream)
  }
  for (const segment of refused(segments)) {
    for (const permission of segment.outcome.permissions ?? []) add(permission, 'refused', segment.stream.id)
  }
  for (const { stream, permission } of hidden) add(permission, 'hidden', stream)

  const order = collector.streams.map(({ id }) => id)
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([permission, { by, streams }]) => ({
      permission,
      by: [...by].sort(),
      streams: order.filter((id) => streams.has(id)),
      ...explained(collector, permission, streams),
    }))
}

/** Items that were opened and denied. A source that could not be opened at all says nothing of single rights. */
function refused(segments: readonly Segment[]): Segment[] {
  return segments.filter(({ files }) => files !== undefined)
}

function notGranted({ access, streams }: Collector, granted: Granted): Hidden[] {
  if (granted === undefined || access?.includes === undefined) return []
  return streams.flatMap(({ id, permissions }) =>
    permissions
      .filter(({ name }) => access.includes?.(granted, name) === false)
      .map(({ name }) => ({ stream: id, permission: name })),
  )
}

function explained({ access, streams }: Collector, name: string, ids: ReadonlySet<string>) {
  const of = streams.filter(({ id }) => ids.has(id)).flatMap(({ permissions }) => permissions)
  const declared = of.find((permission) => permission.name === name)
  const grant = access?.grant?.(name)
  return {
    ...(declared && { why: declared.why, url: declared.url }),
    ...(grant !== undefined && { grant }),
  }
}

/** Granted rights that go beyond what the streams declare. */
export function excessRights({ access, streams }: Collector, granted: Granted): Examination['excess'] {
  const declared = [...new Set(streams.flatMap(({ permissions }) => permissions.map(({ name }) => name)))]
  return (granted ?? []).flatMap((right) => {
    const instead = access?.excess?.(right, declared)
    return instead === undefined ? [] : [{ right, instead }]
  })
}
