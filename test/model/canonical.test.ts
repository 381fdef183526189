import reference from 'canonicalize'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize, NotCanonicalError, parseCanonical } from '../../src/model/canonical.ts'

/** JSON values whose strings are well formed. */
const json = fc.jsonValue({ stringUnit: 'binary' })

/** Anything but a `NotCanonicalError` is thrown on, and fails the test. */
function isCanonical(input: string | Uint8Array): boolean {
  try {
    parseCanonical(input)
    return true
  } catch (error) {
    if (error instanceof NotCanonicalError) return false
    throw error
  }
}

describe('canonicalize', () => {
  it('writes the example of RFC 8785', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }
    expect(canonicalize(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  it('sorts keys by UTF-16 code units', () => {
    expect(canonicalize({ '\u{1f600}': 1, '\ufb33': 2, é: 3, b: 4, a: 5, B: 6 })).toBe(
      '{"B":6,"a":5,"b":4,"é":3,"\u{1f600}":1,"\ufb33":2}',
    )
  })

  it('writes what the reference library writes, also for keys that objects reorder and for `__proto__`', () => {
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('10', '9', '-1', '01', '__proto__', 'toJSON'))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    }))
    fc.assert(
      fc.property(value, (anything) => {
        expect(canonicalize(anything)).toBe(reference(anything))
      }),
    )
  })

  it.each([
    ['undefined', undefined],
    ['NaN', { a: [Number.NaN] }],
    ['infinity', { a: Number.POSITIVE_INFINITY }],
    ['a lone surrogate', { a: '\ud800' }],
    ['a lone surrogate in a key', { '\ud800': 1 }],
    ['a circle', circle()],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalize(value)).toThrow()
  })

  it('leaves out what is undefined in an object, and does not change what it is given', () => {
    const given = Object.freeze({ b: 1, a: undefined, c: Object.freeze({ z: 1, y: 2 }) })
    expect(canonicalize(given)).toBe('{"b":1,"c":{"y":2,"z":1}}')
  })

  it('does not depend on the order of keys, and means the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed())
        expect(canonicalize(reversed)).toBe(canonicalize(value))
        expect(JSON.parse(canonicalize(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it.each([
    ['undefined', undefined, 'not a JSON value'],
    ['NaN', Number.NaN, 'NaN'],
    ['an infinity', [Number.POSITIVE_INFINITY], 'Infinity'],
    ['a lone surrogate', '\ud800', 'surrogate'],
    ['a lone surrogate in a key', { '\udc00': 1 }, 'surrogate'],
  ])('refuses %s', (_, value, message) => {
    expect(() => canonicalize(value)).toThrow(message)
  })
})

describe('parseCanonical', () => {
  it('gives back what was written, from text and from bytes', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value)
        expect(canonicalize(parseCanonical(text))).toBe(text)
        expect(canonicalize(parseCanonical(Buffer.from(text)))).toBe(text)
      }),
    )
  })

  it('accepts one form of a value only', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 0, max: 4 }), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        expect(isCanonical(text)).toBe(text === canonicalize(value))
      }),
    )
  })

  it('never throws anything else, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), (bytes) => {
        const same = isCanonical(bytes) && Buffer.from(canonicalize(parseCanonical(bytes))).equals(bytes)
        expect(same).toBe(isCanonical(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['duplicate keys', '{"a":1,"a":1}'],
    ['escaped duplicate keys', String.raw`{"a":1,"\u0061":1}`],
    ['unsorted keys', '{"b":1,"a":2}'],
    ['white space', '{"a": 1}'],
    ['a line feed at the end', '{}\n'],
    ['1.0', '1.0'],
    ['-0', '-0'],
    ['an exponent', '1e2'],
    ['an integer beyond 2^53', '9007199254740993'],
    ['a number beyond a double', '1e999'],
    ['an escaped slash', String.raw`"\/"`],
    ['a lone surrogate', String.raw`"\ud800"`],
    ['__proto__ given twice', '{"__proto__":1,"__proto__":1}'],
    ['nothing', ''],
    ['deep nesting without an end', '['.repeat(300_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseCanonical(text)).toThrow(NotCanonicalError)
  })

  it.each([
    ['a byte-order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['an overlong encoding', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut-off character', [0x22, 0xe2, 0x82, 0x22]],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseCanonical(Uint8Array.from(bytes))).toThrow(NotCanonicalError)
  })
})

function circle(): object {
  const value: { self?: object } = {}
  value.self = value
  return value
}
