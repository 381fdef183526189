import { describe, expect, it } from 'vitest'
import { type Keys, renewed } from '../../../collectors/aws/credentials.ts'
import { signedHeaders } from '../../../collectors/aws/sign.ts'
import { lendOnly } from '../../../src/collect/machine.ts'
import { Secret } from '../../../src/sdk/secret.ts'
import { manualClock } from '../../../src/testing/clock.ts'

describe('signed headers', () => {
  // Vectors of AWS's own test suite for Signature Version 4: get-vanilla, get-vanilla-query-order-key-case.
  it.each([
    ['/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['/?Param2=value2&Param1=value1', 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
  ])('of GET %s are those of the published vector', (path, signature) => {
    const headers = signedHeaders(new URL(path, 'https://example.amazonaws.com'), {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
      service: 'service',
      at: new Date('2015-08-30T12:36:00Z'),
    })
    expect(headers['authorization']).toContain(`Signature=${signature}`)
  })
})

describe('credentials that end', () => {
  const keysUntil = (expiration: Date): Keys => ({ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'x', expiration })

  it('are renewed ten minutes before, once for all who ask', async () => {
    const clock = manualClock()
    let obtained = 0
    const credentials = renewed(clock, async () => {
      obtained += 1
      return keysUntil(new Date(clock.now().getTime() + 3_600_000))
    })
    await Promise.all([credentials.current(), credentials.current(), credentials.current()])
    expect(obtained).toBe(1)
    await clock.drive(clock.sleep(49 * 60_000))
    await credentials.current()
    expect(obtained).toBe(1)
    await clock.drive(clock.sleep(2 * 60_000))
    await Promise.all([credentials.current(), credentials.current()])
    expect(obtained).toBe(2)
  })

  it('are asked for anew by who shared a renewal that failed', async () => {
    const clock = manualClock()
    let asked = 0
    const credentials = renewed(clock, async () => {
      asked += 1
      if (asked === 1) throw new Error('the first plan item was stopped')
      return keysUntil(new Date(clock.now().getTime() + 3_600_000))
    })
    const [first, second] = await Promise.allSettled([credentials.current(), credentials.current()])
    expect(first.status).toBe('rejected')
    expect(second).toMatchObject({ status: 'fulfilled', value: { accessKeyId: 'ASIAEXAMPLE' } })
  })
})

describe('the machine', () => {
  const machine = async () => ({ id: 'AKIAEXAMPLE', secret: new Secret('x') })

  it('lends to a collector whose manifest asks for it, and to no other', async () => {
    await expect(lendOnly(machine, ['aws'])('aws')).resolves.toMatchObject({ id: 'AKIAEXAMPLE' })
    await expect(lendOnly(machine, [])('aws')).rejects.toMatchObject({ reason: 'denied' })
  })
})
