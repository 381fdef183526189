import { listedInConfig, plural } from 'affiant/sdk'
import { describe, expect, test } from 'vitest'

describe('plural', () => {
  test.each([
    [0, '0 days'],
    [1, '1 day'],
    [2, '2 days'],
    [0.5, '0.5 days'],
  ])('of %d', (count, text) => {
    expect(plural(count, 'day')).toBe(text)
  })

  test('takes an irregular one, and a verb that agrees', () => {
    expect(plural(2, 'person', 'people')).toBe('2 people')
    expect(plural(1, 'rule is off', 'rules are off')).toBe('1 rule is off')
    expect(plural(3, 'rule is off', 'rules are off')).toBe('3 rules are off')
  })
})

test.each([
  [[], 'none listed in config'],
  [['a'], '1 listed in config'],
  [['a', 'b'], '2 listed in config'],
])('a list of the config: %j', (entries, text) => {
  expect(listedInConfig(entries)).toBe(text)
})
