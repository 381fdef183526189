import type { GraphQLError } from 'graphql'

/** An error of GitHub's: its `type` is beside `message`, not in `extensions`. */
export class Refused extends Error {
  readonly type: string
  readonly extensions: Readonly<Record<string, unknown>>

  constructor(type: string, message: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.type = type
    this.extensions = extensions
  }
}

/** A field of GitHub's schema that this server does not have. Not an answer of GitHub's. */
export class Gap extends Error {}

/** One entry of `errors` as GitHub writes it. */
export function shapeOf(error: GraphQLError) {
  const { originalError: cause } = error
  return {
    ...(cause instanceof Refused && { type: cause.type }),
    ...(error.path && { path: error.path }),
    ...(cause instanceof Refused && Object.keys(cause.extensions).length > 0 && { extensions: cause.extensions }),
    ...(error.locations && { locations: error.locations }),
    message: error.message,
  }
}

export const notFound = (what: string) => new Refused('NOT_FOUND', `Could not resolve to ${what}.`)
