import { type Population, placeOf } from '../../model/population.ts'
import { quoted } from '../../sdk/shell.ts'
import type { PopulationHead, PopulationRow } from '../json/population.ts'
import { MAX_SKEW_SECONDS } from '../population-receipts.ts'
import { whatToDo } from '../what-to-do.ts'
import { codeBlock, dataTable, definitionList, details, notice, statusBadge } from './components.ts'
import { type Html, html } from './html.ts'
import { controlPath, dataPath, hrefFrom, scopeAnchor } from './paths.ts'
import { hasRows } from './population-data.ts'
import { rowsTable } from './population-rows.ts'
import { bytes, count, digest, instant, plainText, plural, text } from './text.ts'

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

/** A population as an auditor asks for it: where from, who asked for what, when, all of it or not, and how to see for oneself. */
export function populationCard(card: Card): Html {
  const { head } = card
  const id = scopeAnchor(head.scope)
  const part = (title: string, body: Html | undefined) => body && html`<h3>${title}</h3>\n${body}\n`
  return html`<section class="card population" id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${head.scope === '*' ? 'All of the source' : text(head.scope)}</h2>
<p class="lead">${statusBadge(head.status, head.reason)} ${plural(head.count, 'row')}${head.demo && ' (demo data)'}${dataLinks(card)}</p>
${warnings(card)}
${part('Whose data', whoseData(head))}
${part('What was asked', whatWasAsked(card))}
${part('When', when(head))}
${part('Whether it is all', whetherAll(card))}
${part('What was written', whatWasWritten(card))}
${part('Controls it speaks to', controlsOf(card))}
${part('Read it again', readAgain(head))}
${part('Find the requests in the log of the source', findRequests(head))}
${part(card.rows.length < head.count ? 'The first rows' : 'Rows', card.rows.length > 0 ? rowsTable(head, card.rows) : undefined)}
${part('Prove one row', proveRow(card))}
</section>
`
}

/** The way to the rows in other programs. */
function dataLinks({ path, population, data }: Card): Html | undefined {
  if (!data || !hasRows(population)) return undefined
  const { source, stream, scope } = population.end
  const link = (format: 'csv' | 'json') =>
    html`<a href="${hrefFrom(path, dataPath(source, stream, scope, format))}" aria-label="${format.toUpperCase()} of ${plainText(placeOf(population))}">${format.toUpperCase()}</a>`
  return html`, all of them as ${link('csv')} and ${link('json')}`
}

function warnings({ population, head }: Card): Html {
  const { status, reason, detail, count: rows, clock } = head
  const advice = reason === undefined ? '' : whatToDo(reason, head.source, head.permissions)
  return html`${
    status !== 'complete' &&
    reason !== 'premature' &&
    notice(
      status === 'failed' ? 'bad' : 'caution',
      html`<p>${detail !== undefined && html`${text(detail)} `}${text(advice)}</p>`,
      status === 'failed' ? 'It could not be read.' : 'It was not read whole: rows may be missing.',
    )
  }${
    reason === 'premature' &&
    notice(
      'caution',
      html`<p>The period had not ended when reading began. ${text(advice)}</p>`,
      'Premature: more may have happened since.',
    )
  }${
    status === 'complete' &&
    rows === 0 &&
    notice(
      'info',
      html`<p>The source was asked and answered to the end of its list, and the list was empty. ${
        population.receipts === undefined
          ? 'The receipts are withheld.'
          : `It is shown by ${plural(population.receipts.count, 'receipt')}.`
      }</p>`,
      'Zero rows, recorded.',
    )
  }${
    rows > 0 &&
    !hasRows(population) &&
    notice(
      'caution',
      html`<p>What is below comes from the lines of the index that are shown.</p>`,
      'Its rows are withheld.',
    )
  }${
    clock !== undefined &&
    Math.abs(clock.aheadSeconds) > MAX_SKEW_SECONDS &&
    notice(
      'caution',
      html`<p>Times of the source and times of the agent are ${plural(Math.abs(clock.aheadSeconds), 'second')} apart: keep that in mind where the two are compared.</p>`,
      'The clocks did not agree.',
    )
  }${
    head.credentials.length > 0 &&
    notice(
      'bad',
      html`<ul>${head.credentials.slice(0, LISTED).map(({ rule, field, count: found }) => html`<li>${plural(found, 'value')} in <code>${text(field)}</code>, by the rule ${text(rule)}</li>`)}</ul><p>They were replaced before anything was written. Rotate them, then remove them from the source.</p>`,
      'The source holds credentials where none belong.',
    )
  }`
}

function whoseData({ source, collector, instance, expects, scope, scopeTitle, demo }: PopulationHead): Html {
  const granted = instance?.granted
  return definitionList([
    ['Source', html`${text(source)}, read by the collector ${text(collector)}${demo && ', demo data'}`],
    [
      'Instance, by the source',
      instance
        ? html`${text(instance.name)} <code>${text(instance.id)}</code>`
        : 'it told nothing: it could not be opened, or the line is withheld',
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

function whatWasAsked({ population, head }: Card): Html {
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

/** The parameters of a URL, from its question mark. */
function queryOf(url: string): string {
  return url.startsWith('http') && url.includes('?') ? url.slice(url.indexOf('?')) : ''
}

function when({ period, occurredAt, read, sweep, clock }: PopulationHead): Html {
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
  const measured = `median of ${plural(answers, 'answer')}; from ${least} to ${most}`
  if (aheadSeconds === 0) return `none: the clocks of agent and source agreed to the second (${measured})`
  const seconds = plural(Math.abs(aheadSeconds), 'second')
  const side = aheadSeconds < 0 ? 'behind' : 'ahead of'
  return `the clock of the agent was ${seconds} ${side} the source's (${measured})`
}

function whetherAll({ head }: Card): Html {
  const { pages, endMarker, sourceTotal, count: rows, gaps, permissions, carriedOver, carriedFrom } = head
  const off = sourceTotal === undefined ? 0 : Math.abs(sourceTotal - rows)
  return html`${definitionList([
    [
      'Pages',
      html`${count(pages)}, ${endMarker === 'reached' ? 'to the end: the source said that the last one was the last' : 'and it is not shown that the last one was the last'}`,
    ],
    [
      'Total, by the source',
      sourceTotal === undefined
        ? 'the source gives none; the end of its list is what shows the whole'
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

function whatWasWritten({ population, head }: Card): Html {
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

function controlsOf({ path, head, controls }: Card): Html | undefined {
  if (head.controls.length === 0) return undefined
  return html`<ul class="links">${head.controls.slice(0, LISTED * 2).map((id) => {
    const title = controls.get(id)
    return title === undefined
      ? html`<li>${text(id)}</li>`
      : html`<li><a href="${hrefFrom(path, controlPath(id))}">${text(id)}</a> ${text(title)}</li>`
  })}</ul>`
}

function readAgain({ reproduce }: PopulationHead): Html {
  return reproduce === undefined
    ? html`<p>The collector names no command of the vendor for this.</p>`
    : html`<p>With the vendor's own tools and your own rights:</p>${codeBlock(reproduce, 'Command')}`
}

function findRequests({ requestIds, requestLog, receipts }: PopulationHead): Html | undefined {
  if (receipts === undefined) return undefined
  if (requestIds.length === 0) return html`<p>The source gave no request an id.</p>`
  return html`${dataTable({
    caption: 'Ids that the source gave requests: the first, one from the middle, and the last',
    columns: [{ label: 'Id' }, { label: 'Asked' }, { label: 'Request', kind: 'wide' }],
    rows: requestIds.map(({ id, at, request }) => [
      html`<code>${text(id)}</code>`,
      instant(at),
      html`<code>${text(request)}</code>`,
    ]),
  })}${requestLog === undefined ? html`<p>The collector does not say how to look them up.</p>` : details('How to look one up', html`<p>${text(requestLog)}</p>`)}`
}

function proveRow({ population, head, rows }: Card): Html | undefined {
  const { file } = head
  if (file === undefined || rows.length === 0) return undefined
  const { source, stream, scope } = population.end
  const key = rows[0]?.key ?? 'KEY'
  const command = `affiant proof ${head.run} --record ${quoted(key)} --source ${quoted(source)} --stream ${quoted(stream)} --scope ${quoted(scope)} -o proof.txt`
  return html`<p>A proof of one row needs neither the other rows nor affiant to be verified; this makes one from the store, of the row with the key after <code>--record</code>:</p>
${codeBlock(command, 'Command')}
<p>All rows at once: <code>${text(file.path)}</code> under the folder of run ${String(head.run)} in an export has the SHA-256 above, and <code>affiant verify</code> compares it.</p>`
}
