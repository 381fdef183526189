/** Something a request says of itself. */
export interface Mark {
  in: 'header' | 'form' | 'query'
  name: string
  /** Its first group is taken; a value it does not match says nothing. Default: the whole value. */
  pattern?: RegExp
}

/**
 * How requests of a source say what they ask for, where method and path do not tell: by the name of an operation. A request
 * that names one is a read only if a {@link ReadRule} lists it, also with GET; receipts hold the name.
 */
export interface Naming {
  /** The service that is asked; its value stands before the colon in `operation` of rules and receipts. */
  service: Mark
  /** Where the name of the operation may stand. A request that names two is refused. */
  operation: readonly Mark[]
  /** What a budget belongs to besides host and limit, such as account and region; each operation then has one of its own. */
  budget: readonly Mark[]
}

/** How an answer of 400 and above says that it is a rate limit, where its status does not. The first 8 KiB of a body are looked at. */
export type ThrottleRule =
  | { header: string; pattern: RegExp }
  /** `whateverStatus`: of any answer, for sources that answer 200 and say it in the body, as GraphQL does. */
  | { body: RegExp; whateverStatus?: true }
