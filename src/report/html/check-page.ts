import type { ReportFile, ReportSource } from '../../model/report-source.ts'
import type { ResultLine, Status } from '../../model/result.ts'
import { sourceName } from '../incomplete.ts'
import { sentence } from '../words.ts'
import { checkChanges } from './check-changes.ts'
import {
  type Cell,
  countsTable,
  dataTable,
  definitionList,
  notice,
  section,
  type State,
  statusBadge,
} from './components.ts'
import { type Html, html } from './html.ts'
import { page, type PageFrame, type ReportFrame } from './layout.ts'
import { checkPath, controlPath, hrefFrom, INDEX_PATH, populationPath } from './paths.ts'
import { dividedSubjects, READING_ORDER, type Segment, subjectsOf } from './result-pages.ts'
import { type JudgedCheck, type RunFacts, runFacts, sums } from './run-facts.ts'
import { subjectTable } from './subject-table.ts'
import { bytes, count, digest, instant, plural, text } from './text.ts'

/** What stands at the page of one check of a report. */
interface CheckPage {
  source: ReportSource
  facts: RunFacts
  judged: JudgedCheck
  /** Path of the page that is written. */
  path: string
}

/**
 * A page for each check on each source, on more than one where it has many subjects: criteria with the thresholds used, counts, every
 * subject with its state and reason, what turned since the run before, what it read and the controls it speaks to.
 * @throws StoreError, UserError if a results file is not what was sealed, here or when a page is read
 */
export async function* checkPages(source: ReportSource, frame: ReportFrame): AsyncIterable<ReportFile> {
  const facts = runFacts(source.run)
  for (const judged of facts.checks) {
    const { check, source: id, line } = judged
    const pages = line === undefined ? [[]] : await dividedSubjects(source.run, line)
    for (const [index, segments] of pages.entries()) {
      const part = index + 1
      const path = checkPath(id, check, part)
      const on: CheckPage = { source, facts, judged, path }
      const previous = part > 1 ? checkPath(id, check, part - 1) : undefined
      const next = part < pages.length ? checkPath(id, check, part + 1) : undefined
      const head: PageFrame = {
        path,
        title: judged.planned?.title ?? check,
        kicker: `Check on ${sourceName(source.run, id)}${pages.length > 1 ? `, page ${part} of ${pages.length}` : ''}`,
        source: frame,
        crumbs: [
          { label: 'Checks', path: `${INDEX_PATH}#checks` },
          ...(part > 1 ? [{ label: check, path: checkPath(id, check) }] : []),
          { label: part > 1 ? `Page ${part}` : check },
        ],
        lead: part === 1 ? lead(on) : html`<p class="lead">${state(judged)}</p>`,
        ...((previous !== undefined || next !== undefined) && {
          parts: { ...(previous !== undefined && { previous }), ...(next !== undefined && { next }) },
        }),
      }
      yield page(head, async function* () {
        const subjects =
          line === undefined ? new Map<Status, ResultLine[]>() : await subjectsOf(source.run, line, segments)
        const listed = (statuses: readonly Status[]) => subjectSections(on, segments, subjects, statuses)
        if (part > 1) {
          yield* listed(READING_ORDER)
          return
        }
        yield criteria(on)
        yield counts(on)
        yield remediation(on)
        yield* listed(['fail', 'unknown'])
        yield checkChanges(source, judged, path)
        yield inputs(on)
        yield controls(on)
        yield* listed(['not-applicable', 'pass'])
        yield files(on)
      })
    }
  }
}

/** State of a check in a badge with its reason. */
function state({ planned, line }: JudgedCheck): Html {
  if (line !== undefined) return statusBadge(line.summary.status, line.summary.reason)
  return planned?.disabled === undefined ? statusBadge('withheld') : statusBadge('not-applicable', 'disabled')
}

function lead({ source, judged }: CheckPage): Html {
  const { planned, check, source: id, line } = judged
  const { run } = source
  const told = run.sources.find((one) => one.source === id)?.identity
  return html`<p class="lead">${state(judged)} ${line !== undefined && meaning(line.summary.status)}</p>
${definitionList([
  ['Check', html`<code>${text(check)}</code>`],
  ['Source', sourceName(run, id)],
  ['Instance, as the source told it', told && html`${text(told.name)} <code>${text(told.id)}</code>`],
  ['Severity', planned?.severity],
  ['Revision of its logic', String(planned?.revision ?? line?.summary.revision ?? '')],
  ['Judged for the moment', instant(run.plan.run.openedAt)],
])}`
}

const MEANING: Readonly<Record<Status, string>> = {
  pass: 'Everything it reads was read whole, and every subject that it applies to meets the criteria below.',
  fail: 'At least one subject does not meet the criteria below.',
  unknown: 'It could not be judged: something that it reads was not read, or not whole. That is not a pass.',
  'not-applicable': 'There was nothing to judge. That is not a pass.',
}

function meaning(status: Status): string {
  return MEANING[status]
}

function criteria({ judged: { planned } }: CheckPage): Html {
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
    ]),
    params.length === 0
      ? html`<p>It has no thresholds that could be set.</p>`
      : dataTable({
          caption: 'Thresholds and lists used, as planned before the first request',
          columns: [{ label: 'Name' }, { label: 'Value', kind: 'wide' }],
          rows: params.map(([name, value]) => [name, html`<code>${text(JSON.stringify(value))}</code>`]),
        }),
  )
}

function counts({ judged: { line } }: CheckPage): Html {
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

function remediation({ judged: { planned } }: CheckPage): Html {
  if (planned === undefined || planned.remediation === '') return html``
  return section(
    { id: 'remediation', title: 'What to do about a failure' },
    html`<p>${text(sentence(planned.remediation))}</p>`,
  )
}

const SECTION: Readonly<
  Record<Status, { id: string; title: string; count: 'failed' | 'unknown' | 'notApplicable' | 'passed' }>
> = {
  fail: { id: 'failed', title: 'Failed', count: 'failed' },
  unknown: { id: 'unknown', title: 'Unknown', count: 'unknown' },
  'not-applicable': { id: 'not-applicable', title: 'Not applicable', count: 'notApplicable' },
  pass: { id: 'passed', title: 'Passed', count: 'passed' },
}

function* subjectSections(
  { source: { run }, judged: { line, source } }: CheckPage,
  segments: readonly Segment[],
  found: ReadonlyMap<Status, readonly ResultLine[]>,
  statuses: readonly Status[],
): Iterable<Html> {
  if (line === undefined) return
  const scopes = (run.sources.find((one) => one.source === source)?.scopes ?? []).filter(
    ({ excluded }) => excluded === undefined,
  )
  for (const { status, from } of segments.filter((segment) => statuses.includes(segment.status))) {
    const subjects = found.get(status) ?? []
    if (subjects.length === 0) continue
    const { id, title, count: counted } = SECTION[status]
    const all = line.summary.counts[counted]
    const here = subjects.length === all ? '' : `; ${count(from + 1)} to ${count(from + subjects.length)} of them here`
    yield section(
      { id, title },
      subjectTable({
        caption: `${title}: ${count(all)} of ${plural(line.summary.counts.inScope, 'subject')}${here}`,
        subjects,
        scopes: scopes.length > 1,
      }),
    )
  }
}

/** So many inputs of a check are listed by name. */
const MOST_INPUTS = 100

function inputs({ source: { run }, facts, judged, path }: CheckPage): Html {
  const all = facts.inputsOf(judged)
  const read = new Set(all.map(({ stream }) => stream))
  const nowhere = (judged.planned?.inputs ?? []).filter((stream) => !read.has(stream))
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
    nowhere.length > 0 &&
      html`<p>No source of this run has ${nowhere.map((stream, at) => html`${at > 0 && ', '}<code>${text(stream)}</code>`)}.</p>`,
  )
}

/** How plan items were read, taken together. */
export function readState(complete: number, all: number): State {
  return complete === all ? 'complete' : 'incomplete'
}

function controls({ facts, judged, path }: CheckPage): Html {
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
        { label: 'How strongly' },
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

function files({ source: { run }, judged: { line, check } }: CheckPage): Html {
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
