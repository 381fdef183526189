import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, printableJson } from '../../src/report/printable.ts'

/** Characters an attacker would use, between ordinary ones. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001b[31m',
        '\u001b]8;;https://example.com\u0007',
        '\u009b2J',
        '\u001b',
        '\r',
        '\n',
        '\u0000',
        '\u007f',
      ),
      fc.constantFrom(
        '\u202e',
        '\u2066',
        '\u2069',
        '\u200b',
        '\u200d',
        '\ufeff',
        '\u00ad',
        '\u061c',
        '\u{e0041}',
        '\u2028',
        '\ud800',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''))

test('no text keeps a character that a terminal obeys or that cannot be seen', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const clean = printable(text)
      expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u)
      expect(printable(clean)).toBe(clean)
    }),
  )
})

test('whole escape sequences go, ordinary text of any script stays', () => {
  expect(printable('\u001b[1;31mred\u001b[0m \u001b[2Jtext')).toBe('red text')
  expect(printable('user\u202egnp.exe')).toBe('usergnp.exe')
  expect(printable('one\r\ntwo\tthree\u2028four')).toBe('one two three four')
  expect(printable('Zoë, Łódź, 東京, שלום, 🙂')).toBe('Zoë, Łódź, 東京, שלום, 🙂')
})

test('JSON is the same document, and as safe', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const json = printableJson(JSON.stringify({ text }, undefined, 2))
      expect(JSON.parse(json)).toEqual({ text })
      expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})
