import { scaleUtc } from 'd3-scale'
import type { Deviation, PeriodRun, PeriodView } from '../../../model/period-view.ts'
import { SEVERITIES } from '../../../sdk/check.ts'
import { HATCH_FILL, round, swatch } from '../drawing.ts'
import { type Html, html } from '../html.ts'
import { count, plainText, plural, shortText } from '../text.ts'

const WIDTH = 1000
const PLOT = { left: 280, right: 12, top: 8, bottom: 26 }
const LANE = 30
/** So many deviations are drawn one by one; if there are more, checks are. */
const MOST = 14
/** So many jobs. */
const MOST_JOBS = 8
/** More marks than this in a lane could not be told apart. */
const MOST_MARKS = 1200

/** Something that failed, with the times at which it was seen to. */
interface Lane {
  name: string
  pieces: readonly Piece[]
}

/** Seen from `from` to `to`; it may have been so since `earliest` and until `latest`. */
interface Piece {
  earliest: string
  from: string
  to: string
  latest: string
  title: string
}

/** Runs, times that were missed, and failures on one axis of time. The lists that follow say the same in words. */
export function timeline(view: PeriodView): Html {
  const { period, until, jobs, runs, deviations } = view
  const drawn = jobs.slice(0, MOST_JOBS)
  const isFew = deviations.length <= MOST && view.deviationsOmitted === 0
  const lanes = isFew ? deviations.map((one) => ofDeviation(one, view)) : lanesOfChecks(view)
  const height = PLOT.top + LANE * (drawn.length + lanes.length) + PLOT.bottom
  const x = scaleUtc([new Date(period.from), new Date(period.to)], [PLOT.left, WIDTH - PLOT.right]).clamp(true)
  const at = (instant: string) => round(x(new Date(instant)))
  const foot = height - PLOT.bottom
  const ticks = x.ticks(8).filter((tick) => x(tick) < WIDTH - PLOT.right - 20)
  const known = at(until)
  const label = `${plural(runs.length, 'run')}, the times that were missed, and ${isFew ? 'each deviation' : 'checks that failed'} on one axis; the tables on this page say the same.`
  return html`<div class="trend-box" role="group" tabindex="0" aria-label="Runs, gaps and deviations"><svg class="trend" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
${ticks.map((tick) => html`<line class="grid-line" x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${PLOT.top}" y2="${foot}"/><text x="${round(x(tick))}" y="${height - 8}" text-anchor="middle">${tickWords(tick)}</text>`)}
<line class="base-line" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${foot}" y2="${foot}"/>
${until < period.to && html`<rect class="gap" x="${known}" y="${PLOT.top}" width="${round(WIDTH - PLOT.right - known)}" height="${foot - PLOT.top}"><title>Nothing is known of this time.</title></rect>`}
${drawn.map(({ job, missedDues }, lane) => {
  const y = PLOT.top + lane * LANE
  const own = runs.filter((run) => run.job === job).slice(-MOST_MARKS)
  const room = (WIDTH - PLOT.left - PLOT.right) / Math.max(1, own.length + missedDues.length)
  const wide = round(Math.min(6, Math.max(1, room * 0.55)))
  return html`${laneName(job, y)}${own.map((run) => runMark(run, at(run.openedAt), y, wide))}${missedDues.slice(-MOST_MARKS).map(({ dueAt }) => cross(at(dueAt), y, Math.min(5, Math.max(1.5, wide)), `due ${dueAt}, missed`))}`
})}
${lanes.map(({ name: called, pieces }, lane) => {
  const y = PLOT.top + (drawn.length + lane) * LANE
  return html`${laneName(called, y)}${pieces.map((piece) => bar(piece, y, at))}`
})}
</svg></div>
<ul class="keys"><li>${swatch('pass')}run sealed, all read</li><li>${swatch('unknown')}run sealed, incomplete</li><li>${swatch('gap')}run that read nothing, was aborted, or has no end${until < period.to && '; or time of which nothing is known'}</li><li>${swatch('fail')}a cross: due and missed; a bar: seen to fail, hatched where it may have failed already, or still</li></ul>
${!isFew && html`<p class="fine">${count(deviations.length + view.deviationsOmitted)} deviations are too many to draw: these are the checks that saw them, ${count(lanes.length)} of ${count(view.checks.filter(({ deviations: own }) => own > 0).length)}, the gravest first.</p>`}`
}

function ofDeviation(one: Deviation, { period, until }: PeriodView): Lane {
  const end = until < period.to ? until : period.to
  const { opened, lastFailed, lastGood, closed, before, check } = one
  const name = one.name ?? one.subject
  return {
    name,
    pieces: [
      {
        earliest: lastGood?.at ?? (before ? period.from : opened.at),
        from: opened.at,
        to: lastFailed.at,
        latest: closed?.at ?? end,
        title: `${name}, ${check}: seen ${opened.at} to ${lastFailed.at}`,
      },
    ],
  }
}

/** Checks that failed: those that still do first, then the gravest. */
function lanesOfChecks({ checks, period, until }: PeriodView): Lane[] {
  const end = until < period.to ? until : period.to
  const failed = checks.filter(({ segments }) => segments.some(({ status }) => status === 'fail'))
  const order = failed.toSorted(
    (a, b) =>
      Number(b.last?.status === 'fail') - Number(a.last?.status === 'fail') ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  )
  return order.slice(0, MOST).map(({ check, segments }) => ({
    name: check,
    pieces: segments.flatMap(({ status, first, last }, place): Piece[] => {
      if (status !== 'fail') return []
      const [before, after] = [segments[place - 1], segments[place + 1]]
      return [
        {
          earliest: before?.last.at ?? first.at,
          from: first.at,
          to: last.at,
          latest: after?.first.at ?? end,
          title: `${check}: failed ${first.at} to ${last.at}`,
        },
      ]
    }),
  }))
}

/** The end of a long name tells more than its beginning. */
function laneName(text: string, y: number): Html {
  const shown = Array.from(plainText(text.slice(-100)))
  return html`<text x="${PLOT.left - 12}" y="${y + 19}" text-anchor="end">${shown.length > 32 ? `…${shown.slice(-31).join('')}` : shown.join('')}</text>`
}

function runMark(run: PeriodRun, x: number, y: number, wide: number): Html {
  const words = `run ${run.number}, opened ${run.openedAt}, ${run.end === 'sealed' ? `sealed, ${run.status ?? ''}` : run.end}`
  const left = round(x - wide / 2)
  if (run.end !== 'sealed' || run.status === 'failed')
    return html`<rect class="gap" x="${left}" y="${y + 5}" width="${wide}" height="20" rx="1"><title>${words}</title></rect>`
  return run.status === 'complete'
    ? html`<rect class="f-pass" x="${left}" y="${y + 5}" width="${wide}" height="20"><title>${words}</title></rect>`
    : html`<rect class="f-unknown" x="${left}" y="${y + 5}" width="${wide}" height="20"${HATCH_FILL}><title>${words}</title></rect>`
}

/** Two thin shapes in place of strokes, so that the style sheet can fill them. */
function cross(x: number, y: number, half: number, words: string): Html {
  const [left, right, top, low] = [round(x - half), round(x + half), y + 10, y + 20]
  const thick = half < 4 ? 0.6 : 1.5
  return html`<path class="f-fail" d="M${left} ${top}l${thick} ${-thick}L${round(right + thick)} ${low - thick}L${right} ${low}zM${left} ${low}l${thick} ${thick}L${round(right + thick)} ${top + thick}L${right} ${top}z"><title>${words}</title></path>`
}

/** Solid while runs saw it; hatched between the runs around that, where nobody looked. */
function bar({ earliest, from, to, latest, title }: Piece, y: number, at: (instant: string) => number): Html {
  const [left, right] = [at(from), Math.max(at(to), at(from) + 2)]
  const hatched = (start: number, end: number) =>
    end > start &&
    html`<rect class="f-unknown" x="${start}" y="${y + 8}" width="${round(end - start)}" height="14"${HATCH_FILL}/>`
  return html`${hatched(at(earliest), left)}${hatched(right, at(latest))}<rect class="f-fail" x="${left}" y="${y + 8}" width="${round(right - left)}" height="14" rx="2"><title>${shortText(title)}</title></rect>`
}

function tickWords(tick: Date): string {
  const iso = tick.toISOString()
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(5, 10) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`
}
