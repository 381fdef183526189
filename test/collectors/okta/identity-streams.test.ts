import { describe, expect, it } from 'vitest'
import { OktaConfig } from '../../../collectors/okta/config.ts'
import { adminAssignments } from '../../../collectors/okta/streams/admin-assignments.ts'
import { apiTokens } from '../../../collectors/okta/streams/api-tokens.ts'
import { authenticators } from '../../../collectors/okta/streams/authenticators.ts'
import { groupMembers } from '../../../collectors/okta/streams/group-members.ts'
import { groupRules } from '../../../collectors/okta/streams/group-rules.ts'
import { groups } from '../../../collectors/okta/streams/groups.ts'
import { organization } from '../../../collectors/okta/streams/organization.ts'
import { userFactors } from '../../../collectors/okta/streams/user-factors.ts'
import { users } from '../../../collectors/okta/streams/users.ts'
import { BASE, type Collected, collect, error } from './configuration-harness.ts'
import {
  ASSIGNEES,
  DEACTIVATED,
  EVERYONE,
  everyone,
  factorAnswer,
  GROUPS,
  groupAnswer,
  inTurn,
  roleAnswer,
  twoPages,
  USERS,
  userAnswer,
} from './identity-answers.ts'

/** Pages 1..n, the end marker on the last one only, no cursor twice, no key twice. */
function expectWhole({ pages }: Collected) {
  expect(pages.map((page) => page.number)).toEqual(pages.map((_, index) => index + 1))
  expect(pages.map((page) => page.last)).toEqual(pages.map((_, index) => index === pages.length - 1))
  const cursors = pages.flatMap((page) => page.cursor ?? [])
  expect(new Set(cursors).size).toBe(cursors.length)
}

describe('okta.organization', () => {
  it('reads identity and engine, and neither address nor telephone', async () => {
    const { records } = await collect(organization, {
      '/api/v1/org': { body: { id: '00o1', companyName: 'Acme', subdomain: 'acme', address1: 'left out' } },
    })
    expect(records).toEqual([
      {
        id: '00o1',
        name: 'Acme',
        subdomain: 'acme',
        status: null,
        engine: 'identity',
        created: null,
        expiresAt: null,
      },
    ])
  })

  it('does not take the settings of another organisation', async () => {
    await expect(collect(organization, { '/api/v1/org': { body: { id: '00o2' } } })).rejects.toMatchObject({
      reason: 'invalid',
    })
  })
})

describe('okta.users', () => {
  const counted = (count: number) => ({ [EVERYONE]: { body: [everyone(count)] } })
  const nobody = { [DEACTIVATED]: { body: [] } }

  it('reads everybody, deactivated users too, with none of the profile that is not asked for', async () => {
    const collected = await collect(users, {
      ...counted(3),
      ...twoPages(USERS, [userAnswer('00u1')], [userAnswer('00u2', { lastLogin: null })]),
      ...twoPages(
        DEACTIVATED,
        [userAnswer('00u3', { status: 'DEPROVISIONED' })],
        [userAnswer('00u4', { status: 'DEPROVISIONED' })],
      ),
    })
    expectWhole(collected)
    expect(collected.gaps).toEqual([])
    expect(collected.records).toMatchObject([
      { id: '00u1', status: 'ACTIVE', provider: 'OKTA', type: 'oty1', serviceAccount: false, identities: [] },
      { id: '00u2', lastLogin: null },
      { id: '00u3', status: 'DEPROVISIONED' },
      { id: '00u4' },
    ])
    expect(JSON.stringify(collected.records)).not.toMatch(/Left|15550100/)
    expect(users.redact).toMatchObject({ login: 'pseudonym', email: 'pseudonym', 'identities.*.login': 'pseudonym' })
  })

  it('takes the GitHub login from the attribute that config names, and knows declared service accounts', async () => {
    const config = OktaConfig.parse({ orgUrl: BASE, profile: { githubLogin: 'gh' } })
    const profile = (login: string, gh: unknown) => ({ profile: { login, email: null, gh } })
    const { records } = await collect(
      users,
      {
        ...counted(4),
        ...nobody,
        [USERS]: {
          body: [
            userAnswer('00u1', profile('a@example.com', ' octo-a ')),
            userAnswer('00u2', profile('Robot@example.com', null)),
            userAnswer('00u3', profile('c@example.com', '')),
            userAnswer('00u4', profile('d@example.com', 7)),
          ],
        },
      },
      { config, serviceAccounts: new Set(['robot@example.com']) },
    )
    expect(records).toMatchObject([
      { identities: [{ system: 'github', login: 'octo-a' }], serviceAccount: false },
      { identities: [], serviceAccount: true },
      { identities: [] },
      { identities: [] },
    ])
  })

  it('takes a user who is deactivated meanwhile once, and one who is shown again on a later page', async () => {
    const collected = await collect(users, {
      ...counted(2),
      ...twoPages(USERS, [userAnswer('00u1')], [userAnswer('00u1'), userAnswer('00u2')]),
      [DEACTIVATED]: { body: [userAnswer('00u2', { status: 'DEPROVISIONED' })] },
    })
    expectWhole(collected)
    expect(collected.records).toMatchObject([{ id: '00u1' }, { id: '00u2', status: 'ACTIVE' }])
  })

  it('does not take a page that comes twice for a list that shifted', async () => {
    const answers = { ...counted(2), ...nobody, ...twoPages(USERS, [userAnswer('00u1')], [userAnswer('00u1')]) }
    await expect(collect(users, answers)).rejects.toMatchObject({ reason: 'invalid' })
  })

  it('records a gap if Okta counts more users than it lists, before and after', async () => {
    const { gaps } = await collect(users, { ...counted(3), ...nobody, [USERS]: { body: [userAnswer('00u1')] } })
    expect(gaps).toEqual([{ subject: 'the number of users', reason: 'truncated' }])
  })

  it('counts again before it says so: somebody may have been deleted meanwhile', async () => {
    const { gaps } = await collect(users, {
      [EVERYONE]: inTurn({ body: [everyone(2)] }, { body: [everyone(1)] }),
      ...nobody,
      [USERS]: { body: [userAnswer('00u1')] },
    })
    expect(gaps).toEqual([])
  })

  it('has nothing against more users than were counted: somebody was created meanwhile', async () => {
    const answers = { ...counted(1), ...nobody, [USERS]: { body: [userAnswer('00u1'), userAnswer('00u2')] } }
    expect((await collect(users, answers)).gaps).toEqual([])
  })

  it.each([
    ['refused', error(403, 'E0000006'), [{ subject: 'the number of users', reason: 'denied' }]],
    ['without numbers', { body: [everyone(null)] }, []],
  ])('reads the list also where the count is %s', async (_, answer, gaps) => {
    const collected = await collect(users, { [EVERYONE]: answer, ...nobody, [USERS]: { body: [userAnswer('00u1')] } })
    expect(collected.records).toHaveLength(1)
    expect(collected.gaps).toMatchObject(gaps)
  })
})

describe('okta.user-factors', () => {
  const factors = (id: string) => `/api/v1/users/${id}/factors`

  const counted = (count: number) => ({ [EVERYONE]: { body: [everyone(count)] } })

  it('reads the factors of whoever can sign in, without what they are made of', async () => {
    const { records, asked } = await collect(userFactors, {
      ...counted(4),
      [USERS]: {
        body: [
          userAnswer('00u1'),
          userAnswer('00u2', { status: 'LOCKED_OUT' }),
          userAnswer('00u3', { status: 'SUSPENDED' }),
          userAnswer('00u4', { status: 'STAGED' }),
        ],
      },
      [factors('00u1')]: { body: [factorAnswer('opf2', 'sms'), factorAnswer('opf1', 'push')] },
      [factors('00u2')]: { body: [] },
    })
    expect(records).toMatchObject([
      { user: '00u1', factors: { state: 'observed', value: [{ id: 'opf1', type: 'push' }, { id: 'opf2' }] } },
      { user: '00u2', factors: { state: 'observed', value: [] } },
      { user: '00u3', factors: null, notRead: 'not-usable' },
      { user: '00u4', factors: null, notRead: 'not-usable' },
    ])
    expect(JSON.stringify(records)).not.toContain('15550100')
    expect(asked.filter((key) => key.endsWith('/factors'))).toHaveLength(2)
  })

  it('takes a user who was deleted meanwhile for absent, which is no gap', async () => {
    const { records, gaps } = await collect(userFactors, {
      ...counted(1),
      [USERS]: { body: [userAnswer('00u1')] },
      [factors('00u1')]: error(404, 'E0000007'),
      '/api/v1/users/00u1': error(404, 'E0000007'),
    })
    expect(records).toMatchObject([{ factors: { state: 'absent' } }])
    expect(gaps).toEqual([])
  })

  it('does not take 404 for absence where the user is still there', async () => {
    const { records, gaps } = await collect(userFactors, {
      ...counted(1),
      [USERS]: { body: [userAnswer('00u1')] },
      [factors('00u1')]: error(404, 'E0000007'),
      '/api/v1/users/00u1': { body: userAnswer('00u1') },
    })
    expect(records).toMatchObject([{ factors: { state: 'unknown', reason: 'unavailable' } }])
    expect(gaps).toMatchObject([{ subject: 'user 00u1: factors', reason: 'unavailable' }])
  })

  it('records a gap if Okta counts more users than it lists, deactivated ones included', async () => {
    const answers = {
      ...counted(3),
      [USERS]: { body: [userAnswer('00u1', { status: 'STAGED' })] },
      [DEACTIVATED]: { body: [userAnswer('00u2', { status: 'DEPROVISIONED' })] },
    }
    expect((await collect(userFactors, answers)).gaps).toMatchObject([{ reason: 'truncated' }])
    expect((await collect(userFactors, { ...answers, ...counted(2) })).gaps).toEqual([])
  })

  it('says of one user that nothing is known, and goes on with the others', async () => {
    const { records, gaps } = await collect(userFactors, {
      ...counted(2),
      [USERS]: { body: [userAnswer('00u1'), userAnswer('00u2')] },
      [factors('00u1')]: error(403, 'E0000006'),
      [factors('00u2')]: { body: [factorAnswer('opf1', 'push')] },
    })
    expect(records).toMatchObject([
      { factors: { state: 'unknown', reason: 'denied', permission: 'okta.users.read' } },
      { factors: { state: 'observed' } },
    ])
    expect(gaps).toEqual([{ subject: 'user 00u1: factors', reason: 'denied', permission: 'okta.users.read' }])
  })
})

describe('okta.authenticators', () => {
  it('reads what they are allowed for', async () => {
    const { records } = await collect(authenticators, {
      '/api/v1/authenticators': {
        body: [
          { id: 'aut1', key: 'okta_password', name: 'Password', type: 'password', status: 'ACTIVE' },
          { id: 'aut2', key: 'phone_number', status: 'ACTIVE', settings: { allowedFor: 'any' } },
        ],
      },
    })
    expect(records).toMatchObject([
      { key: 'okta_password', allowedFor: null },
      { key: 'phone_number', name: null, allowedFor: 'any' },
    ])
  })

  it('reads the factors of a Classic organisation, which serve signing in', async () => {
    const { records, asked } = await collect(
      authenticators,
      { '/api/v1/org/factors': { body: [{ id: 'okta_sms', factorType: 'sms', provider: 'OKTA', status: 'ACTIVE' }] } },
      { engine: 'classic' },
    )
    expect(asked).toEqual(['/api/v1/org/factors'])
    expect(records).toMatchObject([{ key: 'okta_sms', type: 'sms', status: 'ACTIVE', allowedFor: 'sso' }])
  })
})

describe('okta.groups', () => {
  it('reads counts, and where a group comes from', async () => {
    const collected = await collect(
      groups,
      twoPages(
        GROUPS,
        [groupAnswer('00g1', 12)],
        [
          groupAnswer('00g2', null, {
            type: 'APP_GROUP',
            _links: { source: { href: `${BASE}/api/v1/apps/0oa7` }, logo: [{ href: 'x' }] },
          }),
        ],
      ),
    )
    expectWhole(collected)
    expect(collected.records).toMatchObject([
      { id: '00g1', members: 12, apps: 2, grantsAdmin: false, source: null },
      { id: '00g2', members: null, apps: null, grantsAdmin: null, source: '0oa7' },
    ])
  })
})

describe('okta.group-members', () => {
  const members = (id: string) => `/api/v1/groups/${id}/users`
  const recount = (id: string) => `/api/v1/groups?filter=id eq "${id}"&expand=stats`

  it('lists the members of each group beside its count, but not of Everyone nor of an empty one', async () => {
    const collected = await collect(groupMembers, {
      [GROUPS]: { body: [everyone(900), groupAnswer('00g1', 2), groupAnswer('00g2', 0)] },
      ...twoPages(members('00g1'), [userAnswer('00u1')], [userAnswer('00u2')]),
    })
    expect(collected.gaps).toEqual([])
    expect(collected.records).toEqual([
      { kind: 'group', group: '00g0', name: 'Everyone', counted: 900, listed: null, notRead: 'everyone' },
      { kind: 'group', group: '00g1', name: 'Group 00g1', counted: 2, listed: 2, notRead: null },
      { kind: 'member', group: '00g1', user: '00u1' },
      { kind: 'member', group: '00g1', user: '00u2' },
      { kind: 'group', group: '00g2', name: 'Group 00g2', counted: 0, listed: 0, notRead: 'empty' },
    ])
  })

  it.each([
    ['still counts more', 3, [{ subject: 'group 00g1: number of members', reason: 'truncated' }]],
    ['counts no more by now', 1, []],
  ])('records a gap only if Okta %s than it lists', async (_, again, gaps) => {
    const collected = await collect(groupMembers, {
      [GROUPS]: { body: [groupAnswer('00g1', 3)] },
      [members('00g1')]: { body: [userAnswer('00u1')] },
      [recount('00g1')]: { body: [groupAnswer('00g1', again)] },
    })
    expect(collected.gaps).toEqual(gaps)
    expect(collected.records).toMatchObject([{ counted: 3, listed: 1 }, { user: '00u1' }])
  })

  it('leaves out a group that was deleted meanwhile, and no other', async () => {
    const { records, gaps } = await collect(groupMembers, {
      [GROUPS]: { body: [groupAnswer('00g1', 3), groupAnswer('00g2', 3)] },
      [members('00g1')]: error(404, 'E0000007'),
      '/api/v1/groups/00g1': error(404, 'E0000007'),
      [members('00g2')]: error(404, 'E0000007'),
      '/api/v1/groups/00g2': { body: groupAnswer('00g2', 3) },
    })
    expect(records).toMatchObject([{ group: '00g2', listed: null }])
    expect(gaps).toMatchObject([{ subject: 'group 00g2: members', reason: 'unavailable' }])
  })

  it('says so when members cannot be listed, and when a page comes twice', async () => {
    const { records, gaps } = await collect(groupMembers, {
      [GROUPS]: { body: [groupAnswer('00g1', 3), groupAnswer('00g2', 2)] },
      [members('00g1')]: error(403, 'E0000006'),
      ...twoPages(members('00g2'), [userAnswer('00u1')], [userAnswer('00u1')]),
    })
    expect(records).toMatchObject([
      { group: '00g1', listed: null, notRead: null },
      { group: '00g2', listed: null },
    ])
    expect(gaps.map(({ reason }) => reason).sort()).toEqual(['denied', 'invalid'])
  })
})

describe('okta.group-rules', () => {
  it('reads what a rule does, with mail addresses masked', async () => {
    const { records } = await collect(groupRules, {
      '/api/v1/groups/rules': {
        body: [
          {
            id: '0pr1',
            name: 'Payroll',
            status: 'ACTIVE',
            conditions: {
              expression: { value: 'user.login=="some.body@mail.example.com" or user.department=="Pay"' },
              people: { users: { exclude: ['00u1', '00u2'] } },
            },
            actions: { assignUserToGroups: { groupIds: ['00g2', '00g1'] } },
          },
          { id: '0pr2', name: 'Broken', status: 'INVALID' },
        ],
      },
    })
    expect(records).toMatchObject([
      {
        expression: 'user.login=="[masked]" or user.department=="Pay"',
        excludedUsers: 2,
        groups: ['00g1', '00g2'],
      },
      { status: 'INVALID', expression: null, groups: [], excludedUsers: 0 },
    ])
  })
})

describe('okta.admin-assignments', () => {
  const user = (id: string) => `/api/v1/users/${id}`
  const userRoles = (id: string) => `/api/v1/users/${id}/roles`
  const groupRoles = (id: string) => `/api/v1/groups/${id}/roles`
  const granting = (id: string) =>
    groupAnswer(id, 1, { _embedded: { stats: { usersCount: 1, appsCount: 0, hasAdminPrivlege: true } } })
  const assignees = (...ids: string[]) => ({ body: { value: ids.map((id) => ({ id, orn: 'orn:x' })), _links: {} } })

  it('counts those who are administrators by a group, once', async () => {
    const collected = await collect(adminAssignments, {
      [GROUPS]: { body: [groupAnswer('00g1', 4), granting('00g2')] },
      [groupRoles('00g2')]: { body: [roleAnswer('SUPER_ADMIN', { assignmentType: 'GROUP' })] },
      ...twoPages('/api/v1/groups/00g2/users', [userAnswer('00u1')], [userAnswer('00u2')]),
      [ASSIGNEES]: {
        body: {
          value: [{ id: '00u1' }],
          _links: { next: { href: `${BASE}${ASSIGNEES}?after=00u1` } },
        },
      },
      [`${ASSIGNEES}?after=00u1`]: assignees('00u3'),
      [user('00u1')]: { body: userAnswer('00u1') },
      [userRoles('00u1')]: {
        body: [roleAnswer('SUPER_ADMIN', { assignmentType: 'GROUP' }), roleAnswer('APP_ADMIN')],
      },
      [user('00u3')]: { body: userAnswer('00u3', { status: 'SUSPENDED', lastLogin: null }) },
      [userRoles('00u3')]: {
        body: [
          roleAnswer('CUSTOM', { role: 'cr01', 'resource-set': 'iam1' }),
          // By a group that the list of groups did not show.
          roleAnswer('ORG_ADMIN', { assignmentType: 'GROUP' }),
        ],
      },
    })
    expectWhole(collected)
    expect(collected.gaps).toEqual([])
    expect(collected.records).toMatchObject([
      { user: '00u1', role: 'SUPER_ADMIN', through: 'group', group: '00g2' },
      { user: '00u2', role: 'SUPER_ADMIN', through: 'group', group: '00g2' },
      { user: '00u1', role: 'APP_ADMIN', through: 'user', group: null },
      { user: '00u3', role: 'CUSTOM', customRole: 'cr01', resourceSet: 'iam1', userStatus: 'SUSPENDED' },
      { user: '00u3', role: 'ORG_ADMIN', through: 'group', group: null, lastLogin: null },
    ])
    expect(collected.asked).not.toContain(groupRoles('00g1'))
  })

  it('asks every group where Okta does not say which of them grant something', async () => {
    const { asked } = await collect(adminAssignments, {
      [GROUPS]: { body: [groupAnswer('00g1', null)] },
      [groupRoles('00g1')]: { body: [] },
      [ASSIGNEES]: assignees(),
    })
    expect(asked).toContain(groupRoles('00g1'))
  })

  it('records a gap if a group that grants something has more members than are listed', async () => {
    const { gaps } = await collect(adminAssignments, {
      [GROUPS]: { body: [granting('00g2')] },
      [groupRoles('00g2')]: { body: [roleAnswer('SUPER_ADMIN', { assignmentType: 'GROUP' })] },
      '/api/v1/groups/00g2/users': { body: [] },
      '/api/v1/groups?filter=id eq "00g2"&expand=stats': { body: [granting('00g2')] },
      [ASSIGNEES]: assignees(),
    })
    expect(gaps).toEqual([{ subject: 'group 00g2: administrator roles', reason: 'truncated' }])
  })

  it('names the role that sees administrators when it is refused', async () => {
    await expect(
      collect(adminAssignments, { [GROUPS]: { body: [] }, [ASSIGNEES]: error(403, 'E0000006') }),
    ).rejects.toMatchObject({ reason: 'denied', permission: expect.stringContaining('okta.iam.read') })
  })

  it('leaves out who was deleted meanwhile, and records a gap for who could not be read', async () => {
    const { records, gaps } = await collect(adminAssignments, {
      [GROUPS]: { body: [] },
      [ASSIGNEES]: assignees('00u1', '00u2'),
      [user('00u1')]: error(404, 'E0000007'),
      [userRoles('00u1')]: error(404, 'E0000007'),
      [user('00u2')]: { body: userAnswer('00u2') },
      [userRoles('00u2')]: error(500, 'E0000009'),
    })
    expect(records).toEqual([])
    expect(gaps).toMatchObject([{ subject: 'user 00u2: administrator roles', reason: 'unavailable' }])
  })
})

describe('okta.api-tokens', () => {
  it('reads whose they are and where they work', async () => {
    const { records } = await collect(apiTokens, {
      '/api/v1/api-tokens': {
        body: [
          {
            id: '00T1',
            name: 'inventory',
            userId: '00u1',
            tokenWindow: 'P30D',
            network: { connection: 'ZONE', include: ['nzo2', 'nzo1'] },
            _link: { self: { href: 'x' } },
          },
          { id: '00T2', name: 'agent' },
        ],
      },
    })
    expect(records).toMatchObject([
      { user: '00u1', network: { connection: 'ZONE', include: ['nzo1', 'nzo2'], exclude: [] } },
      { user: null, network: null, window: null },
    ])
  })
})
