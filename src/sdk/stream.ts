import type { z } from 'zod'
import type { ReadError } from './errors.ts'
import type { Observed } from './observed.ts'

/** A part of a source that is read separately (an organisation, an account and region, a repository). */
export interface Scope {
  /** Stable id within the source, as the provider names it. */
  id: string
  title?: string
  /** What sort of part it is (`account`, `region`), where the source has several and a stream reads only some: see `appliesTo`. */
  kind?: string
  /** Set when config leaves this scope out: it is listed in the plan with this reason, and not read. */
  excluded?: string
}

/** A right at the source that a stream needs, in the source's own words. Docs, `doctor` and policies are generated from it. */
export interface Permission {
  name: string
  why: string
  url: string
}

/** One answer of the source: its records, and what is known of where it stands in the whole. */
export interface Page {
  records: readonly unknown[]
  /** 1, 2, 3 … without a hole. */
  number: number
  /** True on the final page and only there, because the source said so (no next link, no cursor). Never guess it. */
  last: boolean
  /** The provider's own count of the whole list, where it gives one; compared with what was collected. */
  total?: number
  /** What identifies this page at the source (cursor or URL). A cursor seen twice ends the item as `invalid`. */
  cursor?: string
  /**
   * In an increment only: records of earlier runs that still hold, the objects `previous.records()` gave. They are written
   * as they were, and the bundle says of each of them when it was read. They count towards `total`.
   */
  carried?: readonly CarriedRecord[]
}

/** A record of an earlier run, as it was written: redacted, with people as tokens. */
export interface CarriedRecord<Rec = unknown> {
  readonly record: Rec
  readonly key: string
  /** When the plan item began that read it from the source. */
  readonly readAt: Date
}

/** What the last run that read this stream and scope to the end has of it, out of its sealed bundle. */
export interface Previous<Rec = unknown> {
  /** When that plan item began: what the source changed from then on may not be in its records. */
  since: Date
  /** All of them in the order of keys, read anew at each call. */
  records(): AsyncIterable<CarriedRecord<Rec>>
}

/**
 * For a stream that takes too many requests to be read whole in each run. `collect` is the full sweep; it runs when
 * `every` has passed since the last one, or when there is nothing to build on (no sealed bundle of this installation
 * with the same source, config, scope and stream version). Any other run takes the increment.
 */
export interface Sweep<Rec = unknown, Session = unknown> {
  /** Time between full sweeps: `'7d'`, `'12h'`. A default: config sets it for each source. */
  every: `${number}d` | `${number}h`
  /**
   * Reads what changed and yields, besides the fresh records, the earlier ones that still hold as `carried`. What it
   * yields neither way is gone. Ask the source which records exist, and give that number as `total`: then a record that was forgotten
   * makes the outcome incomplete. Its rights stand in `permissions` of the stream too.
   */
  increment(session: Session, scope: Scope, reader: Reader, previous: Previous<Rec>): AsyncIterable<Page>
}

export interface ObserveOptions {
  /** With `'not-found'`, a 404 means the thing does not exist (`absent`). Without, a 404 is a failed read. */
  absentOn?: 'not-found'
}

/** What the engine lends to `collect`. */
export interface Reader {
  /**
   * Runs one sub-read that may fail without ending the stream, and returns what is now known of it. A failure becomes
   * `{ state: 'unknown', reason }` in your record *and* a gap in the outcome, so no check can pass on it.
   *
   * `subject` names what was read, for the outcome (`'acme/api: branch rules'`); never a person.
   */
  observe<T>(subject: string, read: () => Promise<T>, options?: ObserveOptions): Promise<Observed<T>>
  /**
   * Reads in one way and, where that fails, in another: in smaller pages, or by another route to the same facts. The
   * failure of the first is accounted for by that, and only the second counts; receipts show both. `otherwise` is told why
   * the first failed, and throws that where there is no other way. A server error or a time-out in the first is tried again
   * once only.
   */
  orElse<T>(first: () => Promise<T>, otherwise: (failure: ReadError) => Promise<T>): Promise<T>
  /**
   * Name of the rule by which the text looks like a credential; `undefined` if it looks like none. For streams that say where
   * credentials lie about without writing them.
   */
  credentialIn(text: string): string | undefined
}

/**
 * What to do with a field before it is written: `drop` removes it, `pseudonym` replaces a person's name or address by
 * a keyed token that is the same in every collector of this installation, `mask` keeps only that a value was there.
 */
export type Redaction = 'drop' | 'pseudonym' | 'mask'

/** Field paths, dot-separated, `*` for every element of an array or every value of an object: `'reviewers.*.login'`. */
export type Redactions = Readonly<Record<string, Redaction>>

export interface Stream<Id extends string = string, Rec = unknown, Session = unknown> {
  id: Id
  /** Raised when the record's shape changes. Written as `<id>/<version>`. */
  version: number
  title: string
  record: z.ZodType<Rec>
  /**
   * Path of the field, dot-separated, that says when what the record tells of happened: RFC 3339 in UTC
   * (`2026-10-01T06:00:00Z`), or null where nothing says when. Makes the stream a population: all events of the run's
   * period `[from, to)`, and no others; read both bounds in `context.period`. A record from outside of them ends the item
   * as `invalid`; null belongs to every period, as nothing shows that it does not. An item that began before the period
   * ended is `premature`, however it was read.
   */
  occurredAt?: string
  /** Kinds of scope it is read for. Default: every scope. Of any other scope it has no plan item: there is nothing of it to read. */
  appliesTo?: readonly [string, ...string[]]
  /** Unique within a scope. Records are written in the order of this key (UTF-16 code units). Applied after redaction. */
  key(record: Rec): string
  /** What a person calls it; shown in findings. Applied after redaction. Default: the key. */
  label?(record: Rec): string
  permissions: readonly [Permission, ...Permission[]] | readonly []
  redact?: Redactions
  /**
   * Id of the limit of the manifest that most of its requests fall under. Streams of small budgets are started first, and
   * beside those of others. Default: the limit without a path.
   */
  limit?: string
  /** Set if reading it whole in each run takes too many requests. */
  sweep?: Sweep<Rec, Session>
  /**
   * About how many requests `collect` will make, by limit, for `affiant doctor`: `{ rest: users }`. Ask for it in one or two
   * requests of counts; leave it out where the source has no count.
   */
  estimate?(session: Session, scope: Scope): Promise<Readonly<Record<string, number>>>
  /**
   * How a person reads the same with the vendor's own tools, for one scope (`gh api …`). Put what a source says through
   * `quoted()`: the command is pasted into a shell. Written into the bundle.
   */
  reproduce?(scope: Scope): string
  collect(session: Session, scope: Scope, reader: Reader): AsyncIterable<Page>
}

/**
 * Declares one kind of evidence. `permissions` is required: write `[]` only for a stream that needs no right at all.
 * The record schema is an allow-list: fields it does not name are not written.
 */
export function defineStream<const Id extends `${string}.${string}`, Rec, Session>(
  stream: Stream<Id, Rec, Session>,
): Stream<Id, Rec, Session> {
  return stream
}

/** Numbers the pages of a vendor SDK's iterator; `page` says of each whether the source called it the last. */
export async function* pagesFrom<T>(
  pages: AsyncIterable<T>,
  page: (value: T) => { records: readonly unknown[]; last: boolean; total?: number; cursor?: string },
): AsyncIterable<Page> {
  let number = 0
  for await (const value of pages) {
    number += 1
    yield { ...page(value), number }
  }
}

/** The page of a source that answers the whole list, or a single object, at once. */
export function onlyPage(records: readonly unknown[]): Page {
  return { records, number: 1, last: true, total: records.length }
}
