import type { LoadedMapping } from '../model/control.ts'
import {
  type ControlPair,
  type CrosswalkCounts,
  crosswalkCounts,
  frameworkItems,
  type LoadedCrosswalk,
} from '../model/crosswalk.ts'
import { type ControlRow, controlsTable } from './controls-table.ts'
import { unpairedControls } from './crosswalk.ts'

/** One item of a framework: the controls behind it, and the evidence there can be for them. */
interface FrameworkRow {
  item: string
  controls: (ControlPair & { coverage: ControlRow['coverage'] })[]
  clauses: string[]
  /** How many of its controls are covered how far. */
  coverage: Record<ControlRow['coverage'], number>
  /** Ids of checks and streams of its controls, each once, sorted. */
  checks: string[]
  streams: string[]
}

/** `affiant controls --framework`. */
export interface FrameworkTable {
  loaded: LoadedCrosswalk
  counts: CrosswalkCounts
  rows: FrameworkRow[]
  /** Controls of Annex A without a pair. */
  unpaired: { control: string; coverage: ControlRow['coverage'] }[]
}

export function frameworkTable(loaded: LoadedCrosswalk, mapping: LoadedMapping): FrameworkTable {
  const table = controlsTable(mapping)
  const controls = new Map((table.ok ? table.rows : []).map((row) => [row.id, row]))
  const coverageOf = (control: string) => controls.get(control)?.coverage ?? 'manual'
  const rows = frameworkItems(loaded.crosswalk).map(({ item, controls: pairs, clauses }): FrameworkRow => {
    const behind = pairs.flatMap(({ control }) => controls.get(control) ?? [])
    const count = (coverage: ControlRow['coverage']) => behind.filter((row) => row.coverage === coverage).length
    return {
      item,
      controls: pairs.map((pair) => ({ ...pair, coverage: coverageOf(pair.control) })),
      clauses: [...clauses],
      coverage: { automated: count('automated'), partly: count('partly'), manual: count('manual') },
      checks: [...new Set(behind.flatMap(({ checks }) => checks))].sort(),
      streams: [...new Set(behind.flatMap(({ streams }) => streams))].sort(),
    }
  })
  const unpaired = unpairedControls(loaded.crosswalk).map((control) => ({ control, coverage: coverageOf(control) }))
  return { loaded, counts: crosswalkCounts(loaded.crosswalk), rows, unpaired }
}
