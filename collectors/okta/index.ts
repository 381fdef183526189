import { type CollectContext, defineCollector } from 'affiant/sdk'
import { access } from './access.ts'
import { OrganizationAnswer } from './answers.ts'
import { adminConsolePhishingResistant } from './checks/admin-console-phishing-resistant.ts'
import { adminConsoleSessionIdle } from './checks/admin-console-session-idle.ts'
import { adminRolesReviewed } from './checks/admin-roles-reviewed.ts'
import { anonymizersBlocked } from './checks/anonymizers-blocked.ts'
import { apiTokensBounded } from './checks/api-tokens-bounded.ts'
import { appsFederated } from './checks/apps-federated.ts'
import { criticalAppsDeprovision } from './checks/critical-apps-deprovision.ts'
import { deviceAssuranceUsed } from './checks/device-assurance-used.ts'
import { groupMembershipsComplete } from './checks/group-memberships-complete.ts'
import { inactivityAutomation } from './checks/inactivity-automation.ts'
import { leaversGoneEverywhere } from './checks/leavers-gone-everywhere.ts'
import { leaversDeactivatedInTime } from './checks/leavers-deactivated-in-time.ts'
import { lockoutAndHistory } from './checks/lockout-and-history.ts'
import { mfaEnrolled } from './checks/mfa-enrolled.ts'
import { noInactiveUsers } from './checks/no-inactive-users.ts'
import { passwordStrength } from './checks/password-strength.ts'
import { privilegedChangesTicketed } from './checks/privileged-changes-ticketed.ts'
import { serviceAppGrantsNarrow } from './checks/service-app-grants-narrow.ts'
import { sessionLimits } from './checks/session-limits.ts'
import { signOnRequiresMfa } from './checks/sign-on-requires-mfa.ts'
import { superAdminsFewAndApproved } from './checks/super-admins-few-and-approved.ts'
import { supportAccessOff } from './checks/support-access-off.ts'
import { systemLogStreamed } from './checks/system-log-streamed.ts'
import { threatInsightBlocks } from './checks/threat-insight-blocks.ts'
import { weakAuthenticatorsOff } from './checks/weak-authenticators-off.ts'
import { OktaConfig, type OktaSecret } from './config.ts'
import type { Session } from './session.ts'
import { adminAssignments } from './streams/admin-assignments.ts'
import { adminConsoleSignIns } from './streams/admin-console-sign-ins.ts'
import { apiTokens } from './streams/api-tokens.ts'
import { appAssignments } from './streams/app-assignments.ts'
import { apps } from './streams/apps.ts'
import { authenticators } from './streams/authenticators.ts'
import { configurationChanges } from './streams/configuration-changes.ts'
import { deviceAssurances } from './streams/device-assurances.ts'
import { firstPartyAppSettings } from './streams/first-party-app-settings.ts'
import { groupMembers } from './streams/group-members.ts'
import { groupRules } from './streams/group-rules.ts'
import { groups } from './streams/groups.ts'
import { identityProviders } from './streams/identity-providers.ts'
import { joiners } from './streams/joiners.ts'
import { leavers } from './streams/leavers.ts'
import { logStreams } from './streams/log-streams.ts'
import { mfaResets } from './streams/mfa-resets.ts'
import { networkZones } from './streams/network-zones.ts'
import { organization } from './streams/organization.ts'
import { policies } from './streams/policies.ts'
import { privilegeChanges } from './streams/privilege-changes.ts'
import { serviceAppGrants } from './streams/service-app-grants.ts'
import { supportAccess } from './streams/support-access.ts'
import { threatInsight } from './streams/threat-insight.ts'
import { trustedOrigins } from './streams/trusted-origins.ts'
import { userFactors } from './streams/user-factors.ts'
import { users } from './streams/users.ts'

export const collector = defineCollector({
  apiVersion: 1,
  id: 'okta',
  title: 'Okta organisation',
  docs: 'https://developer.okta.com/docs/api/',
  // The id in X-Okta-Request-Id is that of events of the request: https://developer.okta.com/docs/reference/core-okta-api/#request-debugging
  requestLog: [
    'Events of the System Log carry the id of the request that caused them, as transaction.id and debugContext.debugData.requestId:',
    'search Reports, System Log for transaction.id eq "REQUEST-ID", or curl -G -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/logs" -d since=FROM -d until=TO --data-urlencode \'filter=transaction.id eq "REQUEST-ID"\'.',
    'Okta writes an event for few of the requests that only read, among them that for an access token; the others only the support of Okta can look up. The log goes back 90 days.',
    'https://developer.okta.com/docs/reference/core-okta-api/#request-debugging',
  ].join(' '),
  config: OktaConfig,
  secrets: {
    privateKey: 'Private key of the service app: PEM, or the JWK as Okta showed it once.',
    token: 'API token, made by an administrator who may only read.',
  },
  needs: ({ auth }) => [auth.type === 'oauth' ? 'privateKey' : 'token'],
  // Buckets of a Workforce Identity organisation, shared by all of its integrations; smaller plans have less, which the
  // seam learns from the X-Rate-Limit headers. https://developer.okta.com/docs/reference/rl-global-mgmt/
  limits: [
    { id: 'rest', perMinute: 1200, concurrency: 20, share: 0.5 },
    { id: 'users', path: '/api/v1/users', perMinute: 600, concurrency: 10, share: 0.5 },
    { id: 'user', path: '/api/v1/users/*', perMinute: 2000, concurrency: 10, share: 0.5 },
    { id: 'groups', path: '/api/v1/groups', perMinute: 500, concurrency: 10, share: 0.5 },
    { id: 'apps', path: '/api/v1/apps/**', perMinute: 100, concurrency: 5, share: 0.5 },
    { id: 'logs', path: '/api/v1/logs', perMinute: 120, concurrency: 5, share: 0.5 },
    { id: 'clients', path: '/oauth2/v1/clients/**', perMinute: 100, concurrency: 5, share: 0.5 },
  ],
  // 75 at once is the least that any plan has. https://developer.okta.com/docs/reference/rl-additional-limits/
  concurrency: 37,
  reads: [
    {
      method: 'POST',
      path: '/oauth2/v1/token',
      why: 'Exchanges the app’s signed statement for a token that is valid for an hour; changes nothing else.',
    },
  ],
  async open(context: CollectContext<OktaConfig, OktaSecret>): Promise<Session> {
    const { createClient } = await import('./client.ts')
    const client = createClient(context)
    const { config, period, clock } = context
    const { id, pipeline, _links } = await client.get('/.well-known/okta-organization', {}, OrganizationAnswer)
    return {
      client,
      principal: await client.principal(),
      organizationId: id,
      organization: new URL(_links?.organization?.href ?? config.orgUrl).host,
      engine: pipeline === 'idx' ? 'identity' : pipeline === 'v1' ? 'classic' : 'unknown',
      period,
      now: clock.now(),
      config,
      serviceAccounts: new Set(config.serviceAccounts.map(({ login }) => login.toLowerCase())),
    }
  },
  async identify({ principal, organization: name, organizationId: id }) {
    const { granted, kind, name: who } = principal
    return { id, name, principal: { kind, name: who }, ...(granted && { granted }) }
  },
  access,
  expects: ({ organizationId: id }) => ({ id }),
  async *scopes({ organizationId: id, organization: name }) {
    yield { id, title: `Organisation ${name}` }
  },
  streams: [
    organization,
    users,
    userFactors,
    authenticators,
    groups,
    groupMembers,
    groupRules,
    adminAssignments,
    apiTokens,
    policies,
    apps,
    appAssignments,
    serviceAppGrants,
    networkZones,
    threatInsight,
    logStreams,
    identityProviders,
    trustedOrigins,
    deviceAssurances,
    firstPartyAppSettings,
    supportAccess,
    joiners,
    leavers,
    privilegeChanges,
    configurationChanges,
    mfaResets,
    adminConsoleSignIns,
  ],
  checks: [
    mfaEnrolled,
    weakAuthenticatorsOff,
    superAdminsFewAndApproved,
    adminRolesReviewed,
    noInactiveUsers,
    apiTokensBounded,
    groupMembershipsComplete,
    signOnRequiresMfa,
    adminConsolePhishingResistant,
    passwordStrength,
    lockoutAndHistory,
    sessionLimits,
    adminConsoleSessionIdle,
    inactivityAutomation,
    leaversDeactivatedInTime,
    leaversGoneEverywhere,
    systemLogStreamed,
    privilegedChangesTicketed,
    anonymizersBlocked,
    threatInsightBlocks,
    appsFederated,
    criticalAppsDeprovision,
    serviceAppGrantsNarrow,
    supportAccessOff,
    deviceAssuranceUsed,
  ],
})
