import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { parseDuration } from '../../src/config/duration.ts'
import { nearest } from '../../src/model/did-you-mean.ts'
import { looksSecret, show, showPath } from '../../src/config/show.ts'

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['0m', undefined],
  ['10', undefined],
  ['1.5h', undefined],
  ['-5m', undefined],
  ['10 m', undefined],
  ['9999999s', undefined],
])('duration %s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

test.each([
  ['organisation', 'organization'],
  ['Organization', 'organization'],
  ['orgnization', 'organization'],
  ['org', 'organization'],
  ['evn', 'env'],
  ['xyz', undefined],
  ['completely-different', undefined],
])('%s is probably meant as %s', (text, meant) => {
  expect(nearest(text, ['env', 'file', 'organization'])).toBe(meant)
})

test('a candidate is its own nearest', () => {
  const words = fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,12}$/), { minLength: 1 })
  fc.assert(
    fc.property(words, fc.nat(), (candidates, index) => {
      const word = candidates[index % candidates.length] ?? ''
      expect(nearest(word, candidates)).toBe(word)
    }),
  )
})

test.each([
  'github_pat_11ABCDEFG0abcdefghij',
  'AKIAIOSFODNN7EXAMPLE',
  'https://user:hunter2@example.com/',
  '-----BEGIN PRIVATE KEY-----',
  'd41d8cd98f00b204e9800998ecf8427e',
  'aGVsbG8gd29ybGQgMTIzNDU2Nzg5MA==',
])('%s looks like a secret and is not shown', (text) => {
  expect(looksSecret(text)).toBe(true)
  expect(show(text)).not.toContain(text)
  expect(showPath(['sources', 0, text])).not.toContain(text)
})

test.each(['acme-prod', './keys/collector-2026.pem', 'GITHUB_TOKEN_2', 'https://example.com/api/v3', 'Europe/Zurich'])(
  '%s does not look like a secret',
  (text) => {
    expect(looksSecret(text)).toBe(false)
    expect(show(text)).toBe(`"${text}"`)
  },
)

test('what stands under a sensitive key is not shown, whatever it is', () => {
  expect(show('hunter2', ['sources', 0, 'config', 'apiKey'])).not.toContain('hunter2')
  expect(show(1234, ['signing'])).not.toContain('1234')
})
