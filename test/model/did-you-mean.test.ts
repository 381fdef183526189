import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../src/model/did-you-mean.ts'

test.each([
  ['organisation', ['organization', 'repositories'], 'organization'],
  ['TOKEN', ['token'], 'token'],
  ['gihtub', ['git', 'github'], 'github'],
  ['okta', ['github', 'git'], undefined],
  ['', ['git'], undefined],
])('%s among %j is %s', (written, candidates, expected) => {
  expect(nearest(written, candidates)).toBe(expected)
})

test('says nothing when nothing is near', () => {
  expect(didYouMean('okta', ['github'])).toBe('')
  expect(didYouMean('githb', ['github'])).toBe('; did you mean "github"?')
})
