import { withFields } from './canaries.ts'
import type { Answer } from './fixture.ts'

/** One request as it left the engine. */
export interface WireRequest {
  method: string
  url: URL
  headers: Headers
  /** Empty where there is none. */
  body: string
}

/** A response, byte for byte. */
export interface Written {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** Why a source may send a good request away. Each protocol has its own status, code and shape for it. */
export type Refusal = 'unauthorized' | 'denied' | 'not-found' | 'throttled' | 'error'

/** What the suite puts into a refusal: the collector must repeat none of it. */
export interface RefusalText {
  message: string
  /** Fields that no schema lists. */
  extra: Readonly<Record<string, unknown>>
}

/** What a request asks, and how its source answers it. */
export interface Asked {
  /** `GET https://api.example.com/users`, or the name of an operation: `iam:ListUsers`. */
  operation: string
  /** Query or input, as texts; and where it is asked, if that makes a difference. */
  parameters: URLSearchParams
  /** An answer as the source would send it. `extra`: fields to add to each object of it, as a newer version would. */
  write(answer: Answer, extra?: Readonly<Record<string, unknown>>): Written
  refuse(refusal: Refusal, text: RefusalText): Written
}

/**
 * How a source speaks. Gives `undefined` for what it would not understand.
 * A source with addresses and JSON needs none of its own: see {@link http}.
 */
export type Wire = (request: WireRequest) => Asked | undefined | Promise<Asked | undefined>

const STATUS: Readonly<Record<Refusal, number>> = {
  unauthorized: 401,
  denied: 403,
  'not-found': 404,
  throttled: 429,
  error: 500,
}

/** Method and path say what is asked, answers are JSON, and the status says why there is none. */
export const http: Wire = ({ method, url }) => ({
  operation: `${method} ${url.origin}${url.pathname}`,
  parameters: url.searchParams,
  write: ({ status = 200, headers = {}, body, fieldsAreData }, extra) => {
    const type = typeof body === 'string' ? 'text/plain' : 'application/json'
    const sent = extra === undefined || fieldsAreData ? body : withFields(body, extra)
    const text = typeof sent === 'string' ? sent : JSON.stringify(sent ?? {})
    return { status, headers: { 'content-type': type, ...headers }, body: text }
  },
  refuse: (refusal, { message, extra }) => ({
    status: STATUS[refusal],
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message, ...extra }),
  }),
})
