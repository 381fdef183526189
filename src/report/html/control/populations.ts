import type { RunEvidence } from '../../../model/report-source.ts'
import { sourceName } from '../../incomplete.ts'
import { type Cell, dataTable, statusBadge } from '../components.ts'
import { SHOWN_STREAMS } from './evidence.ts'
import type { ControlView } from './view.ts'
import { type Html, html } from '../html.ts'
import { hrefFrom, populationPath } from '../paths.ts'
import { type FactsPage, populationFacts } from '../population/facts.ts'
import { count, plural, text } from '../text.ts'

/** So many more are listed. */
const LISTED = 400

/** Where the evidence of a control comes from: the main facts of each population, each once however many checks read it. */
export async function* controlPopulations(
  run: RunEvidence,
  { streams }: ControlView,
  on: FactsPage,
): AsyncIterable<Html> {
  if (streams.length === 0) return
  yield html`<section id="populations" aria-labelledby="populations-h"><h2 id="populations-h">Where the evidence comes from</h2>
<p class="lead">Each population once, however many checks read it. Its card has every request, the totals and the first rows.</p>
`
  for (const stream of streams.slice(0, SHOWN_STREAMS)) yield await populationFacts(run, stream, on)
  const rest = streams.slice(SHOWN_STREAMS)
  if (rest.length > 0)
    yield dataTable({
      caption: `${plural(rest.length, 'more population')}${rest.length > LISTED ? `, of which ${count(LISTED)} are listed` : ''}`,
      columns: [{ label: 'Population' }, { label: 'Source' }, { label: 'Rows', kind: 'number' }, { label: 'Read' }],
      rows: rest
        .slice(0, LISTED)
        .map(({ source, stream, rows, complete, items }): Cell[] => [
          html`<a href="${hrefFrom(on.path, populationPath(source, stream))}">${text(stream)}</a>`,
          sourceName(run, source),
          rows,
          statusBadge(complete === items.length ? 'complete' : 'incomplete'),
        ]),
    })
  yield html`</section>
`
}
