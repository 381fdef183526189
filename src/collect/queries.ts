import { queryProblem } from '../model/query-document.ts'
import type { Collector } from '../sdk/collector.ts'
import { refused } from './guard.ts'

/** Recognises the GraphQL documents of a manifest in requests. */
export interface Queries {
  /**
   * The operation of a request that goes where a rule of `reads` takes GraphQL, `graphql:<name>`; `undefined` for any other.
   * @throws RefusedError for one that asks anything else than one of the documents, or asks it in another way
   */
  operationOf(request: Pick<Request, 'method' | 'headers'>, url: URL, body: Uint8Array | undefined): string | undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=utf-8)?$/i
const MEMBERS = new Set(['query', 'variables', 'operationName'])

/** @throws TypeError for a document that is not one query: the manifest cannot be used */
export function knowQueries({ queries = {}, reads = [] }: Pick<Collector, 'queries' | 'reads'>): Queries {
  const paths = new Set(reads.filter((rule) => rule.queries).map(({ path }) => path))
  const names = new Map<string, string>()
  for (const [name, document] of Object.entries(queries)) {
    const problem = queryProblem(document)
    if (problem !== undefined) throw new TypeError(`the document "${name}" of the manifest ${problem}`)
    names.set(document, name)
  }
  return {
    operationOf(request, url, body) {
      if (!paths.has(url.pathname)) {
        // A path in another spelling may lead to the same place, which answers a GET as well.
        if (paths.size === 0 || !isLike(paths, url.pathname)) return undefined
        throw refused(request.method, url, 'a spelling of the path that the manifest does not have')
      }
      const name = names.get(documentIn(request, url, body) ?? '')
      if (name === undefined) throw refused(request.method, url, 'anything but a GraphQL document of the manifest')
      return `graphql:${name}`
    },
  }
}

function isLike(paths: ReadonlySet<string>, pathname: string): boolean {
  const plain = (path: string) => {
    try {
      return decodeURIComponent(path).toLowerCase().split('/').filter(Boolean).join('/')
    } catch {
      return path
    }
  }
  return [...paths].some((path) => plain(path) === plain(pathname))
}

/** The document, if the request is a POST with nothing but one JSON object as `JSON.stringify` writes it. */
function documentIn(
  { method, headers }: Pick<Request, 'method' | 'headers'>,
  { search }: URL,
  body: Uint8Array | undefined,
): string | undefined {
  if (method !== 'POST' || body === undefined || search !== '') return undefined
  if (!JSON_TYPE.test(headers.get('content-type') ?? '') || headers.has('content-encoding')) return undefined
  let value: unknown
  try {
    const text = utf8.decode(body)
    value = JSON.parse(text)
    // Written in any other way, such as with a name twice, it could be read differently at the other end.
    if (JSON.stringify(value) !== text) return undefined
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (!Object.keys(value).every((member) => MEMBERS.has(member))) return undefined
  return 'query' in value && typeof value.query === 'string' ? value.query : undefined
}
