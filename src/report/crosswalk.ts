import type { ControlLine, ControlStatus } from '../model/control.ts'
import {
  type ControlPair,
  type Crosswalk,
  type CrosswalkCounts,
  crosswalkCounts,
  frameworkItems,
  type LoadedCrosswalk,
  pairsOf,
} from '../model/crosswalk.ts'
import { grouped, list, number, outOf } from './words.ts'

/** What a run says of a control that is behind an item; `not-in-run`: nothing, as for one whose line is withheld. */
export type PairStatus = ControlStatus | 'not-in-run'

/** The worst first. A control that does not apply decides only where no other one does. */
export const WORST_FIRST = ['fail', 'unknown', 'no-evidence', 'manual', 'pass', 'not-applicable'] as const

/** The same with what counts as unknown. */
export const PAIR_STATUSES: readonly PairStatus[] = WORST_FIRST.flatMap((status): PairStatus[] =>
  status === 'unknown' ? ['unknown', 'not-in-run'] : [status],
)

/** `no-pair`: the source pairs the item with no control of Annex A. */
export const WORST = [...WORST_FIRST, 'no-pair'] as const
export type Worst = (typeof WORST)[number]

export interface RolledPair extends ControlPair {
  status: PairStatus
}

export interface RolledItem {
  item: string
  /** The worst state among its controls: no verdict on the item. */
  worst: Worst
  controls: readonly RolledPair[]
  clauses: readonly string[]
}

/** A run seen through a crosswalk. */
export interface FrameworkView {
  loaded: LoadedCrosswalk
  counts: CrosswalkCounts
  items: readonly RolledItem[]
  /** How many items have which worst state. */
  tally: Readonly<Record<Worst, number>>
  /** Controls without a pair in the source: whatever they say is nowhere else in this view. */
  unpaired: readonly { control: string; status: PairStatus }[]
}

/**
 * For each item of a framework the worst state among the controls of Annex A that it is paired with, however weak the pair
 * (docs/adr/0033-crosswalks.md). A control of which the run says nothing counts as `unknown`.
 */
export function throughCrosswalk(loaded: LoadedCrosswalk, controls: readonly ControlLine[]): FrameworkView {
  const { crosswalk } = loaded
  const statuses = new Map(controls.map(({ control, status }) => [control, status]))
  const statusOf = (control: string): PairStatus => statuses.get(control) ?? 'not-in-run'
  const items = frameworkItems(crosswalk).map(({ item, controls: pairs, clauses }): RolledItem => {
    const rolled = pairs.map((pair) => ({ ...pair, status: statusOf(pair.control) }))
    return { item, worst: worstOf(rolled.map(({ status }) => status)), controls: rolled, clauses }
  })
  const counted = WORST.map((worst) => [worst, items.filter((item) => item.worst === worst).length])
  return {
    loaded,
    counts: crosswalkCounts(crosswalk),
    items,
    tally: Object.fromEntries(counted) as Record<Worst, number>,
    unpaired: unpairedControls(crosswalk).map((control) => ({ control, status: statusOf(control) })),
  }
}

export function worstOf(statuses: readonly PairStatus[]): Worst {
  const all = new Set(statuses.map((status) => (status === 'not-in-run' ? 'unknown' : status)))
  return WORST_FIRST.find((status) => all.has(status)) ?? 'no-pair'
}

/** What is to be known of a pair besides what holds for all of the file: ` (equal)`, ` (weak)`, or nothing. */
export function pairNote({ relation }: Crosswalk, pair: { relation?: string; strength?: string }): string {
  const own = pair.relation === relation.kind ? undefined : pair.relation
  const said = [own, pair.strength].filter((one) => one !== undefined)
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}

/** Controls of Annex A that the source pairs with no item. */
export function unpairedControls({ controls }: Crosswalk): string[] {
  return controls.filter((entry) => pairsOf(entry).length === 0).map(({ control }) => control)
}

/** What has to be said before a run is shown through a crosswalk. */
export function derivation({ item, 'item-plural': items }: Crosswalk): string {
  return (
    `Derived: nobody tested the ${items}. Each stands with the worst state among the controls of Annex A that the source ` +
    `pairs it with, and with those controls. That says where to look, and not whether a ${item}, or the framework, is met.`
  )
}

/** R36: a scope is one of a framework. */
export const SCOPE =
  'The scope is that of the run. Where the framework has a scope of its own, a job with that scope has to be run for it.'

/** `Worst control behind 106 subcategories: 53 fail, 12 unknown and 32 manual; 9 have no pair.` */
export function tallySentence({ loaded, items, tally }: FrameworkView, word: (worst: Worst) => string): string {
  const { item, 'item-plural': plural } = loaded.crosswalk
  const worst = WORST_FIRST.filter((one) => tally[one] > 0).map((one) => `${grouped(tally[one])} ${word(one)}`)
  const none = tally['no-pair']
  const rest = none === 0 ? '' : `; ${grouped(none)} ${none === 1 ? 'has' : 'have'} no pair`
  return `Worst control behind ${number(items.length, item, plural)}: ${list(worst)}${rest}.`
}

/** How the two sides add up, a sentence each. */
export function countSentences(crosswalk: Crosswalk, counts: CrosswalkCounts): string[] {
  const { pairs, items, controls } = counts
  const { item, 'item-plural': plural } = crosswalk
  const named = items.paired + items.clausesOnly + items.unpaired
  const rest = [
    ...(items.clausesOnly > 0 ? [`${items.clausesOnly} only with clauses 4 to 10 of ISO/IEC 27001`] : []),
    ...(items.unpaired > 0 ? [`${items.unpaired} with nothing: no pair in this source`] : []),
  ]
  return [
    `${pairs} pairs.`,
    `${outOf(items.paired, named, item, plural)} ${items.paired === 1 ? 'is' : 'are'} paired with a control of Annex A${rest.length > 0 ? `, ${rest.join(', ')}` : ''}.`,
    ...(items.all === undefined ? [`The framework has more ${plural} than the source names.`] : []),
    `${outOf(controls.paired, controls.all, 'control')} of Annex A ${controls.paired === 1 ? 'is' : 'are'} paired, ${controls.unpaired} not: no pair in this source.`,
  ]
}
