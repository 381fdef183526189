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
