/**
 * Something a person can put right. It is printed as two lines, the message and the hint, without a stack trace, and
 * ends the program with `exitCode`. `message` may have several lines (one for each problem of a config).
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** What to do next. */
  readonly hint: string
  readonly exitCode: number

  constructor(message: string, hint: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.hint = hint
    this.exitCode = options.exitCode ?? 1
  }
}

/** A line of a file that was sealed as it is: whoever sealed it was not affiant. */
export function notOurLine(file: 'results' | 'controls', cause?: unknown): UserError {
  return new UserError(`a line of the ${file} is not what affiant writes`, 'affiant verify RUN says more.', {
    exitCode: 4,
    cause,
  })
}
