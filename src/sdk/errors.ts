/**
 * Why something could not be read. The same closed list is used for the outcome of a plan item, for a gap inside a
 * record and for a check result that is `unknown`.
 *
 * | reason | meaning |
 * |---|---|
 * | `denied` | the source refused: no or wrong credentials (401) or a missing right (403) |
 * | `throttled` | the source's rate limit was reached and could not be waited out |
 * | `truncated` | the list broke off: a page is missing, the end marker never came, or totals disagree |
 * | `unavailable` | the source did not serve it: 404 on something that must exist, 5xx, connection refused or reset |
 * | `unlicensed` | the plan or edition of the source does not include the feature |
 * | `invalid` | an answer came but is not what the source documents: malformed JSON, wrong shape, duplicate key, cursor loop, another organisation |
 * | `timeout` | no answer in time, or the plan item's deadline passed |
 * | `aborted` | the run was stopped (Ctrl-C, SIGTERM) before it was read |
 * | `stale` | it was read, but is older than the check accepts |
 * | `premature` | events of a period were read before it had ended. Only the engine gives this reason |
 */
export const REASONS = [
  'denied',
  'throttled',
  'truncated',
  'unavailable',
  'unlicensed',
  'invalid',
  'timeout',
  'aborted',
  'stale',
  'premature',
] as const
export type Reason = (typeof REASONS)[number]

export interface ReadErrorOptions {
  /** The right whose absence caused this, by the name the stream declares in `permissions`. */
  permission?: string
  /** HTTP status, where there was one. */
  status?: number
  cause?: unknown
}

/**
 * Base of every error a collector throws on purpose. Which one to throw, and what then happens:
 *
 * - Throw the subclass that says *why* the read failed. The plan item ends `partial` (some records were already
 *   yielded) or `failed` with that reason; every check that reads it becomes `unknown`, or `fail` if a failure was seen.
 * - Anything else you throw (a `TypeError`, a vendor's error) is looked through by its `cause` chain and `status`;
 *   what cannot be classified counts as `invalid`. Nothing is ever swallowed.
 * - One refused sub-read that should not end the stream: wrap it in `reader.observe()` and put what it returns into
 *   the record. Do not catch errors yourself: a failed request that nobody accounts for makes the item `partial`.
 *
 * Messages must hold no secret and no person's name; they are written to the bundle and to logs.
 */
export abstract class ReadError extends Error {
  abstract readonly reason: Reason
  readonly permission: string | undefined
  readonly status: number | undefined

  constructor(message: string, options: ReadErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.permission = options.permission
    this.status = options.status
  }
}

/** The source refused the credentials (401) or the right is missing (403). Name the permission if you know it. */
export class DeniedError extends ReadError {
  readonly reason = 'denied'
}

/** The rate limit was hit. The HTTP seam already waited and retried as far as the deadline allows. */
export class ThrottledError extends ReadError {
  readonly reason = 'throttled'
}

/** A list broke off before its end marker, or totals disagree. */
export class TruncatedError extends ReadError {
  readonly reason = 'truncated'
}

/** 5xx after all retries, connection refused or reset, DNS failure. */
export class UnavailableError extends ReadError {
  readonly reason: Reason = 'unavailable'
}

/**
 * 404. Inside `reader.observe(…, { absentOn: 'not-found' })` it means the thing does not exist; anywhere else it is a
 * failed read (`unavailable`), because many sources answer 404 for what the credentials may not see.
 */
export class NotFoundError extends UnavailableError {}

/** The plan or edition does not include the feature. */
export class UnlicensedError extends ReadError {
  readonly reason = 'unlicensed'
}

/** The answer is malformed, or is not what was asked for. */
export class InvalidError extends ReadError {
  readonly reason = 'invalid'
}

/** No answer in time. */
export class TimeoutError extends ReadError {
  readonly reason = 'timeout'
}

/** Events of a period were read before it had ended: more may have happened since. Thrown by the engine only. */
export class PrematureError extends ReadError {
  readonly reason = 'premature'
}

/** The run was stopped. */
export class AbortedError extends ReadError {
  readonly reason = 'aborted'
}

/** The error for an HTTP status, for vendor SDKs that report a bare status. */
export function errorForStatus(status: number, message: string, options: ReadErrorOptions = {}): ReadError {
  const details = { ...options, status }
  if (status === 401 || status === 403) return new DeniedError(message, details)
  if (status === 404 || status === 410) return new NotFoundError(message, details)
  if (status === 408) return new TimeoutError(message, details)
  if (status === 429) return new ThrottledError(message, details)
  if (status >= 500) return new UnavailableError(message, details)
  return new InvalidError(message, details)
}

/**
 * The read error behind anything thrown: itself, the first one in its `cause` chain, or one made from the HTTP `status`
 * of the thrown object; otherwise an `InvalidError` that names only the kind of error, as a foreign message may hold
 * data that must not be written down.
 */
export function asReadError(thrown: unknown): ReadError {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    if (error instanceof ReadError) return error
  }
  if (thrown instanceof Error) {
    const status = 'status' in thrown ? thrown.status : undefined
    if (typeof status === 'number') return errorForStatus(status, `HTTP ${status}`, { cause: thrown })
    return new InvalidError(`the collector failed with ${thrown.name}`, { cause: thrown })
  }
  return new InvalidError('the collector failed with a value that is not an error')
}
