import type { RunView } from '../model/run-view.ts'
import { isDemo } from './incomplete.ts'
import { type Look, paragraph, penFor, suggest } from './look.ts'
import { sourceText } from './show-finding.ts'
import { grouped, list, number } from './words.ts'

/** Values of one field of a stream that looked like a credential to one rule, in all scopes. */
export interface CredentialsFound {
  source: string
  demo: boolean
  stream: string
  scopes: string[]
  rule: string
  field: string
  count: number
}

/** What the sources hold where no credential belongs, in plan order. */
export function credentialsFound(view: RunView): CredentialsFound[] {
  const found = new Map<string, CredentialsFound>()
  for (const { source, stream, scope, outcome } of view.outcomes) {
    for (const { rule, field, count } of outcome.credentials ?? []) {
      const key = JSON.stringify([source, stream, rule, field])
      const entry = found.get(key) ?? { source, demo: isDemo(view, source), stream, scopes: [], rule, field, count: 0 }
      entry.scopes.push(scope)
      entry.count += count
      found.set(key, entry)
    }
  }
  return [...found.values()]
}

/** Loud, as whoever reads the source can use them. Empty if there is none. At most `limit` entries. */
export function showCredentials(view: RunView, look: Look, limit: number): string {
  const all = credentialsFound(view)
  if (all.length === 0) return ''
  const pen = penFor(look)
  const values = all.reduce((sum, { count }) => sum + count, 0)
  const more = all.length - limit
  const advice = 'Rotate them first, then remove them from the source. Their values were not written down.'
  return [
    paragraph(
      `${pen.alarm('CREDENTIALS IN A SOURCE')} ${pen.strong(`${number(values, 'value')} that ${values === 1 ? 'looks' : 'look'} like a credential`)}`,
      look,
    ),
    ...all
      .slice(0, limit)
      .map(({ source, stream, scopes, rule, field, count }) =>
        paragraph(
          `${sourceText(view, source, pen)}${pen.plain(`: ${stream}, field ${field}, ${number(count, 'value')} by the rule ${rule}, ${scopes.length === 1 ? 'scope' : 'scopes'} ${list(scopes, 5)}`)}`,
          look,
          `  ${pen.bad('✗')} `,
        ),
      ),
    ...(more > 0
      ? [paragraph(pen.strong(`and ${grouped(more)} more: ${suggest(`show ${view.number} --json`, look)}`), look, '  ')]
      : []),
    paragraph(`${pen.strong('To do:')} ${pen.plain(advice)}`, look, '    '),
  ].join('\n')
}
