import type { Crosswalk, LoadedCrosswalk } from '../../model/crosswalk.ts'
import type { ReportFile } from '../../model/report-source.ts'
import type { RunView } from '../../model/run-view.ts'
import {
  countSentences,
  derivation,
  type FrameworkView,
  PAIR_STATUSES,
  pairNote,
  type PairStatus,
  type RolledItem,
  SCOPE,
  tallySentence,
  throughCrosswalk,
  type Worst,
  WORST,
} from '../crosswalk.ts'
import { dataTable, definitionList, notice, section, stateWord, statusBadge } from './components.ts'
import { type Html, html } from './html.ts'
import type { Attachment } from './overview/index-page.ts'
import { page, type ReportFrame } from './layout.ts'
import { controlPath, frameworkPath, hrefFrom, INDEX_PATH } from './paths.ts'
import { digest, text } from './text.ts'

/** A page for each framework: the run through its crosswalk. Nothing without crosswalks. */
export function frameworkPages(
  run: Pick<RunView, 'controls'>,
  frame: ReportFrame,
  crosswalks: readonly LoadedCrosswalk[],
): ReportFile[] {
  return crosswalks.map((loaded) => {
    const { crosswalk } = loaded
    const path = frameworkPath(crosswalk.id)
    const view = throughCrosswalk(loaded, run.controls)
    const known = new Set(run.controls.map(({ control }) => control))
    return page(
      {
        path,
        title: crosswalk.title,
        kicker: 'Framework, through Annex A of ISO/IEC 27001:2022',
        source: frame,
        crumbs: [{ label: 'Other views', path: `${INDEX_PATH}#files` }],
        lead: html`<p class="lead">${tallyText(view)}</p>`,
      },
      html`${notice('caution', html`<p>${text(derivation(crosswalk))}</p><p>${SCOPE}</p>`)}
${provenance(loaded)}${itemsSection(view, path, known)}${unpairedSection(view, path, known)}${sourceSection(loaded)}`,
    )
  })
}

/** For the first page of the report, which leads to them. */
export function frameworkAttachments(
  run: Pick<RunView, 'controls'>,
  crosswalks: readonly LoadedCrosswalk[],
): Attachment[] {
  return crosswalks.map((loaded) => ({
    path: frameworkPath(loaded.crosswalk.id),
    title: loaded.crosswalk.title,
    what: `Derived through Annex A, trust: ${loaded.crosswalk.trust.level}. ${tallyText(throughCrosswalk(loaded, run.controls))}`,
  }))
}

function provenance({ crosswalk }: LoadedCrosswalk): Html {
  const { trust, relation } = crosswalk
  return definitionList([
    ['Trust', html`<strong>${trust.level}</strong>. ${text(trust.said)}`],
    ['Relation of the pairs', html`<strong>${relation.kind}</strong>. ${text(relation.said)}`],
  ])
}

function itemsSection(view: FrameworkView, path: string, known: ReadonlySet<string>): Html {
  const { crosswalk } = view.loaded
  return section(
    { id: 'items', title: 'Items', lead: text(countSentences(crosswalk, view.counts).join(' ')) },
    dataTable({
      caption: `The ${crosswalk['item-plural']} with the controls of Annex A behind them`,
      captionHidden: true,
      filterable: true,
      columns: [{ label: 'Item' }, { label: 'Worst control', facet: true }, { label: 'Controls of Annex A behind it' }],
      rows: view.items.map(({ item, worst, controls, clauses }) => [
        item,
        { shown: worstCell(worst), sort: WORST.indexOf(worst) },
        behind(crosswalk, controls, clauses, path, known),
      ]),
    }),
  )
}

function unpairedSection({ loaded, unpaired, counts }: FrameworkView, path: string, known: ReadonlySet<string>): Html {
  const { all } = counts.controls
  const lead =
    unpaired.length === 0
      ? `Each of the ${all} controls of Annex A has a pair in this source.`
      : `${unpaired.length} of ${all} controls of Annex A have no pair in this source: what the run says of them is in no line above.`
  return section(
    { id: 'without-pair', title: 'Controls without a pair', lead },
    unpaired.length > 0 && html`<div>${byStatus(loaded.crosswalk, unpaired, path, known)}</div>`,
  )
}

function sourceSection({ crosswalk, sha256 }: LoadedCrosswalk): Html {
  const { source, upstream, transcription, direction, licence, trust, notes } = crosswalk
  return section(
    { id: 'source', title: 'Where the pairs are from' },
    definitionList([
      ['Source', source],
      // In words: a report has no links that leave it.
      ['Upstream', upstream],
      ['Copied from', transcription],
      ['Direction', direction],
      ['Licence', licence],
      ['Trust', `${trust.level}. ${trust.said}`],
      ...notes.map((note) => ['Note', note] as const),
      ['SHA-256 of the file', digest(sha256)],
    ]),
  )
}

function behind(
  crosswalk: Crosswalk,
  controls: RolledItem['controls'],
  clauses: readonly string[],
  path: string,
  known: ReadonlySet<string>,
): Html {
  if (controls.length > 0) return byStatus(crosswalk, controls, path, known)
  if (clauses.length === 0) return html`<span class="reason">No pair in this source</span>`
  const words = clauses.length === 1 ? 'clause' : 'clauses'
  return html`<span class="reason">No pair with Annex A in this source, only with ${words} ${text(clauses.join(', '))} of ISO/IEC 27001</span>`
}

/** The controls of each state after it, a line each, the worst first. */
function byStatus(
  crosswalk: Crosswalk,
  controls: readonly { control: string; status: PairStatus; relation?: string; strength?: string }[],
  path: string,
  known: ReadonlySet<string>,
): Html {
  const lines = PAIR_STATUSES.flatMap((status) => {
    const found = controls.filter((one) => one.status === status)
    if (found.length === 0) return []
    const badge = status === 'not-in-run' ? statusBadge('unknown', 'not in this run') : statusBadge(status)
    const links = found.map(
      (pair, at) =>
        html`${at > 0 && ', '}${known.has(pair.control) ? html`<a href="${hrefFrom(path, controlPath(pair.control))}">${text(pair.control)}</a>` : text(pair.control)}${pairNote(crosswalk, pair)}`,
    )
    return [html`${badge} ${links}`]
  })
  return html`<ul class="subjects pairs">${lines.map((line) => html`<li>${line}</li>`)}</ul>`
}

function worstCell(worst: Worst): Html {
  return worst === 'no-pair' ? html`<span class="reason">no pair</span>` : statusBadge(worst)
}

function tallyText(view: FrameworkView): string {
  return tallySentence(view, (worst) => (worst === 'no-pair' ? 'no pair' : stateWord(worst)))
}
