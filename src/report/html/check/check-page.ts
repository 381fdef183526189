import type { ReportFile, ReportSource } from '../../../model/report-source.ts'
import { type CheckSummary, NO_SCOPE, type ResultLine, type Status } from '../../../model/result.ts'
import { sourceName } from '../../incomplete.ts'
import { checkChanges } from './changes.ts'
import {
  checkControls,
  checkCounts,
  checkCriteria,
  checkFiles,
  checkInputs,
  type CheckPage,
  checkRemediation,
} from './parts.ts'
import { definitionList, instanceName, section, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { neighbours, page, type PageFrame, type ReportFrame } from '../layout.ts'
import { checkPath, INDEX_PATH } from '../paths.ts'
import { dividedSubjects, READING_ORDER, type Segment, subjectReader } from './result-pages.ts'
import { type JudgedCheck, runFacts } from '../run-facts.ts'
import { subjectTable } from './subject-table.ts'
import { count, instant, plural, text } from '../text.ts'

/**
 * A page for each check on each source, on more than one where it has many subjects: criteria with the thresholds used, counts, every
 * subject with its state and reason, what turned since the run before, what it read and the controls it speaks to.
 * @throws StoreError, UserError if a results file is not what was sealed, here or when a page is read
 */
export async function* checkPages(source: ReportSource, frame: ReportFrame): AsyncIterable<ReportFile> {
  const { run } = source
  const facts = runFacts(run)
  const reader = subjectReader(run)
  for (const judged of facts.checks) {
    const { line } = judged
    const pages = line === undefined ? [[]] : await dividedSubjects(run, line)
    for (const [index, segments] of pages.entries()) {
      const part = index + 1
      const on: CheckPage = { source, facts, judged, path: checkPath(judged.source, judged.check, part) }
      yield page(headOf(on, frame, part, pages.length), async function* () {
        const found = line === undefined ? undefined : await reader.read(line, segments)
        if (part === pages.length) await reader.close()
        const listed = (statuses: readonly Status[]) => subjectSections(on, segments, found, statuses)
        yield* part > 1 ? listed(READING_ORDER) : wholePage(on, listed)
      })
    }
  }
}

function* wholePage(on: CheckPage, listed: (statuses: readonly Status[]) => Iterable<Html>): Iterable<Html> {
  yield checkCriteria(on)
  yield checkCounts(on)
  yield checkRemediation(on)
  yield* listed(['fail', 'unknown'])
  yield checkChanges(on.source, on.judged, on.path)
  yield checkInputs(on)
  yield checkControls(on)
  yield* listed(['not-applicable', 'pass'])
  yield checkFiles(on)
}

function headOf(on: CheckPage, frame: ReportFrame, part: number, parts: number): PageFrame {
  const { source, judged, path } = on
  const { check, source: id, planned } = judged
  const whole = { label: check, path: checkPath(id, check) }
  return {
    path,
    title: planned?.title ?? check,
    kicker: `Check on ${sourceName(source.run, id)}${parts > 1 ? `, page ${part} of ${parts}` : ''}`,
    source: frame,
    crumbs: [
      { label: 'Checks', path: `${INDEX_PATH}#checks` },
      ...(part > 1 ? [whole, { label: `Page ${part}` }] : [{ label: check }]),
    ],
    lead: part === 1 ? lead(on) : html`<p class="lead">${state(judged)}</p>`,
    parts: neighbours(part, parts, (other) => checkPath(id, check, other)),
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
  return html`<p class="lead">${state(judged)} ${line !== undefined && meaning(line.summary)}</p>
${definitionList([
  ['Check', html`<code>${text(check)}</code>`],
  ['Source', sourceName(run, id)],
  ['Instance, as the source told it', told && instanceName(told)],
  ['Severity', planned?.severity],
  ['Revision of its logic', String(planned?.revision ?? line?.summary.revision ?? '')],
  ['Judged as of', instant(run.plan.run.openedAt)],
])}`
}

const MEANING: Readonly<Record<Exclude<Status, 'not-applicable'>, string>> = {
  pass: 'Everything it reads was read whole, and every subject that it applies to meets the criteria below.',
  fail: 'At least one subject does not meet the criteria below.',
  unknown: 'It could not be judged: something that it reads was not read, or not whole. That is not a pass.',
}

function meaning({ status, reason, counts }: CheckSummary): string {
  if (status !== 'not-applicable') return MEANING[status]
  if (reason === 'undeclared')
    return 'The config does not declare what it needs to know, so it judged nothing. That is not a pass.'
  if (reason === NO_SCOPE)
    return 'What it reads is read for no scope of this source, so nobody looked, and it judged nothing. That is not a pass.'
  const why = counts.inScope === 0 ? 'It found nothing to judge.' : 'It applies to none of its subjects.'
  return `${why} That is not a pass.`
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
  found: ReadonlyMap<Status, readonly ResultLine[]> | undefined,
  statuses: readonly Status[],
): Iterable<Html> {
  if (line === undefined) return
  const scopes = (run.sources.find((one) => one.source === source)?.scopes ?? []).filter(
    ({ excluded }) => excluded === undefined,
  )
  for (const { status, from } of segments.filter((segment) => statuses.includes(segment.status))) {
    const subjects = found?.get(status) ?? []
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
