import { type Population, placeOf } from '../../../model/population.ts'
import type { PopulationHead, PopulationRow } from '../../json/population.ts'
import { dataTable, definitionList, details, instanceName, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { bytes, count, digest, instant, plural, text } from '../text.ts'

/** What one card is made from. */
export interface Card {
  /** Path of the page that it stands on. */
  path: string
  population: Population
  head: PopulationHead
  /** The first rows. */
  rows: readonly PopulationRow[]
  /** CSV and JSON are in the report. */
  data: boolean
  /** Titles of the controls that have a page, by id. */
  controls: ReadonlyMap<string, string>
}

/** So many of a list that has no end stand on a card: of a page that must not grow without one. */
const LISTED = 50

/** The instance as the source itself told it, and who read it with which rights. */
export function whoseData({ source, collector, instance, expects, scope, scopeTitle, demo }: PopulationHead): Html {
  const granted = instance?.granted
  return definitionList([
    ['Source', html`${text(source)}, read by the collector ${text(collector)}${demo && ', demo data'}`],
    [
      'Instance, by the source',
      instance ? instanceName(instance) : 'it told nothing: it could not be opened, or the line is withheld',
    ],
    [
      'Instance, by the config',
      expects &&
        html`${expects.name !== undefined && text(expects.name)} ${expects.id !== undefined && html`<code>${text(expects.id)}</code>`}`,
    ],
    ['Read as', instance && html`${instance.principal.kind} <code>${text(instance.principal.name)}</code>`],
    [
      'Rights of these credentials',
      instance &&
        (granted === undefined
          ? 'the source does not tell'
          : granted.length === 0
            ? 'none, as the source tells'
            : names(granted)),
    ],
    ['Scope', html`<code>${text(scope)}</code>${scopeTitle !== undefined && html` ${text(scopeTitle)}`}`],
  ])
}

/** Names in a row, many of them folded away. */
function names(all: readonly string[]): Html {
  const shown = html`<span class="names">${all.slice(0, 200).map((name) => html`<code>${text(name)}</code> `)}</span>${all.length > 200 && html`and ${count(all.length - 200)} more`}`
  return all.length > 8 ? details(plural(all.length, 'right'), shown) : shown
}

/** Requests and their filters, by kind, from the receipts. */
export function whatWasAsked({ population, head }: Card): Html {
  const { asked, askedOmitted, requests, failedAttempts, keptAnswers, receipts } = head
  if (receipts === undefined)
    return html`<p>${
      requests === 0
        ? 'Nothing: the source was never asked for it.'
        : `${plural(requests, 'request')}, whose receipts are withheld.`
    }</p>`
  const withQuery = asked.some(({ first }) => queryOf(first) !== '')
  return html`${
    asked.length > 0 &&
    dataTable({
      caption: `Requests behind ${population.stream.id}, ${placeOf(population)}`,
      captionHidden: true,
      columns: [
        { label: 'Request', kind: 'wide' },
        { label: 'Times', kind: 'number' },
        ...(withQuery ? [{ label: 'Parameters of the first', kind: 'wide' as const }] : []),
      ],
      rows: asked.map(({ request, count: times, first }) => [
        html`<code>${text(request)}</code>`,
        times,
        ...(withQuery ? [html`<code>${text(queryOf(first))}</code>`] : []),
      ]),
    })
  }${askedOmitted > 0 && html`<p>And ${plural(askedOmitted, 'request')} of more kinds.</p>`}
${definitionList([
  [
    'Requests',
    html`${count(requests)}${failedAttempts > 0 && html`; ${plural(failedAttempts, 'attempt')} gave no usable answer`}`,
  ],
  [
    'Kept answers',
    keptAnswers &&
      html`${plural(keptAnswers.count, 'answer')} of an earlier time that the source said still hold (304), the oldest of ${instant(keptAnswers.oldest)}`,
  ],
  [
    'Receipts',
    html`<code>${text(receipts.path)}</code>, ${plural(receipts.count, 'line')}, SHA-256 ${digest(receipts.sha256)}`,
  ],
])}`
}

/** The parameters of a URL, from its question mark; what stands before them is in the name of the request already. */
export function queryOf(url: string): string {
  return url.startsWith('http') && url.includes('?') ? url.slice(url.indexOf('?')) : ''
}

/** Bounds of the period, time of reading, and how far the clocks were apart. */
export function when({ period, occurredAt, read, sweep, clock }: PopulationHead): Html {
  return definitionList([
    [
      'Period',
      period
        ? html`${instant(period.from)} (inclusive) to ${instant(period.to)} (exclusive), by <code>${text(occurredAt ?? '')}</code>`
        : 'none: a state, as it was when it was read',
    ],
    ['Read', html`${instant(read.from)} to ${instant(read.to)}`],
    [
      'Last full sweep',
      sweep &&
        html`began ${instant(sweep.fullAt)}${sweep.kind === 'increment' && '; this run read what changed since'}`,
    ],
    ['Clock skew', clock ? skew(clock) : 'not measured: no answer carried a date'],
  ])
}

function skew({ answers, aheadSeconds, least, most }: NonNullable<PopulationHead['clock']>): string {
  const measured =
    answers === 1 ? 'in 1 answer' : `median of ${plural(answers, 'answer')}; from ${least} to ${plural(most, 'second')}`
  if (aheadSeconds === 0) return `none: the clocks of agent and source agreed to the second (${measured})`
  const seconds = plural(Math.abs(aheadSeconds), 'second')
  const side = aheadSeconds < 0 ? 'behind' : 'ahead of'
  return `the clock of the agent was ${seconds} ${side} the source's (${measured})`
}

function pagesWords({ pages, endMarker }: PopulationHead): string {
  if (endMarker === 'reached') return `${count(pages)}, to the end: the source said that the last one was the last`
  return pages === 0 ? '0: no page was read' : `${count(pages)}, and it is not shown that the last one was the last`
}

/** Pages and end marker, totals held against each other, gaps, and what is of an earlier run. */
export function whetherAll({ head }: Card): Html {
  const { endMarker, sourceTotal, count: rows, gaps, permissions, carriedOver, carriedFrom } = head
  const off = sourceTotal === undefined ? 0 : Math.abs(sourceTotal - rows)
  return html`${definitionList([
    ['Pages', pagesWords(head)],
    [
      'Total, by the source',
      sourceTotal === undefined
        ? endMarker === 'reached'
          ? 'the source gives none; the end of its list is what shows the whole'
          : 'none was given'
        : `${count(sourceTotal)}; ${off === 0 ? 'as many rows were written' : `${plural(off, 'row')} ${sourceTotal > rows ? 'fewer' : 'more'} were written`}`,
    ],
    ['Rows', count(rows)],
    [
      'Carried over',
      carriedOver &&
        html`${count(carriedOver.count)} of ${plural(rows, 'row')} were read by earlier runs and still held, the oldest at ${instant(carriedOver.oldest)}`,
    ],
    ['Missing permissions', permissions.length > 0 ? names(permissions) : undefined],
    ['Gaps', gaps.length === 0 ? 'none' : undefined],
  ])}
${
  gaps.length > 0 &&
  dataTable({
    caption: 'What could not be read',
    columns: [
      { label: 'Reason' },
      { label: 'How many', kind: 'number' },
      { label: 'Permission' },
      { label: 'What', kind: 'wide' },
    ],
    rows: gaps
      .slice(0, LISTED)
      .map(({ reason, count: missing, permission, subjects }) => [
        statusBadge('unknown', reason),
        missing,
        permission ?? '',
        html`${subjects.map((subject, place) => html`${place > 0 && ', '}${text(subject)}`)}${missing > subjects.length && html` and ${count(missing - subjects.length)} more`}`,
      ]),
  })
}${gaps.length > LISTED && html`<p>And ${plural(gaps.length - LISTED, 'reason')} more, in the JSON.</p>`}
${
  carriedFrom.length > 0 &&
  details(
    `Ages of ${plural(carriedOver?.count ?? 0, 'carried-over row')}`,
    dataTable({
      caption: 'Rows that earlier runs read',
      captionHidden: true,
      columns: [{ label: 'Read' }, { label: 'Run', kind: 'number' }, { label: 'Rows', kind: 'number' }],
      rows: carriedFrom.map(({ run, readAt, count: carried }) => [instant(readAt), run, carried]),
    }),
  )
}`
}

/** Digests, schema, what was left out, and what sealed it. */
export function whatWasWritten({ population, head }: Card): Html {
  const { file, redactions, agent, sealed, recordSchema } = head
  return definitionList([
    ['Order', head.order],
    ['SHA-256 of the records', file && digest(file.sha256)],
    ['Root hash over the rows', file?.rootHash === undefined ? undefined : digest(file.rootHash)],
    ['File in the bundle', file && html`<code>${text(file.path)}</code>, ${bytes(file.bytes)}`],
    ['Record schema', html`<code>${text(recordSchema)}</code>`],
    [
      'Left out or replaced',
      population.stream.title === undefined
        ? 'the plan of this run does not say'
        : redactions.length === 0
          ? 'no field that the schema names'
          : html`${redactions.slice(0, LISTED).map(({ field, how }, place) => html`${place > 0 && ', '}<code>${text(field)}</code> ${HOW[how]}`)}`,
    ],
    ['Agent', html`affiant ${text(agent.version)}, build ${digest(agent.build)}`],
    [
      'Sealed',
      html`${instant(sealed.at)}, by entry ${String(sealed.entry)} of the ledger, statement ${digest(sealed.statementSha256)}`,
    ],
  ])
}

const HOW = {
  drop: 'left out',
  pseudonym: 'as a token for the person',
  mask: 'as a mark that there was a value',
} as const
