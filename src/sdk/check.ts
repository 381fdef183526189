import { z } from 'zod'
import { DAY_MS } from './days.ts'
import type { Reason } from './errors.ts'
import type { Observed } from './observed.ts'
import type { Redactions, Stream } from './stream.ts'
import { plural } from './words.ts'

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What a check says of one subject. `detail` is one sentence for a person, with the observed value in it. */
export type Verdict =
  | { status: 'pass'; detail?: string }
  | { status: 'fail'; detail: string }
  | { status: 'not-applicable'; reason: string; detail?: string }
  | { status: 'unknown'; reason: Reason; detail?: string }

export const pass = (detail?: string): Verdict => ({ status: 'pass', ...(detail && { detail }) })
export const fail = (detail: string): Verdict => ({ status: 'fail', detail })
/** `reason` is a kebab-case code (`archived`, `undeclared`). */
export const notApplicable = (reason: string, detail?: string): Verdict => ({
  status: 'not-applicable',
  reason,
  ...(detail && { detail }),
})
export const unknown = (reason: Reason, detail?: string): Verdict => ({
  status: 'unknown',
  reason,
  ...(detail && { detail }),
})

/** The `unknown` verdict of a field that could not be read; `what` names the field. */
export function unread(field: Extract<Observed<unknown>, { state: 'unknown' }>, what: string): Verdict {
  const missing = field.permission ? `; missing permission: ${field.permission}` : ''
  return unknown(field.reason, `${what} could not be read${missing}`)
}

/** The verdict `unknown: stale` on a record that was read more than so many days before the run; nothing on a younger one. */
export function stale({ readAt, at }: { readAt: Date; at: Date }, days: number): Verdict | undefined {
  if (at.getTime() - readAt.getTime() <= days * DAY_MS) return undefined
  return unknown(
    'stale',
    `last read ${readAt.toISOString().slice(0, 10)}, more than ${plural(days, 'day')} before the run`,
  )
}

/** A {@link Verdict} about one subject of the population. */
export type Result = Verdict & {
  /** Key of the record, or of the aggregate (`owners`). Unique within check, source and scope. */
  subject: string
  /** What a person calls it. */
  name?: string
  scope?: string
  /** Of a failure because something is missing: it may be in what was not read, so it does not stand on partial data. */
  ofAbsence?: true
}

export interface EvaluationContext<Params> {
  params: Params
  /** When the run was opened: the only "now" a check may use. */
  at: Date
}

/** What a check of single records knows besides. */
export interface RecordContext<Params> extends EvaluationContext<Params> {
  /** When the plan item began that read this record: earlier than the run if the record is carried over. */
  readAt: Date
}

/** A record as `checkAll` sees it. */
export interface Item<Rec> {
  record: Rec
  key: string
  label: string
  source: string
  scope: string
  /** When the plan item began that read it: earlier than the run if it is carried over. */
  readAt: Date
}

/** A whole population, read from the staged objects each time `items()` is called. Never collect it into an array if it can be large. */
export interface Dataset<Rec> {
  /** Set on an optional input that no source of the run has: there is nothing to join with, which is not the same as nobody. */
  absent?: true
  items(): AsyncIterable<Item<Rec>>
}

/** The subject part of a result about this record. */
export function about(item: Item<unknown>): { subject: string; name: string; scope: string } {
  return { subject: item.key, name: item.label, scope: item.scope }
}

/** A stream of another collector, joined by id. `record` names just the fields the check needs. */
export interface ExternalStream<Rec = unknown> {
  id: string
  external: true
  record: z.ZodType<Rec>
  /** A run without any source that has the stream is judged without it. Otherwise the stream then counts as not read. */
  optional?: true
  /** Paths of fields that hold people's tokens, as in `redact` of a stream. Examples have names there, as in own records. */
  people?: readonly string[]
}

/** Refers to a stream of another collector: `external('okta.users', z.object({ person: z.string() }))`. All sources of the run that have it are read. */
export function external<Rec>(
  id: string,
  record: z.ZodType<Rec>,
  options: { optional: true; people?: readonly string[] },
): ExternalStream<Rec> & { optional: true }
export function external<Rec>(
  id: string,
  record: z.ZodType<Rec>,
  options?: { people?: readonly string[] },
): ExternalStream<Rec>
export function external<Rec>(
  id: string,
  record: z.ZodType<Rec>,
  options: Pick<ExternalStream, 'optional' | 'people'> = {},
): ExternalStream<Rec> {
  return { id, external: true, record, ...options }
}

export type CheckInput = Pick<Stream, 'id' | 'record'> | ExternalStream

interface CheckInfo<Params> {
  /** `<collector>.<good-state>`, kebab-case. */
  id: string
  /** Raised whenever the logic changes; recorded with every result. */
  revision: number
  /** States the good state: "Every owner has a second factor". */
  title: string
  severity: Severity
  rationale: string
  /** What to do about a failure, in the vendor's own words, one to three sentences. */
  remediation: string
  /** Pass and fail in words, with the thresholds of `params` filled in. Printed beside every result. */
  criteria(params: Params): { pass: string; fail: string }
  /** Thresholds and lists, with defaults for all of them; the values used are recorded in the bundle. */
  params?: z.ZodType<Params>
  /** Fields of `params` that name people. They are pseudonymised before the check sees them, so they can be compared with records. */
  redactParams?: Redactions
  /** Set only if no subject at all is a good reason not to apply. Otherwise an empty population is `unknown`. */
  emptyPopulation?: 'not-applicable'
}

/** Params as written in config; defaults are filled in. */
export type ExampleParams = Readonly<Record<string, unknown>>
export type EachExample<Rec> = { record: Rec; params?: ExampleParams }
export type AllExample = { inputs: Readonly<Record<string, readonly unknown[]>>; params?: ExampleParams }
/** At least a pass and a fail; every example is executed by the contract suite and printed in the docs. */
export type Examples<Example> = {
  pass: Example
  fail: Example
  'not-applicable'?: Example
  unknown?: Example
}

export interface EachCheck<StreamId extends string = string, Rec = unknown, Params = unknown>
  extends CheckInfo<Params> {
  kind: 'each'
  params: z.ZodType<Params>
  inputs: { readonly [name: string]: Pick<Stream<StreamId, Rec>, 'id' | 'record'> }
  examples: Examples<EachExample<Rec>>
  evaluate(record: Rec, context: RecordContext<Params>): Verdict
}

interface AllCheckInfo {
  /**
   * Set to `'fails-stand'` only if a failure seen in part of the data stays one whatever the rest holds (a count above a
   * limit). Left out, nothing is concluded while an input is incomplete: a join against half a roster accuses people.
   */
  onPartialData?: 'fails-stand'
  /**
   * Whether a result about one scope rests on records of another scope of the same source. What is missing elsewhere then leaves
   * the result as it is; the check as a whole is `unknown` nevertheless. Left out: it rests on all of them, as does any result
   * that carries no `scope`, and as do all on what is missing of other sources.
   */
  restsOn?(scope: string, other: string): boolean
}

export interface AllCheck<StreamId extends string = string, Params = unknown> extends CheckInfo<Params>, AllCheckInfo {
  kind: 'all'
  params: z.ZodType<Params>
  inputs: { readonly [name: string]: Pick<Stream<StreamId>, 'id' | 'record'> | ExternalStream }
  examples: Examples<AllExample>
  evaluate(
    datasets: Readonly<Record<string, Dataset<unknown>>>,
    context: EvaluationContext<Params>,
  ): AsyncIterable<Result>
}

/** `StreamId` is the union of the collector's own streams the check reads. */
export type Check<StreamId extends string = string> = EachCheck<StreamId> | AllCheck<StreamId>

const noParams = z.strictObject({})
type NoParams = z.output<typeof noParams>

/** A check that looks at one record at a time. All such checks of a stream share one pass over it. */
export function checkEach<StreamId extends string, Rec, Params = NoParams>(
  stream: Stream<StreamId, Rec, never>,
  check: CheckInfo<Params> & {
    examples: Examples<EachExample<NoInfer<Rec>>>
    evaluate(record: NoInfer<Rec>, context: RecordContext<Params>): Verdict
  },
): EachCheck<StreamId> {
  const complete: EachCheck<StreamId, Rec, Params> = {
    ...check,
    kind: 'each',
    params: check.params ?? (noParams as unknown as z.ZodType<Params>),
    inputs: { records: stream },
  }
  return complete
}

/** Records of each input. One that is optional may be left out, as if no source had it. */
type ExampleInputs<Inputs> = {
  readonly [Name in keyof Inputs as Inputs[Name] extends { optional: true } ? never : Name]: readonly RecordOf<
    Inputs[Name]
  >[]
} & {
  readonly [Name in keyof Inputs as Inputs[Name] extends { optional: true } ? Name : never]?: readonly RecordOf<
    Inputs[Name]
  >[]
}

type RecordOf<Input> = Input extends { record: z.ZodType<infer Rec> } ? Rec : never
type OwnStreamId<Inputs> = {
  [Name in keyof Inputs]: Inputs[Name] extends { external: true }
    ? never
    : Inputs[Name] extends { id: infer Id extends string }
      ? Id
      : never
}[keyof Inputs]

/** A check over whole populations, also of several streams and of other collectors' streams (see {@link external}). */
export function checkAll<const Inputs extends Readonly<Record<string, CheckInput>>, Params = NoParams>(
  inputs: Inputs,
  check: CheckInfo<Params> &
    AllCheckInfo & {
      examples: Examples<{
        inputs: ExampleInputs<Inputs>
        params?: ExampleParams
      }>
      evaluate(
        datasets: { readonly [Name in keyof Inputs]: Dataset<RecordOf<Inputs[Name]>> },
        context: EvaluationContext<Params>,
      ): AsyncIterable<Result>
    },
): AllCheck<OwnStreamId<Inputs>> {
  const complete = { ...check, kind: 'all', params: check.params ?? noParams, inputs }
  return complete as unknown as AllCheck<OwnStreamId<Inputs>>
}
