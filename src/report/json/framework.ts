import { z } from 'zod'
import { Count, Sha256 } from '../../model/common.ts'
import { ControlStatus } from '../../model/control.ts'
import { RELATIONS, TRUST_LEVELS } from '../../model/crosswalk.ts'
import { WORST } from '../crosswalk.ts'
import { Run } from './run.ts'
import { tally } from './shapes.ts'

/** Where the pairs are from, and what they say. */
const Framework = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** What one of its items is called. */
  item: z.string(),
  catalog: z.string(),
  source: z.string(),
  upstream: z.string().optional(),
  transcription: z.string(),
  licence: z.string(),
  trust: z.strictObject({ level: z.enum(TRUST_LEVELS), said: z.string() }),
  direction: z.string(),
  relation: z.strictObject({ kind: z.enum(RELATIONS), said: z.string() }),
  notes: z.array(z.string()),
  /** Of the file. */
  sha256: Sha256,
})

const Counts = z.strictObject({
  pairs: Count,
  /** `all`: absent if the source has no list of all items. */
  items: z.strictObject({ all: Count.optional(), paired: Count, clausesOnly: Count, unpaired: Count }),
  controls: z.strictObject({ all: Count, paired: Count, unpaired: Count }),
})

const Coverage = z.enum(['automated', 'partly', 'manual'])
const PairStatus = z.enum([...ControlStatus.options, 'not-in-run'])

const pair = {
  control: z.string(),
  relation: z.enum(RELATIONS),
  /** Of a derived pair. */
  strength: z.enum(['weak', 'moderate', 'strong']).optional(),
  /** Over which ids a pair was derived. */
  via: z.array(z.string()).optional(),
}

/** `affiant controls --framework` */
export const ControlsFrameworkJson = z.strictObject({
  schema: z.literal('affiant.controls-framework/1'),
  mapping: z.string(),
  framework: Framework,
  counts: Counts,
  items: z.array(
    z.strictObject({
      item: z.string(),
      controls: z.array(z.strictObject({ ...pair, coverage: Coverage })),
      clauses: z.array(z.string()),
      coverage: tally(Coverage.options),
      checks: z.array(z.string()),
      streams: z.array(z.string()),
    }),
  ),
  /** Controls of Annex A without a pair. */
  unpaired: z.array(z.strictObject({ control: z.string(), coverage: Coverage })),
})
export type ControlsFrameworkJson = z.output<typeof ControlsFrameworkJson>

/** `affiant show --framework` */
export const ShowFrameworkJson = z.strictObject({
  schema: z.literal('affiant.show-framework/1'),
  run: Run,
  framework: Framework,
  /** What `worst` says, and what it does not. */
  derivation: z.string(),
  counts: Counts,
  /** How many items have which worst state. */
  tally: tally(WORST),
  items: z.array(
    z.strictObject({
      item: z.string(),
      /** The worst state among its controls; no verdict on the item. */
      worst: z.enum(WORST),
      controls: z.array(z.strictObject({ ...pair, status: PairStatus })),
      clauses: z.array(z.string()),
    }),
  ),
  /** Controls of Annex A without a pair. */
  unpaired: z.array(z.strictObject({ control: z.string(), status: PairStatus })),
})
export type ShowFrameworkJson = z.output<typeof ShowFrameworkJson>
