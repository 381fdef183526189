import { type Html, html } from './html.ts'

/** What is unknown is hatched in drawings, so that colour is not all that tells it apart. Once on a page that draws. */
export const HATCH = html`<svg class="away" width="1" height="1" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><rect class="hatch-line" width="2.2" height="5"/></pattern></defs></svg>
`

/** Attribute of a shape; the style of its class must not set a fill of its own. */
export const HATCH_FILL = html` fill="url(#hatch)"`

/** What a drawing fills the parts of a state with, for its key. `gap`: nothing is known there. */
export function swatch(state: string): Html {
  const shape =
    state === 'gap'
      ? html`<rect class="gap" x="1" y="1" width="10" height="10" rx="1"/>`
      : html`<rect class="f-${state}" x="0.5" y="0.5" width="11" height="11" rx="1.5"${state === 'unknown' && HATCH_FILL}/>`
  return html`<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">${shape}</svg>`
}

/** A tenth of a unit is as fine as anything is drawn. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
