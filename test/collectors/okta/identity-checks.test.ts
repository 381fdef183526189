import type { Check } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { adminRolesReviewed } from '../../../collectors/okta/checks/admin-roles-reviewed.ts'
import { apiTokensBounded } from '../../../collectors/okta/checks/api-tokens-bounded.ts'
import { groupMembershipsComplete } from '../../../collectors/okta/checks/group-memberships-complete.ts'
import { mfaEnrolled } from '../../../collectors/okta/checks/mfa-enrolled.ts'
import { noInactiveUsers } from '../../../collectors/okta/checks/no-inactive-users.ts'
import { superAdminsFewAndApproved } from '../../../collectors/okta/checks/super-admins-few-and-approved.ts'
import { weakAuthenticatorsOff } from '../../../collectors/okta/checks/weak-authenticators-off.ts'
import {
  adminExample,
  apiTokenExample,
  authenticatorExample,
  enrolled,
  userExample,
} from '../../../collectors/okta/examples.ts'
import { NOW, results, statuses, verdict } from './configuration-harness.ts'

const code = (given: ReturnType<typeof verdict>) =>
  'reason' in given ? `${given.status}: ${given.reason}` : given.status
const daysBefore = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString()

describe('okta.mfa-enrolled', () => {
  const check = mfaEnrolled
  const withFactor = (type: string, status: string) => {
    const record = enrolled([type])
    if (record.factors?.state === 'observed') for (const factor of record.factors.value) factor.status = status
    return record
  }

  it.each(['push', 'signed_nonce', 'webauthn', 'u2f', 'token:software:totp', 'token:hardware', 'web'])(
    'passes with an active %s',
    (type) => {
      expect(verdict(check, enrolled(['sms', type]))).toMatchObject({ status: 'pass', detail: `active: ${type}` })
    },
  )

  it.each([
    ['only weak factors', enrolled(['sms', 'call', 'email', 'question']), 'fail'],
    ['no factor', enrolled([]), 'fail'],
    ['a strong factor that waits to be activated', withFactor('push', 'PENDING_ACTIVATION'), 'fail'],
    ['a strong factor that expired', withFactor('push', 'EXPIRED'), 'fail'],
    ['a service account', enrolled([], { serviceAccount: true }), 'not-applicable: service-account'],
    [
      'a suspended user',
      enrolled([], { status: 'SUSPENDED', factors: null, notRead: 'not-usable' }),
      'not-applicable: not-usable',
    ],
    ['a user deleted meanwhile', enrolled([], { factors: { state: 'absent' } }), 'not-applicable: deleted'],
    ['factors that were refused', enrolled([], { factors: { state: 'unknown', reason: 'denied' } }), 'unknown: denied'],
  ])('%s', (_, record, expected) => {
    expect(code(verdict(check, record))).toBe(expected)
  })

  it('concludes nothing from factors read too long ago, not even a pass', () => {
    const params = check.params.parse({ maxAgeDays: 7 })
    const read = (days: number) =>
      code(check.evaluate(enrolled(['push']), { params, at: NOW, readAt: new Date(daysBefore(days)) }))
    expect([read(7), read(8)]).toEqual(['pass', 'unknown: stale'])
  })

  it('takes another list of weak types from config', () => {
    const params = { weak: ['sms', 'push'] }
    expect(code(verdict(check, enrolled(['push']), params))).toBe('fail')
    expect(code(verdict(check, enrolled(['call']), params))).toBe('pass')
  })
})

describe('okta.weak-authenticators-off', () => {
  const phone = (parts: object) => ({ authenticators: [authenticatorExample(parts)] })

  it.each([
    ['recovery', { allowedFor: 'recovery' }, 'pass'],
    ['nothing', { allowedFor: 'none' }, 'pass'],
    ['anything', { allowedFor: 'any' }, 'fail'],
    ['signing in', { allowedFor: 'sso' }, 'fail'],
    ['anything, but inactive', { allowedFor: 'any', status: 'INACTIVE' }, 'pass'],
    ['what Okta does not say', { allowedFor: null }, 'unknown: invalid'],
  ])('a telephone allowed for %s', async (_, parts, expected) => {
    expect(await statuses(weakAuthenticatorsOff, phone(parts))).toMatchObject({ phone_number: expected })
  })

  it('knows the names that Classic has, and passes what is not set up', async () => {
    const sms = authenticatorExample({ id: 'okta_sms', key: 'okta_sms', allowedFor: 'sso' })
    expect(await statuses(weakAuthenticatorsOff, { authenticators: [sms] })).toEqual({
      phone_number: 'pass',
      security_question: 'pass',
      okta_sms: 'fail',
      okta_call: 'pass',
      okta_question: 'pass',
    })
  })

  it('says nothing of an empty list', async () => {
    expect(await statuses(weakAuthenticatorsOff, { authenticators: [] })).toEqual({})
  })
})

describe('okta.super-admins-few-and-approved', () => {
  const AGGREGATE = 'super-administrators'
  const run = (admins: readonly object[], params: object = {}) =>
    statuses(superAdminsFewAndApproved, { admins }, params)
  const people = (count: number) => Array.from({ length: count }, (_, index) => adminExample(`person-${index}`))

  it.each([
    [1, 'fail'],
    [2, 'pass'],
    [5, 'pass'],
    [6, 'fail'],
  ])('%i of them', async (count, expected) => {
    const approved = people(count).map(({ login }) => login)
    expect(await run(people(count), { approved })).toMatchObject({ [AGGREGATE]: expected })
  })

  it('counts a person once, whether by own right or by groups, and nobody else', async () => {
    const admins = [
      adminExample('person-a'),
      adminExample('person-a', { through: 'group', group: '00g1' }),
      adminExample('person-b', { through: 'group', group: '00g1' }),
      adminExample('person-c', { role: 'ORG_ADMIN' }),
      adminExample('person-d', { userStatus: 'DEPROVISIONED' }),
    ]
    const found = await results(superAdminsFewAndApproved, { admins })
    expect(found).toEqual([
      expect.objectContaining({
        subject: AGGREGATE,
        status: 'not-applicable',
        reason: 'undeclared',
        detail: expect.stringContaining('2 super administrators, 2 of them by a group'),
      }),
    ])
  })

  it('fails for each who is not on the list', async () => {
    expect(await run(people(2), { approved: ['person-0'] })).toEqual({
      '00u-person-0': 'pass',
      '00u-person-1': 'fail',
      [AGGREGATE]: 'pass',
    })
  })

  it('fails where administrators are listed and none of them is a super administrator', async () => {
    expect(await run([adminExample('person-a', { role: 'ORG_ADMIN' })])).toEqual({ [AGGREGATE]: 'fail' })
    expect(await run([])).toEqual({})
  })
})

describe('okta.admin-roles-reviewed', () => {
  const admins = [adminExample('person-a'), adminExample('person-b', { lastLogin: null, role: 'APP_ADMIN' })]

  it.each([
    ['2025-10-17', 'pass'],
    ['2025-10-16', 'fail'],
    ['2026-01-16', 'fail'],
  ])('a review on %s', async (reviewedOn, expected) => {
    expect(await statuses(adminRolesReviewed, { admins }, { reviewedOn })).toEqual({ 'administrator-roles': expected })
  })

  it('counts for the reviewer who has not signed in', async () => {
    const [found] = await results(adminRolesReviewed, { admins })
    expect(found).toMatchObject({
      status: 'not-applicable',
      reason: 'undeclared',
      detail: expect.stringMatching(/^listed: 2 roles of 2 people \(not signed in for 90 days: 1\);/),
    })
  })

  it('says nothing of an empty list', async () => {
    expect(await statuses(adminRolesReviewed, { admins: [] }, { reviewedOn: '2026-01-01' })).toEqual({})
  })
})

describe('okta.no-inactive-users', () => {
  const run = (parts: object, params: object = {}) => code(verdict(noInactiveUsers, userExample(parts), params))

  it.each([
    [90, {}, 'pass'],
    [91, {}, 'fail'],
    [35, { preset: 'stig' }, 'pass'],
    [36, { preset: 'stig' }, 'fail'],
    [10, { maxDays: 9 }, 'fail'],
    [40, { preset: 'stig', maxDays: 45 }, 'pass'],
  ])('last signed in %i days ago with %j', (days, params, expected) => {
    expect(run({ lastLogin: daysBefore(days) }, params)).toBe(expected)
  })

  it('counts from activation for who never signed in, else from creation', () => {
    const never = { lastLogin: null, activated: daysBefore(100) }
    expect(run(never)).toBe('fail')
    expect(run({ ...never, activated: daysBefore(10) })).toBe('pass')
    expect(run({ ...never, activated: null, created: daysBefore(100) })).toBe('fail')
    expect(run({ ...never, activated: null, created: null })).toBe('unknown: invalid')
  })

  it.each([
    ['SUSPENDED', 'not-applicable: not-usable'],
    ['STAGED', 'not-applicable: not-usable'],
    ['PROVISIONED', 'not-applicable: not-usable'],
    ['DEPROVISIONED', 'not-applicable: not-usable'],
    ['ACTIVE', 'fail'],
    ['PASSWORD_EXPIRED', 'fail'],
    ['LOCKED_OUT', 'fail'],
    ['RECOVERY', 'fail'],
  ])('an idle user with the status %s', (status, expected) => {
    expect(run({ status, lastLogin: daysBefore(400) })).toBe(expected)
  })

  it('leaves declared service accounts out', () => {
    expect(run({ serviceAccount: true, lastLogin: null })).toBe('not-applicable: service-account')
  })
})

describe('okta.api-tokens-bounded', () => {
  const admins = [adminExample('person-b'), adminExample('person-c', { through: 'group', group: '00g1' })]
  const token = (parts: object) =>
    apiTokenExample({ expiresAt: daysBefore(-20), lastUpdated: daysBefore(400), ...parts })
  const run = async (parts: object, params: object = {}) =>
    (await results(apiTokensBounded, { tokens: [token(parts)], admins }, params)).map((result) => [
      code(result),
      result.detail ?? '',
    ])

  it('passes a token of somebody else that is bound and in use', async () => {
    expect(await run({})).toEqual([['pass', 'bound to network zones, used 10 days before this run']])
  })

  it.each([
    ['a super administrator’s', { user: '00u-person-b' }, 'rights of a super administrator'],
    ['one of a super administrator by a group', { user: '00u-person-c' }, 'rights of a super administrator'],
    ['one without network condition', { network: null }, 'from anywhere'],
    ['one for anywhere', { network: { connection: 'ANYWHERE', include: [], exclude: [] } }, 'from anywhere'],
    ['one for all but a zone', { network: { connection: 'ZONE', include: [], exclude: ['nzo1'] } }, 'from anywhere'],
    ['one that lies idle', { expiresAt: daysBefore(1) }, 'last used 31 days'],
    ['one without window that lies idle', { expiresAt: null }, 'last used 400 days'],
  ])('fails %s', async (_, parts, detail) => {
    expect(await run(parts)).toEqual([['fail', expect.stringContaining(detail)]])
  })

  it('names all faults at once', async () => {
    const [[, detail] = []] = await run({ user: '00u-person-b', network: null, expiresAt: daysBefore(1) })
    expect(detail?.split('; ')).toHaveLength(3)
  })

  it.each([{ user: null }, { expiresAt: null, lastUpdated: null }])('cannot tell with %j', async (parts) => {
    expect(await run(parts)).toEqual([['unknown: invalid', expect.any(String)]])
  })
})

describe('okta.group-memberships-complete', () => {
  const group = (parts: object) => ({
    kind: 'group',
    group: '00g1',
    name: 'Payroll',
    counted: 2,
    listed: 2,
    notRead: null,
    ...parts,
  })
  const run = (parts: object, params: object = {}) =>
    statuses(groupMembershipsComplete, { memberships: [group(parts)] }, params)

  it.each([
    ['as many as counted', {}, 'pass'],
    ['more: somebody came meanwhile', { listed: 3 }, 'pass'],
    ['fewer', { listed: 1 }, 'unknown: truncated'],
    ['none, as that was refused', { listed: null }, 'unknown: truncated'],
    ['some, without a count', { counted: null }, 'unknown: invalid'],
    ['none of Everyone', { listed: null, notRead: 'everyone' }, 'pass'],
    ['none of an empty group', { counted: 0, listed: 0, notRead: 'empty' }, 'pass'],
  ])('lists %s', async (_, parts, expected) => {
    expect(await run(parts)).toMatchObject({ '00g1': expected, 'group-memberships': 'not-applicable: undeclared' })
  })

  it('judges the day of the review', async () => {
    expect(await run({}, { reviewedOn: '2026-01-01' })).toMatchObject({ 'group-memberships': 'pass' })
    expect(await run({}, { reviewedOn: '2025-01-01' })).toMatchObject({ 'group-memberships': 'fail' })
  })
})

it('pseudonymises the params that name people', () => {
  expect((superAdminsFewAndApproved as Check).redactParams).toEqual({ 'approved.*': 'pseudonym' })
})
