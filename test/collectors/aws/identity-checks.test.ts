import type { Check, Result } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { accessAnalyzerOn } from '../../../collectors/aws/checks/access-analyzer-on.ts'
import { accessKeysRotated } from '../../../collectors/aws/checks/access-keys-rotated.ts'
import { assetsTagged } from '../../../collectors/aws/checks/assets-tagged.ts'
import { certificatesValid } from '../../../collectors/aws/checks/certificates-valid.ts'
import { consoleUsersHaveMfa } from '../../../collectors/aws/checks/console-users-have-mfa.ts'
import { externalAccessTriaged } from '../../../collectors/aws/checks/external-access-triaged.ts'
import { identityCenterUsersAreStaff } from '../../../collectors/aws/checks/identity-center-users-are-staff.ts'
import { kmsKeysKeptAndPrivate } from '../../../collectors/aws/checks/kms-keys-kept-and-private.ts'
import { kmsKeysRotate } from '../../../collectors/aws/checks/kms-keys-rotate.ts'
import { noFullAdministratorPolicies } from '../../../collectors/aws/checks/no-full-administrator-policies.ts'
import { passwordMinimumLength } from '../../../collectors/aws/checks/password-minimum-length.ts'
import { peopleAreFederated } from '../../../collectors/aws/checks/people-are-federated.ts'
import { privilegedPrincipalsApproved } from '../../../collectors/aws/checks/privileged-principals-approved.ts'
import { roleTrustBounded } from '../../../collectors/aws/checks/role-trust-bounded.ts'
import { rootHasMfa } from '../../../collectors/aws/checks/root-has-mfa.ts'
import { rootNotUsed } from '../../../collectors/aws/checks/root-not-used.ts'
import { secretsRotated } from '../../../collectors/aws/checks/secrets-rotated.ts'
import { unusedCredentialsDisabled } from '../../../collectors/aws/checks/unused-credentials-disabled.ts'
import {
  allow,
  credentialExample,
  iamUserExample,
  keyExample,
  policyExample,
  roleExample,
  rootCredentialExample,
  summaryExample,
  trust,
} from '../../../collectors/aws/examples/identity.ts'
import { certificateRecord, keyRecord, openTo, secretRecord } from '../../../collectors/aws/examples/keys.ts'
import { checks, streams } from '../../../collectors/aws/of-identity.ts'
import { policyExampleOf } from '../../../collectors/aws/identity/password-policies.ts'
import { daysBefore, judged, NOW, results, SCOPE, status, statuses } from './identity-harness.ts'

const ACCOUNT = '111122223333'
const KEY = 'arn:aws:iam::111122223333:policy/admin'

/** As the engine rolls results up. */
function rolledUp(found: readonly Result[]): string {
  const states = found.map((result) => result.status)
  const worst = (['fail', 'unknown'] as const).find((state) => states.includes(state))
  return worst ?? (states.every((state) => state === 'not-applicable') ? 'not-applicable' : 'pass')
}

describe('the examples', () => {
  it.each(checks.map((check) => [check.id, check as Check] as const))(
    'of %s have the status they stand for',
    async (_, check) => {
      const expected: Record<string, string> = {}
      const found: Record<string, string> = {}
      for (const [name, example] of Object.entries(check.examples)) {
        const given = example as { record?: unknown; inputs?: Record<string, readonly unknown[]>; params?: unknown }
        expected[name] = name
        found[name] = rolledUp(await judged(check, given.inputs ?? { records: [given.record] }, given.params))
      }
      expect(found).toEqual(expected)
    },
  )

  it('ids are of AWS and none comes twice', () => {
    const ids = [...checks, ...streams].map(({ id }) => id)
    expect(ids.every((id) => /^aws\.[a-z0-9-]+$/.test(id))).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('aws.root-has-mfa', () => {
  const features = (state: object) => [{ organization: 'o-1', features: state }]
  const managed = features({ state: 'observed', value: ['RootCredentialsManagement'] })
  const bare = { rootMfa: false, rootPassword: false }

  it.each([
    ['MFA', {}, [], 'pass'],
    ['no MFA', { rootMfa: false }, [], 'fail'],
    ['no MFA, whatever the organisation manages', { rootMfa: false }, managed, 'fail'],
    ['no MFA and a password AWS says nothing of', { rootMfa: false, rootPassword: null }, managed, 'fail'],
    ['a key alone', { ...bare, rootAccessKeys: 1 }, managed, 'fail'],
    ['no credentials, managed centrally', bare, managed, 'not-applicable: no-root-credentials'],
    ['no credentials, not managed', bare, features({ state: 'observed', value: [] }), 'fail'],
    ['no credentials, never managed', bare, features({ state: 'absent' }), 'fail'],
    ['no credentials, not known', bare, features({ state: 'unknown', reason: 'denied' }), 'unknown: denied'],
    ['no credentials, organisation not read', bare, [], 'unknown: unavailable'],
  ])('%s', async (_, parts, management, expected) => {
    expect(await statuses(rootHasMfa, { summaries: [summaryExample(parts)], management })).toEqual({
      [ACCOUNT]: expected,
    })
  })
})

describe('aws.root-not-used', () => {
  const used = (days: number) => rootCredentialExample({ passwordLastUsed: daysBefore(days) })
  const day = daysBefore(10).slice(0, 10)
  const on = (from: string, account = ACCOUNT) => ({ emergencies: [{ account, from, to: from, reference: 'INC-1' }] })
  const event = (days: number, account = ACCOUNT) => {
    return { account, id: 'e1', name: 'ConsoleLogin', service: 'signin.amazonaws.com', at: daysBefore(days) }
  }
  const key = rootCredentialExample({ accessKeys: [keyExample(daysBefore(400), daysBefore(3))] })

  it.each([
    ['a use before the days', [used(91)], [], {}, 'pass'],
    ['a use within them', [used(89)], [], {}, 'fail'],
    ['a use of a key', [key], [], {}, 'fail'],
    ['a declared use', [used(10)], [], on(day), 'pass'],
    ['a use that another account declared', [used(10)], [], on(day, '222233334444'), 'fail'],
    ['a use on another day', [used(10)], [], on('2025-01-01'), 'fail'],
    ['an earlier use, of which only CloudTrail knows', [used(10)], [event(40)], on(day), 'fail'],
    ['an event of that day', [used(10)], [event(10)], on(day), 'pass'],
    ['an event of another account', [used(10)], [event(40, '222233334444')], on(day), 'pass'],
  ])('%s', async (_, credentials, events, params, expected) => {
    expect(await statuses(rootNotUsed, { credentials, events }, params)).toEqual({ root: expected })
  })
})

describe('credentials', () => {
  const user = (parts: object) => credentialExample('person-a', parts)
  const password = (parts: object) => user({ passwordEnabled: true, passwordLastUsed: 'no_information', ...parts })

  it.each([
    ['used lately', password({ passwordLastUsed: daysBefore(45) }), 'pass'],
    ['used long ago', password({ passwordLastUsed: daysBefore(46) }), 'fail'],
    [
      'used long ago and changed since',
      password({ passwordLastUsed: daysBefore(99), passwordLastChanged: daysBefore(1) }),
      'fail',
    ],
    ['never used, set lately', password({ passwordLastChanged: daysBefore(3), created: daysBefore(99) }), 'pass'],
    ['never used, set long ago', password({ passwordLastChanged: daysBefore(99) }), 'fail'],
    ['a key used lately', user({ accessKeys: [keyExample(daysBefore(99), daysBefore(1))] }), 'pass'],
    [
      'a key never used',
      user({ accessKeys: [{ active: true, lastRotated: daysBefore(99), lastUsed: 'N/A' }] }),
      'fail',
    ],
    [
      'a key off',
      user({ accessKeys: [{ ...keyExample(daysBefore(99)), active: false }] }),
      'not-applicable: no-credentials',
    ],
    [
      'a password and an old key',
      { ...password({ passwordLastUsed: daysBefore(1) }), accessKeys: [keyExample(daysBefore(99))] },
      'fail',
    ],
  ])('unused: %s', (_, record, expected) => {
    expect(status(unusedCredentialsDisabled, record)).toBe(expected)
  })

  it('are unused later where config says so', () => {
    expect(status(unusedCredentialsDisabled, password({ passwordLastUsed: daysBefore(80) }), { maxDays: 90 })).toBe(
      'pass',
    )
  })

  it('keys are judged by when they were made, also those of the root user', () => {
    const key = (days: number) => ({ accessKeys: [keyExample(daysBefore(days), NOW.toISOString())] })
    expect([status(accessKeysRotated, user(key(90))), status(accessKeysRotated, user(key(91)))]).toEqual([
      'pass',
      'fail',
    ])
    expect(status(accessKeysRotated, rootCredentialExample(key(91)))).toBe('fail')
  })

  it('of the root user and the report itself are not those of a user', () => {
    const report = { kind: 'report', account: ACCOUNT, generatedAt: NOW.toISOString(), users: 1 }
    expect(status(consoleUsersHaveMfa, report)).toBe('not-applicable: not-a-user')
    expect(status(consoleUsersHaveMfa, rootCredentialExample())).toBe('not-applicable: not-a-user')
  })
})

describe('aws.password-minimum-length', () => {
  const people = [credentialExample('person-a', { passwordEnabled: true })]
  const robots = [credentialExample('deploy')]
  const state = (policy: object) => ({ account: ACCOUNT, policy })

  it.each([
    ['long enough', policyExampleOf(), people, 'pass'],
    ['too short', policyExampleOf({ minimumLength: 13 }), people, 'fail'],
    ['absent', state({ state: 'absent' }), people, 'fail'],
    ['denied', state({ state: 'unknown', reason: 'denied' }), people, 'unknown: denied'],
    ['denied, though nobody has a password', state({ state: 'unknown', reason: 'denied' }), robots, 'unknown: denied'],
    ['absent, and nobody has a password', state({ state: 'absent' }), robots, 'not-applicable: no-passwords'],
    ['absent, and who has a password is not known', state({ state: 'absent' }), [], 'unknown: unavailable'],
  ])('%s', async (_, policy, credentials, expected) => {
    expect(await statuses(passwordMinimumLength, { policies: [policy], credentials })).toEqual({ [ACCOUNT]: expected })
  })
})

describe('aws.no-full-administrator-policies', () => {
  const aws = policyExample('AdministratorAccess', {
    arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    aws: true,
    statements: [allow(['*'])],
  })
  const holder = roleExample('AWSReservedSSO_Administrators_0123456789abcdef', { attached: [aws.arn] })

  it('finds inline policies, own policies and undeclared holders of those of AWS', async () => {
    const found = await statuses(
      noFullAdministratorPolicies,
      {
        identities: [
          aws,
          holder,
          policyExample('own', { statements: [allow(['*:*'])] }),
          iamUserExample('person-a', { inline: [{ name: 'x', statements: [allow(['*'])] }] }),
          iamUserExample('person-b', { attached: [aws.arn] }),
        ],
      },
      { administratorUsers: ['person-b'] },
    )
    expect(found).toEqual({
      'policy:ANPA-AdministratorAccess': 'not-applicable: policy-of-aws',
      'role:AROA-AWSReservedSSO_Administrators_0123456789abcdef': 'fail',
      'policy:ANPA-own': 'fail',
      'user:AIDA-person-a': 'fail',
      'user:AIDA-person-b': 'pass',
    })
  })

  it('knows a permission set by its name, and a user not by that of a role', async () => {
    const params = { administrators: ['Administrators', 'person-b'] }
    const identities = [aws, holder, iamUserExample('person-b', { attached: [aws.arn] })]
    expect(await statuses(noFullAdministratorPolicies, { identities }, params)).toMatchObject({
      [`role:AROA-${holder.name}`]: 'pass',
      'user:AIDA-person-b': 'fail',
    })
  })
})

describe('aws.privileged-principals-approved', () => {
  const admin = policyExample('admin', { arn: KEY, statements: [allow(['iam:AttachUserPolicy'])] })
  const group = { kind: 'group', id: 'AGPA-1', name: 'admins', created: null, attached: [KEY], inline: [] }
  const member = iamUserExample('person-a', { groups: ['admins'] })
  const run = (identities: unknown[], params: object = {}, other: unknown[] = []) =>
    statuses(
      privilegedPrincipalsApproved,
      { identities, assignments: [], 'identities@222233334444/global': other },
      params,
    )

  it('finds rights by a group, in the same account only', async () => {
    expect(await run([member, group, admin], { users: [] })).toMatchObject({ 'user:AIDA-person-a': 'fail' })
    expect(await run([member, { ...group, attached: [] }], { users: [] }, [group, admin])).toEqual({
      'privileged-principals': 'pass',
    })
  })

  it('leaves out roles of services and what a boundary takes away', async () => {
    const bound = roleExample('bound', { attached: [KEY], boundary: `arn:aws:iam::${ACCOUNT}:policy/reports` })
    const service = roleExample('AWSServiceRoleForX', { path: '/aws-service-role/x.amazonaws.com/', attached: [KEY] })
    expect(await run([admin, bound, service, policyExample('reports')], { roles: [] })).toEqual({
      'privileged-principals': 'pass',
    })
  })

  it('says who is assigned to a permission set, and counts approved ones that are no longer needed', async () => {
    const role = roleExample('AWSReservedSSO_Ops_0123456789abcdef', { attached: [KEY] })
    const assignment = {
      account: ACCOUNT,
      permissionSet: 'ps',
      permissionSetName: 'Ops',
      principalType: 'USER',
      principal: 'u1',
    }
    const found = await results(
      privilegedPrincipalsApproved,
      { identities: [role, admin], assignments: [assignment] },
      { roles: ['Ops', 'Gone'] },
    )
    expect(found).toMatchObject([
      { status: 'pass', detail: expect.stringContaining('assigned to 1 person and 0 groups') },
      { subject: 'privileged-principals', detail: expect.stringContaining('1 approved one has') },
    ])
  })

  it('is no pass without a list, and with one of two lists the other one is empty', async () => {
    const undeclared = 'not-applicable: undeclared'
    expect(await run([member, group, admin])).toEqual({
      'user:AIDA-person-a': undeclared,
      'privileged-principals': undeclared,
    })
    expect(await run([member, group, admin], { roles: [] })).toMatchObject({ 'user:AIDA-person-a': 'fail' })
  })

  it('is unknown of who has a policy or group that AWS did not list, but for the one everybody knows', async () => {
    const robot = roleExample('robot', { attached: [KEY] })
    expect(await run([robot, iamUserExample('person-a', { groups: ['gone'] })], { roles: [] })).toMatchObject({
      'role:AROA-robot': 'unknown: invalid',
      'user:AIDA-person-a': 'unknown: invalid',
    })
    const administrator = roleExample('root', { attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] })
    expect(await run([administrator], { roles: [] })).toMatchObject({ 'role:AROA-root': 'fail' })
    const identities = [robot, administrator]
    expect(await statuses(noFullAdministratorPolicies, { identities })).toEqual({
      'role:AROA-robot': 'unknown: invalid',
      'role:AROA-root': 'fail',
    })
  })

  it('says nothing of nobody', async () => {
    expect(await run([])).toEqual({})
  })
})

describe('aws.role-trust-bounded', () => {
  const role = roleExample('shared', { trust: [trust({ kind: 'account', account: '222233334444' })] })
  const subject = 'role:AROA-shared'

  it('knows the accounts that are read and those that are declared', async () => {
    expect(await statuses(roleTrustBounded, { identities: [role] })).toEqual({ [subject]: 'fail' })
    const other = { 'identities@222233334444/global': [iamUserExample('x')] }
    expect(await statuses(roleTrustBounded, { identities: [role], ...other })).toEqual({ [subject]: 'pass' })
    const account = {
      id: '222233334444',
      name: null,
      state: 'ACTIVE',
      joinedBy: null,
      joined: null,
      excluded: 'sandbox',
    }
    expect(await statuses(roleTrustBounded, { identities: [role], accounts: [account] })).toEqual({ [subject]: 'pass' })
    const params = { trustedAccounts: ['222233334444'] }
    expect(await statuses(roleTrustBounded, { identities: [role] }, params)).toEqual({ [subject]: 'pass' })
  })
})

describe('aws.people-are-federated', () => {
  const person = credentialExample('person-a', { passwordEnabled: true })
  const instance = {
    arn: 'arn:aws:sso:::instance/1',
    identityStore: 'd-1',
    owner: ACCOUNT,
    region: 'eu-west-1',
    status: 'ACTIVE',
    created: null,
  }
  const oidc = { kind: 'oidc', arn: 'arn:aws:iam::1:oidc-provider/x', created: null, validUntil: null }

  it.each([
    [
      'an instance and nobody with a password',
      { instances: [instance], credentials: [credentialExample('robot')] },
      'pass',
    ],
    [
      'people with passwords, and no list',
      { instances: [instance], credentials: [person] },
      'not-applicable: undeclared',
    ],
    ['no way in but IAM users', { providers: [oidc], credentials: [person] }, 'fail'],
    ['no people at all', { credentials: [credentialExample('robot')] }, 'not-applicable: no-people'],
  ])('%s', async (_, inputs, expected) => {
    const found = await statuses(peopleAreFederated, { providers: [], instances: [], ...inputs })
    expect(found).toMatchObject({ federation: expected })
  })
})

describe('aws.identity-center-users-are-staff', () => {
  const assignment = (principalType: string, principal: string) => ({
    account: ACCOUNT,
    permissionSet: 'ps',
    permissionSetName: 'Ops',
    principalType,
    principal,
  })
  const user = (id: string, parts: object = {}) => ({
    id,
    userName: id,
    emails: [`${id}@example.com`],
    status: 'ENABLED',
    provisioned: true,
    ...parts,
  })
  const okta = (login: string, state: string, email: string | null = null) => ({ login, email, status: state })
  const base = { assignments: [assignment('USER', 'u1')], groups: [], users: [user('u1')] }

  it.each([
    ['live by name', [okta('u1', 'ACTIVE')], 'pass'],
    ['live by address', [okta('other', 'LOCKED_OUT', 'u1@example.com')], 'pass'],
    ['closed', [okta('u1', 'DEPROVISIONED')], 'fail'],
    ['unknown', [okta('u2', 'ACTIVE')], 'fail'],
    ['closed once and live again', [okta('u1', 'DEPROVISIONED'), okta('u1', 'ACTIVE')], 'pass'],
  ])('%s', async (_, users, expected) => {
    expect(await statuses(identityCenterUsersAreStaff, { ...base, okta: users })).toEqual({ u1: expected })
  })

  it('judges members of groups, and only who is assigned', async () => {
    const inputs = {
      assignments: [assignment('GROUP', 'g1')],
      groups: [
        { group: 'g1', name: null, members: ['u1', 'u2'] },
        { group: 'g2', name: null, members: ['u3'] },
      ],
      users: [user('u1'), user('u2', { status: 'DISABLED' }), user('u3')],
    }
    expect(await statuses(identityCenterUsersAreStaff, inputs, { roster: ['nobody'] })).toEqual({
      u1: 'fail',
      u2: 'pass',
    })
  })

  it('fails an assignment of nobody', async () => {
    expect(await statuses(identityCenterUsersAreStaff, { ...base, users: [] }, { roster: [] })).toEqual({ u1: 'fail' })
  })
})

describe('Access Analyzer, in two checks', () => {
  const region = (name = 'eu-west-1') => ({ kind: 'region', account: ACCOUNT, region: name, analyzers: 1 })
  const analyzer = (type: string, state = 'ACTIVE') => ({
    kind: 'analyzer',
    arn: 'arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/a',
    name: 'a',
    type,
    status: state,
    created: null,
  })

  it.each([
    ['of the account', [analyzer('ACCOUNT')], 'pass'],
    ['for unused access', [analyzer('ORGANIZATION_UNUSED_ACCESS')], 'fail'],
    ['switched off', [analyzer('ACCOUNT', 'DISABLED')], 'fail'],
    ['none', [], 'fail'],
  ])('on: an analyzer %s', async (_, found, expected) => {
    expect(await statuses(accessAnalyzerOn, { analyzers: [region(), ...found] })).toEqual({
      'region:eu-west-1': expected,
    })
  })

  it('on: one of the organisation counts for the same region of other accounts', async () => {
    const elsewhere = {
      'analyzers@222233334444/eu-west-1': [region()],
      'analyzers@222233334444/us-east-1': [region('us-east-1')],
    }
    const found = await results(accessAnalyzerOn, { [`analyzers@${SCOPE}`]: [analyzer('ORGANIZATION')], ...elsewhere })
    expect(found.map(({ scope, status: state }) => [scope, state])).toEqual([
      ['222233334444/eu-west-1', 'pass'],
      ['222233334444/us-east-1', 'fail'],
    ])
  })

  it.each([
    ['new', { created: daysBefore(30) }, 'pass'],
    ['old', { created: daysBefore(31) }, 'fail'],
    ['old and archived', { created: daysBefore(31), status: 'ARCHIVED' }, 'not-applicable: archived'],
    ['not looked into', { error: 'ACCESS_DENIED' }, 'unknown: denied'],
  ])('triaged: %s', (_, parts, expected) => {
    const finding = {
      id: 'f',
      analyzer: 'a',
      status: 'ACTIVE',
      resource: null,
      resourceType: 'AWS::S3::Bucket',
      owner: ACCOUNT,
      created: null,
      updated: null,
      error: null,
    }
    expect(status(externalAccessTriaged, { ...finding, ...parts })).toBe(expected)
  })
})

describe('keys, secrets and certificates', () => {
  it.each([
    ['imported', { origin: 'EXTERNAL' }, { rotation: null }, 'not-applicable: cannot-rotate'],
    ['HMAC', { spec: 'HMAC_256' }, { rotation: null }, 'not-applicable: cannot-rotate'],
    ['disabled', { state: 'Disabled' }, { rotation: null }, 'not-applicable: not-enabled'],
    ['of AWS', { manager: 'AWS' }, { rotation: null }, 'not-applicable: kept-by-aws'],
    [
      'rotating too seldom',
      {},
      { rotation: { state: 'observed' as const, value: { enabled: true, periodDays: 366 } } },
      'fail',
    ],
    ['not readable', {}, { rotation: { state: 'unknown' as const, reason: 'denied' as const } }, 'unknown: denied'],
    ['deleted meanwhile', {}, { detail: { state: 'absent' as const } }, 'not-applicable: deleted'],
  ])('a key %s', (_, detail, parts, expected) => {
    expect(status(kmsKeysRotate, keyRecord(detail, parts))).toBe(expected)
  })

  it.each([
    ['pending deletion', keyRecord({ state: 'PendingDeletion' }), 'fail'],
    ['open to all', keyRecord({}, { policy: openTo([]) }), 'fail'],
    [
      'open within the account',
      keyRecord({}, { policy: openTo([{ operator: 'StringEquals', key: 'kms:calleraccount', values: [ACCOUNT] }]) }),
      'pass',
    ],
    [
      'open to all but one',
      keyRecord({}, { policy: openTo([{ operator: 'StringNotEquals', key: 'kms:calleraccount', values: [ACCOUNT] }]) }),
      'fail',
    ],
    [
      'with a policy that was denied',
      keyRecord({}, { policy: { state: 'unknown', reason: 'denied' } }),
      'unknown: denied',
    ],
  ])('a key %s', (_, record, expected) => {
    expect(status(kmsKeysKeptAndPrivate, record)).toBe(expected)
  })

  it.each([
    ['rotated lately', { lastRotated: daysBefore(90) }, 'pass'],
    ['that should rotate and does not', { lastRotated: daysBefore(91) }, 'fail'],
    ['that is new', { rotation: false, lastRotated: null, lastAccessed: null, created: daysBefore(5) }, 'pass'],
    ['that nobody reads', { lastAccessed: null }, 'fail'],
    ['that is a copy', { primaryRegion: 'eu-central-1' }, 'not-applicable: replica'],
    ['that is the original of copies', { primaryRegion: 'eu-west-1' }, 'pass'],
    ['that AWS keeps', { owningService: 'rds', lastRotated: null }, 'not-applicable: kept-by-aws'],
  ])('a secret %s', (_, parts, expected) => {
    expect(status(secretsRotated, secretRecord(parts))).toBe(expected)
  })

  it.each([
    ['with 31 days left', { notAfter: daysBefore(-31) }, 'pass'],
    ['with 30 days left', { notAfter: daysBefore(-30) }, 'fail'],
    ['with an elliptic key', { keyAlgorithm: 'EC_prime256v1' }, 'pass'],
    ['that is expired', { status: 'EXPIRED' }, 'fail'],
    ['that nobody uses', { inUse: false, status: 'EXPIRED' }, 'not-applicable: not-in-use'],
    ['of which AWS tells no use', { inUse: null }, 'unknown: invalid'],
    ['of which AWS tells no end', { notAfter: null }, 'unknown: invalid'],
  ])('a certificate %s', (_, parts, expected) => {
    expect(status(certificatesValid, certificateRecord(parts))).toBe(expected)
  })
})

describe('aws.assets-tagged', () => {
  const asset = (id: number, tags: string[], type = 'rds:db') => ({
    arn: `arn:aws:rds:eu-west-1:1:db:${id}`,
    type,
    tags,
  })
  const tags = ['acme:Owner', 'data_classification', 'ENV']

  it('counts assets in scope, and lists those that lack something', async () => {
    const many = Array.from({ length: 19 }, (_, id) => asset(id, tags))
    const resources = [...many, asset(19, ['Owner', 'Env']), asset(20, [], 'sns')]
    expect(await statuses(assetsTagged, { resources })).toEqual({
      'arn:aws:rds:eu-west-1:1:db:19': 'not-applicable: counted',
      'tagged-assets': 'pass',
    })
    expect(await statuses(assetsTagged, { resources: resources.slice(1) })).toMatchObject({ 'tagged-assets': 'fail' })
  })
})
