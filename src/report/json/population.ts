import { z } from 'zod'
import { Count, Id, Instant, RunNumber, Sha256 } from '../../model/common.ts'
import { CredentialCount, Gap } from '../../model/outcome.ts'
import { REASONS } from '../../sdk/errors.ts'

const Status = z.enum(['complete', 'partial', 'failed'])
/** Of a population of events; `to` is the first instant that no longer belongs to it. In UTC. */
const Bounds = z.strictObject({ from: Instant, to: Instant })
const Kind = z.enum(['events', 'state'])

/** What is known of a population besides its rows. */
export const PopulationHead = z.strictObject({
  installation: Id,
  run: RunNumber,
  source: Id,
  collector: z.string(),
  demo: z.boolean(),
  /** What the source said of itself. */
  instance: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      principal: z.strictObject({ kind: z.enum(['user', 'app', 'anonymous']), name: z.string() }),
      /** Rights of the credentials, where the source tells. */
      granted: z.array(z.string()).optional(),
    })
    .optional(),
  /** What config says that the source must be, if it says so. */
  expects: z.strictObject({ id: z.string().optional(), name: z.string().optional() }).optional(),
  stream: z.string(),
  title: z.string().optional(),
  /** Stream and version of the shape of its records. */
  recordSchema: z.string(),
  scope: z.string(),
  scopeTitle: z.string().optional(),
  /** Scopes of the source that the config leaves out, and why. */
  excluded: z.array(z.strictObject({ scope: z.string(), reason: z.string() })),
  /** `events`: all that happened in the period. `state`: what was there when it was read. */
  kind: Kind,
  period: Bounds.optional(),
  /** Field that says when an event happened. */
  occurredAt: z.string().optional(),
  /** When it was read: from the first request to the last. */
  read: Bounds,
  /** Of a stream that is read whole on a cadence of its own; `fullAt`: when the last full sweep began. */
  sweep: z.strictObject({ kind: z.enum(['full', 'increment']), fullAt: Instant }).optional(),
  complete: z.boolean(),
  status: Status,
  reason: z.enum(REASONS).optional(),
  detail: z.string().optional(),
  permissions: z.array(z.string()),
  gaps: z.array(Gap),
  pages: Count,
  /** `reached`: the source said that the last page was the last. Only then a population is complete. */
  endMarker: z.enum(['reached', 'not-shown']),
  /** The source's own count, where it gives one. */
  sourceTotal: Count.optional(),
  requests: Count,
  /** What was asked of the source, in the order in which it was asked first, from the receipts. */
  asked: z.array(z.strictObject({ request: z.string(), count: Count, first: z.string() })),
  /** Requests of more kinds than are listed. */
  askedOmitted: Count,
  /** Requests and commands that gave no usable answer; those that were tried again are among them. */
  failedAttempts: Count,
  /** Answers of an earlier time that the source said still hold (304). */
  keptAnswers: z.strictObject({ count: z.int().min(1), oldest: Instant }).optional(),
  /** What the source calls the first, a middle and the last of the requests that it gave an id. */
  requestIds: z.array(z.strictObject({ id: z.string(), at: Instant, request: z.string() })).max(3),
  /** How to find a request by its id in the source's own log. */
  requestLog: z.string().optional(),
  /**
   * Seconds that the clock of the agent was ahead of the source's, by the `Date` of answers: the median, the least and the
   * most. Below zero: it was behind.
   */
  clock: z.strictObject({ answers: z.int().min(1), aheadSeconds: z.int(), least: z.int(), most: z.int() }).optional(),
  /** How a person reads the same with the vendor's own tools. */
  reproduce: z.string().optional(),
  /** How many rows there are. */
  count: Count,
  /** By what they are sorted. */
  order: z.string(),
  /** Records of earlier runs that still hold. */
  carriedOver: z.strictObject({ count: Count, oldest: Instant }).optional(),
  /** The runs that read them: the first hundred. */
  carriedFrom: z.array(z.strictObject({ run: RunNumber, readAt: Instant, count: z.int().min(1) })),
  /** What was done with fields before they were written, as far as the plan says. */
  redactions: z.array(z.strictObject({ field: z.string(), how: z.enum(['drop', 'pseudonym', 'mask']) })),
  /** Values that looked like a credential and were replaced. */
  credentials: z.array(CredentialCount),
  /** Controls that it speaks to. */
  controls: z.array(z.string()),
  /** The file of records as it was sealed; absent if nothing was read, or an export withholds it. */
  file: z.strictObject({ path: z.string(), sha256: Sha256, bytes: Count, rootHash: Sha256.optional() }).optional(),
  receipts: z.strictObject({ path: z.string(), sha256: Sha256, count: Count }).optional(),
  agent: z.strictObject({ version: z.string(), build: Sha256 }),
  sealed: z.strictObject({ at: Instant, entry: Count, statementSha256: Sha256, keyId: Sha256 }),
})
export type PopulationHead = z.output<typeof PopulationHead>

export const PopulationRow = z.strictObject({
  /** In the file of records, from 1. */
  line: z.int().min(1),
  /** Absent if the collector, in the version that read it, is not known here. */
  key: z.string().optional(),
  occurredAt: z.string().nullable().optional(),
  record: z.json(),
})
export type PopulationRow = z.output<typeof PopulationRow>

/** `affiant population show`, and what `affiant population export` writes: rows are written as they are read. */
export const PopulationJson = z.strictObject({
  schema: z.literal('affiant.population/1'),
  population: PopulationHead,
  rows: z.array(PopulationRow),
})
export type PopulationJson = z.output<typeof PopulationJson>

/** `affiant population list` */
export const PopulationListJson = z.strictObject({
  schema: z.literal('affiant.population-list/1'),
  run: RunNumber,
  period: Bounds,
  populations: z.array(
    z.strictObject({
      source: Id,
      demo: z.boolean(),
      stream: z.string(),
      scope: z.string(),
      kind: Kind,
      period: Bounds.optional(),
      count: Count,
      complete: z.boolean(),
      status: Status,
      reason: z.enum(REASONS).optional(),
      sha256: Sha256.optional(),
    }),
  ),
})
export type PopulationListJson = z.output<typeof PopulationListJson>

/** `affiant population export` */
export const PopulationExportJson = z.strictObject({
  schema: z.literal('affiant.population-export/1'),
  run: RunNumber,
  written: z.array(
    z.strictObject({
      path: z.string(),
      format: z.enum(['csv', 'json']),
      bytes: Count,
      sha256: Sha256,
      source: Id,
      stream: z.string(),
      scope: z.string(),
      count: Count,
      complete: z.boolean(),
    }),
  ),
  /** All of them are complete. */
  complete: z.boolean(),
})
export type PopulationExportJson = z.output<typeof PopulationExportJson>

/** `affiant sample`, and `sample.json` in what it writes. */
export const SampleJson = z.strictObject({
  schema: z.literal('affiant.sample/1'),
  population: PopulationHead,
  engagement: z.string(),
  control: z.strictObject({ id: z.string(), title: z.string() }),
  /** A number, the name of a preset, or `all`. */
  asked: z.string(),
  /** The preset whose rule gave the size. */
  preset: z.strictObject({ id: z.string(), name: z.string(), rule: z.string() }).optional(),
  /** How the seed is made, and what of. */
  method: z.string(),
  seed: Sha256,
  /** How many were picked, of how many. */
  size: Count,
  of: Count,
  /** None of a census of more than 5,000 items. */
  picks: z.array(
    z.strictObject({
      number: z.int().min(1),
      line: z.int().min(1),
      key: z.string().optional(),
      occurredAt: z.string().optional(),
      leafHash: Sha256,
      folder: z.string(),
    }),
  ),
  receipts: z.enum(['none', 'in-folders', 'beside']),
  /** Of a census: what each check found in all items of the source. */
  tests: z
    .array(
      z.strictObject({
        check: z.string(),
        title: z.string(),
        status: z.enum(['pass', 'fail', 'not-applicable', 'unknown']),
        tested: Count,
        deviations: Count,
        file: z.string().optional(),
      }),
    )
    .optional(),
  sampledAt: Instant,
  /** The entry of the ledger that records the sample: its head when it was taken. */
  entry: z.strictObject({ origin: z.string(), index: Count, statementSha256: Sha256, keyId: Sha256 }),
})
export type SampleJson = z.output<typeof SampleJson>
