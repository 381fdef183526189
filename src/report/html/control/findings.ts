import type { RunEvidence } from '../../../model/report-source.ts'
import { sourceName } from '../../incomplete.ts'
import { html, type Html } from '../html.ts'
import type { ControlView } from './view.ts'
import { checkPath, hrefFrom } from '../paths.ts'
import { subjectReader } from '../check/result-pages.ts'
import { subjectTable } from '../check/subject-table.ts'
import { count, plural, text } from '../text.ts'

/** So many subjects of a check are named for each state, and so many on the page of a control. */
const MOST_OF_A_CHECK = 50
const MOST_ON_A_PAGE = 1500
/** The page of the check has the whole of a reason. */
const MOST_CHARACTERS = 300

/** The subjects that failed or are unknown, check by check: the first of them, with a link to all. */
export async function* controlFindings(run: RunEvidence, view: ControlView, path: string): AsyncIterable<Html> {
  const checks = view.evidence
    .flatMap(({ uses }) => uses.flatMap(({ judged }) => judged ?? []))
    .filter(({ line }) => line !== undefined && line.summary.counts.failed + line.summary.counts.unknown > 0)
  if (checks.length === 0) return
  yield html`<section id="findings" aria-labelledby="findings-h"><h2 id="findings-h">Failed and unknown subjects</h2>
<p class="lead">Of every check that speaks to the control, context included: the first ${MOST_OF_A_CHECK} of each state. The page of the check has all of them.</p>
`
  const reader = subjectReader(run)
  let room = MOST_ON_A_PAGE
  for (const { check, source, line, planned } of checks) {
    if (line === undefined) continue
    const { failed, unknown, inScope } = line.summary.counts
    const fails = Math.min(failed, MOST_OF_A_CHECK, room)
    const segments = [
      { status: 'fail' as const, from: 0, to: fails },
      { status: 'unknown' as const, from: 0, to: Math.min(unknown, MOST_OF_A_CHECK, room - fails) },
    ]
    const found = await reader.read(line, segments)
    const subjects = [...(found.get('fail') ?? []), ...(found.get('unknown') ?? [])]
    room = Math.max(0, room - subjects.length)
    const left = failed + unknown - subjects.length
    const href = hrefFrom(path, checkPath(source, check))
    const said = `${count(failed)} failed and ${count(unknown)} unknown of ${plural(inScope, 'subject')}`
    yield html`<section><h3><a href="${href}">${text(planned?.title ?? check)}</a></h3>
<p class="fine"><code>${text(check)}</code> on ${text(sourceName(run, source))}: ${said}</p>
${subjects.length > 0 && subjectTable({ caption: `${check} on ${source}: ${said}`, captionHidden: true, subjects, scopes: hasScopes(run, source), cut: MOST_CHARACTERS })}
${left > 0 && html`<p>${count(left)} more: <a href="${href}">all subjects of ${text(check)}</a></p>`}
</section>
`
  }
  await reader.close()
  yield html`</section>
`
}

/** Whether a name may mean several things, as the source has several scopes. */
function hasScopes({ sources }: RunEvidence, source: string): boolean {
  const scopes = sources.find((line) => line.source === source)?.scopes ?? []
  return scopes.filter(({ excluded }) => excluded === undefined).length > 1
}
