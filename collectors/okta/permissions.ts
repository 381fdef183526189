import type { Permission } from 'affiant/sdk'
import type { ReadScope } from './scopes.ts'

/** Rights by the names Okta's OAuth scopes have. Each page says which scope and which admin role its request needs. */
const api = 'https://developer.okta.com/docs/api/openapi/okta-management/management/tag'

const scope = (name: ReadScope, tag: string, why: string): Permission => ({ name, why, url: `${api}/${tag}` })

export const orgs = scope('okta.orgs.read', 'OrgSettingGeneral', 'Shows the organisation’s own settings.')
export const supportAccess = scope('okta.orgs.read', 'OrgSettingSupport', 'Shows whether Okta’s support may sign in.')
export const users = scope('okta.users.read', 'User', 'Lists users with their status and times.')
export const factors = scope('okta.users.read', 'UserFactor', 'Shows which second factors a user has enrolled.')
export const authenticators = scope(
  'okta.authenticators.read',
  'Authenticator',
  'Shows which authenticators are on, and what they are allowed for.',
)
export const orgFactors = scope(
  'okta.orgs.read',
  'OrgSettingGeneral',
  'Shows which factors are on in an organisation without Identity Engine.',
)
export const groups = scope('okta.groups.read', 'Group', 'Lists groups, their members and counts.')
export const groupRules = scope('okta.groups.read', 'GroupRule', 'Lists the rules that put people into groups.')
export const roles = scope('okta.roles.read', 'RoleAssignmentAUser', 'Lists who holds which administrator role.')
export const apiTokens = scope('okta.apiTokens.read', 'ApiToken', 'Lists API tokens, never their values.')
export const policies = scope('okta.policies.read', 'Policy', 'Shows policies and their rules in order.')
export const apps = scope('okta.apps.read', 'Application', 'Lists apps with their sign-on mode and features.')
export const appUsers = scope('okta.apps.read', 'ApplicationUsers', 'Shows who is assigned to an app.')
export const appGrants = scope(
  'okta.appGrants.read',
  'ApplicationGrants',
  'Shows the scopes service apps were granted.',
)
export const networkZones = scope('okta.networkZones.read', 'NetworkZone', 'Shows allowed and blocked networks.')
export const threatInsight = scope(
  'okta.threatInsights.read',
  'ThreatInsight',
  'Shows what is done with bad addresses.',
)
export const logStreams = scope('okta.logStreams.read', 'LogStream', 'Shows where the System Log is sent.')
export const idps = scope('okta.idps.read', 'IdentityProvider', 'Lists other identity providers that are trusted.')
export const trustedOrigins = scope('okta.trustedOrigins.read', 'TrustedOrigin', 'Lists origins that may call the API.')
export const deviceAssurance = scope('okta.deviceAssurance.read', 'DeviceAssurance', 'Lists device requirements.')
export const logs = scope('okta.logs.read', 'SystemLog', 'Reads the events of the period from the System Log.')

/** Standard roles: https://help.okta.com/oie/en-us/content/topics/security/administrators-admin-comparison.htm */
const roleTable = 'https://help.okta.com/oie/en-us/content/topics/security/administrators-admin-comparison.htm'

export const readOnlyAdministrator: Permission = {
  name: 'role Read-only Administrator',
  why: 'Scopes alone open nothing: the app needs a role too, and so does who made an API token. This is the smallest that sees users, groups, apps, policies and the System Log.',
  url: roleTable,
}

export const viewsAdmins: Permission = {
  name: 'custom role with okta.iam.read, or role Super Administrator',
  why: 'A Read-only Administrator cannot see who holds administrator roles; without this, the checks about administrators are unknown.',
  url: 'https://developer.okta.com/docs/api/openapi/okta-management/guides/permissions',
}

/** For what the smaller roles are not shown at all. */
export const superAdministrator: Permission = {
  name: 'role Super Administrator',
  why: 'Okta shows first-party app settings, access of its support and log streams to super administrators only; without this, the checks about them are unknown.',
  url: roleTable,
}
