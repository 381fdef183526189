import { html } from './html.ts'

/** What is unknown is hatched in drawings, so that colour is not all that tells it apart. Once on a page that draws. */
export const HATCH = html`<svg class="away" width="1" height="1" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><rect class="hatch-line" width="2.2" height="5"/></pattern></defs></svg>
`

/** Attribute of a shape; the style of its class must not set a fill of its own. */
export const HATCH_FILL = html` fill="url(#hatch)"`
