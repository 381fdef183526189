import { z } from 'zod'
import type { Collector } from '../sdk/collector.ts'
import type { Permission } from '../sdk/stream.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { list, number, sentence } from './words.ts'

/** `affiant permissions --json` */
export const PermissionsJson = z.strictObject({
  schema: z.literal('affiant.permissions/1'),
  collector: z.string(),
  title: z.string(),
  /** The source that was named; absent if a collector was. */
  source: z.string().optional(),
  permissions: z.array(
    z.strictObject({
      name: z.string(),
      /** What each use of it is for. */
      why: z.array(z.string()),
      urls: z.array(z.string()),
      streams: z.array(z.string()),
      /** Where a person grants it, in the source's words. */
      grant: z.string().optional(),
    }),
  ),
  /** Streams that need no permission at all. */
  free: z.array(z.string()),
  /** Formats of the source's own. */
  formats: z.array(z.string()),
  /** What policies that the vendor offers would leave unread. */
  readyMade: z.array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      date: z.iso.date(),
      source: z.string(),
      lacks: z.array(z.string()),
      /** Streams that would not be read whole. */
      streams: z.array(z.string()),
    }),
  ),
})
export type PermissionsJson = z.output<typeof PermissionsJson>

/** The least that lets every stream of the collector be read whole, generated from what the streams declare. */
export function permissionsReport(collector: Collector, source?: string): PermissionsJson {
  const { access, streams } = collector
  const uses = streams.flatMap(({ id, permissions }) =>
    permissions.map((permission) => ({ ...permission, stream: id })),
  )
  const named = [...Map.groupBy(uses, ({ name }) => name)].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    schema: 'affiant.permissions/1',
    collector: collector.id,
    title: collector.title,
    ...(source !== undefined && { source }),
    permissions: named.map(([name, group]) => {
      const grant = access?.grant?.(name)
      return {
        name,
        why: unique(group.map(({ why }) => why)),
        urls: unique(group.map(({ url }) => url)),
        streams: unique(group.map(({ stream }) => stream)),
        ...(grant !== undefined && { grant }),
      }
    }),
    free: streams.filter(({ permissions }) => permissions.length === 0).map(({ id }) => id),
    formats: policyFormats(collector),
    readyMade: (access?.readyMade ?? []).map(({ name, version, date, source: from, lacks }) => {
      const lacking = lacks(uses)
      const streamsOf = unique(uses.filter((use) => lacking.includes(use.name)).map(({ stream }) => stream))
      return { name, version, date, source: from, lacks: [...lacking], streams: streamsOf }
    }),
  }
}

/** Formats of the source's own the collector can write its policy in. */
export function policyFormats({ access }: Collector): string[] {
  return Object.keys(access?.policies ?? {}).sort()
}

/** The policy in a format of the source's own, ready to be used; `undefined` if the collector does not know it. */
export function policyText({ access, streams }: Collector, format: string): string | undefined {
  const policies = access?.policies ?? {}
  if (!Object.hasOwn(policies, format)) return undefined
  const declared = new Map<string, Permission>()
  for (const permission of streams.flatMap(({ permissions }) => permissions)) {
    if (!declared.has(permission.name)) declared.set(permission.name, permission)
  }
  const inOrder = [...declared.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return policies[format]?.(inOrder)
}

/** Permission, why, streams, as a person reads it. */
export function showPermissions(report: PermissionsJson, look: Look): string {
  const pen = penFor(look)
  const { collector, title, source, permissions, free, formats, readyMade } = report
  const what = permissions.length === 0 ? 'no permission at the source' : number(permissions.length, 'permission')
  const blocks = permissions.map(({ name, why, streams, grant }) =>
    [
      paragraph(pen.strong(name), look, `  ${pen.faint('–')} `),
      ...(grant === undefined ? [] : [paragraph(`${pen.faint('Where:')} ${pen.plain(sentence(grant))}`, look, '    ')]),
      ...why.map((each) => paragraph(`${pen.faint('Why:')} ${pen.plain(sentence(each))}`, look, '    ')),
      paragraph(`${pen.faint('For:')} ${pen.plain(list(streams))}`, look, '    '),
    ].join('\n'),
  )
  const others = formats.map((format) => `affiant permissions ${source ?? collector} --format ${format}`)
  return `${[
    paragraph(`${pen.strong(source ?? collector)} ${pen.plain(`${title}: needs ${what}, nothing more`)}`, look),
    ...blocks,
    ...(free.length > 0 && permissions.length > 0
      ? [paragraph(pen.faint(`Without any permission: ${list(free)}`), look, '  ')]
      : []),
    ...readyMade.map(({ name, version, date, lacks, streams }) => {
      const head = `${name} alone, as of ${version} of ${date},`
      if (lacks.length === 0) return paragraph(pen.plain(`${head} is enough`), look)
      const lost = `lacks ${number(lacks.length, 'permission')}, and ${number(streams.length, 'stream')} would not be read whole`
      return `${paragraph(pen.plain(`${head} ${lost}:`), look)}\n${paragraph(pen.plain(list(lacks)), look, '    ')}`
    }),
    ...(others.length > 0 ? [paragraph(pen.faint(`As a file for the source: ${list(others)}`), look)] : []),
  ].join('\n\n')}\n`
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
