import type { ReportFile, ReportSource } from '../../../model/report-source.ts'
import { type Incomplete, incompleteEvidence, sourceName } from '../../incomplete.ts'
import { list, outOf, sentence, were } from '../../words.ts'
import { details, notice, section, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { neighbours, page, type ReportFrame } from '../layout.ts'
import { hrefFrom, INDEX_PATH, incompletePath, populationPath } from '../paths.ts'
import { count, plural, text } from '../text.ts'

const ON_INDEX = 50
const ON_PAGE = 1000
const MOST_SCOPES = 12
/** So many characters of what went wrong: a thousand of them stand on a page. */
const LONGEST_DETAIL = 600

/** What is not whole, before anything that rests on it. */
export function missingPart(source: ReportSource): Html {
  const { run } = source
  const all = grouped(incompleteEvidence(run))
  const shown = all.slice(0, ON_INDEX)
  const more = all.length - shown.length
  const { outcomes } = run.statement?.predicate ?? { outcomes: { complete: 0, partial: 0, failed: 0 } }
  const planned = outcomes.complete + outcomes.partial + outcomes.failed
  const lead = html`${outOf(outcomes.complete, planned, 'plan item')} ${were(outcomes.complete, planned)} read whole, ${count(outcomes.partial)} in part, ${count(outcomes.failed)} not at all. A plan item is one stream of one scope of a source.`
  return section(
    { id: 'missing', title: 'What is missing', lead },
    all.length === 0 && run.withheld.length === 0
      ? notice(
          'good',
          html`<p>Nothing that was planned is missing. What was not planned is in no run: compare the scopes under <a href="#populations">populations</a> with what you know of.</p>`,
        )
      : undefined,
    all.length > 0 && missingList(source, shown, INDEX_PATH),
    more > 0 &&
      html`<p><a href="${incompletePath()}">All ${plural(all.length, 'gap')}</a>, ${count(more)} of which are not listed here.</p>`,
    withheldPart(source),
  )
}

/** Pages with everything that is not whole, if the first page does not have room for it. */
export function* missingPages(source: ReportSource, frame: ReportFrame): Iterable<ReportFile> {
  const all = grouped(incompleteEvidence(source.run))
  if (all.length <= ON_INDEX) return
  const parts = Math.ceil(all.length / ON_PAGE)
  for (let part = 1; part <= parts; part++) {
    const path = incompletePath(part)
    const title = parts === 1 ? 'What is missing' : `What is missing, part ${part} of ${parts}`
    const body = () => [missingList(source, all.slice((part - 1) * ON_PAGE, part * ON_PAGE), path)]
    yield page({ path, title, source: frame, crumbs: [], parts: neighbours(part, parts, incompletePath) }, body)
  }
}

function missingList(source: ReportSource, all: readonly Missing[], path: string): Html {
  return html`<ul class="missing">${all.map((one) => missingItem(source, one, path))}</ul>
`
}

/** Streams of one source that were not read whole for one and the same reason. */
type Missing = readonly [Incomplete, ...Incomplete[]]

/** Like things are told once: what keeps one stream from being read often keeps all of them. */
function grouped(all: readonly Incomplete[]): Missing[] {
  const groups = Map.groupBy(all, ({ source, stream, status, reason, detail, permissions, gaps }) =>
    JSON.stringify([source, stream === undefined, status, reason, detail, permissions, gaps]),
  )
  return [...groups.values()] as unknown as Missing[]
}

function missingItem({ run }: ReportSource, group: Missing, path: string): Html {
  const [{ source, stream, status, reason, detail, permissions, gaps, whatToDo }] = group
  const name = text(sourceName(run, source))
  const planItems = group.reduce((sum, one) => sum + one.planItems, 0)
  const scopes = [...new Set(group.flatMap((one) => one.scopes))]
  const lost = gaps.reduce((sum, gap) => sum + gap.count, 0)
  const subjects = gaps.flatMap((gap) => gap.subjects)
  const streams = group.flatMap((one) => (one.stream === undefined ? [] : [one.stream]))
  const links = streams.map(
    (id, at) => html`${at > 0 && ', '}<a href="${hrefFrom(path, populationPath(source, id))}">${text(id)}</a>`,
  )
  const what =
    stream === undefined
      ? html`${name}: the whole source`
      : streams.length === 1
        ? html`${links} of ${name}`
        : html`${plural(streams.length, 'stream')} of ${name}`
  return html`<li><div>${statusBadge(status, reason)}</div><div><p class="what">${what} <span class="reason">${plural(planItems, 'plan item')}</span></p>
${detail !== undefined && html`<p>${text(sentence(detail), LONGEST_DETAIL)}</p>`}
${lost > 0 && html`<p>${plural(lost, 'part')} could not be read${subjects.length > 0 && html`: ${text(list(subjects, MOST_SCOPES))}`}</p>`}
${permissions.length > 0 && html`<p>Missing permission: ${permissions.map((permission, at) => html`${at > 0 && ', '}<code>${text(permission)}</code>`)}</p>`}
<p class="todo">${text(whatToDo)}</p>
${scopes.length > 0 && html`<p class="fine">Scopes: ${text(list(scopes, MOST_SCOPES))}</p>`}
${streams.length > 1 && details('Which streams', html`<p class="fine">${links}</p>`)}</div></li>
`
}

function withheldPart({ run, verification }: ReportSource): Html | undefined {
  const { withheld } = run
  if (withheld.length === 0) return undefined
  const reasons = [...Map.groupBy(withheld, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length)
  const recipient = verification?.export?.recipient
  const body = html`<p>${count(withheld.length)} of the lines in the index of this run are withheld from this copy${recipient !== undefined && html` for ${text(recipient)}`}. Their places and their digests are kept, so that it can be proved that nothing else was taken out; what they say is not here.</p>
<ul>${reasons.slice(0, ON_INDEX).map(([reason, lines]) => html`<li>${plural(lines.length, 'line')}: ${text(reason)}</li>`)}</ul>`
  return html`<h3 id="withheld">Withheld</h3>${notice('caution', body)}`
}
