import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  exampleConditions,
  examplePossession,
  exampleRule,
  exampleSession,
  exampleVerification,
} from '../../../collectors/okta/examples-policies.ts'
import type { ChainMethod } from '../../../collectors/okta/policy.ts'
import { isForEverybody, reachableRules } from '../../../collectors/okta/policy-rules.ts'
import { asksPhishingResistance, asksSecondFactor, asksTwoFactors } from '../../../collectors/okta/second-factor.ts'

const method = (key: string, by: string, parts: Partial<ChainMethod> = {}): ChainMethod => ({
  key,
  method: by,
  phishingResistant: null,
  userVerification: null,
  ...parts,
})
const password = method('okta_password', 'password')
const push = method('okta_verify', 'push')
const fastPass = method('okta_verify', 'signed_nonce', { userVerification: 'REQUIRED', phishingResistant: 'REQUIRED' })
const chain = (...steps: ChainMethod[][]) =>
  exampleVerification({ type: 'AUTH_METHOD_CHAIN', factorMode: null, chains: [steps] })

describe('asksTwoFactors', () => {
  it('takes Okta’s own word for assurance', () => {
    expect(asksTwoFactors(exampleVerification({ factorMode: '2FA' }))).toBe(true)
    expect(asksTwoFactors(exampleVerification({ factorMode: '1FA' }))).toBe(false)
  })

  it('counts a constraint of possession and knowledge as two', () => {
    const both = { possession: examplePossession(), knowledge: { required: true, types: ['password'] } }
    const one = { possession: examplePossession(), knowledge: null }
    expect(asksTwoFactors(exampleVerification({ factorMode: '1FA', constraints: [both] }))).toBe(true)
    // Either constraint lets people in.
    expect(asksTwoFactors(exampleVerification({ factorMode: '1FA', constraints: [both, one] }))).toBe(false)
    const optional = { possession: examplePossession(), knowledge: { required: false, types: [] } }
    expect(asksTwoFactors(exampleVerification({ factorMode: '1FA', constraints: [optional] }))).toBe(false)
  })

  it('counts a possession factor unlocked by the person as two', () => {
    const unlocked = { possession: examplePossession({ userVerification: 'REQUIRED' }), knowledge: null }
    expect(asksTwoFactors(exampleVerification({ factorMode: '1FA', constraints: [unlocked] }))).toBe(true)
  })

  it('finds the way through a chain that stays with one kind of factor', () => {
    expect(asksTwoFactors(chain([password], [push]))).toBe(true)
    expect(asksTwoFactors(chain([password]))).toBe(false)
    expect(asksTwoFactors(chain([password], [method('security_question', 'security_question')]))).toBe(false)
    expect(asksTwoFactors(chain([push], [method('phone_number', 'sms')]))).toBe(false)
    // A choice of methods in the second step leaves the weak way open.
    expect(asksTwoFactors(chain([password], [push, method('security_question', 'security_question')]))).toBe(false)
    expect(asksTwoFactors(chain([fastPass]))).toBe(true)
    const two = exampleVerification({ type: 'AUTH_METHOD_CHAIN', chains: [[[password], [push]], [[password]]] })
    expect(asksTwoFactors(two)).toBe(false)
  })

  it('does not guess what it does not know', () => {
    expect(asksTwoFactors(null)).toBeNull()
    expect(asksTwoFactors(exampleVerification({ type: 'ID_PROOFING', factorMode: null }))).toBeNull()
    expect(asksTwoFactors(exampleVerification({ factorMode: 'ANY' }))).toBeNull()
    expect(asksTwoFactors(exampleVerification({ type: 'AUTH_METHOD_CHAIN' }))).toBeNull()
  })

  it('never says yes to a set of ways in of which one is weak', () => {
    const steps = fc.array(fc.array(fc.constantFrom(password, push, fastPass), { minLength: 1 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 3 }), fc.nat(), (chains, at) => {
        const place = at % (chains.length + 1)
        const weak = chains.toSpliced(place, 0, [[password], [password, push]])
        expect(asksTwoFactors(exampleVerification({ type: 'AUTH_METHOD_CHAIN', chains: weak }))).toBe(false)
      }),
    )
  })
})

describe('asksPhishingResistance', () => {
  it('asks it of every constraint', () => {
    const hard = { possession: examplePossession({ phishingResistant: 'REQUIRED' }), knowledge: null }
    const soft = { possession: examplePossession({ phishingResistant: 'OPTIONAL' }), knowledge: null }
    expect(asksPhishingResistance(exampleVerification({ constraints: [hard] }))).toBe(true)
    expect(asksPhishingResistance(exampleVerification({ constraints: [hard, soft] }))).toBe(false)
    expect(asksPhishingResistance(exampleVerification())).toBe(false)
  })

  it('accepts security keys named one by one', () => {
    const keys = (...allowed: string[]) => ({ possession: examplePossession({ allowed }), knowledge: null })
    expect(asksPhishingResistance(exampleVerification({ constraints: [keys('webauthn/webauthn')] }))).toBe(true)
    expect(
      asksPhishingResistance(exampleVerification({ constraints: [keys('webauthn/webauthn', 'okta_verify/push')] })),
    ).toBe(false)
  })

  it('asks it of one whole step of each chain', () => {
    expect(asksPhishingResistance(chain([password], [fastPass]))).toBe(true)
    expect(asksPhishingResistance(chain([password], [fastPass, push]))).toBe(false)
  })
})

describe('asksSecondFactor', () => {
  it('reads global rules by requireFactor', () => {
    expect(asksSecondFactor(exampleRule({ session: exampleSession() }))).toBe(true)
    expect(asksSecondFactor(exampleRule({ session: exampleSession({ requireFactor: false }) }))).toBe(false)
    expect(asksSecondFactor(exampleRule({ session: exampleSession({ requireFactor: null }) }))).toBeNull()
  })
})

describe('reachableRules', () => {
  const office = exampleConditions({ network: { connection: 'ZONE', include: ['nzo1'], exclude: [] } })

  it('goes by priority, not by the order of the answer', () => {
    const rules = [exampleRule({ id: 'b', priority: 99 }), exampleRule({ id: 'a', priority: 1, conditions: office })]
    expect(reachableRules(rules).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('ends at the first rule for everybody and leaves out what is off', () => {
    const rules = [
      exampleRule({ id: 'off', priority: 0, status: 'INACTIVE' }),
      exampleRule({ id: 'office', priority: 1, conditions: office }),
      exampleRule({ id: 'all', priority: 2 }),
      exampleRule({ id: 'never', priority: 3 }),
    ]
    expect(reachableRules(rules).map(({ id }) => id)).toEqual(['office', 'all'])
  })

  it.each([
    ['a group', { groups: { include: ['00g1'], exclude: [] } }],
    ['a person left out', { users: { include: 0, exclude: 1 } }],
    ['a zone', { network: { connection: 'ZONE', include: [], exclude: ['nzo1'] } }],
    ['a managed device', { device: { registered: true, managed: true, assurance: [] } }],
    ['a risk', { riskLevel: 'HIGH' }],
    ['an expression', { expression: true }],
    ['anything else', { further: true }],
  ])('does not take a rule with a condition on %s for one for everybody', (_, parts) => {
    expect(isForEverybody(exampleConditions(parts))).toBe(false)
    expect(isForEverybody(exampleConditions({ network: { connection: 'ANYWHERE', include: [], exclude: [] } }))).toBe(
      true,
    )
  })
})
