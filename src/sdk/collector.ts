import type { z } from 'zod'
import type { Check } from './check.ts'
import type { CollectContext, MachineIdentity } from './context.ts'
import type { Naming, ThrottleRule } from './naming.ts'
import type { Permission, Reader, Scope, Stream } from './stream.ts'

/**
 * A budget of the source, as its vendor documents it. The user may lower `perMinute` and `concurrency` in config, never
 * raise them, and set `share` as they like.
 */
export interface Limit {
  /** Name used in config and by `limit` of a stream. */
  id: string
  /**
   * URL paths that belong here. `*` stands for one segment, `**` at the end for the path before it and everything below:
   * `/api/v1/users`, `/api/v1/users/*`, `/api/v1/apps/**`. The most specific limit wins. Default: every path.
   */
  path?: string
  /**
   * With `naming` or `queries`: operations that belong here, `iam:*`, `cloudtrail:LookupEvents` or `graphql:*`. Goes before
   * every `path`.
   */
  operation?: string
  /** Requests a minute per host. */
  perMinute: number
  /** Requests in flight per host. */
  concurrency: number
  /**
   * Part of the budget that is used, above 0 and at most 1, where it is shared with whatever else reads the source. It
   * holds for `perMinute` and for what the source's headers say is left. Default: 1.
   */
  share?: number
  /**
   * The source does not say what the limit is: whenever it throttles, half the rate, which then grows back with what it
   * answers. `perMinute` is the most.
   */
  adaptive?: true
}

/** What the source bills for reading, for `affiant doctor`. */
export interface Price {
  /** As in `operation` of a limit: `s3:*` or `s3:ListBuckets`. */
  operation: string
  /** List price in US dollars; `unknown`: it is billed, and what it costs could not be looked up. */
  usdPerThousand: number | 'unknown'
  /** Where the price was read, and on which day; prices change. */
  url: string
  readOn: string
}

/** A request that is not GET or HEAD but changes nothing that is evidence. Anything else is refused before the socket. */
export interface ReadRule {
  /** GET only with `byPath`, to give a request its name. */
  method: 'GET' | 'POST'
  /** Exact URL path; `*` stands for one segment. After `?`, parameters that must be there: `/*?acl`. */
  path: string
  /** With `naming`: the operation the request must name, as `<service>:<operation>`. */
  operation?: string
  /** The path tells the operation: the request names none, only the service. */
  byPath?: true
  /**
   * With POST: takes GraphQL. The body must be one JSON object whose `query` is, letter for letter, a document of the
   * manifest's `queries`; receipts and limits name it `graphql:<name>`.
   */
  queries?: true
  why: string
}

/** What the source itself says it is, and who we are to it. */
export interface SourceIdentity {
  /** Account, organisation or tenant id as the source gives it. */
  id: string
  name: string
  /** Who the credentials belong to. A `user` is pseudonymised before it is written. */
  principal: { kind: 'user' | 'app' | 'anonymous'; name: string }
  /** Rights the credentials hold, where the source tells. */
  granted?: readonly string[]
}

/**
 * What the source's own rights mean, for `affiant doctor` and `affiant permissions`. Everything is optional: what is left
 * out is not claimed.
 */
export interface AccessGuide<Config = unknown> {
  /**
   * Whether the rights of `SourceIdentity.granted` include a permission of a stream; `undefined` if they cannot tell.
   * Without it they are shown and compared with nothing: names of two vocabularies that differ prove nothing.
   */
  includes?(granted: readonly string[], permission: string): boolean | undefined
  /** What to use instead of a granted right that goes beyond all declared permissions; nothing if it does not. */
  excess?(granted: string, declared: readonly string[]): string | undefined
  /** Where a person finds a permission, in the source's own words: `Organization permissions, "Members": Read-only`. */
  grant?(permission: string): string | undefined
  /** How a person gets to the place where the rights of these credentials are changed, one step an element. */
  steps?(config: Config): readonly string[]
  /** What to use instead, where these credentials are static and live long. */
  longLived?(config: Config): string | undefined
  /** The least-privilege policy in formats of the source (`github-app-manifest`), as text to be used as it is. */
  policies?: Readonly<Record<string, (permissions: readonly Permission[]) => string>>
  /** Policies of the vendor that people would think are enough. */
  readyMade?: readonly ReadyMadePolicy[]
}

/** A policy the vendor offers, measured against what the streams declare. */
export interface ReadyMadePolicy {
  name: string
  /** As the vendor counts them; policies grow. */
  version: string
  /** Day of that version, `2026-01-30`. */
  date: string
  /** Address of where its text was read. */
  source: string
  /** Permissions it does not include, of those of the streams and of the session. */
  lacks(permissions: readonly Permission[]): readonly string[]
}

export interface Collector<
  Id extends string = string,
  Config = unknown,
  SecretName extends string = string,
  Session = unknown,
  Streams extends readonly Stream<string, unknown, Session>[] = readonly Stream<string, unknown, Session>[],
> {
  apiVersion: 1
  /** Equals the folder's name. */
  id: Id
  title: string
  /** Where the source's API is documented. */
  docs: string
  /** Strict: an unknown key is an error. Every field carries a `.describe()`. */
  config: z.ZodType<Config>
  /** Name of each secret, and what it is. */
  secrets: Readonly<Record<SecretName, string>>
  /** Which secrets this config needs. Default: all of them. */
  needs?(config: Config): readonly SecretName[]
  limits: readonly [Limit, ...Limit[]]
  /**
   * Requests in flight per host over all limits together, where the source counts them so; with `naming`, over all hosts
   * too. Default: no more than each limit's own.
   */
  concurrency?: number
  /** Plan items read at once where config does not say: more than the usual 4 where there are many, of one request each. */
  itemsAtOnce?: number
  /** Requests besides GET and HEAD that only read. */
  reads?: readonly ReadRule[]
  /**
   * GraphQL documents by name, each one query operation with its fragments: `{ repositories: 'query …' }`. Nothing else gets
   * through a rule of `reads` with `queries`. Names are of letters and digits.
   */
  queries?: Readonly<Record<string, string>>
  /**
   * The source gives answers an ETag and answers 304 for free. The seam then keeps answers between runs, asks whether they
   * changed, and gives the collector the kept one as a 200: nothing is to be done in the collector.
   */
  conditional?: true
  /** How its requests name what they ask for, where method and path do not tell. */
  naming?: Naming
  /** Operations that cost money. */
  prices?: readonly Price[]
  /** How the source says that it throttles, besides 429. */
  throttling?: readonly ThrottleRule[]
  /**
   * How a person finds one of its requests in the source's own log, given the id that the source gave it (`REQUEST-ID`): a
   * few sentences, with the command if there is one, what has to be on for that, and where the vendor says so. Shown
   * beside ids of requests in reports. Left out, reports show the ids alone.
   */
  requestLog?: string
  /** Whose credentials `context.machine` may lend. */
  machine?: readonly MachineIdentity[]
  /** Programs and their subcommands that `context.command` may run: `{ git: ['log', 'rev-list'] }`. */
  commands?: Readonly<Record<string, readonly string[]>>
  /** Imports `./client.ts` on demand, builds the vendor's client over `context.fetch`, and proves the credentials. */
  open(context: CollectContext<Config, SecretName>): Promise<Session>
  close?(session: Session): Promise<void>
  /** Asked of the source, never copied from config. */
  identify(session: Session): Promise<SourceIdentity>
  /** What `affiant doctor` and `affiant permissions` say of the source's rights. */
  access?: AccessGuide<Config>
  /** What config says the source must be; the engine compares it with `identify` and fails the source on a difference. */
  expects(config: Config): { id?: string | undefined; name?: string | undefined }
  /**
   * Every scope the source has, the excluded ones too. What a read inside `reader.observe()` could not find out becomes a
   * gap of the source; yield the scopes it is about nevertheless, so that their plan items fail.
   */
  scopes(session: Session, reader: Reader): AsyncIterable<Scope>
  streams: Streams
  checks: readonly Check<Streams[number]['id']>[]
}

/**
 * Declares a collector. A check that reads a stream the collector does not have, a secret that is not declared, a stream
 * of another collector or one without permissions does not compile.
 */
export function defineCollector<
  const Id extends string,
  Config,
  const SecretName extends string,
  Session,
  const Streams extends readonly Stream<`${Id}.${string}`, unknown, Session>[],
>(collector: Collector<Id, Config, SecretName, Session, Streams>): Collector<Id, Config, SecretName, Session, Streams> {
  return collector
}
