import { stringify } from 'yaml'
import { acmeRobotics } from '../../test/servers/github/acme-robotics.ts'
import type { World } from '../../test/servers/aws/index.ts'
import { acmeApprovedAdmins, acmeLeavers, acmeServiceAccounts } from '../../test/servers/okta/index.ts'
import { awsDeclarations } from './aws-declarations.ts'

/** Environment variables that hold the credentials of what is emulated. */
export const TOKEN_VARIABLES = {
  github: 'DEMO_GITHUB_TOKEN',
  okta: 'DEMO_OKTA_TOKEN',
  awsKeyId: 'DEMO_AWS_KEY_ID',
  awsSecret: 'DEMO_AWS_SECRET',
} as const

/** Ids of the sources. */
export const SOURCES = { github: 'github-acme', okta: 'okta-acme', aws: 'aws-acme', git: 'git' } as const

export interface DemoConfigOptions {
  /** Of the emulated GitHub. */
  baseUrl: string
  /** Of the emulated Okta; absent if there is none to read. */
  okta?: { orgUrl: string; organizationId: string }
  /** Of the emulated AWS; absent if there is none to read. */
  aws?: { endpoint: string; world: World }
  /** The project's repository, relative to the config; absent if there is none to read. */
  repository?: string
  /** Path or URL of `config.schema.json`. */
  schema: string
  today: Date
}

/** Name of the demo's ledger, which `affiant init` begins. */
export const INSTALLATION = 'affiant-demo'

/**
 * Text of the demo's `affiant.yaml`: what `affiant init` writes, with the emulated organisation's GitHub, Okta and AWS as
 * sources and what a user of such an organisation would declare. Some of what is declared does not hold, so that there is something to find.
 */
export function demoConfig({ baseUrl, okta, aws, repository, schema, today }: DemoConfigOptions): string {
  const config = {
    version: 1,
    installation: INSTALLATION,
    store: { path: './evidence' },
    signing: { key: { file: './keys/collector.pem' } },
    pseudonyms: { key: { file: './keys/pseudonyms.key' } },
    sources: [
      {
        id: SOURCES.github,
        collector: 'github',
        demo: true,
        config: { organization: acmeRobotics.login, organizationId: acmeRobotics.id, baseUrl },
        secrets: { token: { env: TOKEN_VARIABLES.github } },
      },
      ...(okta === undefined ? [] : [oktaSource(okta)]),
      ...(aws === undefined ? [] : [awsSource(aws)]),
      ...(repository === undefined
        ? []
        : [{ id: SOURCES.git, collector: 'git', config: { repositories: [{ path: repository, name: 'affiant' }] } }]),
    ],
    jobs: [{ id: 'demo' }],
    checks: { ...githubDeclarations(today), ...(okta && oktaDeclarations(today)), ...(aws && awsDeclarations()) },
  }
  return [
    `# yaml-language-server: $schema=${schema}`,
    '# Written by "npm run demo". GitHub, Okta and AWS are emulated: the organisation, its people and its settings are demo data.',
    stringify(config, { lineWidth: 120 }),
  ].join('\n')
}

function oktaSource({ orgUrl, organizationId }: NonNullable<DemoConfigOptions['okta']>) {
  return {
    id: SOURCES.okta,
    collector: 'okta',
    demo: true,
    // Nothing else reads the emulated Okta. Of a real one, half is left to other programs.
    share: 1,
    config: {
      orgUrl,
      organizationId,
      // Who somebody is on GitHub stands in their Okta profile: so people can be followed through both.
      profile: { githubLogin: 'githubLogin' },
      serviceAccounts: acmeServiceAccounts.map((login) => ({ login, reason: 'A program. IT answers for it.' })),
    },
    secrets: { token: { env: TOKEN_VARIABLES.okta } },
  }
}

function awsSource({ endpoint, world }: NonNullable<DemoConfigOptions['aws']>) {
  return {
    id: SOURCES.aws,
    collector: 'aws',
    demo: true,
    // Nothing else reads the emulated AWS. Of a real one, half is left to other programs.
    share: 1,
    config: {
      endpoint,
      account: world.home,
      auth: { type: 'keys' },
      accounts: 'organization',
      role: { name: world.roleName, ...(world.externalId !== undefined && { externalId: world.externalId }) },
      // The organisation's own rule leaves these open. The others are listed as left out.
      regions: ['eu-west-1', 'eu-central-1', 'us-east-1'],
    },
    secrets: {
      accessKeyId: { env: TOKEN_VARIABLES.awsKeyId },
      secretAccessKey: { env: TOKEN_VARIABLES.awsSecret },
    },
  }
}

const after = (today: Date, days: number) => new Date(today.getTime() + days * 86_400_000).toISOString()

/** What only the organisation itself can say: who may do what. */
function githubDeclarations(today: Date) {
  const day = (days: number) => after(today, days).slice(0, 10)
  const owners = acmeRobotics.members.flatMap(({ login, role }) => (role === 'owner' ? [login] : []))
  return {
    // Six own the organisation; five were approved.
    'github.owners-few-and-approved': { params: { approved: owners.slice(0, 5) } },
    // The second approval has run out; a third outsider was never approved.
    'github.outside-collaborators-approved': {
      params: {
        approved: [
          { login: 'visiting-gull', until: day(180) },
          { login: 'visiting-tern', until: day(-30) },
        ],
      },
    },
    'github.team-access-reviewed': { params: { reviewedOn: day(-40) } },
    'github.status-checks-required': { params: { required: ['build'] } },
    // "robot-sdk" is public too.
    'github.public-repositories-approved': { params: { approved: ['docs', 'brand-site', 'ros-bridge'] } },
  }
}

/** Who administers, who has left, which changes were asked for. */
function oktaDeclarations(today: Date) {
  const time = (days: number) => after(today, days)
  const reviewed = { params: { reviewedOn: time(-50).slice(0, 10) } }
  // Four have left. Two of them still have an account, and a third is still a member on GitHub.
  const leavers = acmeLeavers.map(({ login: person, daysAgo }) => ({ person, endedAt: time(-daysAgo) }))
  return {
    // Seven are super administrators, two of them by a group; five were approved.
    'okta.super-admins-few-and-approved': { params: { approved: acmeApprovedAdmins } },
    'okta.admin-roles-reviewed': reviewed,
    'okta.group-memberships-complete': reviewed,
    'okta.leavers-deactivated-in-time': { params: { leavers } },
    'okta.leavers-gone-everywhere': { params: { leavers } },
    // Nobody wrote a ticket for the super administrator made in between, nor for the rule that lets Sales in by password.
    'okta.privileged-changes-ticketed': {
      params: {
        tickets: [
          { ticket: 'CHG-1041', from: time(-30.5), to: time(-29.5) },
          { ticket: 'CHG-1077', from: time(-9), to: time(-8) },
        ],
      },
    },
    'okta.critical-apps-deprovision': { params: { critical: ['GitHub Enterprise', 'AWS IAM Identity Center'] } },
    'okta.device-assurance-used': { params: { platforms: ['MACOS', 'WINDOWS'] } },
  }
}
