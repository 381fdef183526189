import type { Deviation, PeriodCheck, PeriodJob, PeriodView } from '../model/period-view.ts'
import { type Look, paragraph, type Pen, penFor } from './look.ts'
import {
  boundsWords,
  CAUSES,
  CLOSED_AS,
  clockWords,
  dueWords,
  gapsOf,
  lasting,
  limitsOf,
  openWords,
} from './period/words.ts'
import { grouped, minute, number } from './words.ts'

const MOST_GAPS = 30
const MOST_DEVIATIONS = 20
const MOST_LINES = 20

/** A period for a terminal: whether the runs took place, deviations, and what else of it a person must know. */
export function showPeriod(view: PeriodView & { output?: string | undefined }, look: Look): string {
  const pen = penFor(look)
  const line = (text: string) => paragraph(pen.plain(text), look)
  const stale = view.freshness.filter(({ state }) => state === 'stale' || state === 'never')
  const short = view.populations.filter(({ state }) => state !== 'whole')
  const open = view.checks.reduce((sum, one) => sum + one.open, 0)
  const all = view.deviations.length + view.deviationsOmitted
  const blocks = [
    paragraph(pen.strong(`${boundsWords(view.period)}, ${view.origin}`), look),
    limitsOf(view).map(line).join('\n'),
    ...(view.clockTurns.length > 0
      ? [
          clockWords(view)
            .map((text) => paragraph(pen.bad(text), look))
            .join('\n'),
        ]
      : []),
    [pen.heading('RUNS'), ...view.jobs.flatMap((job) => jobLines(job, look, pen))].join('\n'),
    [
      pen.heading('DEVIATIONS'),
      paragraph(pen.plain(`${number(all, 'deviation')}, ${grouped(open)} still open when last seen`), look, '  '),
      ...view.deviations.slice(0, MOST_DEVIATIONS).flatMap((one) => deviationLines(one, look, pen)),
      ...(all > MOST_DEVIATIONS ? [pen.faint(`  and ${grouped(all - MOST_DEVIATIONS)} more`)] : []),
    ].join('\n'),
    ...listed('CHECKS THAT TURNED', view.checks.filter(turned), pen, (one) => checkLine(one, look, pen)),
    ...listed('OLD OR MISSING EVIDENCE', stale, pen, ({ source, stream, state, readAt, age, behind }) =>
      paragraph(
        pen.plain(
          `${stream} of ${source}: ${state === 'never' ? 'never read whole' : `last read whole ${minute(readAt ?? '')}, ${lasting(age ?? 0)} before the end`}${behind.length > 0 ? ` (${behind.slice(0, 3).join(', ')})` : ''}`,
        ),
        look,
        '  ',
      ),
    ),
    ...listed('LISTS OF EVENTS THAT DO NOT COVER THE PERIOD', short, pen, ({ source, stream, scope, state, missing }) =>
      paragraph(
        pen.plain(
          `${stream} of ${source}, ${scope}: ${state}, without ${missing.slice(0, 3).map(boundsWords).join('; ')}${missing.length > 3 ? ' and more' : ''}`,
        ),
        look,
        '  ',
      ),
    ),
    ...listed('CHANGES OF LOGIC, THRESHOLDS AND RIGHTS', view.changes, pen, ({ job, from, to, changes }) =>
      paragraph(
        pen.plain(
          `${minute(to.at)}, run ${from.run} → ${to.run} of ${job}: ${changes
            .slice(0, 3)
            .map(({ about, what }) => `${about}, ${what}`)
            .join('; ')}${changes.length > 3 ? ` and ${grouped(changes.length - 3)} more` : ''}`,
        ),
        look,
        '  ',
      ),
    ),
    // Not wrapped: it is there to be copied.
    ...(view.output === undefined ? [] : [`${pen.faint('open')}  ${pen.plain(`${view.output}/index.html`)}`]),
  ]
  return `${blocks.join('\n\n')}\n`
}

function listed<Item>(title: string, items: readonly Item[], pen: Pen, show: (item: Item) => string): string[] {
  if (items.length === 0) return []
  const more = items.length - MOST_LINES
  const lines = items.slice(0, MOST_LINES).map(show)
  return [[pen.heading(title), ...lines, ...(more > 0 ? [pen.faint(`  and ${grouped(more)} more`)] : [])].join('\n')]
}

function jobLines(job: PeriodJob, look: Look, pen: Pen): string[] {
  const { runs, missedDues } = job
  const gaps = gapsOf(missedDues)
  const ended = [
    ['complete', runs.complete],
    ['partial', runs.partial],
    ['failed', runs.failed],
    ['aborted', runs.aborted],
    ['without an end', runs.open],
  ] as const
  const how = ended.filter(([, count]) => count > 0).map(([word, count]) => `${grouped(count)} ${word}`)
  const started = [
    ...(runs.manual > 0 ? [`${grouped(runs.manual)} by hand`] : []),
    ...(runs.catchUp > 0 ? [`${grouped(runs.catchUp)} to catch up`] : []),
  ]
  const shown = gaps.slice(0, MOST_GAPS)
  return [
    paragraph(`${pen.strong(`${job.job}:`)} ${pen.plain(dueWords(job))}`, look, '  '),
    paragraph(
      pen.plain([`${number(runs.all, 'run')}: ${how.join(', ') || 'none'}`, ...started].join('; ')),
      look,
      '    ',
    ),
    ...shown.map(({ cause, dues }) => {
      const [first] = dues
      const last = dues.at(-1)
      const when =
        dues.length > 1
          ? `missed ${minute(first?.dueAt ?? '')} to ${minute(last?.dueAt ?? '')}, ${number(dues.length, 'time')}`
          : `missed ${minute(first?.dueAt ?? '')}`
      const made = last?.caughtUpBy
      const later =
        made === undefined
          ? ''
          : `; the last of it made up for by run ${made.run} (${made.trigger}) at ${minute(made.openedAt)}`
      return paragraph(pen.bad(`${when}: ${CAUSES[cause]}${later}`), look, '    ')
    }),
    ...(gaps.length > shown.length ? [pen.faint(`    and ${grouped(gaps.length - shown.length)} more`)] : []),
  ]
}

function deviationLines(one: Deviation, look: Look, pen: Pen): string[] {
  const { check, source, demo, name, subject, opened, closed, before, severity } = one
  const ended =
    closed === undefined
      ? 'still open when last seen'
      : `${CLOSED_AS[closed.as]} ${minute(closed.at)} (run ${closed.run})`
  return [
    paragraph(
      `${pen.strong(name ?? subject)} ${pen.plain(`${check} on ${source}${demo ? ' (demo data)' : ''}, ${severity}`)}`,
      look,
      '  ',
    ),
    paragraph(
      pen.plain(
        `seen ${before ? 'before the period, ' : ''}${minute(opened.at)} (run ${opened.run}); ${ended}; ${openWords(one)}`,
      ),
      look,
      '    ',
    ),
  ]
}

function turned({ segments }: PeriodCheck): boolean {
  return segments.length > 1
}

function checkLine({ check, source, demo, segments }: PeriodCheck, look: Look, pen: Pen): string {
  const shown = segments
    .slice(-6)
    .map(
      ({ status, first, last }) =>
        `${status} ${first.at.slice(0, 10)}${last.run === first.run ? '' : ` to ${last.at.slice(0, 10)}`}`,
    )
  return paragraph(
    pen.plain(
      `${check} on ${source}${demo ? ' (demo data)' : ''}: ${segments.length > 6 ? '… → ' : ''}${shown.join(' → ')}`,
    ),
    look,
    '  ',
  )
}
