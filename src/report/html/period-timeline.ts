import { scaleUtc } from 'd3-scale'
import type { Deviation, PeriodRun, PeriodView } from '../../model/period-view.ts'
import { HATCH_FILL } from './hatch.ts'
import { type Html, html } from './html.ts'
import { count, plainText } from './text.ts'

const WIDTH = 1000
const PLOT = { left: 190, right: 12, top: 8, bottom: 26 }
const LANE = 30
/** So many deviations are drawn, those that are open first. */
const MOST = 14
/** So many jobs. */
const MOST_JOBS = 8
/** More marks than this in a lane could not be told apart. */
const MOST_MARKS = 1200

/** Runs, times that were missed, and deviations on one axis of time. The lists that follow say the same in words. */
export function timeline(view: PeriodView): Html {
  const { period, until, jobs, runs, deviations } = view
  const drawn = jobs.slice(0, MOST_JOBS)
  const bars = deviations.slice(0, MOST)
  const height = PLOT.top + LANE * (drawn.length + bars.length) + PLOT.bottom
  const x = scaleUtc([new Date(period.from), new Date(period.to)], [PLOT.left, WIDTH - PLOT.right]).clamp(true)
  const at = (instant: string) => round(x(new Date(instant)))
  const foot = height - PLOT.bottom
  const ticks = x.ticks(8).filter((tick) => x(tick) < WIDTH - PLOT.right - 20)
  const known = at(until)
  const label = `${count(runs.length)} runs, the times that were missed, and ${count(bars.length)} of ${count(deviations.length)} deviations on one axis; the tables that follow list them all.`
  return html`<div class="trend-box" role="region" tabindex="0" aria-label="The period on one axis"><svg class="trend" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
${ticks.map((tick) => html`<line class="grid-line" x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${PLOT.top}" y2="${foot}"/><text x="${round(x(tick))}" y="${height - 8}" text-anchor="middle">${tickWords(tick)}</text>`)}
<line class="base-line" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${foot}" y2="${foot}"/>
${until < period.to && html`<rect class="gap" x="${known}" y="${PLOT.top}" width="${round(WIDTH - PLOT.right - known)}" height="${foot - PLOT.top}"><title>Nothing is known of this time.</title></rect>`}
${drawn.map(({ job, missedDues }, lane) => {
  const y = PLOT.top + lane * LANE
  const own = runs.filter((run) => run.job === job).slice(-MOST_MARKS)
  return html`${name(job, y)}${own.map((run) => runMark(run, at(run.openedAt), y))}${missedDues.slice(-MOST_MARKS).map(({ dueAt }) => cross(at(dueAt), y, `due ${dueAt}, missed`))}`
})}
${bars.map((one, lane) => bar(one, PLOT.top + (drawn.length + lane) * LANE, at, view))}
</svg></div>
<ul class="keys"><li><span class="dot is-pass"></span>run sealed, all read</li><li><span class="dot is-unknown"></span>run sealed, incomplete</li><li><span class="dot is-absent"></span>run aborted, or without an end</li><li><span class="dot is-fail"></span>due and missed, or a deviation while runs saw it; hatched: it may have been so already, or still</li></ul>
${deviations.length > bars.length && html`<p class="fine">${count(deviations.length - bars.length)} more deviations are not drawn.</p>`}`
}

function name(text: string, y: number): Html {
  const shown = plainText(text)
  return html`<text x="${PLOT.left - 12}" y="${y + 19}" text-anchor="end">${shown.length > 22 ? `${shown.slice(0, 21)}…` : shown}</text>`
}

function runMark(run: PeriodRun, x: number, y: number): Html {
  const words = `run ${run.number}, opened ${run.openedAt}, ${run.end === 'sealed' ? `sealed, ${run.status ?? ''}` : run.end}`
  const left = round(x - 3)
  if (run.end !== 'sealed' || run.status === 'failed')
    return html`<rect class="gap" x="${left}" y="${y + 5}" width="6" height="20" rx="1"><title>${words}</title></rect>`
  return run.status === 'complete'
    ? html`<rect class="f-pass" x="${left}" y="${y + 5}" width="6" height="20" rx="1"><title>${words}</title></rect>`
    : html`<rect class="f-unknown" x="${left}" y="${y + 5}" width="6" height="20" rx="1"${HATCH_FILL}><title>${words}</title></rect>`
}

function cross(x: number, y: number, words: string): Html {
  const [left, right, top, low] = [round(x - 5), round(x + 5), y + 10, y + 20]
  // Two thin shapes instead of strokes, whose colour is a fill of the style sheet.
  return html`<path class="f-fail" d="M${left} ${top}l1.5 -1.5L${right + 1.5} ${low - 1.5}L${right} ${low}zM${left} ${low}l1.5 1.5L${right + 1.5} ${top + 1.5}L${right} ${top}z"><title>${words}</title></path>`
}

/** Solid while runs saw it; hatched between the runs around that, where nobody looked. */
function bar(one: Deviation, y: number, at: (instant: string) => number, { period, until }: PeriodView): Html {
  const end = until < period.to ? until : period.to
  const [from, to] = [at(one.opened.at), Math.max(at(one.lastFailed.at), at(one.opened.at) + 4)]
  const earliest = one.lastGood === undefined ? (one.before ? at(period.from) : from) : at(one.lastGood.at)
  const latest = Math.max(to, at(one.closed?.at ?? end))
  const title = `${plainText(one.name ?? one.subject)}, ${one.check}: seen ${one.opened.at} to ${one.lastFailed.at}`
  const hatched = (left: number, right: number) =>
    right > left &&
    html`<rect class="f-unknown" x="${left}" y="${y + 8}" width="${round(right - left)}" height="14"${HATCH_FILL}/>`
  return html`${name(one.name ?? one.subject, y)}${hatched(earliest, from)}${hatched(to, latest)}<rect class="f-fail" x="${from}" y="${y + 8}" width="${round(to - from)}" height="14" rx="2"><title>${title}</title></rect>`
}

function tickWords(tick: Date): string {
  const iso = tick.toISOString()
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(5, 10) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
