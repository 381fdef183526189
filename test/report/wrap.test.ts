import fc from 'fast-check'
import { expect, test } from 'vitest'
import { penFor } from '../../src/report/look.ts'
import { printable } from '../../src/report/printable.ts'
import { cut, widthOf, wrapText } from '../../src/report/wrap.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 300 }).map(printable)

test('no line is wider than the terminal, and no character is lost', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 120 }), fc.boolean(), (written, columns, color) => {
      const drawn = wrapText(penFor({ color }).bad(written), columns, '  - ')
      for (const line of drawn.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns)
      const plain = printable(drawn.slice(4).replaceAll('\n', ''))
      expect(plain.replaceAll(' ', '')).toBe(written.replaceAll(' ', ''))
    }),
  )
})

test('lines break at spaces and are indented as far as the lead', () => {
  expect(wrapText('one two three four', 12, '- ')).toBe('- one two\n  three four')
})

test('wide characters take two columns, combining ones none', () => {
  expect(widthOf('東京')).toBe(4)
  expect(widthOf('e\u0301')).toBe(1)
  expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3)
})

test('what is cut says so and fits', () => {
  expect(cut('abcdef', 4)).toBe('abc…')
  expect(cut('abcd', 4)).toBe('abcd')
  expect(widthOf(cut('東京東京', 5))).toBeLessThanOrEqual(5)
})
