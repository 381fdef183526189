import { scaleLinear } from 'd3-scale'
import { type State, stateWord } from './components.ts'
import { HATCH_FILL, round, swatch } from './drawing.ts'
import { type Html, html } from './html.ts'
import { count } from './text.ts'

export interface Tally {
  title: string
  /** What is counted: `checks`. */
  of: string
  all: number
  /** In the order of the bar; they add up to all. */
  parts: readonly { state: State; count: number }[]
}

/** A total with all that it is made of, as a bar and in figures. Nothing is left out, so no share of it can mislead. */
export function tallyBar({ title, of, all, parts }: Tally): Html {
  const x = scaleLinear([0, Math.max(1, all)], [0, 400])
  let before = 0
  const bars = parts.map(({ state, count: own }) => {
    const left = round(x(before))
    before += own
    return (
      own > 0 &&
      html`<rect class="f-${state}" x="${left}" width="${round(x(before) - left)}" height="12"${state === 'unknown' && HATCH_FILL}/>`
    )
  })
  return html`<div class="tally"><h3>${title}</h3><p class="figure">${count(all)} <small>${of}</small></p><svg viewBox="0 0 400 12" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><ul class="keys">${parts.map(
    ({ state, count: own }) =>
      html`<li${own === 0 && html` class="zero"`}>${swatch(state)}${count(own)} ${stateWord(state)}</li>`,
  )}</ul></div>
`
}
