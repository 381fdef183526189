import { z } from 'zod'
import type { Sha256 } from './common.ts'

/** The frameworks that come with affiant, by their folder in `mappings/`. */
export const FRAMEWORKS = [
  'nist-csf-2.0',
  'nist-800-53r5',
  'fedramp-moderate',
  'hipaa',
  'iso27001-2013',
  'iso27701',
] as const

/**
 * Who says that the pairs are pairs. `official`: a publisher of one of the two sides. `computed`: official lists, put
 * together by us. `derived`: concluded by us from other mappings. `community`: a third party.
 */
export const TRUST_LEVELS = ['official', 'computed', 'derived', 'community'] as const

/** What the source says of the two sides of a pair. `related`: it says no more than that the two belong together. */
export const RELATIONS = ['equal', 'subset', 'intersects', 'related'] as const

/** How many controls of the mapping between them a derived pair rests on: 1, 2, or 3 and more. */
const PAIR_STRENGTHS = ['weak', 'moderate', 'strong'] as const

/** Id of an item of a framework, such as `GV.OV-01`, `AC-2(1)` or `164.308(a)(3)`. */
const ItemId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.()_-]{0,39}$/)

const Pair = z
  .strictObject({
    item: ItemId,
    /** Where it is another one than that of the file. */
    relation: z.enum(RELATIONS).optional(),
    /** Of a pair that was derived, with the ids that it rests on. */
    strength: z.enum(PAIR_STRENGTHS).optional(),
    via: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(({ strength, via }) => (strength === undefined) === (via === undefined), {
    error: 'give strength and via together: how well a derived pair bears, and what it rests on',
  })

/** Titles of items are not here: most are not ours to give, and an id is enough to look one up. */
export const CrosswalkEntry = z
  .strictObject({
    /** Of Annex A. */
    control: z.string(),
    /** Its items. Empty: no pair in this source. */
    items: z.array(ItemId).optional(),
    /** Its items, where there is more to say of a pair. */
    pairs: z.array(Pair).min(1).optional(),
  })
  .refine((entry) => (entry.items === undefined) !== (entry.pairs === undefined), {
    error: 'give either items or pairs; "items: []" says that the source has no pair',
  })
export type CrosswalkEntry = z.output<typeof CrosswalkEntry>

/** A file `mappings/<framework>/crosswalk.yaml`: which items of another framework a source pairs with Annex A. Ids only. */
export const Crosswalk = z.strictObject({
  /** Of the framework. Names its page in a report. */
  id: z
    .string()
    .max(60)
    .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
  title: z.string().min(1),
  /** What one of its items is called, such as `subcategory`. */
  item: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .-]{0,39}$/),
  /** Its plural. */
  'item-plural': z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 .-]{0,39}$/),
  /** Id of the catalogue on the other side. */
  catalog: z.string(),
  /** Where the pairs are from. */
  source: z.string().min(1),
  upstream: z.url({ protocol: /^https$/ }).optional(),
  /** From what, at which state, the pairs were copied. */
  transcription: z.string().min(1),
  licence: z.string().min(1),
  trust: z.strictObject({ level: z.enum(TRUST_LEVELS), said: z.string().min(1) }),
  /** Which way the source goes, and whether that was turned round. */
  direction: z.string().min(1),
  relation: z.strictObject({ kind: z.enum(RELATIONS), said: z.string().min(1) }),
  notes: z.array(z.string().min(1)),
  /** Every item of the framework in its order. Absent: the source has no such list. */
  all: z.array(ItemId).min(1).optional(),
  controls: z.array(CrosswalkEntry).min(1),
  /** Items that the source pairs with clauses 4 to 10 of ISO/IEC 27001, which are no controls of Annex A. */
  clauses: z
    .array(
      z.strictObject({ clause: z.string().regex(/^(?:[4-9]|10)(?:\.\d{1,2}){0,2}$/), items: z.array(ItemId).min(1) }),
    )
    .optional(),
})
export type Crosswalk = z.output<typeof Crosswalk>

export interface LoadedCrosswalk {
  crosswalk: Crosswalk
  /** Digest over the bytes of the file. */
  sha256: z.output<typeof Sha256>
}

/** One control of Annex A behind an item. */
export interface ControlPair {
  control: string
  relation: (typeof RELATIONS)[number]
  strength?: (typeof PAIR_STRENGTHS)[number]
  via?: readonly string[]
}

/** An item of a framework with what the source pairs it with. Without controls there is no pair with Annex A in the source. */
export interface FrameworkItem {
  item: string
  /** In the order of the catalogue. */
  controls: readonly ControlPair[]
  /** Of ISO/IEC 27001, in the order of the file. */
  clauses: readonly string[]
}

/** Every item that the file names: in the order of the framework where the file has it, else by name and number. */
export function frameworkItems(crosswalk: Crosswalk): FrameworkItem[] {
  const items = new Map<string, { controls: ControlPair[]; clauses: string[] }>()
  const at = (item: string) => {
    const found = items.get(item) ?? { controls: [], clauses: [] }
    items.set(item, found)
    return found
  }
  for (const item of crosswalk.all ?? []) at(item)
  for (const entry of crosswalk.controls) {
    for (const { item, relation = crosswalk.relation.kind, strength, via } of pairsOf(entry)) {
      const derived = strength && via && { strength, via }
      at(item).controls.push({ control: entry.control, relation, ...derived })
    }
  }
  for (const { clause, items: named } of crosswalk.clauses ?? [])
    for (const item of named) at(item).clauses.push(clause)
  const listed = [...items].map(([item, rest]) => ({ item, ...rest }))
  return crosswalk.all === undefined ? listed.sort((a, b) => compareIds(a.item, b.item)) : listed
}

/** The items of one control. */
export function pairsOf(entry: CrosswalkEntry): z.output<typeof Pair>[] {
  return entry.pairs ?? (entry.items ?? []).map((item) => ({ item }))
}

/** How much of both sides has a pair. `all`: absent if the source has no list of all items. */
export interface CrosswalkCounts {
  pairs: number
  items: { all?: number; paired: number; clausesOnly: number; unpaired: number }
  controls: { all: number; paired: number; unpaired: number }
}

export function crosswalkCounts(crosswalk: Crosswalk): CrosswalkCounts {
  const items = frameworkItems(crosswalk)
  const paired = items.filter(({ controls }) => controls.length > 0).length
  const clausesOnly = items.filter(({ controls, clauses }) => controls.length === 0 && clauses.length > 0).length
  const pairs = crosswalk.controls.map((entry) => pairsOf(entry).length)
  const controlsPaired = pairs.filter((count) => count > 0).length
  return {
    pairs: pairs.reduce((sum, count) => sum + count, 0),
    items: {
      ...(crosswalk.all && { all: items.length }),
      paired,
      clausesOnly,
      unpaired: items.length - paired - clausesOnly,
    },
    controls: { all: pairs.length, paired: controlsPaired, unpaired: pairs.length - controlsPaired },
  }
}

/** `AC-2` before `AC-2(1)` before `AC-10`. */
function compareIds(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)]
  for (const [index, one] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const both = typeof one === 'number' && typeof other === 'number'
    const order = both ? one - other : String(one) < String(other) ? -1 : String(one) > String(other) ? 1 : 0
    if (order !== 0) return order
  }
  return left.length - right.length
}

function parts(id: string): (string | number)[] {
  return (id.match(/\d+|\D+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part))
}
