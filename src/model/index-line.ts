import { z } from 'zod'
import { BundlePath, Count, Id, Instant, Sha256 } from './common.ts'
import { CarriedOver, Outcome } from './outcome.ts'
import { CheckSummary } from './result.ts'

/** 128 bits in hex: whoever sees only the hash of a withheld line cannot guess the line. */
const salt = z.string().regex(/^[0-9a-f]{32}$/)
const seq = Count
const file = { path: BundlePath, sha256: Sha256, size: Count, count: Count }

/** What a source said of itself, and which scopes it has. */
export const SourceLine = z.strictObject({
  kind: z.literal('source'),
  seq,
  salt,
  source: Id,
  collector: z.string(),
  /** Absent when the source could not be opened or identified. */
  identity: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      principal: z.strictObject({ kind: z.enum(['user', 'app', 'anonymous']), name: z.string() }),
      granted: z.array(z.string()).optional(),
    })
    .optional(),
  scopes: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string().optional(),
      /** What sort of part it is, where streams tell scopes apart. */
      kind: z.string().optional(),
      excluded: z.string().optional(),
    }),
  ),
  outcome: Outcome,
})

/** The records of one plan item: canonical JSON lines in key order. */
export const RecordsLine = z.strictObject({
  kind: z.literal('records'),
  seq,
  salt,
  planItem: z.string(),
  ...file,
  /** RFC 6962 tree whose leaf i is line i of the file, so that one record can be shown without the others. */
  lines: z.strictObject({ count: Count, rootHash: Sha256 }).optional(),
  /** `<stream id>/<version>`. */
  schema: z.string(),
  collectedAt: Instant,
  /** Some of them are not of that time. */
  carriedOver: CarriedOver.optional(),
  controls: z.array(z.string()),
})

/** Which records of a plan item were taken over from earlier runs: lines as {@link Carried}, in the order of keys. */
export const CarriedLine = z.strictObject({
  kind: z.literal('carried'),
  seq,
  salt,
  planItem: z.string(),
  ...file,
  /** The earliest time in the file. */
  oldest: Instant,
})

/** The receipts of one plan item, or of opening a source (plan item `<source>`). */
export const ReceiptsLine = z.strictObject({ kind: z.literal('receipts'), seq, salt, planItem: z.string(), ...file })

export const OutcomeLine = z.strictObject({
  kind: z.literal('outcome'),
  seq,
  salt,
  planItem: z.string(),
  source: Id,
  stream: z.string(),
  /** Scope id; `*` when the scopes of the source could not be found. */
  scope: z.string(),
  /** How a person reads the same with the vendor's own tools. */
  reproduce: z.string().optional(),
  outcome: Outcome,
})

export const ResultsLine = z.strictObject({
  kind: z.literal('results'),
  seq,
  salt,
  ...file,
  summary: CheckSummary,
  /** `seq` of the records lines it was computed from. */
  derivedFrom: z.array(Count),
})

export const ControlsLine = z.strictObject({ kind: z.literal('controls'), seq, salt, mapping: z.string(), ...file })

/**
 * In the index of an export only: in place of a line that the recipient does not get. Its leaf hash keeps the root and the
 * count of the index as they were signed.
 */
export const WithheldLine = z.strictObject({
  kind: z.literal('withheld'),
  seq,
  /** RFC 6962 leaf hash of the line, in lower-case hex. */
  leafHash: Sha256,
  reason: z.string().min(1).max(200),
})
export type WithheldLine = z.output<typeof WithheldLine>

/** One canonical line of `index.jsonl`. Lines stand in plan order; `seq` is the line number from 0, so the order is signed. */
export const IndexLine = z.discriminatedUnion('kind', [
  SourceLine,
  RecordsLine,
  CarriedLine,
  ReceiptsLine,
  OutcomeLine,
  ResultsLine,
  ControlsLine,
])
export type IndexLine = z.output<typeof IndexLine>
export type SourceLine = z.output<typeof SourceLine>
export type RecordsLine = z.output<typeof RecordsLine>
export type CarriedLine = z.output<typeof CarriedLine>
export type OutcomeLine = z.output<typeof OutcomeLine>
export type ResultsLine = z.output<typeof ResultsLine>

type Unsealed<Line> = Line extends unknown ? Omit<Line, 'seq' | 'salt'> : never
/** An index line before the sealer numbers and salts it. */
export type IndexEntry = Unsealed<IndexLine>

export function planItemId(source: string, stream: string, scope: string): string {
  return `${source}/${stream}/${scope}`
}
