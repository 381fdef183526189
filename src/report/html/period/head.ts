import type { Freshness, PeriodJob, PeriodView } from '../../../model/period-view.ts'
import { STATUSES } from '../../../model/result.ts'
import { clockWords, limitsOf } from '../../period/words.ts'
import { outOf } from '../../words.ts'
import { definitionList, notice, stateWord } from '../components.ts'
import { type Html, html } from '../html.ts'
import { count, instant, plural, text, withTimes } from '../text.ts'

/** What a period report comes to, where each of it stands, and how far it goes. */
export function periodHead(view: PeriodView): Html {
  const { jobs, deviations, deviationsOmitted, runs, checks, freshness } = view
  const sum = (of: (job: PeriodJob) => number) => jobs.reduce((all, job) => all + of(job), 0)
  const open = checks.reduce((all, one) => all + one.open, 0)
  const missing = runs.filter(({ filesMissing }) => filesMissing)
  return html`${definitionList([
    ['Ledger', html`<code>${text(view.origin)}</code>`],
    ['Known up to', instant(view.until)],
    [
      'Runs',
      jobs.every(isUnscheduled)
        ? html`${plural(runs.length, 'run')}; ${NO_SCHEDULE}`
        : html`${plural(runs.length, 'run')}; due ${plural(
            sum(({ expected }) => expected),
            'time',
          )}, ${count(sum(({ performed }) => performed))} kept, ${count(sum(({ missed }) => missed))} missed`,
    ],
    [
      'Deviations',
      html`${plural(deviations.length + deviationsOmitted, 'deviation')}, ${count(open)} still open when last seen`,
    ],
    ['Checks, when last judged', checks.length > 0 ? lastWords(checks) : undefined],
    [
      'Evidence not current',
      freshness.length > 0
        ? html`${outOf(freshness.filter(isBehind).length, freshness.length, 'stream')}, <a href="#freshness">late or never read whole</a>`
        : undefined,
    ],
    ['Controls, criteria and evidence', lastReports(jobs)],
  ])}
${notice('info', html`${limitsOf(view).map((line) => html`<p>${withTimes(line)}</p>`)}`, 'How far this goes')}
${view.clockTurns.length > 0 && notice('bad', html`${clockWords(view).map((line) => html`<p>${withTimes(line)}</p>`)}`, 'A clock was changed')}
${missing.length > 0 && notice('bad', html`<p>The ledger says that ${missing.map(({ number }) => `run ${number}`).join(', ')} was sealed, and its files are not there. <code>affiant verify</code> says more.</p>`, 'Runs are missing')}
`
}

export const NO_SCHEDULE = 'no schedule is known, so it cannot be said whether one is missing'

export function isUnscheduled({ known }: PeriodJob): boolean {
  return known === 'none'
}

export function isBehind({ state }: Freshness): boolean {
  return state === 'stale' || state === 'never'
}

/** How checks stood when a run last said something of them. */
function lastWords(checks: PeriodView['checks']): string {
  const unseen = checks.filter(({ last }) => last === undefined).length
  const judged = STATUSES.map(
    (status) => `${count(checks.filter(({ last }) => last?.status === status).length)} ${stateWord(status)}`,
  )
  const all = [...judged, ...(unseen > 0 ? [`${count(unseen)} not seen in the period`] : [])]
  return `${plural(checks.length, 'check')}: ${all.join(', ')}`
}

/** The period has runs alone; what they were made of, and who signed it, stands in the report of the last one of each job. */
function lastReports(jobs: PeriodView['jobs']): Html | undefined {
  const links = jobs.flatMap(({ job, lastSealed }) =>
    lastSealed === undefined
      ? []
      : [html`<a href="runs/${lastSealed}/index.html">Run ${lastSealed}</a> of ${text(job)}`],
  )
  if (links.length === 0) return undefined
  return html`${links.map((link, at) => html`${at > 0 && ', '}${link}`)}, with its signer and how to verify it`
}
