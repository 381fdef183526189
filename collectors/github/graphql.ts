import { InvalidError, type ReadError, type Reader, z } from 'affiant/sdk'
import { graphqlRefusal, type RequestOptions } from './errors.ts'
import type { QueryName } from './queries.ts'

export type Variables = Readonly<Record<string, string | number | boolean | null>>

/** An error inside an answer. https://spec.graphql.org/October2021/#sec-Errors; `type` and `extensions` as GitHub fills them in. */
const GraphqlError = z.object({
  type: z.string().optional(),
  message: z.string().catch(''),
  path: z.array(z.union([z.string(), z.int()])).optional(),
  extensions: z.object({ code: z.string().optional(), saml_failure: z.boolean().optional() }).optional(),
})
export type GraphqlError = z.output<typeof GraphqlError>

const Envelope = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(GraphqlError).nullish(),
})

/** One answer: its data, what GitHub could not give of it, and what it cost. */
export interface GraphqlAnswer {
  data: Readonly<Record<string, unknown>>
  errors: readonly GraphqlError[]
  /** The request in words, for messages. */
  what: string
}

/** @throws InvalidError when the body is no GraphQL answer; the error GitHub gives in place of all data */
export function readEnvelope(body: unknown, what: string, options: RequestOptions = {}): GraphqlAnswer {
  const parsed = Envelope.safeParse(body)
  if (!parsed.success) throw new InvalidError(`${what}: GitHub's answer is not what it documents`)
  const errors = parsed.data.errors ?? []
  const [first] = errors
  const { data } = parsed.data
  if (data === undefined || data === null) {
    if (first === undefined) throw new InvalidError(`${what}: GitHub answered neither data nor an error`)
    throw graphqlRefusal(first, what, options)
  }
  return { data, errors, what }
}

/** One page of a connection. */
export interface GraphqlPage<T> {
  items: T[]
  /** What it was asked with. */
  cursor: string
  /** `pageInfo.hasNextPage` is false. */
  last: boolean
  /** GitHub's count of the whole connection, where the document asks for it. */
  total?: number
  /** Why items are not whole, by their place in `items`. Empty unless `partial` is set. */
  failures: ReadonlyMap<number, ReadError>
}

export interface ConnectionOptions<T> extends RequestOptions {
  /** Fields from the root of the answer to the connection: `['organization', 'repositories']`. */
  path: readonly string[]
  item: z.ZodType<T>
  /**
   * An item of which GitHub could not give a part (an error beneath it) is handed on with its failure, which must then be
   * accounted for. Without, any error fails the page.
   */
  partial?: boolean
  /** Items of the first page. Default: 100, which is the most. */
  pageSize?: number
}

const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })
const Connection = z.object({
  totalCount: z.int().optional(),
  pageInfo: PageInfo,
  nodes: z.array(z.unknown()).optional(),
  edges: z.array(z.unknown()).optional(),
})

export const MOST_NODES = 100
/** Tried in turn after a 502 or a time-out; GitHub ends a query after ten seconds. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
const STEPS = [MOST_NODES, 50, 20, 5]

/**
 * Follows a connection to its end. Where GitHub cannot answer a page (502, no answer in time) it is asked for again in
 * smaller ones, and the size stays small from then on.
 */
export async function* connectionPages<T>(
  ask: (variables: Variables) => Promise<GraphqlAnswer>,
  reader: Pick<Reader, 'orElse'>,
  variables: Variables,
  options: ConnectionOptions<T>,
  name: QueryName,
): AsyncIterable<GraphqlPage<T>> {
  let size = options.pageSize ?? MOST_NODES
  let after: string | null = null
  const seen = new Set<string>()
  const askFor = (first: number): Promise<GraphqlAnswer> => {
    const smaller = STEPS.find((step) => step < first)
    const askThis = () => ask({ ...variables, first, after })
    if (smaller === undefined) return askThis()
    return reader.orElse(askThis, (failure) => {
      if (!isTooMuch(failure)) throw failure
      size = smaller
      return askFor(smaller)
    })
  }
  for (;;) {
    const answer = await askFor(size)
    const { page, next }: ReadPage<T> = readPage(answer, options, `${name}:${after ?? ''}`)
    if (next !== undefined) {
      if (seen.has(next)) throw new InvalidError(`${answer.what}: GitHub's cursors lead in a circle`)
      seen.add(next)
    }
    yield page
    if (next === undefined) return
    after = next
  }
}

/** The query may be answered if it asks for less. */
function isTooMuch({ reason, status }: ReadError): boolean {
  return reason === 'timeout' || (reason === 'unavailable' && status !== undefined && status >= 500)
}

interface ReadPage<T> {
  page: GraphqlPage<T>
  /** Cursor of the next page. */
  next: string | undefined
}

function readPage<T>(
  { data, errors, what }: GraphqlAnswer,
  { path, item, partial, ...options }: ConnectionOptions<T>,
  cursor: string,
): ReadPage<T> {
  const connection = Connection.safeParse(valueAt(data, path))
  const first = errors[0]
  if (!connection.success) {
    throw first ? graphqlRefusal(first, what, options) : new InvalidError(`${what}: ${path.join('.')} is not there`)
  }
  const { pageInfo, totalCount, nodes, edges } = connection.data
  const rows = nodes ?? edges
  if (rows === undefined) throw new InvalidError(`${what}: ${path.join('.')} has neither nodes nor edges`)
  const failures = new Map<number, ReadError>()
  for (const error of errors) {
    const place = placeOf(error, [...path, nodes ? 'nodes' : 'edges'])
    const failure = graphqlRefusal(error, what, options)
    if (!partial || place === undefined || rows[place] === null) throw failure
    if (!failures.has(place)) failures.set(place, failure)
  }
  const items = rows.map((row, place) => {
    const parsed = item.safeParse(row)
    if (parsed.success) return parsed.data
    const known = failures.get(place)
    if (known !== undefined) throw known
    const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole'))]
    throw new InvalidError(`${what}: GitHub's answer is not what it documents (${fields.slice(0, 3).join(', ')})`)
  })
  const { hasNextPage, endCursor } = pageInfo
  if (hasNextPage && endCursor === null) {
    throw new InvalidError(`${what}: GitHub says there is a next page, but not where`)
  }
  return {
    page: {
      items,
      cursor,
      last: !hasNextPage,
      failures,
      ...(totalCount !== undefined && { total: totalCount }),
    },
    next: hasNextPage ? (endCursor ?? undefined) : undefined,
  }
}

/** The index of the row an error lies beneath. */
function placeOf({ path = [] }: GraphqlError, rows: readonly string[]): number | undefined {
  const isBeneath = rows.every((field, index) => path[index] === field)
  const place = path[rows.length]
  return isBeneath && typeof place === 'number' ? place : undefined
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data
  for (const field of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.entries(value).find(([name]) => name === field)?.[1]
  }
  return value
}
