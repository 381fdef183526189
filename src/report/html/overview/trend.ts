import { scaleBand, scaleLinear } from 'd3-scale'
import { stack } from 'd3-shape'
import type { LedgerRun } from '../../../model/report-source.ts'
import { isLate } from '../../../model/schedule.ts'
import type { Status } from '../../../model/result.ts'
import { minute } from '../../words.ts'
import { dataTable, statusBadge } from '../components.ts'
import { HATCH_FILL, round, swatch } from '../drawing.ts'
import { type Html, html } from '../html.ts'
import { count, instant, shortText } from '../text.ts'

/** So many runs and gaps of one job are drawn, the last ones. */
const MOST = 60
const WIDTH = 1000
const HEIGHT = 230
const PLOT = { left: 44, right: 4, top: 12, bottom: 30 }

/** From the foot of a bar upwards: what needs looking at stands on the ground line. */
const ORDER = ['fail', 'unknown', 'not-applicable', 'pass'] as const satisfies readonly Status[]

type SealedEnd = Extract<NonNullable<LedgerRun['end']>, { kind: 'sealed' }>

/** A place on the axis: a run, or a run that was due and did not come. */
type Slot = { kind: 'run'; run: LedgerRun } | { kind: 'missed'; after: LedgerRun; dueAt: string }

/** The runs of one job in the order in which they were opened, and between them those that were due. */
export function slotsOf(runs: readonly LedgerRun[], job: string): Slot[] {
  const own = runs.filter((run) => run.job === job)
  return own.flatMap((run, at): Slot[] => {
    const due = run.end?.kind === 'sealed' ? run.end.expectedBy : undefined
    const next = own[at + 1]
    const missed = due !== undefined && next !== undefined && isLate(due, next.openedAt)
    return [{ kind: 'run', run }, ...(missed ? [{ kind: 'missed' as const, after: run, dueAt: due }] : [])]
  })
}

/**
 * How the checks of a job ended in each of its runs, as bars: nothing is known of the time between two runs, so nothing is
 * drawn there. A table says the same in figures.
 */
export function trend(runs: readonly LedgerRun[], job: string, current: number): Html {
  const all = slotsOf(runs, job)
  const slots = all.slice(-MOST)
  const left = all.length - slots.length
  return html`${drawing(slots, current)}
<ul class="keys">${ORDER.toReversed().map((status) => html`<li>${swatch(status)}${WORDS[status]}</li>`)}<li>${swatch('gap')}aborted, open or missed: no results</li></ul>
${left > 0 && html`<p class="fine">${count(left)} earlier ones are not drawn.</p>`}
<details><summary>The same as a table</summary><div class="inside">${table(slots)}</div></details>`
}

const WORDS = { pass: 'checks passed', fail: 'failed', unknown: 'unknown', 'not-applicable': 'not applicable' }

function drawing(slots: readonly Slot[], current: number): Html {
  const totals = slots.map((slot) => {
    const end = sealedEnd(slot)
    return end === undefined ? 0 : checksIn(end)
  })
  // Few runs stand side by side at the left, where the first one will stay when more come.
  const end = Math.min(WIDTH - PLOT.right, PLOT.left + slots.length * 64)
  const x = scaleBand(
    slots.map((_, at) => at),
    [PLOT.left, end],
  )
    .paddingInner(0.25)
    .paddingOuter(0.1)
  const y = scaleLinear([0, Math.max(1, ...totals)], [HEIGHT - PLOT.bottom, PLOT.top])
  const wide = Math.min(round(x.bandwidth()), 56)
  const at = (slot: number) => round((x(slot) ?? 0) + (x.bandwidth() - wide) / 2)
  const series = stack<Slot, Status>()
    .keys(ORDER)
    .value((slot, status) => sealedEnd(slot)?.results[status] ?? 0)([...slots])
  const bars = series.map((layer) =>
    layer.map(([low, high], slot) => {
      if (high === low) return undefined
      const top = round(y(high))
      const fill = layer.key === 'unknown' ? HATCH_FILL : undefined
      return html`<rect class="f-${layer.key}" x="${at(slot)}" y="${top}" width="${wide}" height="${round(round(y(low)) - top)}"${fill}/>`
    }),
  )
  const gaps = slots.map((slot, index) => {
    if (sealedEnd(slot) !== undefined) return undefined
    const top = round(y(y.domain()[1] ?? 1))
    return html`<rect class="gap" x="${at(index)}" y="${top}" width="${wide}" height="${HEIGHT - PLOT.bottom - top}" rx="2"><title>${shortText(words(slot))}</title></rect>`
  })
  const first = slots[0]
  const last = slots.at(-1)
  const here = slots.findIndex((slot) => slot.kind === 'run' && slot.run.number === current)
  const base = HEIGHT - PLOT.bottom
  const ticks = y.ticks(4).filter(Number.isInteger)
  const label = `Checks by result in ${count(slots.length)} runs of the job; the table that follows has the figures.`
  return html`<div class="trend-box" role="group" tabindex="0" aria-label="Checks by result over the ledger"><svg class="trend" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
${ticks.map((tick) => html`<line class="${tick === 0 ? 'base-line' : 'grid-line'}" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text x="${PLOT.left - 10}" y="${round(y(tick)) + 4}" text-anchor="end">${count(tick)}</text>`)}
${bars}${gaps}
${here >= 0 && html`<rect class="this" x="${at(here)}" y="${base + 3}" width="${wide}" height="3" rx="1.5"/>`}
${first && html`<text x="${PLOT.left}" y="${HEIGHT - 6}">${dayOf(first)}</text>`}${slots.length > 2 && last && html`<text x="${end}" y="${HEIGHT - 6}" text-anchor="end">${dayOf(last)}</text>`}
</svg></div>`
}

function table(slots: readonly Slot[]): Html {
  return dataTable({
    caption: 'Checks by result, one line for each run of the job, the last first',
    columns: [
      { label: 'Run' },
      { label: 'Opened' },
      { label: 'State' },
      { label: 'Checks', kind: 'number' },
      { label: 'Passed', kind: 'number' },
      { label: 'Failed', kind: 'number' },
      { label: 'Unknown', kind: 'number' },
      { label: 'Not applicable', kind: 'number' },
    ],
    rows: slots.toReversed().map((slot) => {
      if (slot.kind === 'missed')
        return ['none', html`due by ${instant(slot.dueAt)}`, statusBadge('missed'), '', '', '', '', '']
      const { number, openedAt, end } = slot.run
      const head = [String(number), instant(openedAt)]
      if (end?.kind !== 'sealed')
        return [...head, statusBadge(end === undefined ? 'open' : 'aborted'), '', '', '', '', '']
      const { results } = end
      const counts = [checksIn(end), results.pass, results.fail, results.unknown, results['not-applicable']]
      return [...head, statusBadge(end.status), ...counts]
    }),
  })
}

function sealedEnd(slot: Slot): SealedEnd | undefined {
  return slot.kind === 'run' && slot.run.end?.kind === 'sealed' ? slot.run.end : undefined
}

function checksIn({ results }: SealedEnd): number {
  return ORDER.reduce((sum, status) => sum + results[status], 0)
}

function words(slot: Slot): string {
  if (slot.kind === 'missed') return `A run was due by ${minute(slot.dueAt)}; none was opened until later`
  const { number, openedAt, end } = slot.run
  return `Run ${number}, opened ${minute(openedAt)}: ${end === undefined ? 'it has no end' : 'aborted'}`
}

function dayOf(slot: Slot): string {
  return (slot.kind === 'run' ? slot.run.openedAt : slot.dueAt).slice(0, 10)
}
