import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Problem } from '../../src/config/problem.ts'
import { load, VALID } from './fakes.ts'

/** What is wrong with the answer to this text: nothing, it is hoped. */
function complaints(text: string): string[] {
  const { ok, problems } = load(text)
  const lines = text.split('\n')
  const isInside = ({ line, column }: Problem): boolean => {
    const length = lines[line - 1]?.length
    return length !== undefined && column >= 1 && column <= length + 1
  }
  const isRefused = problems.some(({ severity }) => severity === 'error')
  return [
    ...problems.filter((problem) => !isInside(problem)).map((one) => `outside: ${one.line}:${one.column}`),
    ...problems.filter(({ message }) => !/^[^\n]+$/.test(message)).map(({ message }) => `not a line: ${message}`),
    ...(ok === isRefused ? [`ok is ${ok}, with ${problems.length} problems`] : []),
  ]
}

const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '- ',
        ': ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!t ',
        '|\n',
        '? ',
        '"',
        "'",
        '#',
        '\n',
        '  ',
        '\t',
        '---\n',
        '\r\n',
        '\ufeff',
        '<<: ',
      ),
      fc.constantFrom(
        'version',
        'sources',
        'secrets',
        'checks',
        'jobs',
        'signing',
        'key',
        'env',
        '__proto__',
        '1',
        'null',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

test('any text gives a config or a problem with a place inside the text', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), yamlish)
  fc.assert(
    fc.property(text, (any) => {
      expect(complaints(any)).toEqual([])
    }),
    { numRuns: 1500 },
  )
})

test('a valid config with a piece cut out, doubled or replaced gives a config or a problem inside the text', () => {
  const place = fc.nat({ max: VALID.length })
  fc.assert(
    fc.property(place, place, fc.oneof(fc.constant(''), yamlish), (a, b, text) => {
      const [from, to] = a < b ? [a, b] : [b, a]
      expect(complaints(VALID.slice(0, from) + text + VALID.slice(to))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

const pathIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => [key, ...pathIn(child).map((rest) => `${key} ${rest}`)])
    : []

test('any value in place of any part of a valid config gives a config or a problem', () => {
  const valid: unknown = parse(VALID)
  fc.assert(
    fc.property(fc.constantFrom(...pathIn(valid)), fc.jsonValue(), (path, replacement) => {
      const changed: unknown = structuredClone(valid)
      const keys = path.split(' ')
      const last = keys.pop() ?? ''
      const parent: unknown = keys.reduce((here: unknown, key) => Reflect.get(Object(here), key), changed)
      Reflect.set(Object(parent), last, replacement)
      expect(complaints(JSON.stringify(changed, null, 1))).toEqual([])
    }),
    { numRuns: 500 },
  )
})
