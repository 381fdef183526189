import type { Answered } from './emulator.ts'
import type { Fault } from './faults.ts'
import type { OrganizationSeed } from './seed.ts'

/** What a fault does to an answer that is otherwise good. `address` is where the pages of the list are. */
export function spoil(fault: Fault, good: Answered, address: URL, seed: OrganizationSeed): Answered {
  const links = (good.headers.link ?? '').split(', ').filter((one) => one !== '' && !one.includes('rel="next"'))
  if (fault.kind === 'malformed-json') {
    return { ...good, body: good.body.subarray(0, Math.max(1, Math.floor(good.body.length / 2))) }
  }
  if (fault.kind === 'empty-body') return { ...good, body: Buffer.alloc(0) }
  if (fault.kind === 'lost-page') return { ...good, headers: { ...good.headers, link: links.join(', ') } }
  if (fault.kind === 'cursor-loop') {
    const target = new URL(address)
    if (fault.to !== undefined) target.searchParams.set('page', String(fault.to))
    return { ...good, headers: { ...good.headers, link: [`<${target.href}>; rel="next"`, ...links].join(', ') } }
  }
  if (fault.kind === 'graphql-error' || fault.kind === 'graphql-partial') {
    const { type, message = 'Something went wrong.' } = fault
    const answer: unknown = fault.kind === 'graphql-error' ? { data: null } : JSON.parse(good.body.toString())
    const errors = [{ type, path: ['organization'], message }]
    return { ...good, body: Buffer.from(JSON.stringify({ ...(answer as object), errors })) }
  }
  if (fault.kind === 'wrong-organization') {
    const text = good.body.toString().replaceAll(seed.login, fault.login).replaceAll(String(seed.id), String(fault.id))
    return { ...good, body: Buffer.from(text) }
  }
  return good
}
