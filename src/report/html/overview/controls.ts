import type { Catalog, ControlLine } from '../../../model/control.ts'
import type { ReportSource } from '../../../model/report-source.ts'
import { WORST_FIRST } from '../../crosswalk.ts'
import { type Cell, dataTable, notice, type Row, section, statusBadge } from '../components.ts'
import { COUNT_COLUMNS, countCells, number } from './count-columns.ts'
import { heatMap, THEME_WORDS } from './heat-map.ts'
import { type Html, html } from '../html.ts'
import { controlPath, INDEX_PATH } from '../paths.ts'
import { count, plural, text } from '../text.ts'

/** The five attribute sets of ISO/IEC 27002:2022, as the table offers them. */
const ATTRIBUTES = {
  type: 'Control type',
  property: 'Property',
  concept: 'Concept',
  capability: 'Capability',
  domain: 'Domain',
} as const satisfies Readonly<Record<keyof Catalog['controls'][number]['attributes'], string>>

/** How far evidence covers each control: as a map by theme, and as a table. */
export function controlsPart({ run }: ReportSource, catalog: Catalog | undefined): Html {
  const { controls } = run
  const head = {
    id: 'controls',
    title: 'Controls',
    lead: 'What the checks of this run say of each control of Annex A. A control never looks better than the worst of the checks that count for it, and a manual one is for a person to show. None of this says that a control works: that is for the reviewer to conclude.',
  }
  if (controls.length === 0)
    return section(
      head,
      notice(
        'caution',
        run.withheld.length > 0 ? 'The controls of this run are withheld from this copy.' : 'This run has no controls.',
      ),
    )
  const hidden = restingOnWithheld(run)
  return section(
    head,
    hidden > 0 &&
      notice(
        'caution',
        `Of ${plural(controls.length, 'control')}, ${count(hidden)} rest on results that are withheld from this copy: the states are those that were sealed, and what they rest on cannot be looked into here.`,
      ),
    html`<p><a class="skip" href="#controls-table">Skip the map of controls</a></p>`,
    heatMap(controls, INDEX_PATH),
    html`<h3 id="controls-table">As a table</h3>`,
    table(controls, catalog),
  )
}

/** How many controls have a check that decides and whose results are not here. */
function restingOnWithheld({ controls, results, withheld }: ReportSource['run']): number {
  if (withheld.length === 0) return 0
  const shown = new Set(results.map(({ summary: { check, source } }) => JSON.stringify([check, source])))
  return controls.filter(({ evidence }) =>
    evidence.some(
      ({ check, source, strength }) =>
        check !== undefined &&
        source !== undefined &&
        strength !== 'context' &&
        !shown.has(JSON.stringify([check, source])),
    ),
  ).length
}

function table(controls: readonly ControlLine[], catalog: Catalog | undefined): Html {
  const attributes = new Map(catalog?.controls.map((control) => [control.id, control.attributes]))
  const rows = controls.map((control): Row => {
    const { counts, evidence, status } = control
    const own = attributes.get(control.control)
    const checks = evidence.filter(({ check }) => check !== undefined).length
    const populations = evidence.length - checks
    const cells: Cell[] = [
      {
        shown: html`<a href="${controlPath(control.control)}"><span class="title">${text(control.control)} ${text(control.title)}</span></a>`,
        sort: control.control,
      },
      THEME_WORDS[control.theme],
      { shown: statusBadge(status), sort: WORST_FIRST.indexOf(status) },
      number(checks),
      number(populations),
      ...countCells(counts),
    ]
    const values = own && Object.fromEntries(Object.entries(own).map(([key, all]) => [key, all.map(spoken)]))
    return { cells, ...(values && { facets: values }) }
  })
  return dataTable({
    caption: 'Controls, with the subjects of their checks',
    captionHidden: true,
    filterable: true,
    ...(catalog && { facets: ATTRIBUTES }),
    columns: [
      { label: 'Control', kind: 'wide' },
      { label: 'Theme', facet: true },
      { label: 'Result', facet: true },
      { label: 'Checks', kind: 'number' },
      { label: 'Populations', kind: 'number' },
      ...COUNT_COLUMNS,
    ],
    rows,
  })
}

/** `identity_and_access_management` as a person says it. */
function spoken(value: string): string {
  return value.replaceAll('_', ' ')
}
