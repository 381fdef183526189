import { InvalidError } from '../sdk/errors.ts'

/** What a collector asks for, whatever it asked with. */
export interface Wanted {
  method: string
  headers: Headers
  url: URL
  body: Uint8Array<ArrayBuffer> | undefined
}

const SIMPLE_METHODS = ['GET', 'HEAD', 'POST']
const encoder = new TextEncoder()

/**
 * Nearly every request of a vendor's SDK is an address with headers and a whole body. A `Request` made of it would only be
 * taken apart again, which costs as much as sending it.
 */
export function simpleRequest(input: string | URL | Request, init: RequestInit = {}): Wanted | undefined {
  const { method = 'GET', headers, body = null, ...others } = init
  const isWhole = body === null || typeof body === 'string' || body instanceof Uint8Array
  if (!(input instanceof URL) || !SIMPLE_METHODS.includes(method) || !isWhole || Object.keys(others).length > 0)
    return undefined
  if (input.username !== '' || input.password !== '' || (body !== null && method !== 'POST')) return undefined
  const sent = headersOf(headers)
  if (sent === undefined) return undefined
  // As `Request` does.
  if (typeof body === 'string' && !sent.has('content-type')) sent.set('content-type', 'text/plain;charset=UTF-8')
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  return { method, headers: sent, url: new URL(input), body: bytes === null ? undefined : new Uint8Array(bytes) }
}

function headersOf(given: RequestInit['headers']): Headers | undefined {
  try {
    return new Headers(given)
  } catch {
    return undefined
  }
}

/** @throws InvalidError without the URL, which may hold credentials: that is one way to be refused */
export async function anyRequest(input: string | URL | Request, init: RequestInit | undefined): Promise<Wanted> {
  let request: Request
  try {
    request = new Request(input, init)
  } catch {
    throw new InvalidError(
      'the collector made a request that cannot be sent: not an absolute URL, or with credentials in it',
    )
  }
  const { method, headers, url } = request
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
  return { method, headers, url: new URL(url), body }
}
