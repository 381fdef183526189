import type { Gap } from '../model/outcome.ts'
import type { RunView } from '../model/run-view.ts'
import { type Incomplete, incompleteEvidence } from './incomplete.ts'
import { type Look, paragraph, type Pen, penFor, suggest } from './look.ts'
import { sourceText } from './show-finding.ts'
import { grouped, list, number, outOf, sentence } from './words.ts'

const INDENT = '    '

/**
 * Incomplete evidence, before anything else and loudest: which source, stream and scope, why, which permission is
 * missing, what to do. Empty if all was read whole. At most `limit` entries.
 */
export function showIncomplete(view: RunView, look: Look, limit: number): string {
  const pen = penFor(look)
  const all = byCause(incompleteEvidence(view))
  if (all.length === 0) return ''
  const items = view.outcomes.filter(({ outcome }) => outcome.status !== 'complete').length
  const what = outOf(items, view.outcomes.length, 'plan item')
  const more = all.length - limit
  return [
    paragraph(`${pen.alarm('INCOMPLETE EVIDENCE')} ${pen.strong(`${what} not read whole`)}`, look),
    ...all.slice(0, limit).map((one) => showOne(view, one, look, pen)),
    ...(more > 0
      ? [
          paragraph(
            pen.strong(`and ${grouped(more)} more: ${suggest(`show ${view.number} --unknown`, look)}`),
            look,
            '  ',
          ),
        ]
      : []),
  ].join('\n')
}

/** Streams of a source that were not read for one and the same reason: an account that lets nobody in is told once. */
interface Cause extends Incomplete {
  streams: string[]
}

function byCause(all: readonly Incomplete[]): Cause[] {
  const groups = Map.groupBy(all, (one) => {
    const { source, stream, status, reason, detail, permissions, gaps } = one
    // What has parts of its own is told by itself.
    return stream === undefined || gaps.length > 0
      ? one
      : JSON.stringify([source, status, reason, detail, permissions.toSorted()])
  })
  return [...groups.values()].flatMap((some) => {
    const [first] = some
    if (first === undefined) return []
    return [
      {
        ...first,
        streams: some.flatMap(({ stream }) => stream ?? []),
        scopes: [...new Set(some.flatMap(({ scopes }) => scopes))],
        planItems: some.reduce((sum, { planItems }) => sum + planItems, 0),
      },
    ]
  })
}

function showOne(view: RunView, one: Cause, look: Look, pen: Pen): string {
  const { source, streams, scopes, status, reason, detail, permissions, gaps, planItems } = one
  const where = scopes.length === 1 ? `scope ${scopes[0]}` : `${number(scopes.length, 'scope')}: ${list(scopes, 5)}`
  const subject =
    streams.length === 0
      ? `the whole source, ${number(planItems, 'plan item')}`
      : streams.length === 1
        ? `${streams[0]}, ${where}`
        : `${number(streams.length, 'stream')} (${list(streams, 3)}), ${number(planItems, 'plan item')} of ${where}`
  const head = `${sourceText(view, source, pen)}${pen.plain(`: ${subject}`)}`
  const why = `${pen.bad(`${status}: ${reason}`)}${detail === undefined ? '' : pen.plain(`. ${sentence(detail)}`)}`
  return [
    paragraph(head, look, `  ${pen.bad('✗')} `),
    paragraph(why, look, INDENT),
    ...byReason(gaps).map((gap) => paragraph(pen.plain(gapText(gap)), look, INDENT)),
    ...(permissions.length > 0
      ? [paragraph(`${pen.strong('Missing permission:')} ${pen.plain(list(permissions))}`, look, INDENT)]
      : []),
    paragraph(`${pen.strong('To do:')} ${pen.plain(one.whatToDo)}`, look, INDENT),
  ].join('\n')
}

function gapText({ reason, count, subjects }: Gap): string {
  const names =
    count > 3 ? [...subjects.slice(0, 3), `${grouped(count - Math.min(3, subjects.length))} more`] : subjects
  return `${number(count, 'part')} not read (${reason}): ${list(names)}`
}

/** Gaps of many plan items, told once for each reason. */
function byReason(gaps: readonly Gap[]): Gap[] {
  const groups = Map.groupBy(gaps, ({ reason }) => reason)
  return [...groups].map(([reason, some]) => ({
    reason,
    count: some.reduce((sum, gap) => sum + gap.count, 0),
    subjects: some.flatMap(({ subjects }) => subjects),
  }))
}
