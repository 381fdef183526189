import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFilterPattern } from '../../../collectors/aws/logging/filter-pattern.ts'
import { EVERYDAY_EVENT, WATCHED_EVENTS } from '../../../collectors/aws/logging/watched-events.ts'

const event = {
  eventName: 'StopLogging',
  errorCode: 'Client.UnauthorizedOperation',
  readOnly: false,
  count: 3,
  nothing: null,
  userIdentity: { type: 'Root' },
  resources: [{ type: 'trail' }],
}

describe('a filter pattern', () => {
  it.each([
    ['{ $.eventName = "StopLogging" }', true],
    ['{$.eventName=StopLogging}', true],
    ['{ ($.eventName = "Start*") || ($.eventName = "Stop*") }', true],
    ['{ $.errorCode = "*UnauthorizedOperation" }', true],
    ['{ $.errorCode = "*Denied*" }', false],
    ['{ $.eventName = "StopLogging" && $.userIdentity.type != "Root" }', false],
    ['{ $.userIdentity.invokedBy NOT EXISTS }', true],
    ['{ $.userIdentity.type NOT EXISTS }', false],
    ['{ $.readOnly IS FALSE && $.nothing IS NULL }', true],
    ['{ $.count >= 3 && $.count < 4 && $.count != 2 }', true],
    ['{ $.resources[0].type = "trail" && $.resources[1] NOT EXISTS }', true],
    // `&&` binds more tightly than `||`.
    ['{ $.eventName = "StopLogging" || $.eventName = "x" && $.eventName = "y" }', true],
    ['{ ($.eventName = "StopLogging" || $.eventName = "x") && $.eventName = "y" }', false],
    // What is not there is not different from anything.
    ['{ $.missing != "x" }', false],
  ])('%s', (pattern, expected) => {
    expect(readFilterPattern(pattern)?.(event)).toBe(expected)
  })

  it.each([
    'ERROR',
    '[ip, user, code = 4*]',
    '',
    '{ }',
    '{ $.a = %x.y% }',
    '{ $.a = "x" && }',
    '{ ($.a = "x" }',
    '{ $.a "x" }',
    '{ $.a = "x" } tail',
  ])('that is not understood gives nothing: %s', (pattern) => {
    expect(readFilterPattern(pattern)).toBeUndefined()
  })

  it('is read without throwing, whatever it is', () => {
    const parts = [
      '{',
      '}',
      '(',
      ')',
      '$.a',
      '$[0]',
      '=',
      '!=',
      '&&',
      '||',
      '"x*"',
      'NOT',
      'EXISTS',
      'IS',
      'NULL',
      '3',
      '%',
    ]
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...parts), fc.string()), { maxLength: 12 }), (pieces) => {
        const matches = readFilterPattern(`{ ${pieces.join(' ')} }`)
        expect(['boolean', 'undefined']).toContain(typeof matches?.(event))
      }),
    )
  })

  it('finds text by its parts as a search from the left does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1, maxLength: 4 }), (value, parts) => {
        const expected = new RegExp(`^${parts.join('.*')}$`).test(value)
        expect(readFilterPattern(`{ $.v = "${parts.join('*')}" }`)?.({ v: value })).toBe(expected)
      }),
    )
  })
})

describe('watched events', () => {
  it('are 15 kinds, none of which is an everyday call', () => {
    expect(WATCHED_EVENTS).toHaveLength(15)
    expect(WATCHED_EVENTS.flatMap(({ events }) => events)).not.toContainEqual(EVERYDAY_EVENT)
  })

  it.each([
    ['unauthorized-calls', '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }'],
    ['sign-in-without-mfa', '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }'],
    [
      'root-usage',
      '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    ],
    [
      'key-disabling',
      '{ ($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }',
    ],
    ['sign-in-failures', '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }'],
  ])('%s are noticed by the usual pattern, and by it alone', (id, pattern) => {
    const matches = readFilterPattern(pattern)
    const noticed = WATCHED_EVENTS.filter(({ events }) => events.every((one) => matches?.(one))).map((one) => one.id)
    expect(noticed).toContain(id)
    expect(matches?.(EVERYDAY_EVENT)).toBe(false)
  })
})
