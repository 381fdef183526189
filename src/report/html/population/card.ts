import { placeOf } from '../../../model/population.ts'
import { quoted } from '../../../sdk/shell.ts'
import type { PopulationHead } from '../../json/population.ts'
import { MAX_SKEW_SECONDS } from '../../population-receipts.ts'
import { whatToDo } from '../../what-to-do.ts'
import { codeBlock, dataTable, details, notice, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { controlPath, dataPath, hrefFrom, scopeAnchor } from '../paths.ts'
import { hasRows } from './data.ts'
import { type Card, whatWasAsked, whatWasWritten, when, whetherAll, whoseData } from './how.ts'
import { rowsTable } from './rows.ts'
import { instant, plural, shortText, text } from '../text.ts'
import { sentence } from '../../words.ts'

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
    html`<a href="${hrefFrom(path, dataPath(source, stream, scope, format))}" aria-label="${format.toUpperCase()} of ${shortText(placeOf(population))}">${format.toUpperCase()}</a>`
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
      html`<p>${detail !== undefined && html`${text(sentence(detail))} `}${text(advice)}</p>`,
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
