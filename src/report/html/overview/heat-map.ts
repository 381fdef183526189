import { scaleBand, scaleQuantize } from 'd3-scale'
import { type ControlLine, ControlStatus, THEMES } from '../../../model/control.ts'
import { controlTally } from '../../summary.ts'
import { stateWord } from '../components.ts'
import { round } from '../drawing.ts'
import { type Html, html } from '../html.ts'
import { controlPath, hrefFrom } from '../paths.ts'
import { count, plural, shortText } from '../text.ts'

/** Units of the drawing; it is as wide as its place allows. */
const COLUMNS = 10
const WIDTH = 440
const ROW = 44

export const THEME_WORDS: Readonly<Record<ControlLine['theme'], string>> = {
  organizational: 'Organizational',
  people: 'People',
  physical: 'Physical',
  technological: 'Technological',
}

/**
 * Every control as a cell that leads to its page, by theme. What a cell says by colour it says by its mark too, and in words
 * to those who hear it.
 */
export function heatMap(controls: readonly ControlLine[], page: string): Html {
  return html`<div class="themes">${THEMES.map((theme) => {
    const own = controls.filter((control) => control.theme === theme)
    return own.length > 0 && themeMap(theme, own, page)
  })}</div>
${legend(controls)}`
}

function themeMap(theme: ControlLine['theme'], controls: readonly ControlLine[], page: string): Html {
  const rows = Math.ceil(controls.length / COLUMNS)
  const x = scaleBand(
    Array.from({ length: COLUMNS }, (_, at) => at),
    [0, WIDTH],
  ).paddingInner(0.08)
  const y = scaleBand(
    Array.from({ length: rows }, (_, at) => at),
    [0, rows * ROW],
  ).paddingInner(0.08)
  const title = `${THEME_WORDS[theme]} controls`
  const [w, h] = [round(x.bandwidth()), round(y.bandwidth())]
  const cells = controls.map((control, at) => {
    const [left, top] = [round(x(at % COLUMNS) ?? 0), round(y(Math.floor(at / COLUMNS)) ?? 0)]
    const name = `${control.control} ${control.title}: ${stateWord(control.status)}`
    const shown = shortText(name)
    return html`<a href="${hrefFrom(page, controlPath(control.control))}" class="${control.status}"><title>${shown}</title><rect class="cell"${heatOf(control)} x="${left}" y="${top}" width="${w}" height="${h}" rx="4"/><text x="${round(left + w / 2)}" y="${round(top + 15.5)}" aria-hidden="true">${shortText(control.control.replace(/^A\./, ''))}</text><g transform="translate(${round(left + w / 2 - 6)} ${round(top + 22)})">${MARKS[control.status]}</g></a>
`
  })
  return html`<div class="theme"><h3>${THEME_WORDS[theme]} <span>${plural(controls.length, 'control')}</span></h3><svg class="heat" viewBox="0 0 ${WIDTH} ${rows * ROW}" role="group" aria-label="${title}">
${cells}</svg></div>
`
}

/** How dark a failed control is: the share of what was inspected that failed. */
const HEAT = scaleQuantize([0, 1], [0.16, 0.28, 0.4, 0.52])

function heatOf({ status, counts }: ControlLine): Html | undefined {
  if (status !== 'fail') return undefined
  return html` fill-opacity="${HEAT(counts.failed / Math.max(1, counts.inspected))}"`
}

/** Twelve units square. */
const MARKS: Readonly<Record<ControlStatus, Html>> = {
  pass: html`<path class="mark" d="M1.5 6.5l3 3 6-7"/>`,
  fail: html`<path class="mark" d="M2 2l8 8m0-8l-8 8"/>`,
  unknown: html`<path class="mark" d="M3.2 4a2.7 2.7 0 1 1 3.9 2.4C6.3 6.8 6 7.3 6 8"/><circle class="mark-fill" cx="6" cy="10.9" r="1.2"/>`,
  'not-applicable': html`<path class="mark" d="M2.5 6h7"/>`,
  'no-evidence': html`<circle class="mark" cx="6" cy="6" r="4" stroke-dasharray="2 2.2"/>`,
  manual: html`<g class="mark-fill"><circle cx="6" cy="3.4" r="2.4"/><path d="M1.8 11c.3-2.7 1.9-4 4.2-4s3.9 1.3 4.2 4z"/></g>`,
}

/** What the marks mean, each with its count; the counts add up to all controls. */
function legend(controls: readonly ControlLine[]): Html {
  const tally = controlTally(controls)
  return html`<ul class="keys" aria-label="Of ${plural(tally.all, 'control')}">${ControlStatus.options.map(
    (status) => html`<li><span class="dot is-${status}"></span>${count(tally[status])} ${stateWord(status)}</li>`,
  )}<li class="fine">The darker a failed control, the more of its inspected subjects failed.</li></ul>`
}
