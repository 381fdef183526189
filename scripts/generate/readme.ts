import type { Check, Collector, Stream } from '../../src/sdk/index.ts'
import { keyFields } from './key-fields.ts'
import { anchor, code, replaceBlock, table } from './markdown.ts'
import { defaultCriteria } from './params.ts'

/** Ids of the controls a check speaks to. */
export type ControlsOf = (check: string) => readonly string[]

/**
 * A collector's README with its generated blocks brought up to date.
 * @throws MissingBlockError
 */
export function readmeText(readme: string, collector: Collector, controlsOf: ControlsOf): string {
  const blocks = {
    permissions: permissionsTable(collector.streams),
    streams: streamsTable(collector.streams),
    checks: checksTable(collector.checks, controlsOf),
  }
  return Object.entries(blocks).reduce((text, [name, block]) => replaceBlock(text, name, block), readme)
}

function permissionsTable(streams: readonly Stream[]): string {
  const needs = streams.flatMap((stream) => stream.permissions.map((permission) => ({ permission, stream: stream.id })))
  const grouped = Map.groupBy(needs, ({ permission }) => `${permission.name}\n${permission.why}`)
  const rows = [...grouped.values()].flatMap((uses) =>
    uses
      .slice(0, 1)
      .map(({ permission: { name, why, url } }) => [
        `[${name}](${url})`,
        why,
        uses.map(({ stream }) => code(stream)).join(', '),
      ]),
  )
  if (rows.length === 0) return 'None: no stream of this collector needs a right at the source.'
  return table(['permission', 'why', 'streams that need it'], rows)
}

function streamsTable(streams: readonly Stream[]): string {
  return table(
    ['stream', 'what', 'key', 'redacted'],
    streams.map((stream) => [
      code(`${stream.id}/${stream.version}`),
      stream.title,
      keyFields(stream).map(code).join(', ') || 'computed',
      Object.entries(stream.redact ?? {})
        .map(([path, how]) => `${code(path)}: ${how}`)
        .join(', ') || 'nothing',
    ]),
  )
}

function checksTable(checks: readonly Check[], controlsOf: ControlsOf): string {
  return table(
    ['check', 'severity', 'what it states', 'criteria with the default params', 'controls'],
    checks.map((check) => {
      const criteria = defaultCriteria(check)
      return [
        `[${code(check.id)}](../../docs/checks.md#${anchor(check.id)})`,
        check.severity,
        check.title,
        `Pass: ${criteria.pass}<br>Fail: ${criteria.fail}`,
        controlsOf(check.id).join(', ') || 'none',
      ]
    }),
  )
}
