import type { ApiTokenSeed, AuthenticatorSeed, FactorSeed, PolicyRuleSeed, ZoneSeed } from './seed.ts'
import type * as wire from './vendor.ts'
import {
  type App,
  DAY,
  type Group,
  idOf,
  type LoggedEvent,
  membersOf,
  type PolicyOf,
  statusOf,
  type User,
  type World,
} from './world.ts'

/**
 * Okta's answers, built from the seed. The types are those of Okta's SDK, generated from its OpenAPI description, so a
 * field that Okta does not have does not compile. Where the wire has more than the SDK knows, it stands beside it.
 */
const link = (href: string) => ({ href, hints: { allow: ['GET'] as 'GET'[] } })
const before = ({ seed }: World, days: number) => new Date(seed.at.getTime() - days * DAY).toISOString()
const CREATED = 400

export function wellKnown(base: string, { seed }: World) {
  return {
    id: seed.id,
    pipeline: seed.pipeline,
    settings: { analyticsCollectionEnabled: false, bugReportingEnabled: true, omEnabled: false },
    _links: { organization: link(base) },
  } satisfies wire.WellKnownOrg
}

export function organization(base: string, world: World) {
  const { seed } = world
  return {
    id: seed.id,
    companyName: seed.name,
    subdomain: seed.subdomain,
    status: 'ACTIVE',
    website: `https://${seed.subdomain}.example`,
    address1: '1 Example Street',
    city: 'Exampleton',
    country: 'Nowhere',
    created: before(world, 1500),
    lastUpdated: before(world, CREATED),
    _links: { preferences: link(`${base}/api/v1/org/preferences`) },
  } satisfies wire.OrgSetting
}

export function support(base: string, world: World) {
  const { enabled, endsInDays, caseNumber } = world.seed.support
  return {
    support: enabled ? 'ENABLED' : 'DISABLED',
    expiration: endsInDays === undefined ? null : before(world, -endsInDays),
    caseNumber: caseNumber ?? null,
    _links: { grant: link(`${base}/api/v1/org/privacy/oktaSupport/grant`) },
  } satisfies wire.OktaSupport
}

const HUMAN = 'otydemoDATAuser00001'
const MACHINE = 'otydemoDATAservice02'

export function user(base: string, world: World, one: User) {
  const { id, seed } = one
  const { login, created = CREATED, lastLogin = 1, statusChanged = created } = seed
  const [first = '', last = ''] = (login.split('@')[0] ?? '').split(/[.-]/).map(capital)
  return {
    id,
    status: statusOf(one),
    created: before(world, created),
    activated: statusOf(one) === 'STAGED' ? null : before(world, created),
    statusChanged: before(world, statusChanged),
    lastLogin: lastLogin === null || statusOf(one) === 'STAGED' ? null : before(world, lastLogin),
    lastUpdated: new Date(one.updated).toISOString(),
    passwordChanged: before(world, Math.min(created, 60)),
    type: { id: seed.type === 'service' ? MACHINE : HUMAN },
    profile: {
      firstName: first,
      lastName: last,
      email: login,
      login,
      mobilePhone: '+1 555 0100',
      secondEmail: null,
      ...(seed.department && { department: seed.department }),
      ...(seed.github && { githubLogin: seed.github }),
    },
    credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
    _links: { self: link(`${base}/api/v1/users/${id}`) },
  } satisfies wire.User
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const DEFAULT_FACTORS: readonly FactorSeed[] = [
  { type: 'push', provider: 'OKTA' },
  { type: 'webauthn', provider: 'FIDO' },
]
const FACTOR_PREFIX: Partial<Record<FactorSeed['type'], string>> = {
  push: 'opf',
  webauthn: 'fwf',
  sms: 'mbl',
  question: 'ufs',
  email: 'emf',
}

export function factors(base: string, world: World, { id, seed }: User) {
  return (seed.factors ?? DEFAULT_FACTORS).map(({ type, provider, status = 'ACTIVE' }, index) => {
    const factorId = `${FACTOR_PREFIX[type] ?? 'ost'}${id.slice(3, 12)}${index}demoDAT`
    return {
      id: factorId,
      factorType: type,
      provider,
      vendorName: provider,
      status,
      created: before(world, Math.min(seed.created ?? CREATED, 300)),
      lastUpdated: before(world, Math.min(seed.created ?? CREATED, 300)),
      // What must not end up in evidence stands here.
      profile: { credentialId: seed.login, ...(type === 'sms' && { phoneNumber: '+15550100' }) },
      _links: { self: link(`${base}/api/v1/users/${id}/factors/${factorId}`) },
    } satisfies wire.UserFactor
  })
}

export function group(base: string, world: World, one: Group, stats: boolean) {
  const { id, seed } = one
  return {
    id,
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    lastMembershipUpdated: before(world, 10),
    objectClass: ['okta:user_group'],
    type: seed.type ?? 'OKTA_GROUP',
    profile: { name: seed.name, description: seed.description ?? '' },
    _links: {
      users: link(`${base}/api/v1/groups/${id}/users`),
      apps: link(`${base}/api/v1/groups/${id}/apps`),
    },
    ...(stats && {
      _embedded: {
        stats: {
          usersCount: membersOf(world, one).length,
          appsCount: [...world.apps.values()].filter(({ groups }) => groups.includes(one)).length,
          groupPushMappingsCount: 0,
          // Spelt like this in Okta's description.
          hasAdminPrivlege: (seed.roles?.length ?? 0) > 0,
        },
      },
    }),
  } satisfies wire.Group
}

export function groupRule(world: World, { id, seed, group: { id: into } }: World['groupRules'][number]) {
  return {
    type: 'group_rule',
    id,
    status: seed.status ?? 'ACTIVE',
    name: seed.name,
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    conditions: {
      people: { users: { exclude: [] }, groups: { exclude: [] } },
      expression: { value: seed.expression, type: 'urn:okta:expression:1.0' },
    },
    actions: { assignUserToGroups: { groupIds: [into] } },
  } satisfies wire.GroupRule
}

export function authenticator(base: string, world: World, seed: AuthenticatorSeed, index: number) {
  const id = idOf('aut', index + 1)
  return {
    type: seed.type,
    id,
    key: seed.key,
    status: seed.status ?? 'ACTIVE',
    name: seed.name,
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    ...(seed.allowedFor && { settings: { allowedFor: seed.allowedFor } }),
    _links: { self: link(`${base}/api/v1/authenticators/${id}`) },
  } satisfies wire.Authenticator
}

const LABELS: Partial<Record<wire.RoleType, string>> = {
  SUPER_ADMIN: 'Super Administrator',
  ORG_ADMIN: 'Organization Administrator',
  APP_ADMIN: 'Application Administrator',
  USER_ADMIN: 'Group Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  READ_ONLY_ADMIN: 'Read-Only Administrator',
  REPORT_ADMIN: 'Report Administrator',
}

export function role(world: World, type: wire.RoleType, assignmentType: 'USER' | 'GROUP' | 'CLIENT', assignee: string) {
  return {
    id: `ra1${type.slice(0, 6)}${assignee.slice(3, 12)}`,
    label: LABELS[type] ?? type,
    type,
    status: 'ACTIVE',
    created: before(world, 200),
    lastUpdated: before(world, 200),
    assignmentType,
    _links: { assignee: link(`/api/v1/${assignmentType === 'GROUP' ? 'groups' : 'users'}/${assignee}`) },
  } satisfies wire.StandardRole
}

export function apiToken(base: string, world: World, seed: ApiTokenSeed, index: number) {
  const id = idOf('00T', index + 1)
  const inside = seed.zone === undefined ? undefined : world.zones.get(seed.zone)
  return {
    id,
    name: seed.name,
    userId: world.usersByLogin.get(seed.owner)?.id ?? '',
    clientName: 'Okta API',
    created: before(world, seed.created),
    lastUpdated: before(world, seed.lastUsed),
    expiresAt: before(world, seed.lastUsed - 30),
    tokenWindow: 'P30D',
    network: inside === undefined ? { connection: 'ANYWHERE' } : { connection: 'ZONE', include: [inside] },
    _link: { self: link(`${base}/api/v1/api-tokens/${id}`) },
  } satisfies wire.ApiToken
}

export function policy(base: string, world: World, { id, seed, priority }: PolicyOf) {
  const names = seed.groups ?? ['Everyone']
  const include = [...world.groups.values()].filter(({ seed: { name } }) => names.includes(name)).map((one) => one.id)
  const forApps = seed.type === 'ACCESS_POLICY' || seed.type === 'PROFILE_ENROLLMENT' || seed.type === 'IDP_DISCOVERY'
  return {
    // Automations are served without being in Okta's description.
    type: seed.type as wire.PolicyType,
    id,
    status: seed.status ?? 'ACTIVE',
    name: seed.name,
    description: `${seed.name} (demo data)`,
    priority,
    system: seed.system ?? false,
    conditions: seed.conditions ?? (forApps ? null : { people: { groups: { include } } }),
    created: before(world, CREATED),
    lastUpdated: before(world, 100),
    ...(seed.settings && { settings: seed.settings }),
    _links: {
      self: link(`${base}/api/v1/policies/${id}`),
      rules: link(`${base}/api/v1/policies/${id}/rules`),
    },
  } satisfies wire.Policy & Record<string, unknown>
}

const RULE_TYPES: Partial<Record<string, wire.PolicyRule['type']>> = { OKTA_SIGN_ON: 'SIGN_ON' }

export function policyRule(base: string, world: World, { id, seed }: PolicyOf, rule: PolicyRuleSeed, index: number) {
  const ruleId = `0pr${id.slice(3, 12)}${String(index).padStart(2, '0')}demoDA`
  return {
    id: ruleId,
    status: rule.status ?? 'ACTIVE',
    name: rule.name,
    // Okta's catch-all rule comes last, with a number far from the others.
    priority: rule.system ? 99 : index + (seed.type === 'ACCESS_POLICY' ? 0 : 1),
    created: rule.system ? null : before(world, CREATED),
    lastUpdated: rule.system ? null : before(world, 100),
    system: rule.system ?? false,
    conditions: rule.conditions ?? null,
    type: RULE_TYPES[seed.type] ?? (seed.type as 'ACCESS_POLICY'),
    actions: rule.actions,
    _links: { self: link(`${base}/api/v1/policies/${id}/rules/${ruleId}`) },
  } satisfies wire.PolicyRule & Record<string, unknown>
}

export function application(base: string, world: World, { id, seed }: App) {
  const policies = [...world.policies.values()].filter(({ seed: { type } }) => type === 'ACCESS_POLICY')
  const access = policies.find((one) => one.seed.name === seed.policy) ?? policies[0]
  return {
    id,
    orn: `orn:okta:idp:${world.seed.id}:apps:${seed.name}:${id}`,
    name: seed.name,
    label: seed.label,
    status: seed.status ?? 'ACTIVE',
    created: before(world, CREATED),
    lastUpdated: before(world, 100),
    accessibility: { selfService: false },
    visibility: { autoSubmitToolbar: false, hide: { iOS: false, web: false } },
    features: [...(seed.features ?? [])],
    signOnMode: seed.signOnMode,
    credentials: seed.service
      ? { oauthClient: { client_id: id, token_endpoint_auth_method: 'private_key_jwt' } }
      : { userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' }, signing: { kid: 'kid-demo-data' } },
    settings: seed.service
      ? { oauthClient: { application_type: 'service', grant_types: ['client_credentials'] } }
      : { app: {}, notifications: { vpn: { network: { connection: 'DISABLED' } } } },
    _links: {
      self: link(`${base}/api/v1/apps/${id}`),
      users: link(`${base}/api/v1/apps/${id}/users`),
      groups: link(`${base}/api/v1/apps/${id}/groups`),
      ...(access && { accessPolicy: link(`${base}/api/v1/policies/${access.id}`) }),
    },
  } satisfies wire.Application & Record<string, unknown>
}

export function appUser(base: string, world: World, app: App, one: User, scope: 'USER' | 'GROUP') {
  return {
    id: one.id,
    externalId: one.seed.login,
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    scope,
    status: 'ACTIVE',
    statusChanged: before(world, CREATED),
    passwordChanged: null,
    syncState: 'DISABLED',
    credentials: { userName: one.seed.login },
    profile: { email: one.seed.login },
    _links: {
      app: link(`${base}/api/v1/apps/${app.id}`),
      user: link(`${base}/api/v1/users/${one.id}`),
    } as NonNullable<wire.AppUser['_links']>,
  } satisfies Partial<wire.AppUser>
}

export function appGroup(base: string, world: World, app: App, one: Group, index: number) {
  return {
    id: one.id,
    lastUpdated: before(world, CREATED),
    priority: index,
    profile: {},
    _links: {
      app: link(`${base}/api/v1/apps/${app.id}`),
      group: link(`${base}/api/v1/groups/${one.id}`),
    },
  } satisfies wire.ApplicationGroupAssignment
}

export function appFeatures(base: string, { id, seed }: App) {
  const self = link(`${base}/api/v1/apps/${id}/features/USER_PROVISIONING`)
  const off = seed.features?.includes('PUSH_USER_DEACTIVATION') ? 'ENABLED' : 'DISABLED'
  return [
    {
      name: 'USER_PROVISIONING',
      status: 'ENABLED',
      description: 'User provisioning settings from Okta to a downstream application',
      capabilities: {
        create: { lifecycleCreate: { status: seed.features?.includes('PUSH_NEW_USERS') ? 'ENABLED' : 'DISABLED' } },
        update: {
          lifecycleDeactivate: { status: off },
          profile: { status: seed.features?.includes('PUSH_PROFILE_UPDATES') ? 'ENABLED' : 'DISABLED' },
        },
      },
      _links: { self },
    } satisfies wire.ApplicationFeature & Record<string, unknown>,
  ]
}

export function grant(base: string, world: World, { id }: App, scopeId: string, index: number) {
  const grantId = `oag${id.slice(3, 12)}${String(index).padStart(3, '0')}demoD`
  return {
    id: grantId,
    status: 'ACTIVE',
    created: before(world, 200),
    createdBy: { id: [...world.users.keys()][0] ?? '', type: 'User' },
    lastUpdated: before(world, 200),
    issuer: base,
    clientId: id,
    scopeId,
    source: 'ADMIN',
    _links: { self: link(`${base}/api/v1/apps/${id}/grants/${grantId}`) } as NonNullable<wire.Grant['_links']>,
  } satisfies Partial<wire.Grant>
}

export function zone(base: string, world: World, seed: ZoneSeed) {
  const id = world.zones.get(seed.name) ?? ''
  return {
    type: seed.type,
    id,
    name: seed.name,
    status: seed.status ?? 'ACTIVE',
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    system: false,
    usage: seed.usage,
    ...seed.more,
    _links: { self: link(`${base}/api/v1/zones/${id}`) },
  } satisfies wire.NetworkZone
}

export function threatInsight(base: string, world: World) {
  return {
    action: world.seed.threatInsight,
    excludeZones: [],
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    _links: { self: link(`${base}/api/v1/threats/configuration`) },
  } satisfies wire.ThreatInsight
}

export function logStream(base: string, world: World, seed: World['seed']['logStreams'][number], index: number) {
  const id = idOf('0oa', 900_001 + index)
  return {
    id,
    type: 'aws_eventbridge',
    name: seed.name,
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    status: seed.status ?? 'ACTIVE',
    settings: { accountId: '123456789012', eventSourceName: 'demo-data', region: 'eu-west-3' },
    _links: {
      self: { href: `${base}/api/v1/logStreams/${id}`, method: 'GET' },
    } as unknown as wire.LogStream['_links'],
  } satisfies Partial<wire.LogStream>
}

export function identityProvider(
  base: string,
  world: World,
  seed: World['seed']['identityProviders'][number],
  index: number,
) {
  const id = idOf('0oa', 800_001 + index)
  return {
    id,
    type: seed.type,
    name: seed.name,
    status: seed.status ?? 'ACTIVE',
    created: before(world, CREATED),
    lastUpdated: before(world, CREATED),
    issuerMode: 'DYNAMIC',
    protocol: { type: seed.type === 'SAML2' ? 'SAML2' : 'OIDC' } as NonNullable<wire.IdentityProvider['protocol']>,
    policy: {
      accountLink: { action: 'AUTO', filter: null } as unknown as null,
      provisioning: { action: 'AUTO', profileMaster: false, groups: { action: 'NONE' } },
      maxClockSkew: 120_000,
    } as unknown as NonNullable<wire.IdentityProvider['policy']>,
    _links: { self: link(`${base}/api/v1/idps/${id}`) } as NonNullable<wire.IdentityProvider['_links']>,
  } satisfies Partial<wire.IdentityProvider>
}

export function trustedOrigin(
  base: string,
  world: World,
  seed: World['seed']['trustedOrigins'][number],
  index: number,
) {
  const id = idOf('tos', index + 1)
  return {
    id,
    name: seed.name,
    origin: seed.origin,
    scopes: seed.scopes.map((type) => ({ type })) as NonNullable<wire.TrustedOrigin['scopes']>,
    status: 'ACTIVE',
    created: before(world, CREATED),
    createdBy: idOf('00u', 1),
    lastUpdated: before(world, CREATED),
    lastUpdatedBy: idOf('00u', 1),
    _links: { self: link(`${base}/api/v1/trustedOrigins/${id}`) },
  } satisfies wire.TrustedOrigin
}

export const assuranceId = (index: number) => idOf('dae', index + 1)

export function deviceAssurance(
  base: string,
  world: World,
  seed: World['seed']['deviceAssurances'][number],
  index: number,
) {
  const id = assuranceId(index)
  return {
    id,
    name: seed.name,
    platform: seed.platform,
    osVersion: { minimum: '15.0.0' },
    diskEncryptionType: { include: ['ALL_INTERNAL_VOLUMES'] },
    screenLockType: { include: ['BIOMETRIC', 'PASSCODE'] },
    createdBy: idOf('00u', 1),
    createdDate: before(world, CREATED),
    lastUpdatedBy: idOf('00u', 1),
    lastUpdate: before(world, CREATED),
    _links: { self: link(`${base}/api/v1/device-assurances/${id}`) },
  } satisfies wire.DeviceAssurance
}

export const adminConsole = ({ seed }: World) =>
  ({
    sessionIdleTimeoutMinutes: seed.adminConsole.idle,
    sessionMaxLifetimeMinutes: seed.adminConsole.lifetime,
  }) satisfies wire.AdminConsoleSettings

export function logEvent(world: World, { seed, uuid, published }: LoggedEvent) {
  const actor = seed.actor === undefined ? undefined : world.usersByLogin.get(seed.actor)
  return {
    actor: actor
      ? { ...entry(actor), detailEntry: null as unknown as Record<string, string> }
      : { id: 'okta.demo.system', type: 'SystemPrincipal', alternateId: 'system@okta.com', displayName: 'Okta System' },
    client: {
      userAgent: { rawUserAgent: 'Mozilla/5.0 (demo data)', os: 'Linux', browser: 'FIREFOX' },
      zone: 'null',
      device: 'Computer',
      id: null as unknown as string,
      ipAddress: '192.0.2.10',
    },
    displayMessage: seed.message ?? seed.eventType,
    eventType: seed.eventType,
    outcome: { result: seed.result ?? 'SUCCESS', reason: (seed.reason ?? null) as string },
    published: published.toISOString(),
    severity: 'INFO',
    debugContext: { debugData: { requestUri: '/demo-data', ...seed.debug } },
    legacyEventType: null as unknown as string,
    transaction: { type: 'WEB', id: `demo-${uuid.slice(-12)}`, detail: {} },
    uuid,
    version: '0',
    request: { ipChain: [{ ip: '192.0.2.10', version: 'V4' }] },
    target: (seed.targets ?? []).map((target) => {
      if ('user' in target) {
        const found = world.usersByLogin.get(target.user)
        return found
          ? { ...entry(found), detailEntry: {} }
          : { id: '00uGone', type: 'User', alternateId: target.user, displayName: 'Gone', detailEntry: {} }
      }
      const { type, name, id = `demo-${name}`, detail } = target
      return { id, type, alternateId: 'unknown', displayName: name, detailEntry: { ...detail } }
    }),
  } satisfies wire.LogEvent
}

const entry = ({ id, seed: { login } }: User) => ({
  id,
  type: 'User',
  alternateId: login,
  displayName: login.split('@')[0] ?? '',
})
