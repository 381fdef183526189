import canonicalizeJson from 'canonicalize'

/**
 * Canonical JSON (RFC 8785) of a JSON value: one line, keys in UTF-16 code-unit order, no white space.
 * @throws TypeError or Error for what JSON cannot say: `undefined`, `NaN`, infinities, lone surrogates, cycles.
 */
export function canonicalize(value: unknown): string {
  const plain = inOrder(value, 0)
  if (plain !== UNUSUAL) return JSON.stringify(plain)
  const text = canonicalizeJson(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}

/** What {@link inOrder} leaves to the library. */
const UNUSUAL = Symbol('unusual')
const MAX_PLAIN_DEPTH = 32
const INDEX_LIKE = /^(?:0|[1-9]\d*)$/

/**
 * The value with its keys in order, itself if they are already, for `JSON.stringify`: three times as fast as the library
 * on the records of a run. Everything out of the ordinary (index-like keys, which objects reorder; classes; depth;
 * what JSON cannot say) is left to the library.
 */
function inOrder(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : UNUSUAL
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNUSUAL
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object' || depth > MAX_PLAIN_DEPTH) return UNUSUAL
  if (Array.isArray(value)) {
    let changed = false
    const items = []
    for (const item of value as unknown[]) {
      const ordered = inOrder(item, depth + 1)
      if (ordered === UNUSUAL) return UNUSUAL
      changed ||= ordered !== item
      items.push(ordered)
    }
    return changed ? items : value
  }
  return objectInOrder(value as Record<string, unknown>, depth)
}

function objectInOrder(value: Record<string, unknown>, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  if ((prototype !== Object.prototype && prototype !== null) || typeof value.toJSON === 'function') return UNUSUAL
  const names = Object.keys(value)
  let sorted = true
  let copy: Record<string, unknown> | undefined
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string
    if (INDEX_LIKE.test(name) || name === '__proto__' || !name.isWellFormed()) return UNUSUAL
    if (i > 0 && name < (names[i - 1] as string)) sorted = false
    const child = value[name]
    const ordered = child === undefined ? undefined : inOrder(child, depth + 1)
    if (ordered === UNUSUAL) return UNUSUAL
    if (ordered !== child) (copy ??= { ...value })[name] = ordered
  }
  if (sorted) return copy ?? value
  const from = copy ?? value
  const result: Record<string, unknown> = {}
  for (const name of names.sort()) result[name] = from[name]
  return result
}

/** Thrown by {@link parseCanonical}. */
export class NotCanonicalError extends Error {
  override readonly name = 'NotCanonicalError'
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses JSON that must be exactly what {@link canonicalize} writes. Comparing with a fresh canonicalisation refuses
 * duplicate and unsorted keys, white space, `1.0`, `-0`, integers beyond 2^53, lone surrogates; the fatal decoder refuses
 * bad UTF-8, and a byte-order mark is not JSON.
 * @throws NotCanonicalError
 */
export function parseCanonical(bytes: Uint8Array | string): unknown {
  try {
    const text = typeof bytes === 'string' ? bytes : decoder.decode(bytes)
    const value: unknown = JSON.parse(text)
    if (canonicalize(value) === text) return value
  } catch (cause) {
    throw new NotCanonicalError('not canonical JSON', { cause })
  }
  throw new NotCanonicalError('not canonical JSON')
}
