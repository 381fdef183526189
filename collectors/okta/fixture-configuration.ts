import type { Answer, Fixture } from 'affiant/testing'

const API = 'https://acme.okta.com'
const list = (body: readonly unknown[], next?: string): Answer => ({
  body,
  ...(next && { headers: { link: `<${API}/self>; rel="self", <${API}${next}>; rel="next"` } }),
})
const times = { created: '2024-01-10T09:00:00.000Z', lastUpdated: '2025-11-01T09:00:00.000Z' }

const policy = (id: string, type: string, parts: object = {}) => ({
  id,
  type,
  name: `Policy ${id}`,
  status: 'ACTIVE',
  priority: 1,
  system: false,
  conditions: { people: { groups: { include: ['00g1'] } } },
  ...times,
  ...parts,
})
const rule = (id: string, actions: object, conditions: object | null = null) => ({
  id,
  name: `Rule ${id}`,
  status: 'ACTIVE',
  priority: 1,
  system: false,
  conditions,
  actions,
})
const noPolicies = (...types: string[]) =>
  Object.fromEntries(types.map((type) => [`/api/v1/policies?type=${type}`, list([])]))

const twoFactors = {
  appSignOn: {
    access: 'ALLOW',
    verificationMethod: {
      type: 'ASSURANCE',
      factorMode: '2FA',
      reauthenticateIn: 'PT2H',
      constraints: [{ possession: { required: true, phishingResistant: 'REQUIRED' } }],
    },
  },
}
const globalSession = {
  signon: {
    access: 'ALLOW',
    requireFactor: false,
    primaryFactor: 'PASSWORD_IDP_ANY_FACTOR',
    session: { usePersistentCookie: false, maxSessionIdleMinutes: 60, maxSessionLifetimeMinutes: 720 },
  },
}
const passwords = {
  complexity: { minLength: 15, dictionary: { common: { exclude: true } } },
  age: { historyCount: 5, maxAgeDays: 0, minAgeMinutes: 0 },
  lockout: { maxAttempts: 5, autoUnlockMinutes: 0 },
}

const app = (id: string, label: string, parts: object = {}) => ({
  id,
  name: 'example_app',
  label,
  status: 'ACTIVE',
  signOnMode: 'SAML_2_0',
  features: [],
  settings: {},
  _links: { accessPolicy: { href: `${API}/api/v1/policies/rst1` } },
  ...times,
  ...parts,
})
const serviceApp = {
  signOnMode: 'OPENID_CONNECT',
  settings: { oauthClient: { application_type: 'service', grant_types: ['client_credentials'] } },
}
const assigned = (id: string, userName: string) => ({
  id,
  scope: 'GROUP',
  status: 'ACTIVE',
  created: times.created,
  statusChanged: times.created,
  credentials: { userName },
})

const ADMINISTRATOR = 'clara.schiefer@acme.example'
const LEAVER = 'hugo.feldspat@acme.example'
const event = (uuid: string, eventType: string) => ({
  uuid,
  eventType,
  published: '2025-12-10T09:00:00.000Z',
  displayMessage: 'left out',
  outcome: { result: 'SUCCESS', reason: null },
  actor: { id: '00u8', type: 'User', alternateId: ADMINISTRATOR, displayName: 'Left Out' },
  target: [{ id: '00u9', type: 'User', alternateId: LEAVER, displayName: 'Left Out' }],
})

/** A key of the System Log: the filter of one population. */
const logs = (...types: string[]) =>
  `/api/v1/logs?filter=${types.map((type) => `eventType ${type.endsWith('.') ? 'sw' : 'eq'} "${type}"`).join(' or ')}`

/** Four policies, three apps on two pages, one of each setting, and an event or two of each population. */
export const configurationFixture = {
  routes: {
    ...noPolicies(
      'IDP_DISCOVERY',
      'DEVICE_SIGNAL_COLLECTION',
      'ENTITY_RISK',
      'POST_AUTH_SESSION',
      'PROFILE_ENROLLMENT',
    ),
    '/api/v1/policies?type=USER_LIFECYCLE': list([]),
    // What Okta says of a type that this organisation does not have.
    '/api/v1/policies?type=SESSION_VIOLATION_DETECTION': {
      status: 400,
      body: { errorCode: 'E0000001', errorSummary: 'Api validation failed: type', errorId: 'oae1', errorCauses: [] },
    },
    '/api/v1/policies?type=ACCESS_POLICY': list([policy('rst1', 'ACCESS_POLICY', { conditions: null })]),
    '/api/v1/policies?type=OKTA_SIGN_ON': list([policy('rst2', 'OKTA_SIGN_ON')]),
    '/api/v1/policies?type=PASSWORD': list([policy('rst3', 'PASSWORD', { settings: { password: passwords } })]),
    '/api/v1/policies?type=MFA_ENROLL': list([
      policy('rst4', 'MFA_ENROLL', {
        settings: { type: 'AUTHENTICATORS', authenticators: [{ key: 'webauthn', enroll: { self: 'REQUIRED' } }] },
      }),
    ]),
    '/api/v1/policies/rst1/rules': list([rule('rul1', twoFactors)]),
    '/api/v1/policies/rst2/rules': list([rule('rul2', globalSession)]),
    '/api/v1/policies/rst3/rules': list([rule('rul3', {})]),
    '/api/v1/policies/rst4/rules': list([rule('rul4', { enroll: { self: 'LOGIN' } })]),
    '/api/v1/apps?limit=200': list(
      [app('0oa1', 'Payroll'), app('0oa2', 'Reader', serviceApp)],
      '/api/v1/apps?after=0oa2&limit=200',
    ),
    '/api/v1/apps?after=0oa2&limit=200': list([app('0oa3', 'Old wiki', { status: 'INACTIVE' })]),
    '/api/v1/apps/0oa1/users': list([assigned('00u8', ADMINISTRATOR)], '/api/v1/apps/0oa1/users?after=00u8'),
    '/api/v1/apps/0oa1/users?after=00u8': list([assigned('00u9', LEAVER)]),
    '/api/v1/apps/0oa2/users': list([]),
    '/api/v1/apps/0oa2/grants': list([
      { id: 'oag1', scopeId: 'okta.users.read', status: 'ACTIVE', source: 'ADMIN', created: times.created },
    ]),
    '/api/v1/zones': list([
      {
        id: 'nzo1',
        name: 'Anonymisers',
        type: 'DYNAMIC_V2',
        status: 'ACTIVE',
        usage: 'BLOCKLIST',
        system: true,
        ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: [] },
        locations: { include: [], exclude: [] },
        asns: { include: [], exclude: [] },
        ...times,
      },
    ]),
    '/api/v1/threats/configuration': { body: { action: 'block', excludeZones: [], ...times } },
    '/api/v1/logStreams': list([{ id: '0oal1', name: 'Archive', type: 'aws_eventbridge', status: 'ACTIVE', ...times }]),
    '/api/v1/idps': list([
      {
        id: '0oai1',
        name: 'Partner',
        type: 'SAML2',
        status: 'ACTIVE',
        policy: {
          provisioning: { action: 'DISABLED' },
          accountLink: { action: 'AUTO' },
          subject: { filter: '(\\S+)' },
        },
        ...times,
      },
    ]),
    '/api/v1/trustedOrigins': list([
      {
        id: 'tos1',
        name: 'Portal',
        origin: 'https://portal.example.com',
        status: 'ACTIVE',
        scopes: [{ type: 'CORS' }],
        ...times,
      },
    ]),
    '/api/v1/device-assurances': list([
      { id: 'dae1', name: 'Macs', platform: 'MACOS', osVersion: { minimum: '15.0' }, lastUpdate: times.lastUpdated },
    ]),
    '/api/v1/first-party-app-settings/admin-console': {
      body: { sessionIdleTimeoutMinutes: 15, sessionMaxLifetimeMinutes: 720 },
    },
    '/api/v1/org/privacy/oktaSupport': { body: { support: 'DISABLED', expiration: null, caseNumber: null } },
    [logs('user.lifecycle.create', 'user.lifecycle.activate', 'user.lifecycle.reactivate', 'user.lifecycle.unsuspend')]:
      list([event('e1', 'user.lifecycle.create')]),
    [logs('user.lifecycle.deactivate', 'user.lifecycle.suspend', 'user.lifecycle.delete.')]: list(
      [event('e2', 'user.lifecycle.suspend')],
      '/api/v1/logs?after=e2',
    ),
    '/api/v1/logs?after=e2': list([event('e3', 'user.lifecycle.delete.initiated')]),
    [logs('user.account.privilege.', 'group.privilege.', 'iam.', 'system.api_token.')]: list([
      event('e4', 'user.account.privilege.grant'),
    ]),
    [logs(
      'policy.lifecycle.',
      'policy.rule.',
      'application.lifecycle.',
      'application.policy.sign_on.',
      'zone.',
      'security.authenticator.lifecycle.',
      'security.threat.configuration.',
      'system.idp.lifecycle.',
      'system.log_stream.lifecycle.',
    )]: list([event('e5', 'policy.rule.update')]),
    [logs('user.mfa.factor.reset_all', 'user.mfa.factor.deactivate', 'user.mfa.factor.suspend')]: list([
      event('e6', 'user.mfa.factor.reset_all'),
    ]),
    [logs('user.session.access_admin_app')]: list([event('e7', 'user.session.access_admin_app')]),
  },
  records: {
    'okta.policies': 5,
    'okta.apps': 3,
    'okta.app-assignments': 2,
    'okta.service-app-grants': 1,
    'okta.network-zones': 1,
    'okta.threat-insight': 1,
    'okta.log-streams': 1,
    'okta.identity-providers': 1,
    'okta.trusted-origins': 1,
    'okta.device-assurances': 1,
    'okta.first-party-app-settings': 1,
    'okta.support-access': 1,
    'okta.joiners': 1,
    'okta.leavers': 2,
    'okta.privilege-changes': 1,
    'okta.configuration-changes': 1,
    'okta.mfa-resets': 1,
    'okta.admin-console-sign-ins': 1,
  },
  people: [ADMINISTRATOR, LEAVER],
} satisfies Partial<Fixture>
