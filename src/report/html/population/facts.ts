import type { RunEvidence } from '../../../model/report-source.ts'
import { sourceName } from '../../incomplete.ts'
import { codeBlock, definitionList, instanceName, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { dataPath, hrefFrom, populationPath, scopeAnchor } from '../paths.ts'
import { hasRows } from './data.ts'
import { queryOf } from './how.ts'
import { firstAsked, type StreamFacts } from '../run-facts.ts'
import { count, digest, instant, plural, shortText, text } from '../text.ts'
import { sentence } from '../../words.ts'

/** So many scopes of a population are named beside a control; its page has all of them. */
const SCOPES = 5
const REQUESTS = 3

/** Where the main facts of a population stand on the page of a control. */
export function populationAnchor({ source, stream }: StreamFacts): string {
  return scopeAnchor(`${source}/${stream}`).replace('scope-', 'population-')
}

/** The page that shows them. `data`: whether the rows are beside it as CSV and JSON. */
export interface FactsPage {
  path: string
  data: boolean
}

/** What, where, who, when and how of a population, over all its scopes, with links to the cards that say all of it. */
export async function populationFacts(run: RunEvidence, facts: StreamFacts, on: FactsPage): Promise<Html> {
  const { source, stream, planned, told, items, read } = facts
  const asked = await firstAsked(run, facts)
  const page = hrefFrom(on.path, populationPath(source, stream))
  const reproduce = items.find(({ line }) => line.reproduce !== undefined)?.line
  const anchor = populationAnchor(facts)
  return html`<section id="${anchor}" aria-labelledby="${anchor}-h"><h3 id="${anchor}-h">${planned?.title === undefined ? text(stream) : html`${text(planned.title)} <code>${text(stream)}</code>`}</h3>
${definitionList([
  ['What', what(run, facts)],
  ['Where', where(run, facts)],
  [
    'Who read it',
    told?.identity &&
      html`${told.identity.principal.kind} ${text(told.identity.principal.name)}${told.identity.granted !== undefined && html`, with the rights ${rights(told.identity.granted)}`}`,
  ],
  ['When', html`${instant(read.from)} to ${instant(read.to)}`],
  ['How it was asked', asked && askedOf(asked, items.length, page)],
  [
    'Pages',
    html`${plural(facts.pages, 'page')} in ${plural(facts.requests, 'request')}; end marker reached in ${count(facts.complete)} of ${plural(items.length, 'scope')}`,
  ],
  ['Rows', html`${count(facts.rows)}${totals(facts)}`],
  ['Complete', completeness(facts)],
  ['Cards, rows and digests', cards(facts, page, on)],
  [
    'The same with the vendor’s own tools',
    reproduce?.reproduce === undefined
      ? undefined
      : html`${items.length > 1 && html`<p>Of ${text(reproduce.scope)}:</p>`}${codeBlock(reproduce.reproduce, 'Command')}`,
  ],
])}
</section>
`
}

function what({ plan }: RunEvidence, { planned }: StreamFacts): Html {
  if (planned?.occurredAt === undefined) return html`State, as it was when it was read`
  const { from, to } = plan.run.period
  return html`All events from ${instant(from)} (inclusive) to ${instant(to)} (exclusive)`
}

/** The instance as the source itself told it; the name in the config proves nothing. */
function where(run: RunEvidence, { source, told }: StreamFacts): Html {
  const name = sourceName(run, source)
  if (told?.identity === undefined) return html`${text(name)}; the source did not say which instance it is`
  return html`${instanceName(told.identity)}, as the source told it; <code>${text(name)}</code> in the config`
}

function rights(granted: readonly string[]): Html {
  const shown = granted.slice(0, 20)
  const more = granted.length - shown.length
  return html`${shown.map((right, at) => html`${at > 0 && ', '}<code>${text(right)}</code>`)}${more > 0 && html` and ${count(more)} more`}`
}

type Asked = NonNullable<Awaited<ReturnType<typeof firstAsked>>>

function askedOf({ asked, askedOmitted }: Asked, scopes: number, page: string): Html {
  const shown = asked.slice(0, REQUESTS)
  const isAll = shown.length === asked.length && askedOmitted === 0 && scopes === 1
  return html`<ul>${shown.map(({ request, first }) => html`<li><code>${text(request)}</code>${queryOf(first) !== '' && html`, first with <code>${text(queryOf(first))}</code>`}</li>`)}</ul>${!isAll && html`<a href="${page}">All requests</a>`}`
}

function totals({ items, rows }: StreamFacts): Html | undefined {
  const stated = items.flatMap(({ line: { outcome } }) => outcome.sourceTotal ?? [])
  if (stated.length === 0) return html`; the source states no total`
  const sum = stated.reduce((total, one) => total + one, 0)
  if (stated.length < items.length)
    return html`; the source states a total for ${count(stated.length)} of ${plural(items.length, 'scope')}`
  return html`; the source states ${count(sum)}${sum !== rows && html`, which is ${plural(Math.abs(sum - rows), 'row')} ${sum > rows ? 'more' : 'fewer'}`}`
}

function completeness({ items, complete }: StreamFacts): Html {
  if (complete === items.length)
    return html`${statusBadge('complete')} ${count(complete)} of ${plural(items.length, 'scope')}`
  const open = items.filter(({ line }) => line.outcome.status !== 'complete')
  return html`${statusBadge('incomplete')} ${count(complete)} of ${plural(items.length, 'scope')}. Not complete:<ul>${open
    .slice(0, SCOPES)
    .map(
      ({ line: { scope, outcome } }) =>
        html`<li>${text(scope)}: ${statusBadge(outcome.status, outcome.reason)}${outcome.detail !== undefined && html` ${text(sentence(outcome.detail))}`}${outcome.permissions !== undefined && html` Missing: ${rights(outcome.permissions)}`}</li>`,
    )}</ul>${open.length > SCOPES && html`and ${count(open.length - SCOPES)} more`}`
}

function cards({ source, stream, items }: StreamFacts, page: string, { path, data }: FactsPage): Html {
  const more = items.length - SCOPES
  return html`<ul>${items.slice(0, SCOPES).map(({ line: { scope, outcome }, records }) => {
    const link = (format: 'csv' | 'json') =>
      html`, <a href="${hrefFrom(path, dataPath(source, stream, scope, format))}" aria-label="${format.toUpperCase()} of ${shortText(stream)}, ${shortText(scope)}">${format.toUpperCase()}</a>`
    const files = data && hasRows({ records }) && html`${link('csv')}${link('json')}`
    return html`<li><a href="${page}#${scopeAnchor(scope)}">${scope === '*' ? 'All of it' : text(scope)}</a>: ${outcome.status !== 'complete' && html`${statusBadge(outcome.status, outcome.reason)} `}${plural(outcome.records, 'row')}${files}${records === undefined ? html`; no file of records here` : html`, SHA-256 ${digest(records.sha256)}`}</li>`
  })}</ul>${more > 0 && html`<a href="${page}">and ${plural(more, 'more scope')}</a>`}`
}
