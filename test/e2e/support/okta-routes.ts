/** A kind of request of the Okta collector, and the streams that cannot be whole without its answer. */
export interface OktaRoute {
  name: string
  on: RegExp
  streams: readonly string[]
  /** It is asked for each item of a list, so the list must have come before. */
  perItem?: true
}

const POPULATIONS = [
  'okta.joiners',
  'okta.leavers',
  'okta.privilege-changes',
  'okta.configuration-changes',
  'okta.mfa-resets',
  'okta.admin-console-sign-ins',
]
const ofApps = ['okta.apps', 'okta.app-assignments', 'okta.service-app-grants']

/** Requests once the organisation was identified; each is made in a run over the well-kept organisation. */
export const OKTA_ROUTES: readonly OktaRoute[] = [
  { name: 'org', on: /\/api\/v1\/org$/, streams: ['okta.organization'] },
  { name: 'users', on: /\/api\/v1\/users\?limit/, streams: ['okta.users', 'okta.user-factors'] },
  { name: 'deactivated users', on: /\/api\/v1\/users\?filter=status/, streams: ['okta.users'] },
  { name: 'factors', on: /\/users\/[^/]+\/factors/, streams: ['okta.user-factors'], perItem: true },
  { name: 'an admin', on: /\/api\/v1\/users\/00u\w+$/, streams: ['okta.admin-assignments'], perItem: true },
  { name: 'roles of a person', on: /\/users\/[^/]+\/roles/, streams: ['okta.admin-assignments'], perItem: true },
  { name: 'authenticators', on: /\/authenticators/, streams: ['okta.authenticators'] },
  {
    name: 'groups',
    on: /\/api\/v1\/groups\?expand/,
    streams: ['okta.groups', 'okta.group-members', 'okta.admin-assignments'],
  },
  {
    name: 'number of users',
    on: /\/api\/v1\/groups\?filter=type/,
    streams: ['okta.users', 'okta.user-factors'],
  },
  { name: 'group members', on: /\/groups\/[^/]+\/users/, streams: ['okta.group-members'], perItem: true },
  { name: 'roles of a group', on: /\/groups\/[^/]+\/roles/, streams: ['okta.admin-assignments'], perItem: true },
  { name: 'group rules', on: /\/groups\/rules/, streams: ['okta.group-rules'] },
  { name: 'admins', on: /\/iam\/assignees\/users/, streams: ['okta.admin-assignments'] },
  { name: 'API tokens', on: /\/api-tokens/, streams: ['okta.api-tokens'] },
  { name: 'policies', on: /\/policies\?/, streams: ['okta.policies'] },
  { name: 'rules of a policy', on: /\/policies\/[^/]+\/rules/, streams: ['okta.policies'], perItem: true },
  { name: 'apps', on: /\/apps\?/, streams: ofApps },
  { name: 'users of an app', on: /\/apps\/[^/]+\/users/, streams: ['okta.app-assignments'], perItem: true },
  { name: 'grants', on: /\/apps\/[^/]+\/grants/, streams: ['okta.service-app-grants'], perItem: true },
  { name: 'zones', on: /\/zones/, streams: ['okta.network-zones'] },
  { name: 'ThreatInsight', on: /\/threats\/configuration/, streams: ['okta.threat-insight'] },
  { name: 'log streams', on: /\/logStreams/, streams: ['okta.log-streams'] },
  { name: 'identity providers', on: /\/idps/, streams: ['okta.identity-providers'] },
  { name: 'trusted origins', on: /\/trustedOrigins/, streams: ['okta.trusted-origins'] },
  { name: 'device assurances', on: /\/device-assurances/, streams: ['okta.device-assurances'] },
  {
    name: 'Admin Console settings',
    on: /\/first-party-app-settings\//,
    streams: ['okta.first-party-app-settings'],
  },
  { name: 'support access', on: /\/org\/privacy\/oktaSupport/, streams: ['okta.support-access'] },
  { name: 'System Log', on: /\/api\/v1\/logs/, streams: POPULATIONS },
]
