import { z } from 'zod'

/** Named in the text that the seed is made of: another way to sample is another name. */
export const SAMPLE_METHOD = 'affiant-sample/1'

/** A sample that is larger would not fit into an entry of the ledger; of `all` the entry lists none. */
export const MAX_PICKS = 5000

/** One line of text for people, which also becomes a line of what the seed is made of. */
export const SampleText = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?! )[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*(?<! )$/u)

/** What was asked for: a number, the name of a preset, or `all`. */
export const SampleAsked = z.string().regex(/^(?:[1-9]\d{0,6}|[a-z][a-z0-9-]{0,39})$/)

/** How many items are taken of populations of up to so many. */
type Take =
  | { all: true }
  | { take: number }
  /** Rounded up, and within the bounds; never more than there are. */
  | { percent: number; least?: number; most?: number }

export interface SamplePreset {
  id: string
  /** Whose rule it is. */
  name: string
  /** The rule in words, to be printed with the name. */
  rule: string
  /** The first band that the population fits into counts; the last one has no upper end. */
  bands: readonly (Take & { upTo?: number })[]
}

/** Rules for sample sizes that audit firms have published. None of them is a default: whoever uses one names it. */
export const SAMPLE_PRESETS: readonly SamplePreset[] = [
  {
    id: 'assurancelab',
    name: 'AssuranceLab',
    rule: 'up to 5: all; 6 to 50: 5; 51 to 250: 10 %, rounded up; more: 25',
    bands: [{ upTo: 5, all: true }, { upTo: 50, take: 5 }, { upTo: 250, percent: 10 }, { take: 25 }],
  },
  {
    id: 'chiaro',
    name: 'Chiaro',
    rule: 'up to 10: all; 11 to 50: 8; 51 to 250: 15; more: 25',
    bands: [{ upTo: 10, all: true }, { upTo: 50, take: 8 }, { upTo: 250, take: 15 }, { take: 25 }],
  },
  {
    id: 'kirkpatrickprice',
    name: 'KirkpatrickPrice',
    rule: '10 %, rounded up, at least 3 and at most 30; up to 3: all',
    bands: [{ percent: 10, least: 3, most: 30 }],
  },
]

/**
 * How many items of a population are picked; never more than there are.
 * @param asked as {@link SampleAsked}
 * @returns `undefined` for a preset that is not known
 */
export function sampleSize(asked: string, count: number): number | undefined {
  if (asked === 'all') return count
  if (/^\d/.test(asked)) return Math.min(Number(asked), count)
  const preset = SAMPLE_PRESETS.find(({ id }) => id === asked)
  const band = preset?.bands.find(({ upTo = Number.POSITIVE_INFINITY }) => count <= upTo)
  return band && Math.min(count, taken(band, count))
}

function taken(band: Take, count: number): number {
  if ('all' in band) return count
  if ('take' in band) return band.take
  const { percent, least = 0, most = Number.POSITIVE_INFINITY } = band
  return Math.min(most, Math.max(least, Math.ceil((count * percent) / 100)))
}
