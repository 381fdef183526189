import canonicalizeJson from 'canonicalize'

/**
 * Canonical JSON (RFC 8785) of a JSON value: one line, keys in UTF-16 code-unit order, no white space.
 * @throws TypeError for what JSON cannot say: `undefined`, `NaN`, infinities, lone surrogates, cycles.
 */
export function canonicalize(value: unknown): string {
  const text = canonicalizeJson(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
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
