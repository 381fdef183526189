import { z } from 'zod'
import { parseCanonical } from './canonical.ts'
import type { Sha256 } from './common.ts'
import { Counts } from './result.ts'
import { notOurLine } from './user-error.ts'

export const THEMES = ['organizational', 'people', 'physical', 'technological'] as const

/** A control of the catalogue: id, title, theme and the five attribute sets of ISO/IEC 27002:2022. No text of the standard. */
export const Control = z.strictObject({
  id: z.string().regex(/^A\.[5-8]\.\d{1,2}$/),
  title: z.string(),
  theme: z.enum(THEMES),
  attributes: z.strictObject({
    type: z.array(z.string()),
    property: z.array(z.string()),
    concept: z.array(z.string()),
    capability: z.array(z.string()),
    domain: z.array(z.string()),
  }),
})
export type Control = z.output<typeof Control>

export const Catalog = z.strictObject({
  id: z.string(),
  title: z.string(),
  source: z.string(),
  controls: z.array(Control),
})
export type Catalog = z.output<typeof Catalog>

/** `direct`: the check tests what the control asks for. `supporting`: part of it. `context`: background, never decides. */
export const STRENGTHS = ['direct', 'supporting', 'context'] as const

/** One piece of evidence for a control: a check, or a population (stream) shown without a verdict. */
export const EvidenceLink = z
  .strictObject({
    check: z.string().optional(),
    stream: z.string().optional(),
    strength: z.enum(STRENGTHS),
    shows: z.string().min(1),
    'not-shown': z.string().min(1),
  })
  .refine((link) => (link.check === undefined) !== (link.stream === undefined), {
    error: 'give either check or stream',
  })
export type EvidenceLink = z.output<typeof EvidenceLink>

export const MappingEntry = z
  .strictObject({
    control: z.string(),
    evidence: z.array(EvidenceLink).min(1).optional(),
    /** What a person must provide because no check does. */
    manual: z
      .strictObject({
        reason: z.string().min(1),
        owner: z.string().min(1),
        cadence: z.enum(['continuous', 'monthly', 'quarterly', 'half-yearly', 'yearly', 'on-change']),
      })
      .optional(),
    /** What an auditor will ask for besides the evidence. */
    'also-needed': z.string().optional(),
  })
  .refine((entry) => entry.evidence !== undefined || entry.manual !== undefined, {
    error: 'a control needs evidence or a manual entry',
  })
export type MappingEntry = z.output<typeof MappingEntry>

export const Mapping = z.strictObject({
  id: z.string(),
  catalog: z.string(),
  controls: z.array(MappingEntry),
})
export type Mapping = z.output<typeof Mapping>

/**
 * What the checks of a run say of a control. `fail`: a direct or supporting check failed. `unknown`: one of them is
 * unknown. `pass`: all of them that apply passed, a direct one among them where the control has direct checks that apply.
 * `not-applicable`: none applies. `no-evidence`: checks exist, none that counts ran with a verdict (no such source,
 * undeclared, disabled). `manual`: only a person can provide it.
 */
export const ControlStatus = z.enum(['pass', 'fail', 'unknown', 'not-applicable', 'no-evidence', 'manual'])
export type ControlStatus = z.output<typeof ControlStatus>

/** One line of `controls/<mapping>.jsonl`. */
export const ControlLine = z.strictObject({
  control: z.string(),
  title: z.string(),
  theme: z.enum(THEMES),
  status: ControlStatus,
  counts: Counts,
  evidence: z.array(
    z.strictObject({
      check: z.string().optional(),
      stream: z.string().optional(),
      source: z.string().optional(),
      strength: z.enum(STRENGTHS),
      shows: z.string(),
      'not-shown': z.string(),
      status: z.enum(['pass', 'fail', 'unknown', 'not-applicable', 'collected', 'incomplete', 'not-collected']),
      reason: z.string().optional(),
    }),
  ),
  manual: z.strictObject({ reason: z.string(), owner: z.string(), cadence: z.string() }).optional(),
  'also-needed': z.string().optional(),
})
export type ControlLine = z.output<typeof ControlLine>

export interface LoadedMapping {
  mapping: Mapping
  catalog: Catalog
  /** Digest over the bytes of the catalogue, the map and the user's extensions, one after the other. */
  sha256: z.output<typeof Sha256>
}

/** @throws UserError if a line of a sealed controls file is not one */
export function parseControlLine(line: string): ControlLine {
  try {
    return ControlLine.parse(parseCanonical(line))
  } catch (cause) {
    throw notOurLine('controls', cause)
  }
}
