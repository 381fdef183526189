import { createHash } from 'node:crypto'
import type { Answered } from './emulator.ts'
import type { Taken } from './limits.ts'
import { hasRights, type Principal } from './principal.ts'

const DOCS = 'https://docs.github.com/rest'

/** Body of GitHub's refusals. */
export const refusalBody = (status: number, message: string) => ({
  message,
  documentation_url: DOCS,
  status: String(status),
})

export interface Requested {
  /** Distinguishes requests. */
  number: number
  principal: Principal
  taken: Taken
  resource: 'core' | 'graphql'
  /** Right that the route needs. */
  right?: string | undefined
  ifNoneMatch?: string | undefined
}

/** Headers of every answer (https://docs.github.com/en/rest/using-the-rest-api). Node adds `date`. */
export function headersOf({ number, principal, taken, resource, right }: Requested): Record<string, string> {
  const id = createHash('sha256').update(String(number)).digest('hex').toUpperCase()
  return {
    'content-type': 'application/json; charset=utf-8',
    server: 'github.com (emulated, demo data)',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `${id.slice(0, 4)}:${id.slice(4, 10)}:${id.slice(10, 17)}:${id.slice(17, 24)}:${id.slice(24, 32)}`,
    'x-ratelimit-limit': String(taken.limit),
    'x-ratelimit-remaining': String(taken.remaining),
    'x-ratelimit-used': String(taken.used),
    'x-ratelimit-reset': String(taken.reset),
    'x-ratelimit-resource': resource,
    ...(principal.kind === 'classic' && {
      'x-oauth-scopes': principal.scopes.join(', '),
      'x-accepted-oauth-scopes': '',
    }),
    ...(right && hasRights(principal) && { 'x-accepted-github-permissions': right }),
  }
}

/** An answer of JSON, with its ETag, or 304 if the caller has it already. No body at all for undefined. */
export function say(requested: Requested, status: number, body: unknown, more: Record<string, string> = {}): Answered {
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body))
  // GraphQL has no ETags.
  const tagged = status === 200 && requested.resource === 'core'
  const etag = tagged ? `W/"${createHash('sha256').update(bytes).digest('hex')}"` : ''
  const fresh = tagged && requested.ifNoneMatch === etag
  return {
    status: fresh ? 304 : status,
    headers: { ...headersOf(requested), ...(tagged && { etag }), ...more },
    body: fresh ? Buffer.alloc(0) : bytes,
  }
}
