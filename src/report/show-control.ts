import type { ControlLine, ControlStatus } from '../model/control.ts'
import type { RunView } from '../model/run-view.ts'
import { type Look, paragraph, type Pen, penFor, type Style } from './look.ts'
import { countsText, sourceText } from './show-finding.ts'
import { showHeader } from './show-run.ts'
import { sentence } from './words.ts'

type Link = ControlLine['evidence'][number]

const CONTROL_STYLE: Record<ControlStatus, Style> = {
  pass: 'good',
  fail: 'bad',
  unknown: 'warning',
  'not-applicable': 'plain',
  'no-evidence': 'plain',
  manual: 'plain',
}

const LINK_STYLE: Record<Link['status'], Style> = {
  pass: 'good',
  fail: 'bad',
  unknown: 'warning',
  'not-applicable': 'faint',
  collected: 'good',
  incomplete: 'warning',
  'not-collected': 'faint',
}

/** What a control's status says, and what it does not. */
const MEANING: Record<ControlStatus, string> = {
  pass: 'Every check that applies and decides passed.',
  fail: 'At least one direct or supporting check failed.',
  unknown: 'At least one direct or supporting check could not conclude.',
  'not-applicable': 'No check of it applies here.',
  'no-evidence': 'There are checks for it, and a direct one gave no verdict in this run.',
  manual: 'Only a person can show this.',
}

/** What this run read comes before what no source of it could give; otherwise in the order of the mapping. */
function readFirst(evidence: readonly Link[]): Link[] {
  return [true, false].flatMap((read) => evidence.filter(({ status }) => (status !== 'not-collected') === read))
}

/** One control: what each piece of evidence shows and does not show, its state, and what is needed besides. */
export function showControl(view: RunView, control: ControlLine, look: Look): string {
  const pen = penFor(look)
  const { status, counts, manual } = control
  const alsoNeeded = control['also-needed']
  const parts = [
    showHeader(view, look),
    [
      paragraph(pen.strong(`${control.control} ${control.title}`), look),
      paragraph(`${pen[CONTROL_STYLE[status]](status)}${pen.plain(`. ${MEANING[status]}`)}`, look),
      ...(counts.inScope > 0 ? [paragraph(pen.faint(sentence(countsText(counts))), look)] : []),
    ].join('\n'),
    ...readFirst(control.evidence).map((link) => showLink(view, link, look, pen)),
    ...(manual === undefined
      ? []
      : [
          [
            pen.heading('From a person'),
            paragraph(pen.plain(sentence(manual.reason)), look, '  '),
            paragraph(pen.plain(`Owner: ${manual.owner}. Cadence: ${manual.cadence}.`), look, '  '),
          ].join('\n'),
        ]),
    ...(alsoNeeded === undefined
      ? []
      : [[pen.heading('Also needed'), paragraph(pen.plain(sentence(alsoNeeded)), look, '  ')].join('\n')]),
  ]
  return `${parts.join('\n\n')}\n`
}

function showLink(view: RunView, link: Link, look: Look, pen: Pen): string {
  const { source, status, reason, strength } = link
  const on = source === undefined ? '' : `${pen.faint(' on ')}${sourceText(view, source, pen)}`
  const said =
    reason === undefined ? status : `${status} (${reason === 'no-source' ? 'no source of this kind was read' : reason})`
  return [
    paragraph(
      `${pen.strong(link.check ?? link.stream ?? '')}${on}${pen.plain(', ')}${pen.faint(link.stream === undefined ? strength : `stream, ${strength}`)}`,
      look,
    ),
    paragraph(pen[LINK_STYLE[status]](said), look, '  '),
    paragraph(`${pen.strong('Shows:')} ${pen.plain(sentence(link.shows))}`, look, '  '),
    paragraph(`${pen.strong('Does not show:')} ${pen.plain(sentence(link['not-shown']))}`, look, '  '),
  ].join('\n')
}
