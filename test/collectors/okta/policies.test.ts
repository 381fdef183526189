import { describe, expect, it } from 'vitest'
import { isForEverybody } from '../../../collectors/okta/policy-rules.ts'
import { policies } from '../../../collectors/okta/streams/policies.ts'
import type { PolicyRecord } from '../../../collectors/okta/policy.ts'
import { type Answers, collect, error, next } from './configuration-harness.ts'

const list = (type: string) => `/api/v1/policies?type=${type}`
const rulesOf = (id: string) => `/api/v1/policies/${id}/rules`
const CLASSIC = ['IDP_DISCOVERY', 'MFA_ENROLL', 'OKTA_SIGN_ON', 'PASSWORD', 'USER_LIFECYCLE']
const ALL = [
  ...CLASSIC,
  'ACCESS_POLICY',
  'DEVICE_SIGNAL_COLLECTION',
  'ENTITY_RISK',
  'POST_AUTH_SESSION',
  'PROFILE_ENROLLMENT',
  'SESSION_VIOLATION_DETECTION',
]
const empty = (types: readonly string[]): Answers => Object.fromEntries(types.map((type) => [list(type), {}]))

const policy = (type: string, parts: object = {}) => ({
  id: `rst-${type}`,
  type,
  name: `A policy of ${type}`,
  status: 'ACTIVE',
  priority: 1,
  system: false,
  description: 'for ada@example.com',
  lastUpdated: '2026-01-02T03:04:05.000Z',
  ...parts,
})
const rule = (parts: object = {}) => ({
  id: 'rul1',
  name: 'Rule',
  status: 'ACTIVE',
  priority: 1,
  system: false,
  conditions: null,
  actions: null,
  ...parts,
})

/** The one policy of this type, with these rules. */
async function read(type: string, parts: object, rules: readonly object[]): Promise<PolicyRecord> {
  const { records } = await collect(policies, {
    ...empty(ALL),
    [list(type)]: { body: [policy(type, parts)] },
    [rulesOf(`rst-${type}`)]: { body: rules },
  })
  return records[0] as PolicyRecord
}

async function readRule(type: string, parts: object) {
  const { rules } = await read(type, {}, [rule(parts)])
  return rules.state === 'observed' ? rules.value[0] : undefined
}

describe('okta.policies', () => {
  it('asks for the types of the engine', async () => {
    const identity = await collect(policies, empty(ALL))
    expect(identity.asked).toEqual(ALL.map(list))
    const classic = await collect(policies, empty(CLASSIC), { engine: 'classic' })
    expect(classic.asked).toEqual(CLASSIC.map(list))
    expect(classic.pages.map(({ last }) => last)).toEqual([false, false, false, false, true])
  })

  it('follows pages of policies and of rules', async () => {
    const answers: Answers = {
      ...empty(CLASSIC),
      [list('PASSWORD')]: { body: [policy('PASSWORD', { id: 'a' })], headers: next(`${list('PASSWORD')}&after=a`) },
      [`${list('PASSWORD')}&after=a`]: { body: [policy('PASSWORD', { id: 'b' })] },
      [rulesOf('a')]: { body: [rule()], headers: next(`${rulesOf('a')}?after=1`) },
      [`${rulesOf('a')}?after=1`]: { body: [rule({ id: 'rul2' })] },
      [rulesOf('b')]: {},
    }
    const { records, gaps } = await collect(policies, answers, { engine: 'classic' })
    expect(gaps).toEqual([])
    expect(records).toMatchObject([
      { id: 'a', rules: { state: 'observed', value: [{ id: 'rul1' }, { id: 'rul2' }] } },
      { id: 'b', rules: { state: 'observed', value: [] } },
    ])
  })

  it.each([
    ['says that the type is wrong', error(400, 'E0000001', 'Api validation failed: type')],
    ['does not have the feature', error(403, 'E0000015', 'You do not have permission to access the feature')],
    ['does not support it', error(501, 'E0000022', 'The endpoint does not support the provided HTTP method')],
  ])('records a type of policy where Okta %s', async (_, answer) => {
    const answers = { ...empty(CLASSIC), [list('USER_LIFECYCLE')]: answer }
    const { records, gaps } = await collect(policies, answers, { engine: 'classic' })
    expect(gaps).toEqual([])
    expect(records).toMatchObject([{ type: 'USER_LIFECYCLE', id: 'none', notRead: 'unlicensed' }])
  })

  it.each([
    [error(403, 'E0000006'), { reason: 'denied', permission: 'okta.policies.read' }],
    [error(404, 'E0000007'), { reason: 'unavailable' }],
    [error(400, 'E0000001', 'Api validation failed: limit'), { reason: 'invalid' }],
    [error(429, 'E0000047'), { reason: 'throttled' }],
  ])('leaves a gap for a type that could not be read: %o', async (answer, gap) => {
    const { records, gaps } = await collect(
      policies,
      { ...empty(CLASSIC), [list('PASSWORD')]: answer },
      { engine: 'classic' },
    )
    expect(records).toEqual([])
    expect(gaps).toMatchObject([{ subject: 'policies of type PASSWORD', ...gap }])
  })

  it('does not take a rule for one that is off because its status is missing', async () => {
    const answers = {
      ...empty(CLASSIC),
      [list('OKTA_SIGN_ON')]: { body: [policy('OKTA_SIGN_ON')] },
      [rulesOf('rst-OKTA_SIGN_ON')]: { body: [rule({ status: undefined })] },
    }
    const { records, gaps } = await collect(policies, answers, { engine: 'classic' })
    expect(records).toMatchObject([{ rules: { state: 'unknown', reason: 'invalid' } }])
    expect(gaps).toMatchObject([{ reason: 'invalid' }])
  })

  it('keeps a policy whose rules were refused', async () => {
    const answers = {
      ...empty(CLASSIC),
      [list('OKTA_SIGN_ON')]: { body: [policy('OKTA_SIGN_ON')] },
      [rulesOf('rst-OKTA_SIGN_ON')]: error(403, 'E0000006'),
    }
    const { records, gaps } = await collect(policies, answers, { engine: 'classic' })
    expect(records).toMatchObject([{ rules: { state: 'unknown', reason: 'denied', permission: 'okta.policies.read' } }])
    expect(gaps).toMatchObject([{ subject: 'rules of OKTA_SIGN_ON rst-OKTA_SIGN_ON', reason: 'denied' }])
  })

  it('reads what an app sign-on rule of Identity Engine asks for', async () => {
    const constraints = [
      {
        knowledge: { types: ['password'], required: true, reauthenticateIn: 'PT2H' },
        possession: { required: true, phishingResistant: 'REQUIRED', deviceBound: 'REQUIRED' },
      },
      { possession: { authenticationMethods: [{ key: 'webauthn', method: 'webauthn' }] } },
    ]
    const method = { type: 'ASSURANCE', factorMode: '2FA', reauthenticateIn: 'PT0S', constraints }
    const found = await readRule('ACCESS_POLICY', {
      actions: { appSignOn: { access: 'ALLOW', verificationMethod: method } },
    })
    expect(found).toMatchObject({ access: 'ALLOW', session: null })
    expect(found?.verification).toEqual({
      type: 'ASSURANCE',
      factorMode: '2FA',
      reauthenticateIn: 'PT0S',
      chains: [],
      constraints: [
        {
          knowledge: { required: true, types: ['password'] },
          possession: {
            required: true,
            phishingResistant: 'REQUIRED',
            userVerification: null,
            hardwareProtection: null,
            deviceBound: 'REQUIRED',
            userPresence: null,
            allowed: [],
          },
        },
        { knowledge: null, possession: expect.objectContaining({ allowed: ['webauthn/webauthn'] }) },
      ],
    })
  })

  it('reads chains of methods step by step', async () => {
    const chains = [
      {
        authenticationMethods: [{ key: 'okta_password', method: 'password' }],
        next: [{ authenticationMethods: [{ key: 'okta_verify', method: 'push', userVerification: 'REQUIRED' }] }],
      },
    ]
    const found = await readRule('ACCESS_POLICY', {
      actions: { appSignOn: { access: 'ALLOW', verificationMethod: { type: 'AUTH_METHOD_CHAIN', chains } } },
    })
    expect(found?.verification?.chains.map((steps) => steps.map((step) => step.map(({ key }) => key)))).toEqual([
      [['okta_password'], ['okta_verify']],
    ])
  })

  it('reads the session of a global rule', async () => {
    const found = await readRule('OKTA_SIGN_ON', {
      actions: {
        signon: {
          access: 'ALLOW',
          requireFactor: true,
          factorPromptMode: 'SESSION',
          session: { usePersistentCookie: false, maxSessionIdleMinutes: 120, maxSessionLifetimeMinutes: 0 },
        },
      },
    })
    expect(found).toMatchObject({
      access: 'ALLOW',
      session: { requireFactor: true, idleMinutes: 120, lifetimeMinutes: 0, persistentCookie: false },
    })
  })

  it('reads passwords, and enrolment of both engines', async () => {
    const { password, authProvider } = await read(
      'PASSWORD',
      {
        conditions: { authProvider: { provider: 'OKTA' } },
        settings: {
          password: {
            complexity: { minLength: 14, dictionary: { common: { exclude: true } } },
            age: { historyCount: 5 },
            lockout: { maxAttempts: 0 },
          },
        },
      },
      [],
    )
    expect(authProvider).toBe('OKTA')
    expect(password).toMatchObject({
      minLength: 14,
      commonExcluded: true,
      historyCount: 5,
      maxAttempts: 0,
      minSymbol: null,
    })
    const identity = {
      settings: { type: 'AUTHENTICATORS', authenticators: [{ key: 'webauthn', enroll: { self: 'REQUIRED' } }] },
    }
    expect((await read('MFA_ENROLL', identity, [])).enrollment).toEqual([{ key: 'webauthn', enroll: 'REQUIRED' }])
    const classic = { settings: { factors: { okta_sms: { enroll: { self: 'OPTIONAL' } }, other: 'text' } } }
    expect((await read('MFA_ENROLL', classic, [])).enrollment).toEqual([{ key: 'okta_sms', enroll: 'OPTIONAL' }])
  })

  it.each(['rule', 'policy'])('reads an automation whose condition stands with the %s', async (place) => {
    const conditions = { people: { users: { inactivity: { number: 90, unit: 'DAYS' } } } }
    const { rules } = await read('USER_LIFECYCLE', place === 'policy' ? { conditions } : {}, [
      rule({
        ...(place === 'rule' && { conditions }),
        actions: { updateUserLifecycle: { targetStatus: 'SUSPENDED' } },
      }),
    ])
    expect(rules).toMatchObject({ value: [{ lifecycle: { inactivityDays: 90, targetStatus: 'SUSPENDED' } }] })
  })

  it('writes down how many people a rule names, and neither who nor the text of an expression', async () => {
    const record = await read('ACCESS_POLICY', {}, [
      rule({
        conditions: {
          people: { users: { include: ['00uADA'], exclude: [] }, groups: { include: ['00g1'], exclude: [] } },
          elCondition: { condition: 'user.profile.login == "ada@example.com"' },
        },
      }),
    ])
    expect(record.rules).toMatchObject({
      value: [{ conditions: { users: { include: 1, exclude: 0 }, groups: { include: ['00g1'] }, expression: true } }],
    })
    expect(JSON.stringify(record)).not.toMatch(/00uADA|ada@example/)
  })

  it.each([
    ['none', null, true],
    [
      'an authentication context of any kind',
      { authContext: { authType: 'ANY' }, network: { connection: 'ANYWHERE' } },
      true,
    ],
    ['any platform', { platform: { include: [{ type: 'ANY', os: { type: 'ANY' } }], exclude: [] } }, true],
    ['any provider and no behaviour', { identityProvider: { provider: 'ANY' }, risk: { behaviors: [] } }, true],
    ['a platform', { platform: { include: [{ type: 'MOBILE', os: { type: 'IOS' } }] } }, false],
    ['a provider', { identityProvider: { provider: 'OKTA' } }, false],
    ['one nobody knows', { moonPhase: { include: ['full'] } }, false],
  ])('sees whether conditions restrict: %s', async (_, conditions, everybody) => {
    const found = await readRule('OKTA_SIGN_ON', { conditions })
    expect(found && isForEverybody(found.conditions)).toBe(everybody)
  })
})
