import {
  anyTwoFactors,
  catchAll,
  enrolmentPolicy,
  groupId,
  otherPolicies,
  passwordOnly,
  passwordPolicy,
  phishingResistant,
  sessionPolicy,
  sessionRule,
  weakAuthenticators,
  assuranceAt,
} from './parts.ts'
import { EMAIL, type EventSeed, type OktaSeed, QUESTION, SMS, type UserSeed } from './seed.ts'
import { acmeRobotics } from '../github/acme-robotics.ts'

const DOMAIN = 'acme-robotics.example'
/** Mail address and Okta login of somebody with a GitHub login such as `amber-otter`. */
export const mailOf = (name: string) => `${name.replace('-', '.')}@${DOMAIN}`

/** On GitHub and not known here: nobody can say who that is. */
const STRANGER = 'coral-squid'

/** Those who work with code; each has a login on GitHub. */
const DIFFERENT: Readonly<Record<string, Omit<UserSeed, 'login'>>> = {
  'amber-otter': { roles: ['SUPER_ADMIN'] },
  'blue-heron': { roles: ['SUPER_ADMIN'] },
  'copper-lynx': { roles: ['SUPER_ADMIN'] },
  'dusky-falcon': { roles: ['SUPER_ADMIN'] },
  'ember-fox': { roles: ['SUPER_ADMIN'] },
  'hazel-marten': { roles: ['APP_ADMIN'] },
  'lilac-wombat': { factors: [] }, // bad: no second factor at all, and a token of a super admin would do less harm
  'russet-hare': { factors: [SMS] }, // bad: a text message only
  'umber-newt': { lastLogin: 131 }, // bad: has not signed in for months
  'zinc-marmot': { status: 'LOCKED_OUT', lastLogin: 3 },
  // Left; their account was deactivated the same day. On GitHub they are a member to this day.
  'khaki-stoat': { status: 'DEPROVISIONED', statusChanged: 21, lastLogin: 22 },
  // bad: left 34 days ago, and signs in to this day.
  'teal-walrus': { lastLogin: 2 },
}

const engineers: readonly UserSeed[] = acmeRobotics.members.flatMap(({ login }) =>
  login === STRANGER ? [] : [{ login: mailOf(login), github: login, department: 'Engineering', ...DIFFERENT[login] }],
)

const person = (name: string, department: string, more: Partial<UserSeed> = {}): UserSeed => ({
  login: mailOf(name),
  department,
  ...more,
})

/** Those who have nothing to do with code. */
const others: readonly UserSeed[] = [
  person('plum-heron', 'Finance', { lastLogin: 9 }), // bad: left 16 days ago, still active
  person('mint-gopher', 'Finance'),
  person('rosy-tern', 'Finance', { factors: [SMS, QUESTION] }), // bad
  person('sandy-lemur', 'Finance'),
  person('slate-vole', 'Finance'),
  person('ochre-kiwi', 'People', { roles: ['HELP_DESK_ADMIN'] }),
  person('peach-civet', 'People'),
  person('ruby-sloth', 'People'),
  person('tawny-egret', 'People', { created: 12, lastLogin: 1 }),
  person('azure-pika', 'Sales'),
  person('bronze-dingo', 'Sales', { factors: [] }), // bad
  person('cobalt-mole', 'Sales'),
  person('fawn-condor', 'Sales', { factors: [EMAIL] }), // bad
  person('garnet-ox', 'Sales'),
  person('ivory-carp', 'Sales', { lastLogin: 98 }), // bad
  person('lemon-stork', 'Sales'),
  person('mauve-finch', 'Sales', { created: 25 }),
  person('onyx-rook', 'Sales', { status: 'SUSPENDED', lastLogin: 60 }),
  person('pink-yak', 'Support'),
  person('rust-ferret', 'Support'),
  person('sage-moose', 'Support', { created: 5, status: 'PROVISIONED', lastLogin: null, factors: [] }),
  person('topaz-crab', 'Support'),
  person('wheat-panda', 'Support', { status: 'STAGED', created: 2, lastLogin: null, factors: [] }),
  person('lime-koala', 'IT', { roles: ['READ_ONLY_ADMIN'] }),
  person('gray-mantis', 'IT'), // super admin through a group
  person('cream-oryx', 'IT'), // super admin through a group
  person('black-ibex', 'IT'),
  person('grape-skua', 'Sales', { status: 'DEPROVISIONED', statusChanged: 40, lastLogin: 41 }),
  person('olive-toucan', 'Finance', { status: 'DEPROVISIONED', statusChanged: 400, lastLogin: 410 }),
]

const machines: readonly UserSeed[] = [
  person('backup-service', 'IT', { type: 'service', factors: [], lastLogin: 200 }),
  person('report-service', 'IT', { type: 'service', factors: [], lastLogin: 1 }),
]

const users = [...engineers, ...others, ...machines]
const current = users.filter(({ status }) => status !== 'DEPROVISIONED')
const of = (department: string) => current.filter((one) => one.department === department).map(({ login }) => login)

const SYSTEM_EVENTS: readonly EventSeed[] = [
  joined('tawny-egret', 12),
  joined('mauve-finch', 25),
  joined('sage-moose', 5),
  left('khaki-stoat', 21.4),
  left('grape-skua', 40.2),
  // A super admin made on a Sunday evening, and nobody wrote down why.
  {
    daysAgo: 15.3,
    eventType: 'user.account.privilege.grant',
    actor: mailOf('amber-otter'),
    message: 'Grant user privilege',
    targets: [{ user: mailOf('ember-fox') }],
    debug: { privilegeGranted: 'Super administrator' },
  },
  {
    daysAgo: 30.1,
    eventType: 'group.privilege.grant',
    actor: mailOf('blue-heron'),
    message: 'Grant group privilege',
    targets: [{ type: 'UserGroup', name: 'IT emergency', id: groupId(9) }],
    debug: { privilegeGranted: 'Super administrator' },
  },
  {
    daysAgo: 15.2,
    eventType: 'policy.rule.add',
    actor: mailOf('ember-fox'),
    message: 'Create policy rule',
    targets: [
      { type: 'PolicyRule', name: 'Sales on the road', detail: { policyRuleType: 'Okta:SignOn' } },
      { type: 'PolicyEntity', name: 'Everyday apps' },
    ],
  },
  {
    daysAgo: 8.5,
    eventType: 'application.lifecycle.create',
    actor: mailOf('lime-koala'),
    message: 'Create application',
    targets: [{ type: 'AppInstance', name: 'Trade fair badges' }],
  },
  reset('rosy-tern', 6.7),
  reset('bronze-dingo', 18.1),
  ...['amber-otter', 'blue-heron', 'ember-fox', 'lime-koala'].map(
    (name, index): EventSeed => ({
      daysAgo: 1.2 + index,
      eventType: 'user.session.access_admin_app',
      actor: mailOf(name),
      message: 'User accessing Okta admin app',
      targets: [{ type: 'AppInstance', name: 'Okta Administration' }],
    }),
  ),
  // Two leavers still come in.
  ...[['teal-walrus', 2.1] as const, ['plum-heron', 9.4] as const].map(
    ([name, daysAgo]): EventSeed => ({
      daysAgo,
      eventType: 'user.session.start',
      actor: mailOf(name),
      message: 'User login to Okta',
      targets: [],
    }),
  ),
]

function joined(name: string, daysAgo: number): EventSeed {
  return {
    daysAgo,
    eventType: 'user.lifecycle.create',
    actor: mailOf('ochre-kiwi'),
    message: 'Create okta user',
    targets: [{ user: mailOf(name) }],
  }
}
function left(name: string, daysAgo: number): EventSeed {
  return {
    daysAgo,
    eventType: 'user.lifecycle.deactivate',
    actor: mailOf('ochre-kiwi'),
    message: 'Deactivate okta user',
    targets: [{ user: mailOf(name) }],
  }
}
function reset(name: string, daysAgo: number): EventSeed {
  return {
    daysAgo,
    eventType: 'user.mfa.factor.reset_all',
    actor: mailOf('ochre-kiwi'),
    message: 'Reset all factors for user',
    targets: [{ user: mailOf(name) }],
  }
}

/** Who has left, as personnel would say; days ago. */
export const acmeLeavers = [
  { login: mailOf('khaki-stoat'), daysAgo: 21.5 },
  { login: mailOf('grape-skua'), daysAgo: 40.5 },
  { login: mailOf('teal-walrus'), daysAgo: 34 },
  { login: mailOf('plum-heron'), daysAgo: 16 },
] as const

/** Super admins somebody approved. Two more come in through a group. */
export const acmeApprovedAdmins = ['amber-otter', 'blue-heron', 'copper-lynx', 'dusky-falcon', 'ember-fox'].map(mailOf)

/** Accounts that are no people. */
export const acmeServiceAccounts = machines.map(({ login }) => login)

/**
 * The people of Acme Robotics (`test/servers/github/acme-robotics.ts`), as its identity provider knows them: about 60, with
 * good and bad settings side by side. What is bad says so beside it. Nobody in it exists.
 */
export function acmeIdentity(at: Date): OktaSeed {
  return {
    subdomain: 'acme-robotics',
    id: '00odemoACMErobotics1',
    name: 'Acme Robotics (demo data)',
    pipeline: 'idx',
    at,
    users,
    groups: [
      { name: 'Everyone', type: 'BUILT_IN', members: 'everyone' },
      { name: 'Okta Administrators', type: 'BUILT_IN', members: acmeApprovedAdmins },
      { name: 'Engineering', members: of('Engineering') },
      { name: 'Finance', members: of('Finance') },
      { name: 'People', members: of('People') },
      { name: 'Sales', members: of('Sales') },
      { name: 'Support', members: of('Support') },
      { name: 'IT', members: of('IT') },
      // bad: makes two more super admins, whom nobody approved
      { name: 'IT emergency', members: [mailOf('gray-mantis'), mailOf('cream-oryx')], roles: ['SUPER_ADMIN'] },
      { name: 'Code owners of payments', members: [mailOf('quartz-beetle'), mailOf('silver-moth')] },
    ],
    groupRules: [
      { name: 'Engineers by department', expression: 'user.department == "Engineering"', group: 'Engineering' },
      { name: 'Sales by department', expression: 'user.department == "Sales"', group: 'Sales' },
      { name: 'An old one', expression: 'user.costCenter == "17"', group: 'Finance', status: 'INVALID' },
    ],
    authenticators: weakAuthenticators, // bad: a phone number is enough
    policies: [
      {
        type: 'ACCESS_POLICY',
        name: 'Everyday apps',
        rules: [
          anyTwoFactors('Managed laptops', { assurances: [assuranceAt(1), assuranceAt(2)] }),
          passwordOnly('Sales on the road', { groups: [groupId(6)] }), // bad: lets Sales in with a password
          anyTwoFactors('Everybody else'),
          catchAll('DENY'),
        ],
      },
      { type: 'ACCESS_POLICY', name: 'Money and code', rules: [phishingResistant('Security key'), catchAll('DENY')] },
      {
        type: 'ACCESS_POLICY',
        name: 'Okta Admin Console',
        rules: [anyTwoFactors('Admins'), catchAll('DENY')], // bad: two factors, but not resistant to phishing
      },
      { type: 'ACCESS_POLICY', name: 'Okta Dashboard', rules: [anyTwoFactors('Everybody'), catchAll('DENY')] },
      sessionPolicy(sessionRule('Default Rule', { idle: 120, lifetime: 720, requireFactor: false }, true)),
      passwordPolicy({ minLength: 14, common: true, history: 8, attempts: 5 }),
      enrolmentPolicy(['okta_password', 'okta_verify']),
      ...otherPolicies,
      // bad: nobody is suspended for not signing in
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
        label: 'Okta Dashboard',
        name: 'okta_enduser',
        signOnMode: 'OPENID_CONNECT',
        policy: 'Okta Dashboard',
        firstParty: true,
      },
      {
        label: 'GitHub Enterprise',
        name: 'githubcloud',
        signOnMode: 'SAML_2_0',
        policy: 'Money and code',
        groups: ['Engineering'],
        features: ['PUSH_NEW_USERS', 'PUSH_PROFILE_UPDATES'], // bad: nobody is deactivated there
      },
      {
        label: 'AWS IAM Identity Center',
        name: 'amazon_aws_sso',
        signOnMode: 'SAML_2_0',
        policy: 'Money and code',
        groups: ['Engineering', 'IT'],
        features: ['PUSH_NEW_USERS', 'PUSH_PROFILE_UPDATES', 'PUSH_USER_DEACTIVATION'],
      },
      {
        label: 'Ledger',
        name: 'ledger',
        signOnMode: 'OPENID_CONNECT',
        policy: 'Money and code',
        groups: ['Finance'],
      },
      { label: 'Mail and calendar', name: 'mail', signOnMode: 'SAML_2_0', groups: ['Everyone'] },
      { label: 'Customer desk', name: 'desk', signOnMode: 'OPENID_CONNECT', groups: ['Support', 'Sales'] },
      // bad: a shared password in a vault
      { label: 'Trade fair badges', name: 'template_swa', signOnMode: 'BROWSER_PLUGIN', groups: ['Sales'] },
      { label: 'Canteen menu', name: 'bookmark', signOnMode: 'BOOKMARK', groups: ['Everyone'] },
      { label: 'Old wiki', name: 'wiki', signOnMode: 'SAML_2_0', status: 'INACTIVE' },
      {
        label: 'Affiant (evidence)',
        name: 'oidc_client',
        signOnMode: 'OPENID_CONNECT',
        service: { scopes: ['okta.users.read', 'okta.groups.read', 'okta.logs.read'], roles: ['READ_ONLY_ADMIN'] },
      },
      {
        label: 'Badge printer',
        name: 'oidc_client',
        signOnMode: 'OPENID_CONNECT',
        // bad: prints badges, and may change everybody
        service: { scopes: ['okta.users.manage', 'okta.groups.read'], roles: ['ORG_ADMIN'] },
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
        name: 'BlockedIpZone',
        type: 'IP',
        usage: 'BLOCKLIST',
        more: { gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }], proxies: null },
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
    identityProviders: [{ name: 'Contractors’ own', type: 'SAML2' }],
    trustedOrigins: [
      { name: 'Intranet', origin: 'https://intranet.acme-robotics.example', scopes: ['CORS', 'REDIRECT'] },
    ],
    deviceAssurances: [
      { name: 'Mac', platform: 'MACOS' },
      { name: 'Windows', platform: 'WINDOWS' },
    ],
    adminConsole: { idle: 15, lifetime: 720 },
    support: { enabled: true, endsInDays: 20 }, // bad: open for three weeks more, with no case
    apiTokens: [
      { name: 'backup', owner: mailOf('amber-otter'), created: 390, lastUsed: 1 }, // bad: of a super admin, from anywhere
      { name: 'directory sync', owner: mailOf('lime-koala'), created: 100, lastUsed: 2, zone: 'Office' },
    ],
    events: SYSTEM_EVENTS,
  }
}
