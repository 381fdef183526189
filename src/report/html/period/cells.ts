import type {
  CheckSegment,
  Deviation,
  MissedDue,
  PeriodChange,
  PeriodCheck,
  PeriodJob,
  PeriodRun,
  SubjectHistory,
} from '../../../model/period-view.ts'
import { SEVERITIES } from '../../../sdk/check.ts'
import { basisWords, boundsOf, CAUSES, CLOSED_AS, lasting } from '../../period/words.ts'
import { type Cell, type Column, stateWord, statusBadge } from '../components.ts'
import { type Html, html } from '../html.ts'
import { count, instant, plural, text } from '../text.ts'
import { cutValues } from '../values.ts'

/** What a list of the period report shows: its columns, and a line for each item. */
export interface Listing<Item> {
  columns: readonly Column[]
  row(item: Item): readonly Cell[]
}

export function demoMark(demo: boolean): Html | undefined {
  return demo ? html` <span class="reason">demo data</span>` : undefined
}

/** `run 12, 2026-10-04 06:00:00 UTC` */
export function witness({ run, at }: { run: number; at: string }): Html {
  return html`${instant(at)} <span class="reason">run ${run}</span>`
}

const check = ({ check: id, source, demo }: { check: string; source: string; demo: boolean }) =>
  html`<span class="sub">${text(id)} on ${text(source)}${demoMark(demo)}</span>`

const subject = ({ name, subject: id, scope }: Pick<Deviation, 'name' | 'subject' | 'scope'>) =>
  html`<span class="title">${text(name ?? id)}</span>${name !== undefined && name !== id && html`<span class="sub">${text(id)}</span>`}${scope !== undefined && html`<span class="sub">in ${text(scope)}</span>`}`

export const DEVIATIONS: Listing<Deviation> = {
  columns: [
    { label: 'Subject', kind: 'wide' },
    { label: 'Severity', facet: true },
    { label: 'State', facet: true },
    { label: 'Opened: first run that saw it' },
    { label: 'Closed: first run that did not' },
    { label: 'Open for', kind: 'word' },
  ],
  row(one) {
    const { severity, opened, before, closed, lastGood, lastFailed, seenFor, detail } = one
    return [
      html`${subject(one)}${check(one)}${detail !== undefined && html`<span class="sub">${text(detail)}</span>`}`,
      { shown: severity, sort: SEVERITIES.indexOf(severity) },
      statusBadge(closed === undefined ? 'open' : 'closed'),
      {
        shown: html`${witness(opened)}${before && html`<span class="sub">in force when the period began</span>`}<span class="sub">${lastGood === undefined ? 'no earlier run in this evidence' : html`${stateWord(lastGood.status)} before, ${witness(lastGood)}`}</span>`,
        sort: opened.at,
      },
      {
        shown:
          closed === undefined
            ? html`still open when last seen, ${witness(lastFailed)}`
            : html`${witness(closed)}<span class="sub">${CLOSED_AS[closed.as]}</span>`,
        sort: closed?.at ?? '~',
      },
      {
        shown: html`<strong>${lasting(seenFor)}</strong><span class="sub">${boundsOf(one)}</span>`,
        sort: seenFor,
      },
    ]
  },
}

const MOST_SEGMENTS = 40

function segmentWords({ status, reason, first, last, runs }: CheckSegment): Html {
  const until = first.run === last.run ? undefined : html` to ${instant(last.at)}`
  return html`${statusBadge(status, reason)} <span class="reason">${instant(first.at)}${until}, ${plural(runs, 'run')}</span>`
}

export const CHECKS: Listing<PeriodCheck> = {
  columns: [
    { label: 'Check', kind: 'wide' },
    { label: 'Severity', facet: true },
    { label: 'Last', facet: true },
    { label: 'States, one after the other', kind: 'wide' },
    { label: 'Deviations', kind: 'number' },
    { label: 'Still open', kind: 'number' },
  ],
  row(one) {
    const { title, severity, last, segments, deviations, open, basis } = one
    const shown = segments.slice(-MOST_SEGMENTS)
    const more = segments.length - shown.length
    return [
      html`<span class="title">${text(title)}</span>${check(one)}<span class="sub">${basisWords(basis)}</span>`,
      { shown: severity, sort: SEVERITIES.indexOf(severity) },
      last === undefined ? statusBadge('withheld', 'not seen in the period') : statusBadge(last.status),
      html`<ul class="subjects">${more > 0 && html`<li>${count(more)} earlier changes, and then</li>`}${shown.map((segment) => html`<li>${segmentWords(segment)}</li>`)}</ul>`,
      deviations,
      open,
    ]
  },
}

export const SUBJECTS: Listing<SubjectHistory> = {
  columns: [
    { label: 'Subject', kind: 'wide' },
    { label: 'Severity', facet: true },
    { label: 'States, one after the other', kind: 'wide' },
  ],
  row(one) {
    const shown = one.states.slice(-MOST_SEGMENTS)
    const more = one.states.length - shown.length
    return [
      html`${subject(one)}${check(one)}`,
      { shown: one.severity, sort: SEVERITIES.indexOf(one.severity) },
      html`<ul class="subjects">${more > 0 && html`<li>${count(more)} earlier changes, and then</li>`}${shown.map(
        ({ status, reason, detail, first, last }) =>
          html`<li>${statusBadge(status, reason)} <span class="reason">${instant(first.at)}${first.run !== last.run && html` to ${instant(last.at)}`}</span>${detail !== undefined && html` <span class="reason">${text(detail)}</span>`}</li>`,
      )}</ul>`,
    ]
  },
}

export const RUNS: Listing<PeriodRun> = {
  columns: [
    { label: 'Run', kind: 'number' },
    { label: 'Opened' },
    { label: 'Job', facet: true },
    { label: 'Started by', facet: true },
    { label: 'Ended', facet: true },
    { label: 'Was due' },
    { label: 'Failed', kind: 'number' },
    { label: 'Unknown', kind: 'number' },
    { label: 'Passed', kind: 'number' },
    { label: 'Not applicable', kind: 'number' },
    { label: 'Remarks', kind: 'wide' },
  ],
  row({
    number,
    openedAt,
    job,
    trigger,
    end,
    status,
    results,
    dueAt,
    outcomes,
    closedPeriod,
    onlySources,
    filesMissing,
  }) {
    const items = outcomes && outcomes.complete + outcomes.partial + outcomes.failed
    return [
      { shown: String(number), sort: number },
      instant(openedAt),
      job,
      trigger,
      statusBadge(end === 'sealed' ? (status ?? 'complete') : end),
      dueAt === undefined ? '' : instant(dueAt),
      results?.fail ?? '',
      results?.unknown ?? '',
      results?.pass ?? '',
      results?.['not-applicable'] ?? '',
      html`${outcomes && html`${count(outcomes.complete)} of ${plural(items ?? 0, 'plan item')} read whole. `}${
        filesMissing && html`<strong>Its files are not there: affiant verify says more.</strong> `
      }${closedPeriod && html`Run for ${instant(closedPeriod.from)} up to ${instant(closedPeriod.to)}: it shows events of then, no states of now. `}${onlySources && html`Only for ${text(onlySources.join(', '))}: it keeps no time at which the job was due.`}`,
    ]
  },
}

/** One value that changed from a run to another. */
export type ChangedValue = Omit<PeriodChange, 'changes'> & { change: PeriodChange['changes'][number] }

export function changedValues(all: readonly PeriodChange[]): ChangedValue[] {
  return all.flatMap(({ changes, ...head }) => changes.map((change) => ({ ...head, change })))
}

/** So many characters of a value are shown, from where it begins to differ. */
const LONGEST_VALUE = 2000

export const CHANGES: Listing<ChangedValue> = {
  columns: [
    { label: 'When' },
    { label: 'Job', facet: true },
    { label: 'Of what' },
    { label: 'What', facet: true },
    { label: 'Before', kind: 'wide' },
    { label: 'Since', kind: 'wide' },
  ],
  row({ job, from, to, change: { about, what, from: was, to: is } }) {
    return [
      { shown: html`${witness(to)}<span class="sub">run ${from.run} before</span>`, sort: to.at },
      job,
      about,
      what,
      ...cutValues(was, is, LONGEST_VALUE),
    ]
  },
}

type Missed = MissedDue & { job: string }

/** The missed times of all jobs, as far as they are listed. */
export function missedTimes(jobs: readonly PeriodJob[]): Missed[] {
  return jobs.flatMap(({ job, missedDues }) => missedDues.map((due) => ({ job, ...due })))
}

export const MISSED: Listing<Missed> = {
  columns: [
    { label: 'Was due' },
    { label: 'Job', facet: true },
    { label: 'State', facet: true },
    { label: 'Cause', facet: true },
    { label: 'Made up for', kind: 'wide' },
  ],
  row({ dueAt, job, cause, run, caughtUpBy }) {
    return [
      instant(dueAt),
      job,
      statusBadge('missed'),
      html`${CAUSES[cause]}${run !== undefined && html` <span class="reason">run ${run}</span>`}`,
      caughtUpBy === undefined
        ? 'not before the next time'
        : html`by run ${caughtUpBy.run} <span class="reason">${caughtUpBy.trigger}</span>, ${instant(caughtUpBy.openedAt)}: ${lasting(Date.parse(caughtUpBy.openedAt) - Date.parse(dueAt))} late`,
    ]
  },
}
