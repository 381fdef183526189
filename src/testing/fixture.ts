import type { Wire } from './wire.ts'

/** What the fake source answers to one request. */
export interface Answer {
  /** Default: 200. */
  status?: number
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON, text as it is; with a `wire` of the fixture, whatever that takes. */
  body?: unknown
  /**
   * Set where 404 is the source's way of saying that the thing does not exist, and your stream reads it with
   * `reader.observe(…, { absentOn: 'not-found' })`. Anywhere else 404 must not give complete evidence.
   */
  mayBeAbsent?: true
  /**
   * Set where the source may answer an object without any of its fields, and that says something. Anywhere else an
   * answer of another shape must not give complete evidence.
   */
  mayBeBlank?: true
  /** Set where the fields of an object are data (names of things), so that no canary field can be added. */
  fieldsAreData?: true
  /**
   * Set where your stream reads the same in another way if this one fails, with `reader.orElse()`. It may then be complete, with
   * as many records.
   */
  mayBeReplaced?: true
  /** Set on an answer of that other way, which nobody asks for while all is well. */
  onlyInstead?: true
}

/** The folder lent to a fixture whose collector reads with commands; gone when the suite ends. */
export interface Place {
  /** Absolute path. */
  folder: string
  /** Writes a file below the folder and returns its absolute path. */
  write(path: string, text: string): Promise<string>
  /** Runs a program in the folder and returns what it printed, trimmed. Throws if it fails. */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>
  /** Made-up credentials; plant them wherever your stream does not read. */
  secrets: readonly string[]
  /** Made-up mail addresses; plant them in the same way, and in fields your stream pseudonymises. */
  mails: readonly string[]
}

/**
 * What the contract suite needs to know of a collector: a small, hand-written source. Answers are keyed by
 * `[METHOD ]path[?query]`; of the answers whose path is equal and whose query parameters all stand in the request, the
 * one with most parameters is given. Of a GraphQL document of the manifest's `queries`, its name is the parameter `query` and
 * each variable that is not null another: `POST /graphql?query=repositories&after=x`.
 */
export interface Fixture {
  /** Folder of the collector: `import.meta.dirname`. */
  folder: string
  /** As a user would write it, without secrets. A function where the config names files of {@link Place}. */
  config: object | ((place: Place) => object)
  /** Made-up values by name. The suite demands that they turn up nowhere. */
  secrets?: Readonly<Record<string, string>>
  /** Root of the URLs that `routes` are keyed by, without a final slash. */
  baseUrl?: string
  routes?: Readonly<Record<string, Answer>>
  /**
   * For sources whose requests do not say by method and path what they ask: how they do, and how answers are written. Keys
   * of `routes` are then `operation[?parameter=value…]` by its words, and `baseUrl` is not used.
   */
  wire?: Wire
  /** For collectors that read with commands: makes what they read. Called once. */
  prepare?: (place: Place) => Promise<void>
  /** How many records each stream has, over all pages and scopes, counted by you. */
  records: Readonly<Record<string, number>>
  /**
   * Two consecutive pages of a list, by their keys in `routes`; needed of every collector that makes requests, unless its
   * source has no list in pages at all: then `none` says why.
   */
  pages?: PagePair | { none: string }
  /**
   * Logins, names and addresses of people that stand in the answers. No file may hold one of them, not even within a
   * longer word: choose names that stand nowhere else.
   */
  people?: readonly string[]
  /** Params of checks, as in config. */
  checks?: Readonly<Record<string, { params: Readonly<Record<string, unknown>> }>>
}

export interface PagePair {
  stream: string
  first: string
  second: string
}

/** The two pages of a fixture that has some. */
export function pagePair({ pages }: Fixture): PagePair | undefined {
  return pages === undefined || 'none' in pages ? undefined : pages
}
