import { hash } from 'node:crypto'

/** UUID v5 of `affiant.dev` in the name space of DNS names (RFC 9562, section 6.6). */
const NAMESPACE = Buffer.from('09e81d49c6925855ae8a44b6a4cebb1e', 'hex')

/**
 * UUID v5 (RFC 9562, section 5.5): the same parts give the same id, in every run and on every machine. The name is the JSON
 * text of the parts, so `['a', 'b']` is not `['a,b']`.
 */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const name = Buffer.concat([NAMESPACE, Buffer.from(JSON.stringify(parts))])
  const bytes = hash('sha1', name, 'buffer').subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
