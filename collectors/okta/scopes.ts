/**
 * Every OAuth scope that something here reads with; none of them can change anything.
 * https://developer.okta.com/docs/api/oauth2/
 */
export const READ_SCOPES = [
  'okta.apiTokens.read',
  'okta.appGrants.read',
  'okta.apps.read',
  'okta.authenticators.read',
  'okta.deviceAssurance.read',
  'okta.groups.read',
  'okta.idps.read',
  'okta.logStreams.read',
  'okta.logs.read',
  'okta.networkZones.read',
  'okta.orgs.read',
  'okta.policies.read',
  'okta.roles.read',
  'okta.threatInsights.read',
  'okta.trustedOrigins.read',
  'okta.users.read',
] as const
export type ReadScope = (typeof READ_SCOPES)[number]
