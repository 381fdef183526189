import type { AccessGuide, Permission } from 'affiant/sdk'
import type { OktaConfig } from './config.ts'

/** What Okta's rights mean to `affiant doctor` and `affiant permissions`. */
export const access: AccessGuide<OktaConfig> = {
  includes(granted, permission) {
    const wanted = scopeOf(permission)
    // Roles stand in no token; whether one is enough shows when something is read.
    if (wanted === undefined) return undefined
    return granted.some((name) => {
      const scope = scopeOf(name)
      return scope?.resource === wanted.resource && (scope.level === wanted.level || scope.level === 'manage')
    })
  },
  excess(granted, declared) {
    const scope = scopeOf(granted)
    if (scope === undefined) return undefined
    const read = `okta.${scope.resource}.read`
    if (!declared.includes(read)) return 'Nothing here reads with it: revoke it'
    return scope.level === 'read' ? undefined : `${read} is enough`
  },
  grant(permission) {
    const app = 'The service app in "Applications", "Applications"'
    if (scopeOf(permission) !== undefined) return `${app}, tab "Okta API Scopes": "Grant" beside ${permission}`
    return /\brole\b/.test(permission) ? `${app}, tab "Admin roles": "Edit assignments"` : undefined
  },
  steps: ({ orgUrl, auth }) => {
    const console = consoleOf(orgUrl)
    return auth.type === 'oauth'
      ? [
          `Sign in to ${console} as a super administrator, who alone may grant scopes and roles to an app`,
          `"Applications", "Applications", the app with client ID ${auth.clientId}: make the changes below`,
        ]
      : [
          `Sign in to ${console} as a super administrator: a token has the rights of who made it, so change the roles of that user under "Security", "Administrators"`,
        ]
  },
  longLived: ({ auth }) =>
    auth.type === 'token'
      ? 'An API token has every right of who made it, and lives as long as it is used. Use a service app with a private key (auth.type: oauth): its tokens live for an hour and have read scopes only'
      : undefined,
  policies: { 'okta-scopes': scopeList, 'okta-custom-role': customRole },
}

/** One scope a line, as the tab "Okta API Scopes" has them. */
function scopeList(permissions: readonly Permission[]): string {
  return `${scopesOf(permissions).join('\n')}\n`
}

/**
 * The body of `POST /api/v1/iam/roles` for the one thing that the Read-only Administrator does not see and a custom role
 * can. https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleECustom/
 */
function customRole(): string {
  const role = {
    label: 'Affiant evidence',
    description: 'Sees who holds administrator roles. Changes nothing.',
    permissions: ['okta.iam.read'],
  }
  return `${JSON.stringify(role, undefined, 2)}\n`
}

function scopesOf(permissions: readonly Permission[]): string[] {
  return [...new Set(permissions.map(({ name }) => name))].filter((name) => scopeOf(name) !== undefined).sort()
}

/** `okta.users.read`; names of roles are sentences. */
function scopeOf(text: string): { resource: string; level: string } | undefined {
  const [, resource, level] = /^okta\.([A-Za-z.]+)\.(read|manage)$/.exec(text) ?? []
  return resource === undefined || level === undefined ? undefined : { resource, level }
}

/** The Admin Console of an organisation under one of Okta's own domains; a custom domain does not tell. */
function consoleOf(orgUrl: string): string {
  const { hostname } = new URL(orgUrl)
  const [, name, domain] = /^([^.]+)\.((?:okta|oktapreview|okta-emea|okta-gov)\.com|okta\.mil)$/.exec(hostname) ?? []
  return name === undefined || domain === undefined ? 'the Admin Console' : `https://${name}-admin.${domain}`
}
