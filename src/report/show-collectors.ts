import type { Severity } from '../sdk/check.ts'
import type { Collector } from '../sdk/collector.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { number, sentence } from './words.ts'

/** What a collector reads and judges, as data. */
export interface CollectorReport {
  id: string
  title: string
  docs: string
  secrets: { name: string; what: string }[]
  /** `share`: the part that is used, unless config says otherwise. */
  limits: { id: string; perMinute: number; concurrency: number; share: number }[]
  streams: { id: string; version: number; title: string; permissions: { name: string; why: string; url: string }[] }[]
  checks: { id: string; revision: number; title: string; severity: Severity }[]
}

export function collectorReport(collector: Collector): CollectorReport {
  const { id, title, docs, secrets, limits, streams, checks } = collector
  return {
    id,
    title,
    docs,
    secrets: Object.entries(secrets).map(([name, what]) => ({ name, what })),
    limits: limits.map(({ id: name, perMinute, concurrency, share = 1 }) => ({
      id: name,
      perMinute,
      concurrency,
      share,
    })),
    streams: streams.map((stream) => ({
      id: stream.id,
      version: stream.version,
      title: stream.title,
      permissions: stream.permissions.map(({ name, why, url }) => ({ name, why, url })),
    })),
    checks: checks.map((check) => ({
      id: check.id,
      revision: check.revision,
      title: check.title,
      severity: check.severity,
    })),
  }
}

/** One line for each collector. */
export function showCollectors(collectors: readonly CollectorReport[], look: Look): string {
  const pen = penFor(look)
  const lines = collectors.map(({ id, title, streams, checks }) =>
    paragraph(
      `${pen.strong(id)} ${pen.plain(`${title}: ${number(streams.length, 'stream')}, ${number(checks.length, 'check')}`)}`,
      look,
    ),
  )
  return `${[...lines, '', paragraph(pen.faint('affiant collectors ID shows one: streams, permissions, checks.'), look)].join('\n')}\n`
}

/** One collector: secrets, streams with the permissions they need, limits, checks. */
export function showCollector(collector: CollectorReport, look: Look): string {
  const pen = penFor(look)
  const { id, title, docs, secrets, limits, streams, checks } = collector
  const parts = [
    [paragraph(`${pen.strong(id)} ${pen.plain(title)}`, look), paragraph(pen.faint(docs), look)],
    secrets.length === 0
      ? [pen.heading('Secrets'), pen.plain('  none')]
      : [
          pen.heading('Secrets'),
          ...secrets.map(({ name, what }) => paragraph(`${pen.strong(name)} ${pen.plain(sentence(what))}`, look, '  ')),
        ],
    [
      pen.heading('Streams and the permissions they need'),
      ...streams.flatMap((stream) => [
        paragraph(`${pen.strong(`${stream.id}/${stream.version}`)} ${pen.plain(stream.title)}`, look, '  '),
        ...(stream.permissions.length === 0 ? [paragraph(pen.faint('no permission'), look, '    ')] : []),
        ...stream.permissions.map(({ name, why }) =>
          paragraph(`${pen.plain(name)}${pen.faint(`: ${sentence(why)}`)}`, look, `    ${pen.faint('–')} `),
        ),
      ]),
    ],
    [
      pen.heading('Limits'),
      ...limits.map((limit) =>
        paragraph(
          `${pen.strong(limit.id)} ${pen.plain(`${limit.perMinute} requests a minute, ${limit.concurrency} at a time, per host${limit.share < 1 ? `; ${Math.round(limit.share * 100)} % of that is used` : ''}`)}`,
          look,
          '  ',
        ),
      ),
    ],
    [
      pen.heading('Checks'),
      ...checks.map((check) =>
        paragraph(
          `${pen.plain(check.title)} ${pen.faint(`(${check.id}, ${check.severity})`)}`,
          look,
          `  ${pen.faint('–')} `,
        ),
      ),
    ],
  ]
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}
