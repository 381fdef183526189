import type { ReportSource } from '../../../model/report-source.ts'
import { sourceName } from '../../incomplete.ts'
import { sentence } from '../../words.ts'
import {
  type Cell,
  countsTable,
  dataTable,
  definitionList,
  notice,
  section,
  type State,
  statusBadge,
} from '../components.ts'
import { type Html, html } from '../html.ts'
import { controlPath, hrefFrom, populationPath } from '../paths.ts'
import { type JudgedCheck, type RunFacts, sums } from '../run-facts.ts'
import { bytes, count, digest, instant, plural, text } from '../text.ts'

/** What stands at the page of one check of a report. */
export interface CheckPage {
  source: ReportSource
  facts: RunFacts
  judged: JudgedCheck
  /** Path of the page that is written. */
  path: string
}

/** So many characters of a threshold: a list of names is long, and what a check demands is looked up here. */
const LONGEST_VALUE = 50_000
/** So many inputs of a check are listed by name. */
const MOST_INPUTS = 100

export function checkCriteria({ judged: { planned } }: CheckPage): Html {
  if (planned === undefined)
    return section(
      { id: 'criteria', title: 'Criteria' },
      notice('caution', 'The plan of the run does not name this check.'),
    )
  const params = Object.entries(planned.params)
  return section(
    { id: 'criteria', title: 'Criteria' },
    planned.disabled !== undefined &&
      notice('caution', html`<p>${text(sentence(planned.disabled))}</p>`, 'Turned off by config'),
    definitionList([
      ['Passes if', sentence(planned.criteria.pass)],
      ['Fails if', sentence(planned.criteria.fail)],
      ['Thresholds', params.length === 0 ? 'none that could be set' : undefined],
    ]),
    params.length > 0 &&
      dataTable({
        caption: 'Thresholds and lists used, as planned before the first request',
        columns: [{ label: 'Name' }, { label: 'Value', kind: 'wide' }],
        rows: params.map(([name, value]) => [name, html`<code>${text(JSON.stringify(value), LONGEST_VALUE)}</code>`]),
      }),
  )
}

export function checkCounts({ judged: { line } }: CheckPage): Html {
  const head = { id: 'counts', title: 'Counts' }
  if (line === undefined)
    return section(
      head,
      notice('caution', 'The results of this check are not in this evidence: they were withheld, or never written.'),
    )
  const { summary } = line
  const [first, second] = sums(summary.counts)
  return section(
    head,
    html`<p>${first}; ${second}.</p>`,
    countsTable(summary.counts),
    summary.incomplete.length > 0 &&
      notice(
        'caution',
        html`<p>What could not be read may hold more failures: a check passes only on inputs that were read whole.</p>
<ul>${summary.incomplete.slice(0, MOST_INPUTS).map(({ planItem, reason }) => html`<li><code>${text(planItem)}</code>: ${text(reason)}</li>`)}</ul>${
          summary.incomplete.length > MOST_INPUTS &&
          html`<p>and ${count(summary.incomplete.length - MOST_INPUTS)} more.</p>`
        }`,
        `${plural(summary.incomplete.length, 'input')} not complete`,
      ),
  )
}

export function checkRemediation({ judged: { planned } }: CheckPage): Html {
  if (planned === undefined || planned.remediation === '') return html``
  return section(
    { id: 'remediation', title: 'What to do about a failure' },
    html`<p>${text(sentence(planned.remediation))}</p>`,
  )
}

export function checkInputs({ source: { run }, facts, judged, path }: CheckPage): Html {
  const all = facts.inputsOf(judged)
  const read = new Set(all.map(({ stream }) => stream))
  const unread = (judged.planned?.inputs ?? []).filter((stream) => !read.has(stream))
  const planned = unread.flatMap((stream) =>
    run.plan.sources.filter(({ streams }) => streams.some(({ id }) => id === stream)).map(({ id }) => ({ id, stream })),
  )
  const nowhere = unread.filter((stream) => planned.every((one) => one.stream !== stream))
  const rows = all
    .slice(0, MOST_INPUTS)
    .map((one): Cell[] => [
      html`<a href="${hrefFrom(path, populationPath(one.source, one.stream))}">${text(one.stream)}</a>`,
      sourceName(run, one.source),
      one.rows,
      statusBadge(readState(one.complete, one.items.length)),
      `${count(one.complete)} of ${count(one.items.length)}`,
      html`${instant(one.read.from)} to ${instant(one.read.to)}`,
    ])
  return section(
    {
      id: 'inputs',
      title: 'What it reads',
      lead: 'Each population has a card that says where, when, how and by whom it was read.',
    },
    rows.length > 0 &&
      dataTable({
        caption: 'Populations',
        captionHidden: true,
        columns: [
          { label: 'Population' },
          { label: 'Source' },
          { label: 'Rows', kind: 'number' },
          { label: 'Read' },
          { label: 'Complete scopes', kind: 'number' },
          { label: 'When', kind: 'wide' },
        ],
        rows,
      }),
    all.length > MOST_INPUTS && html`<p>and ${count(all.length - MOST_INPUTS)} more.</p>`,
    planned.map(
      ({ id, stream }) =>
        html`<p>Nothing of <a href="${hrefFrom(path, populationPath(id, stream))}">${text(stream)}</a> on ${text(sourceName(run, id))} is in the evidence; its page says why.</p>`,
    ),
    nowhere.length > 0 &&
      html`<p>No source of this run has ${nowhere.map((stream, at) => html`${at > 0 && ', '}<code>${text(stream)}</code>`)}.</p>`,
  )
}

/** How plan items were read, taken together. */
function readState(complete: number, all: number): State {
  return complete === all ? 'complete' : 'incomplete'
}

export function checkControls({ facts, judged, path }: CheckPage): Html {
  const all = facts.controlsOf(judged)
  if (all.length === 0)
    return section(
      { id: 'controls', title: 'Controls it speaks to' },
      html`<p>None: no control of the mapping names it.</p>`,
    )
  return section(
    { id: 'controls', title: 'Controls it speaks to' },
    dataTable({
      caption: 'Controls',
      captionHidden: true,
      columns: [
        { label: 'Control' },
        { label: 'How strongly', kind: 'word' },
        { label: 'State of the control' },
        { label: 'What the check shows of it', kind: 'wide' },
        { label: 'What it does not show', kind: 'wide' },
      ],
      rows: all.map(({ control, strength }) => {
        const link = control.evidence.find((one) => one.check === judged.check && one.source === judged.source)
        return [
          html`<a href="${hrefFrom(path, controlPath(control.control))}">${text(control.control)} ${text(control.title)}</a>`,
          strength,
          statusBadge(control.status),
          sentence(link?.shows ?? ''),
          sentence(link?.['not-shown'] ?? ''),
        ]
      }),
    }),
  )
}

export function checkFiles({ source: { run }, judged: { line, check } }: CheckPage): Html {
  return section(
    { id: 'files', title: 'Where it stands in the bundle' },
    definitionList([
      [
        'File of results',
        line &&
          html`<code>${text(`${run.folder}/${line.path}`)}</code>, ${plural(line.count, 'line')}, ${bytes(line.size)}`,
      ],
      ['SHA-256', line && digest(line.sha256)],
      ['Line of the index', line && String(line.seq)],
      ['Computed from lines of the index', line && (line.derivedFrom.slice(0, MOST_INPUTS).join(', ') || 'none')],
      ['In a terminal', html`<code>affiant show ${run.number} --check ${text(check)}</code>`],
      ['Judge it again', html`<code>affiant replay ${run.number}</code>`],
    ]),
  )
}
