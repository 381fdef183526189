/* oxlint-disable typescript/restrict-template-expressions, typescript/no-misused-spread -- printing it every wrong way is the test */
import { PassThrough } from 'node:stream'
import { format, inspect } from 'node:util'
import { asReadError, DeniedError, errorForStatus, InvalidError, Secret, ThrottledError } from 'affiant/sdk'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'

const canary = 'ghp_canary0123456789'

describe('Secret', () => {
  const secret = new Secret(canary)
  const holder = { token: secret, nested: [{ secret }], map: new Map([['token', secret]]) }
  it.each<[string, () => string]>([
    ['String', () => String(secret)],
    ['a template', () => `${secret}`],
    ['concatenation', () => 'a' + (secret as unknown as string)],
    ['JSON', () => JSON.stringify(holder)],
    ['inspect', () => inspect(holder, { depth: 9, showHidden: true, getters: true })],
    ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error', () => String(new Error(`bad ${secret}`).stack)],
    ['Object.entries', () => JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ['a spread', () => JSON.stringify({ ...secret })],
    ['structuredClone', () => inspect(structuredClone({ a: { ...secret } }))],
  ])('does not print by %s', (_, print) => {
    expect(print()).not.toContain('canary')
  })

  it('does not print by pino', async () => {
    const stream = new PassThrough()
    pino({ level: 'trace' }, stream).info({ secret, holder }, 'here')
    const text = String(stream.read())
    expect(text).toContain('[secret]')
    expect(text).not.toContain('canary')
  })

  it('gives its value to who asks for it', () => {
    expect(secret.reveal()).toBe(canary)
  })
})

describe('asReadError', () => {
  it('finds the read error a vendor library has wrapped', () => {
    const inner = new ThrottledError('slow down')
    const wrapped = new Error('request failed', { cause: new Error('fetch failed', { cause: inner }) })
    expect(asReadError(wrapped)).toBe(inner)
  })

  it.each([
    [401, 'denied'],
    [403, 'denied'],
    [404, 'unavailable'],
    [408, 'timeout'],
    [422, 'invalid'],
    [429, 'throttled'],
    [503, 'unavailable'],
  ])('reads the class from HTTP status %i: %s', (status, reason) => {
    expect(errorForStatus(status, 'x').reason).toBe(reason)
    expect(asReadError(Object.assign(new Error(canary), { status })).reason).toBe(reason)
  })

  it('repeats no foreign message, and takes what it cannot classify for invalid', () => {
    for (const thrown of [new TypeError(canary), canary, undefined, { canary }]) {
      const error = asReadError(thrown)
      expect(error).toBeInstanceOf(InvalidError)
      expect(error.message).not.toContain('canary')
    }
  })

  it('survives a cause chain that is a circle', () => {
    const error = new Error('a')
    error.cause = error
    expect(asReadError(error).reason).toBe('invalid')
    expect(asReadError(new DeniedError('no')).reason).toBe('denied')
  })
})
