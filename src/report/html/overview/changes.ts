import type { ReportSource } from '../../../model/report-source.ts'
import type { CheckDiff, RunDiff } from '../../../model/run-diff.ts'
import { isSame } from '../../show-diff.ts'
import { verdictWords } from '../../show-turns.ts'
import { details, type State, notice, section, statusBadge } from '../components.ts'
import { type Html, html, type Part } from '../html.ts'
import { checkPath, controlPath, populationPath } from '../paths.ts'
import { cutValues } from '../values.ts'
import { count, instant, plural, text } from '../text.ts'

const MOST = 25
const MOST_SUBJECTS = 8
/** So many characters of a value, from where it begins to differ. */
const LONGEST_VALUE = 1000

/** In what the run differs from the one before it of its job: what turned first, then what that rests on. */
export function changesPart({ previous, run }: ReportSource): Html {
  const title = 'What changed since the previous run'
  if (previous === undefined)
    return section(
      { id: 'changes', title },
      html`<p>There is no earlier sealed run of job ${text(run.plan.run.job)} in this evidence to compare with.</p>`,
    )
  const { diff, number } = previous
  if (diff === undefined)
    return section(
      { id: 'changes', title },
      notice(
        'caution',
        html`<p>What changed since run ${count(number)} is not known: a file of that run is gone, or is not what was sealed. <code>affiant verify ${count(number)}</code> names it.</p>`,
      ),
    )
  const lead = html`Compared with run ${count(number)}, opened ${instant(diff.from.openedAt)}. What is the same is not listed.`
  if (isSame(diff))
    return section({ id: 'changes', title, lead }, notice('info', 'Nothing differs but number and time.'))
  return section({ id: 'changes', title, lead }, ...parts(diff, run))
}

function parts({ controls, checks, outcomes, records, plan }: RunDiff, run: ReportSource['run']): Part[] {
  const populations = new Map(run.outcomes.map((line) => [line.planItem, populationPath(line.source, line.stream)]))
  return [
    listed(
      'Controls that turned',
      controls,
      ({ control, title, from, to }) =>
        html`${linkIf(to && controlPath(control), html`${text(control)} ${text(title)}`)}: ${way(from, to)}`,
    ),
    listed('Checks', checks, checkItem),
    listed(
      'How reading ended',
      outcomes,
      ({ planItem, from, to }) =>
        html`${text(planItem)}: ${way(from?.status, to?.status)}${to?.reason !== undefined && html` <span class="reason">${text(to.reason)}</span>`}`,
    ),
    folded('Records', records, ({ planItem, demo, added, removed, changed, count: total }) => {
      const name = linkIf(populations.get(planItem), text(planItem))
      return html`${name}${demo && ' (demo data)'}: ${count(added)} added, ${count(removed)} removed, ${count(changed)} changed; ${plural(total.from, 'record')} before, ${count(total.to)} now`
    }),
    folded('Plan, program and config', plan, ({ about, what, from, to }) => {
      const [was, is] = cutValues(from, to, LONGEST_VALUE)
      return html`${text(about)}, ${text(what)}: ${text(was)}<span class="arrow">→</span>${text(is)}`
    }),
  ]
}

function listed<Item>(title: string, items: readonly Item[], show: (item: Item) => Html): Html | undefined {
  if (items.length === 0) return undefined
  return html`<h3>${title} <span class="reason">${count(items.length)}</span></h3>${turns(items, show)}`
}

/** What explains rather than matters: folded away where it is long. */
function folded<Item>(title: string, items: readonly Item[], show: (item: Item) => Html): Html | undefined {
  if (items.length === 0) return undefined
  return details(`${title} (${count(items.length)})`, turns(items, show))
}

function turns<Item>(items: readonly Item[], show: (item: Item) => Html): Html {
  const more = items.length - MOST
  return html`<ul class="turns">${items.slice(0, MOST).map((item) => html`<li>${show(item)}</li>`)}</ul>${more > 0 && html`<p class="fine">And ${count(more)} more: <code>affiant diff</code> lists them.</p>`}`
}

function checkItem({ check, source, demo, title, from, to, turns: found }: CheckDiff): Html {
  const name = html`${linkIf(to && checkPath(source, check), text(title))} <span class="reason">${text(check)} on ${text(source)}${demo && ' (demo data)'}</span>`
  const shown = found.subjects.slice(0, MOST_SUBJECTS)
  const more = found.omitted + found.subjects.length - shown.length
  return html`${name}<br>${way(from?.status, to?.status)} <span class="reason">${text(verdictWords(from))}; now ${text(verdictWords(to))}</span>
${shown.length > 0 && html`<ul class="subjects">${shown.map(({ subject, name: called, from: was, to: is }) => html`<li>${way(was?.status, is?.status)} ${text(called ?? subject)}</li>`)}${more > 0 && html`<li>and ${count(more)} more</li>`}</ul>`}`
}

/** What the run has no more has no page to lead to. */
function linkIf(path: string | undefined, name: Html): Html {
  return path === undefined ? name : html`<a href="${path}">${name}</a>`
}

/** `failed → passed`; where only the counts changed, the state alone. */
function way(from: State | undefined, to: State | undefined): Html {
  const before = from ?? 'absent'
  const after = to ?? 'absent'
  if (before === after) return statusBadge(after)
  return html`${statusBadge(before)}<span class="arrow">→</span>${statusBadge(after)}`
}
