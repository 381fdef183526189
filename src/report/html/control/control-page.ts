import type { Catalog } from '../../../model/control.ts'
import type { ReportFile, ReportSource } from '../../../model/report-source.ts'
import { sentence } from '../../words.ts'
import { definitionList, notice, section, type State, statusBadge } from '../components.ts'
import { controlCounts } from './counts.ts'
import { controlEvidence } from './evidence.ts'
import { controlFiles } from './files.ts'
import { controlFindings } from './findings.ts'
import { controlPopulations } from './populations.ts'
import { inShort } from './short.ts'
import { type ControlView, controlViews } from './view.ts'
import { type Html, html } from '../html.ts'
import { page, type ReportFrame } from '../layout.ts'
import { checkPath, controlPath, hrefFrom, INDEX_PATH } from '../paths.ts'
import { runFacts } from '../run-facts.ts'
import { count, plural, text } from '../text.ts'

export interface ControlOptions {
  /** Of the mapping of the run; without it there are pages for what the run knows alone, without attributes. */
  catalog?: Catalog | undefined
  /** Whether the rows of populations are beside the pages as CSV and JSON. Default: yes. */
  data?: boolean | undefined
}

/**
 * A page for each control: its state and why, counts that add up, each piece of evidence with what it shows and does not show, where that
 * comes from, and what a person must add. With a catalogue there is a page for each of its controls, whatever the run has.
 */
export function* controlPages(
  source: ReportSource,
  frame: ReportFrame,
  { catalog, data = true }: ControlOptions = {},
): Iterable<ReportFile> {
  const { run } = source
  const facts = runFacts(run)
  for (const view of controlViews(run, facts, catalog)) {
    const path = controlPath(view.id)
    yield page(
      {
        path,
        title: `${view.id} ${view.title}`,
        kicker: `Control, ${view.theme}`,
        source: frame,
        crumbs: [{ label: 'Controls', path: `${INDEX_PATH}#controls` }, { label: view.id }],
        lead: lead(view),
      },
      async function* () {
        yield inShort(run, view, path)
        if (view.counts !== undefined && view.deciding.length > 0) yield controlCounts(run, view, view.counts, path)
        yield fromAPerson(view)
        if (view.evidence.length > 0) yield controlEvidence(run, view, path)
        yield* controlFindings(run, view, path)
        yield* controlPopulations(run, view, { path, data })
        yield controlFiles(run, view)
        yield attributes(view)
      },
    )
  }
}

const MEANING: Readonly<Record<ControlView['status'], string>> = {
  pass: 'Every check that applies and decides passed.',
  fail: 'At least one direct or supporting check failed.',
  unknown: 'At least one direct or supporting check could not conclude. That is not a pass.',
  'not-applicable': 'No check of it applies here. That is not a pass.',
  'no-evidence': 'There are checks for it, and a direct one gave no verdict in this run.',
  manual: 'No check decides it: only a person can show this.',
  withheld: 'This evidence does not have what the run says of controls.',
  'not-mapped': 'The mapping of this run does not name it.',
}

const BADGES: Readonly<Record<ControlView['status'], State>> = {
  pass: 'pass',
  fail: 'fail',
  unknown: 'unknown',
  'not-applicable': 'not-applicable',
  'no-evidence': 'no-evidence',
  manual: 'manual',
  withheld: 'withheld',
  'not-mapped': 'no-evidence',
}

/** So many checks are named as the reason of a state. */
const MOST_REASONS = 12

function lead({ status, deciding, id }: ControlView): Html {
  const listed = (title: string, wanted: 'fail' | 'unknown') => {
    const reasons = deciding.filter(({ judged }) => judged.line?.summary.status === wanted)
    if (reasons.length === 0) return undefined
    const links = reasons.slice(0, MOST_REASONS).map(({ judged, strength }) => {
      const { check, source, planned, line } = judged
      const reason = line?.summary.reason
      const href = hrefFrom(controlPath(id), checkPath(source, check))
      return html`<li><a href="${href}">${text(planned?.title ?? check)}</a> <span class="reason">${strength} check on ${text(source)}${reason !== undefined && html`: ${text(reason)}`}</span></li>`
    })
    const more = reasons.length - links.length
    return html`<p>${title}:</p><ul>${links}${more > 0 && html`<li>and ${count(more)} more</li>`}</ul>`
  }
  const hidden = deciding.filter(({ judged }) => judged.line === undefined).length
  // A failure hides nothing: what could not be judged besides is listed too.
  return html`<p class="lead">${statusBadge(BADGES[status])} ${MEANING[status]}</p>${status === 'fail' && listed('What failed', 'fail')}${
    (status === 'fail' || status === 'unknown') && listed('What is unknown', 'unknown')
  }${
    hidden > 0 &&
    notice(
      'caution',
      `Of ${plural(deciding.length, 'check that decides', 'checks that decide')}, the results of ${count(hidden)} are withheld from this copy. State and counts are those that were sealed for the control; what they rest on cannot be looked into here.`,
    )
  }`
}

const ATTRIBUTES = [
  ['type', 'Control type'],
  ['property', 'Information security properties'],
  ['concept', 'Cybersecurity concepts'],
  ['capability', 'Operational capabilities'],
  ['domain', 'Security domains'],
] as const

function attributes({ attributes: all, theme }: ControlView): Html {
  return section(
    { id: 'attributes', title: 'Attributes' },
    definitionList([
      ['Theme', theme],
      ...ATTRIBUTES.map(
        ([key, label]) => [label, all?.[key].map((value) => value.replaceAll('_', ' ')).join(', ')] as const,
      ),
    ]),
  )
}

function fromAPerson({ manual, alsoNeeded, status }: ControlView): Html {
  const alone = status === 'manual'
  return section(
    { id: 'person', title: 'What a person must add' },
    manual === undefined && alsoNeeded === undefined
      ? html`<p>The mapping names nothing. An auditor may ask for more.</p>`
      : definitionList([
          [alone ? 'Why no check decides it' : 'What no check shows', manual && sentence(manual.reason)],
          ['Who provides it', manual?.owner],
          ['How often', manual?.cadence],
          ['What an auditor will ask for besides', alsoNeeded === undefined ? undefined : sentence(alsoNeeded)],
        ]),
    notice(
      'info',
      'Not reviewed: this run records nobody who has looked at this evidence and signed for it. Collecting and checking is no review.',
    ),
  )
}
