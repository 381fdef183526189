import {
  anyTwoFactors,
  assuranceAt,
  catchAll,
  enrolmentPolicy,
  inactivityAutomation,
  otherPolicies,
  passwordPolicy,
  phishingResistant,
  sessionPolicy,
  sessionRule,
  strongAuthenticators,
} from './parts.ts'
import type { EventSeed, OktaSeed, UserSeed } from './seed.ts'

const DOMAIN = 'tidy-turbines.example'
const mail = (name: string) => `${name}@${DOMAIN}`

/** Approved super admins. */
export const tidyAdmins = ['amber.otter', 'blue.heron'].map(mail)
const staffOf = (people: number): UserSeed[] =>
  Array.from({ length: people }, (_, index) => ({
    login: mail(`plain.hare.${String(index).padStart(3, '0')}`),
    github: `plain-hare-${String(index).padStart(3, '0')}`,
  }))
/** Left in the period and was deactivated at once. */
export const tidyLeaver = { login: mail('gone.goose'), daysAgo: 12 }
export const tidyMachine = mail('sync.service')

const usersOf = (staff: readonly UserSeed[]): UserSeed[] => [
  { login: mail('amber.otter'), github: 'amber-otter', roles: ['SUPER_ADMIN'] },
  { login: mail('blue.heron'), github: 'blue-heron', roles: ['SUPER_ADMIN'] },
  { login: mail('calm.koi'), roles: ['READ_ONLY_ADMIN'] },
  ...staff,
  { login: tidyMachine, type: 'service', factors: [], lastLogin: 150, roles: ['READ_ONLY_ADMIN'] },
  { login: tidyLeaver.login, status: 'DEPROVISIONED', statusChanged: tidyLeaver.daysAgo - 0.1, lastLogin: 13 },
]

const eventsOf = (staff: readonly UserSeed[]): EventSeed[] => [
  {
    daysAgo: tidyLeaver.daysAgo - 0.1,
    eventType: 'user.lifecycle.deactivate',
    actor: mail('amber.otter'),
    targets: [{ user: tidyLeaver.login }],
  },
  {
    daysAgo: 20,
    eventType: 'user.lifecycle.create',
    actor: mail('amber.otter'),
    targets: [{ user: staff[0]?.login ?? '' }],
  },
  {
    daysAgo: 9,
    eventType: 'user.account.privilege.grant',
    actor: mail('amber.otter'),
    targets: [{ user: mail('calm.koi') }],
    debug: { privilegeGranted: 'Read-only administrator' },
  },
  {
    daysAgo: 8,
    eventType: 'policy.rule.update',
    actor: mail('blue.heron'),
    targets: [
      { type: 'PolicyRule', name: 'Security key' },
      { type: 'PolicyEntity', name: 'All apps' },
    ],
  },
  {
    daysAgo: 7,
    eventType: 'user.mfa.factor.reset_all',
    actor: mail('blue.heron'),
    targets: [{ user: staff[1]?.login ?? '' }],
  },
  ...Array.from(
    { length: 3 },
    (_, index): EventSeed => ({
      daysAgo: 1 + index,
      eventType: 'user.session.access_admin_app',
      actor: mail('amber.otter'),
      targets: [{ type: 'AppInstance', name: 'Okta Administration' }],
    }),
  ),
]

/**
 * An invented organisation in which every Okta check passes (with what it declares), so that a fault which makes something
 * fail, or leaves it passing, shows. With 230 people it has more than fit on one page of a list.
 */
export function wellKeptOkta(at: Date, people = 230): OktaSeed {
  const staff = staffOf(people)
  const half = Math.ceil(people / 2)
  return {
    subdomain: 'tidy-turbines',
    id: '00odemoTIDYturbines1',
    name: 'Tidy Turbines (demo data)',
    pipeline: 'idx',
    at,
    users: usersOf(staff),
    groups: [
      { name: 'Everyone', type: 'BUILT_IN', members: 'everyone' },
      { name: 'Rotor', members: staff.slice(0, half).map(({ login }) => login) },
      { name: 'Tower', members: staff.slice(half).map(({ login }) => login) },
      { name: 'Administrators', members: [mail('calm.koi')], roles: ['READ_ONLY_ADMIN'] },
    ],
    groupRules: [{ name: 'By department', expression: 'user.department == "Rotor"', group: 'Rotor' }],
    authenticators: strongAuthenticators,
    policies: [
      {
        type: 'ACCESS_POLICY',
        name: 'All apps',
        rules: [
          phishingResistant('Security key on a known device', { assurances: [assuranceAt(1), assuranceAt(2)] }),
          anyTwoFactors('Two factors'),
          catchAll('DENY'),
        ],
      },
      { type: 'ACCESS_POLICY', name: 'Okta Admin Console', rules: [phishingResistant('Admins'), catchAll('DENY')] },
      sessionPolicy(sessionRule('Default Rule', { idle: 15, lifetime: 720, requireFactor: true }, true)),
      passwordPolicy({ minLength: 16, common: true, history: 8, attempts: 3 }),
      enrolmentPolicy(['okta_password', 'okta_verify', 'webauthn']),
      ...otherPolicies,
      inactivityAutomation(35),
    ],
    apps: [
      {
        label: 'Okta Admin Console',
        name: 'saasure',
        signOnMode: 'OPENID_CONNECT',
        policy: 'Okta Admin Console',
        firstParty: true,
      },
      {
        label: 'GitHub Enterprise',
        name: 'githubcloud',
        signOnMode: 'SAML_2_0',
        groups: ['Rotor'],
        features: ['PUSH_NEW_USERS', 'PUSH_USER_DEACTIVATION'],
      },
      { label: 'Payroll', name: 'payroll', signOnMode: 'OPENID_CONNECT', users: [mail('calm.koi')] },
      {
        label: 'Affiant (evidence)',
        name: 'oidc_client',
        signOnMode: 'OPENID_CONNECT',
        service: { scopes: ['okta.users.read', 'okta.logs.read'], roles: ['READ_ONLY_ADMIN'] },
      },
    ],
    zones: [
      {
        name: 'Office',
        type: 'IP',
        usage: 'POLICY',
        more: { gateways: [{ type: 'CIDR', value: '198.51.100.0/24' }], proxies: null },
      },
      {
        name: 'Anonymizers',
        type: 'DYNAMIC_V2',
        usage: 'BLOCKLIST',
        more: {
          asns: { include: [], exclude: [] },
          locations: { include: [], exclude: [] },
          ipServiceCategories: { include: ['ALL_ANONYMIZERS'], exclude: [] },
        },
      },
    ],
    threatInsight: 'block',
    logStreams: [{ name: 'To the SIEM' }],
    identityProviders: [{ name: 'Partners', type: 'SAML2' }],
    trustedOrigins: [{ name: 'Intranet', origin: 'https://intranet.tidy-turbines.example', scopes: ['CORS'] }],
    deviceAssurances: [
      { name: 'Mac', platform: 'MACOS' },
      { name: 'Windows', platform: 'WINDOWS' },
    ],
    adminConsole: { idle: 15, lifetime: 480 },
    support: { enabled: false },
    apiTokens: [{ name: 'directory sync', owner: tidyMachine, created: 90, lastUsed: 2, zone: 'Office' }],
    events: eventsOf(staff),
  }
}
