import type { LoadedCrosswalk } from '../model/crosswalk.ts'
import type { RunView } from '../model/run-view.ts'
import type { FrameworkTable } from './controls-framework.ts'
import { derivation, type FrameworkView, SCOPE } from './crosswalk.ts'
import { runJson } from './json-run.ts'
import type { ControlsFrameworkJson, ShowFrameworkJson } from './json/framework.ts'

export function controlsFrameworkJson(table: FrameworkTable, mapping: string): ControlsFrameworkJson {
  return {
    schema: 'affiant.controls-framework/1',
    mapping,
    framework: frameworkJson(table.loaded),
    counts: table.counts,
    items: table.rows.map(({ controls, ...row }) => ({ ...row, controls: controls.map(pairJson) })),
    unpaired: table.unpaired,
  }
}

export function showFrameworkJson(view: RunView, through: FrameworkView): ShowFrameworkJson {
  return {
    schema: 'affiant.show-framework/1',
    run: runJson(view),
    framework: frameworkJson(through.loaded),
    derivation: `${derivation(through.loaded.crosswalk)} ${SCOPE}`,
    counts: through.counts,
    tally: through.tally,
    items: through.items.map(({ item, worst, controls, clauses }) => ({
      item,
      worst,
      controls: controls.map(pairJson),
      clauses: [...clauses],
    })),
    unpaired: [...through.unpaired],
  }
}

function pairJson<Pair extends { via?: readonly string[] }>({ via, ...pair }: Pair) {
  return { ...pair, ...(via && { via: [...via] }) }
}

function frameworkJson({ crosswalk, sha256 }: LoadedCrosswalk): ShowFrameworkJson['framework'] {
  const { id, title, item, catalog, source, upstream, transcription, licence, trust, direction, relation, notes } =
    crosswalk
  return {
    id,
    title,
    item,
    catalog,
    source,
    ...(upstream !== undefined && { upstream }),
    transcription,
    licence,
    trust,
    direction,
    relation,
    notes,
    sha256,
  }
}
