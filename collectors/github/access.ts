import type { AccessGuide, Permission } from 'affiant/sdk'
import { type ConfiguredOrganization, type GithubConfig, organizationsOf } from './config.ts'

const LEVELS = ['read', 'write', 'admin']

/** Names as GitHub's pages have them: https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/choosing-permissions-for-a-github-app */
const PLACES: Readonly<Record<string, string>> = {
  organization_administration: 'Organization permissions, "Administration"',
  members: 'Organization permissions, "Members"',
  organization_hooks: 'Organization permissions, "Webhooks"',
  organization_personal_access_tokens: 'Organization permissions, "Personal access tokens"',
  organization_self_hosted_runners: 'Organization permissions, "Self-hosted runners"',
  metadata: 'Repository permissions, "Metadata"',
  administration: 'Repository permissions, "Administration"',
  contents: 'Repository permissions, "Contents"',
  actions: 'Repository permissions, "Actions"',
  secret_scanning_alerts: 'Repository permissions, "Secret scanning alerts"',
  vulnerability_alerts: 'Repository permissions, "Dependabot alerts"',
  security_events: 'Repository permissions, "Code scanning alerts"',
  repository_hooks: 'Repository permissions, "Webhooks"',
  checks: 'Repository permissions, "Checks"',
  deployments: 'Repository permissions, "Deployments"',
  issues: 'Repository permissions, "Issues"',
  pull_requests: 'Repository permissions, "Pull requests"',
  statuses: 'Repository permissions, "Commit statuses"',
}

/**
 * What the scopes of classic tokens open, of what this collector reads; each includes the scopes below it.
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 */
const ALERTS = ['secret_scanning_alerts:read', 'security_events:read', 'vulnerability_alerts:read']
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'admin:org': ['members:read', 'organization_administration:read', 'organization_self_hosted_runners:read'],
  'write:org': ['members:read'],
  'read:org': ['members:read'],
  'admin:org_hook': ['organization_hooks:read'],
  security_events: ALERTS,
  repo: [
    'metadata:read',
    'administration:read',
    'contents:read',
    'actions:read',
    'checks:read',
    'deployments:read',
    'issues:read',
    'pull_requests:read',
    'repository_hooks:read',
    'statuses:read',
    ...ALERTS,
  ],
}

/** What GitHub's rights mean to `affiant doctor` and `affiant permissions`. */
export const access: AccessGuide<GithubConfig> = {
  includes(granted, permission) {
    const wanted = rightOf(permission)
    // Ownership of the organisation and the like: no list of rights tells it.
    if (wanted === undefined) return undefined
    // Tokens of others are listed to apps only, and only of apps a list of rights is told: scopes of a token say nothing of it.
    if (wanted.name === 'organization_personal_access_tokens' && !granted.some(rightOf)) return undefined
    return granted.some((name) => {
      const right = rightOf(name)
      if (right === undefined) return SCOPES[name]?.includes(permission) ?? false
      return right.name === wanted.name && right.level >= wanted.level
    })
  },
  excess(granted, declared) {
    const right = rightOf(granted)
    if (right === undefined) {
      return granted.startsWith('read:')
        ? undefined
        : `A scope of a classic token, which can change things. Use a GitHub App, or a fine-grained token, with ${declared.filter(rightOf).join(', ')}`
    }
    const needed = declared.map(rightOf).find((one) => one?.name === right.name)
    if (needed === undefined) return 'Nothing here reads it: set it to "No access"'
    return right.level > needed.level ? `${PLACES[right.name] ?? right.name}: "Read-only" is enough` : undefined
  },
  grant(permission) {
    const right = rightOf(permission)
    const place = right && PLACES[right.name]
    return place && `${place}: "Read-only"`
  },
  steps: (config) => organizationsOf(config).flatMap((organization) => stepsFor(organization, config)),
  longLived: ({ auth }) =>
    auth.type === 'token'
      ? 'A personal access token belongs to a person and works until it expires. Use a GitHub App: its tokens live for an hour'
      : undefined,
  policies: { 'github-app-manifest': appManifest },
}

function stepsFor(
  { login, installationId }: ConfiguredOrganization,
  { auth, baseUrl }: Pick<GithubConfig, 'auth' | 'baseUrl'>,
): string[] {
  const web = webOf(baseUrl)
  return auth.type === 'app'
    ? [
        `Open ${web}/organizations/${login}/settings/apps, "Edit" beside the app, "Permissions & events", and save the changes below`,
        `An owner then accepts them: ${web}/organizations/${login}/settings/installations${installationId === undefined ? '' : `/${installationId}`}`,
      ]
    : [
        `Open ${web}/settings/personal-access-tokens as an owner of ${login}, choose the fine-grained token and "Edit"; in place of a classic token generate one with resource owner ${login} and "All repositories"`,
      ]
}

/**
 * A GitHub App manifest that asks for read access and nothing else, with no webhook and for the owner alone.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
function appManifest(permissions: readonly Permission[]): string {
  const rights = permissions.flatMap(({ name }) => rightOf(name)?.name ?? []).sort()
  const manifest = {
    name: 'affiant-evidence',
    url: 'https://example.com/affiant',
    description: 'Reads settings as compliance evidence. Changes nothing.',
    public: false,
    default_events: [],
    default_permissions: Object.fromEntries(rights.map((name) => [name, 'read'])),
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** `members:read`. Scopes of classic tokens have colons too (`admin:org`), and some permissions are a sentence. */
function rightOf(text: string): { name: string; level: number } | undefined {
  const [, name, level] = /^([a-z_]+):(read|write|admin)$/.exec(text) ?? []
  return name === undefined || level === undefined ? undefined : { name, level: LEVELS.indexOf(level) }
}

/**
 * The web pages of the API's host: Enterprise Server has them beside `/api/v3`, github.com and Enterprise Cloud with data
 * residency (`api.<subdomain>.ghe.com`) on the host without `api`.
 */
function webOf(baseUrl: string): string {
  const { origin, hostname } = new URL(baseUrl)
  return hostname === 'api.github.com' || /^api\.[^.]+\.ghe\.com$/.test(hostname)
    ? origin.replace('//api.', '//')
    : origin
}
