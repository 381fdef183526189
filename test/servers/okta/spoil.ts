import type { Fault } from './faults.ts'
import type { OktaSeed } from './seed.ts'
import type { Answered } from './server.ts'

/** What a fault does to an answer that is otherwise good. `address` is what was asked for. */
export function spoil(fault: Fault, good: Answered, address: URL, seed: OktaSeed): Answered {
  const links = [good.headers.link ?? []].flat().filter((one) => !one.includes('rel="next"'))
  const linkedTo = (href?: string): Answered => {
    const link = [...links, ...(href === undefined ? [] : [`<${href}>; rel="next"`])]
    const { value, ...rest } = envelopeOf(good)
    if (value === undefined) return { ...good, headers: { ...good.headers, link } }
    const body = { ...rest, value, _links: href === undefined ? {} : { next: { href } } }
    return { ...good, body: Buffer.from(JSON.stringify(body)) }
  }
  switch (fault.kind) {
    case 'malformed-json':
      return { ...good, body: good.body.subarray(0, Math.max(1, Math.floor(good.body.length / 2))) }
    case 'garbage':
      return {
        ...good,
        headers: { ...good.headers, 'content-type': 'text/html' },
        body: Buffer.from('<!doctype html><title>Sign in (demo data)</title>'),
      }
    case 'empty-body':
      return { ...good, body: Buffer.alloc(0) }
    case 'empty-object':
      return { ...good, body: Buffer.from('{}') }
    case 'lost-page':
      return linkedTo()
    case 'cursor-loop':
      return linkedTo(address.href)
    case 'foreign-link':
      return linkedTo('https://elsewhere.example.com/api/v1/users?after=1')
    case 'other-organization':
      return { ...good, body: Buffer.from(good.body.toString().replaceAll(seed.id, fault.id)) }
    case 'unauthorized':
    case 'forbidden':
    case 'feature':
    case 'wrong-state':
    case 'not-found':
    case 'method':
    case 'invalid':
    case 'too-many-requests':
    case 'too-many-at-once':
    case 'status':
    case 'error':
    case 'hang':
    case 'reset':
    case 'truncated-body':
    default:
      return good
  }
}

/** The object around a list of role assignments; empty for other answers. */
function envelopeOf({ body }: Answered): { value?: unknown } {
  if (!body.toString('utf8', 0, 16).startsWith('{"value"')) return {}
  const parsed: unknown = JSON.parse(body.toString())
  return typeof parsed === 'object' && parsed !== null ? parsed : {}
}
