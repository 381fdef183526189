import { stringify } from 'yaml'
import { acmeRobotics } from '../../test/servers/github/acme-robotics.ts'

/** Environment variable that holds the token of the emulated GitHub. */
export const TOKEN_VARIABLE = 'DEMO_GITHUB_TOKEN'

/** Ids of the two sources. */
export const SOURCES = { github: 'github-acme', git: 'git' } as const

export interface DemoConfigOptions {
  /** Of the emulated GitHub. */
  baseUrl: string
  /** The project's repository, relative to the config; absent if there is none to read. */
  repository?: string
  /** Path or URL of `config.schema.json`. */
  schema: string
  today: Date
}

/** Name of the demo's ledger, which `affiant init` begins. */
export const INSTALLATION = 'affiant-demo'

/**
 * Text of the demo's `affiant.yaml`: what `affiant init` writes, with the emulated organisation as a source and what a
 * user of such an organisation would declare. Some of what is declared does not hold, so that there is something to find.
 */
export function demoConfig({ baseUrl, repository, schema, today }: DemoConfigOptions): string {
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
        secrets: { token: { env: TOKEN_VARIABLE } },
      },
      ...(repository === undefined
        ? []
        : [{ id: SOURCES.git, collector: 'git', config: { repositories: [{ path: repository, name: 'affiant' }] } }]),
    ],
    jobs: [{ id: 'demo' }],
    checks: declarations(today),
  }
  return [
    `# yaml-language-server: $schema=${schema}`,
    '# Written by "npm run demo". GitHub is emulated: the organisation, its people and its repositories are demo data.',
    stringify(config, { lineWidth: 120 }),
  ].join('\n')
}

/** What only the organisation itself can say: who may do what. */
function declarations(today: Date) {
  const day = (days: number) => new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10)
  const logins = acmeRobotics.members.map(({ login }) => login)
  const owners = acmeRobotics.members.flatMap(({ login, role }) => (role === 'owner' ? [login] : []))
  return {
    // Six own the organisation; five were approved.
    'github.owners-few-and-approved': { params: { approved: owners.slice(0, 5) } },
    // One has left and still has an account.
    'github.members-are-staff': { params: { roster: logins.filter((login) => login !== 'teal-walrus') } },
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
