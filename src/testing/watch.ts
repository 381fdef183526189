import { assertRead, RefusedError } from '../collect/guard.ts'
import { readNaming } from '../collect/naming.ts'
import { knowQueries } from '../collect/queries.ts'
import type { Collector } from '../sdk/collector.ts'
import type { Command, Fetch, Log } from '../sdk/context.ts'

/** Something that was written or said, and where. */
export interface Said {
  where: string
  text: string
}

/** The fetch, noting what the engine refuses. `attempt` is called for each request. */
export function watchedFetch(fetch: Fetch, refused: string[], attempt: () => void): Fetch {
  return async (input, init) => {
    attempt()
    try {
      return await fetch(input, init)
    } catch (error) {
      if (error instanceof RefusedError) {
        const { method, url } = new Request(input, init)
        refused.push(`${method} ${new URL(url).pathname}`)
      }
      throw error
    }
  }
}

interface SeenRequest {
  method: string
  url: URL
  headers: Headers
  body?: Uint8Array | undefined
}

/**
 * Tells what a request asks for by the naming of the manifest, as the engine's limits see it: nothing where it has none.
 * What it gives raises RefusedError for what is no read.
 */
export function knowRequests(
  collector: Collector,
): (request: SeenRequest) => { operation: string | undefined; budget: string | undefined } | undefined {
  const queries = knowQueries(collector)
  const { reads = [], naming } = collector
  return ({ method, url, headers, body }) => {
    const query = queries.operationOf({ method, headers }, url, body)
    if (query !== undefined) return { operation: query, budget: undefined }
    const asked = naming && readNaming(naming, { headers }, url, body)
    const operation = assertRead(method, url, reads, asked)
    return asked && { operation, budget: asked.budget }
  }
}

/** The command, noting what the engine refuses. `attempt` is called for each command. */
export function watchedCommand(command: Command, refused: string[], attempt: () => void): Command {
  return async function* (program, args, options) {
    attempt()
    try {
      yield* command(program, args, options)
    } catch (error) {
      // The seam's own words for an argument or program that is not known to read.
      if (error instanceof Error && error.message.startsWith('refused to run')) {
        refused.push([program, ...args].join(' '))
      }
      throw error
    }
  }
}

/** A log that keeps every line, at every level. */
export function logInto(said: Said[]): Log {
  const line = (data: object, message: string) =>
    void said.push({ where: 'a log line', text: `${textOf(data)} ${message}` })
  return { debug: line, info: line, warn: line, error: line }
}

/** Data as a logger would print it, errors with what they carry. */
function textOf(data: unknown, depth = 0): string {
  if (data instanceof Error) return `${data.stack ?? data.message} ${depth < 5 ? textOf(data.cause, depth + 1) : ''}`
  const nested =
    typeof data === 'object' && data !== null
      ? Object.values(data).filter((value: unknown) => value instanceof Error)
      : []
  return [safeJson(data), ...nested.map((error) => textOf(error, depth + 1))].join(' ')
}

function safeJson(data: unknown): string {
  try {
    return JSON.stringify(data) ?? ''
  } catch {
    return String(data)
  }
}
