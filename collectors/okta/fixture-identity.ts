import type { Answer, Fixture } from 'affiant/testing'

const API = 'https://acme.okta.com'
const list = (body: readonly unknown[], next?: string): Answer => ({
  body,
  ...(next && { headers: { link: `<${API}/self>; rel="self", <${API}${next}>; rel="next"` } }),
})

const LOGINS = {
  '00u1': 'wilma.quarz@acme.example',
  '00u2': 'robot-sync@acme.example',
  '00u3': 'otto.basalt@acme.example',
  '00u4': 'vera.gneis@acme.example',
} as const

const user = (id: keyof typeof LOGINS, status = 'ACTIVE') => ({
  id,
  status,
  created: '2024-01-10T09:00:00.000Z',
  activated: status === 'STAGED' ? null : '2024-01-10T09:00:00.000Z',
  statusChanged: '2024-01-10T09:00:00.000Z',
  lastLogin: '2026-01-01T09:00:00.000Z',
  lastUpdated: '2025-11-01T09:00:00.000Z',
  passwordChanged: null,
  type: { id: 'oty1' },
  credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
  profile: {
    login: LOGINS[id],
    email: LOGINS[id],
    firstName: 'Left',
    lastName: 'Out',
    mobilePhone: null,
    githubLogin: id === '00u1' ? 'octo-quarz' : null,
  },
  _links: { self: { href: `${API}/api/v1/users/${id}` } },
})

const factor = (id: string, factorType: string): unknown => ({
  id,
  factorType,
  provider: 'OKTA',
  vendorName: 'OKTA',
  status: 'ACTIVE',
  created: '2024-01-10T09:00:00.000Z',
  lastUpdated: '2024-01-10T09:00:00.000Z',
  profile: { phoneNumber: '+15550100' },
})

const group = (id: string, name: string, usersCount: number, parts: object = {}) => ({
  id,
  type: 'OKTA_GROUP',
  created: '2024-01-10T09:00:00.000Z',
  lastUpdated: '2024-01-10T09:00:00.000Z',
  lastMembershipUpdated: '2025-11-01T09:00:00.000Z',
  profile: { name, description: 'left out' },
  _embedded: { stats: { usersCount, appsCount: 1, hasAdminPrivlege: false } },
  ...parts,
})

const everyone = group('00g0', 'Everyone', 3, { type: 'BUILT_IN' })
const admins = group('00g1', 'Platform', 1, {
  _embedded: { stats: { usersCount: 1, appsCount: 0, hasAdminPrivlege: true } },
})
const staff = group('00g2', 'Payroll', 2, {
  type: 'APP_GROUP',
  _links: { source: { href: `${API}/api/v1/apps/0oa1` } },
})

/** A deleted user or group is no failure. */
const mayBeGone = (answer: Answer): Answer => ({ ...answer, mayBeAbsent: true })

/** Three users on two pages and one who was deactivated, three groups, two administrators, one token. */
export const identityFixture = {
  routes: {
    '/api/v1/org': {
      body: {
        id: '00oacme1',
        companyName: 'Acme Robotics',
        subdomain: 'acme',
        status: 'ACTIVE',
        created: '2023-01-10T09:00:00.000Z',
        expiresAt: null,
        phoneNumber: '+15550100',
      },
    },
    '/api/v1/users/me': { body: user('00u2') },
    '/api/v1/users?limit=200': list([user('00u1'), user('00u2')], '/api/v1/users?after=00u2&limit=200'),
    '/api/v1/users?after=00u2&limit=200': list([user('00u3', 'STAGED')]),
    '/api/v1/users?filter=status eq "DEPROVISIONED"&limit=200': list([user('00u4', 'DEPROVISIONED')]),
    '/api/v1/users/00u1/factors': mayBeGone(list([factor('opf1', 'push'), factor('opf2', 'sms')])),
    '/api/v1/users/00u2/factors': mayBeGone(list([])),
    '/api/v1/logs?filter=eventType sw "user.mfa.factor." or eventType sw "system.mfa.factor."': list([]),
    '/api/v1/authenticators': list([
      { id: 'aut1', key: 'okta_verify', name: 'Okta Verify', type: 'app', status: 'ACTIVE', settings: {} },
      {
        id: 'aut2',
        key: 'phone_number',
        name: 'Phone',
        type: 'phone',
        status: 'ACTIVE',
        settings: { allowedFor: 'recovery' },
      },
    ]),
    '/api/v1/groups?filter=type eq "BUILT_IN"&expand=stats&limit=200': list([everyone]),
    '/api/v1/groups?expand=stats&limit=200': list(
      [everyone, admins],
      '/api/v1/groups?after=00g1&expand=stats&limit=200',
    ),
    '/api/v1/groups?after=00g1&expand=stats&limit=200': list([staff]),
    '/api/v1/groups/00g1/users': mayBeGone(list([user('00u1')])),
    '/api/v1/groups/00g2/users': mayBeGone(list([user('00u1'), user('00u3')])),
    '/api/v1/groups/rules': list([
      {
        id: '0pr1',
        name: 'Payroll by department',
        type: 'group_rule',
        status: 'ACTIVE',
        created: '2024-01-10T09:00:00.000Z',
        lastUpdated: '2024-01-10T09:00:00.000Z',
        conditions: {
          expression: {
            type: 'urn:okta:expression:1.0',
            value: 'user.department=="Payroll" AND user.login!="otto.basalt@acme.example"',
          },
          people: { users: { exclude: ['00u1'] } },
        },
        actions: { assignUserToGroups: { groupIds: ['00g2'] } },
      },
    ]),
    '/api/v1/groups/00g1/roles': mayBeGone(
      list([
        { id: 'gra1', label: 'Super Administrator', type: 'SUPER_ADMIN', status: 'ACTIVE', assignmentType: 'GROUP' },
      ]),
    ),
    '/api/v1/iam/assignees/users?limit=100': {
      body: {
        value: [{ id: '00u1' }],
        _links: { next: { href: `${API}/api/v1/iam/assignees/users?after=00u1&limit=100` } },
      },
    },
    '/api/v1/iam/assignees/users?after=00u1&limit=100': { body: { value: [{ id: '00u2' }] } },
    '/api/v1/users/00u1': mayBeGone({ body: user('00u1') }),
    '/api/v1/users/00u2': mayBeGone({ body: user('00u2') }),
    '/api/v1/users/00u1/roles': mayBeGone(
      list([
        { id: 'gra1', label: 'Super Administrator', type: 'SUPER_ADMIN', status: 'ACTIVE', assignmentType: 'GROUP' },
        { id: 'ra1', label: 'Application Administrator', type: 'APP_ADMIN', status: 'ACTIVE', assignmentType: 'USER' },
      ]),
    ),
    '/api/v1/users/00u2/roles': mayBeGone(
      list([
        {
          id: 'irb1',
          label: 'Sees administrators',
          type: 'CUSTOM',
          status: 'ACTIVE',
          assignmentType: 'USER',
          role: 'cr01',
          'resource-set': 'iam1',
        },
      ]),
    ),
    '/api/v1/api-tokens': list([
      {
        id: '00T1',
        name: 'inventory',
        userId: '00u2',
        clientName: 'Okta API',
        created: '2025-06-01T09:00:00.000Z',
        lastUpdated: '2026-01-01T09:00:00.000Z',
        expiresAt: '2026-01-31T09:00:00.000Z',
        tokenWindow: 'P30D',
        network: { connection: 'ZONE', include: ['nzo1'], exclude: [] },
      },
    ]),
  },
  records: {
    'okta.organization': 1,
    'okta.users': 4,
    'okta.user-factors': 3,
    'okta.authenticators': 2,
    'okta.groups': 3,
    'okta.group-members': 6,
    'okta.group-rules': 1,
    'okta.admin-assignments': 3,
    'okta.api-tokens': 1,
  },
  pages: { stream: 'okta.users', first: '/api/v1/users?limit=200', second: '/api/v1/users?after=00u2&limit=200' },
  people: [...Object.values(LOGINS), 'octo-quarz'],
} satisfies Partial<Fixture>
