import { type CollectContext, defineCollector } from 'affiant/sdk'
import { access } from './access.ts'
import { accessTokensExpire } from './checks/access-tokens-expire.ts'
import { actionsLockedDown } from './checks/actions-locked-down.ts'
import { appsApproved } from './checks/apps-approved.ts'
import { auditLogKept } from './checks/audit-log-kept.ts'
import { basePermissionRestricted } from './checks/base-permission-restricted.ts'
import { bypassesReviewed } from './checks/bypasses-reviewed.ts'
import { changesByPullRequest } from './checks/changes-by-pull-request.ts'
import { changesReviewed } from './checks/changes-reviewed.ts'
import { codeAlertsInTime } from './checks/code-alerts-in-time.ts'
import { codeOwnersRequired } from './checks/code-owners-required.ts'
import { codeScanningRuns } from './checks/code-scanning-runs.ts'
import { defaultBranchProtected } from './checks/default-branch-protected.ts'
import { dependencyAlertsInTime } from './checks/dependency-alerts-in-time.ts'
import { dependencyScanningEnabled } from './checks/dependency-scanning-enabled.ts'
import { deployKeysBounded } from './checks/deploy-keys-bounded.ts'
import { disclosurePolicyPublished } from './checks/disclosure-policy-published.ts'
import { dutiesSeparated } from './checks/duties-separated.ts'
import { forcePushBlocked } from './checks/force-push-blocked.ts'
import { inactiveRepositoriesArchived } from './checks/inactive-repositories-archived.ts'
import { membersAreStaff } from './checks/members-are-staff.ts'
import { membersCannotPublishOrDelete } from './checks/members-cannot-publish-or-delete.ts'
import { membersHaveTwoFactor } from './checks/members-have-two-factor.ts'
import { noStandingBypass } from './checks/no-standing-bypass.ts'
import { outsideCollaboratorsApproved } from './checks/outside-collaborators-approved.ts'
import { ownersFewAndApproved } from './checks/owners-few-and-approved.ts'
import { productionNeedsApproval } from './checks/production-needs-approval.ts'
import { publicRepositoriesApproved } from './checks/public-repositories-approved.ts'
import { reviewRequired } from './checks/review-required.ts'
import { runnersNotPublic } from './checks/runners-not-public.ts'
import { secretAlertsResolved } from './checks/secret-alerts-resolved.ts'
import { secretScanningEnabled } from './checks/secret-scanning-enabled.ts'
import { signedCommitsRequired } from './checks/signed-commits-required.ts'
import { statusChecksRequired } from './checks/status-checks-required.ts'
import { teamAccessReviewed } from './checks/team-access-reviewed.ts'
import { twoFactorRequired } from './checks/two-factor-required.ts'
import { webhooksSecured } from './checks/webhooks-secured.ts'
import { GithubConfig, type GithubSecret, organizationsOf } from './config.ts'
import { EVERYTHING, kindOf } from './kinds.ts'
import { identityOf, openOrganizations } from './open.ts'
import { queries } from './queries.ts'
import { isOpen, type Session } from './session.ts'
import { accessTokens } from './streams/access-tokens.ts'
import { actionsSettings } from './streams/actions-settings.ts'
import { appInstallations } from './streams/app-installations.ts'
import { auditLog } from './streams/audit-log.ts'
import { branchProtection } from './streams/branch-protection.ts'
import { changes } from './streams/changes.ts'
import { codeOwners } from './streams/code-owners.ts'
import { codeScanningAlerts } from './streams/code-scanning-alerts.ts'
import { codeScanningSetup } from './streams/code-scanning-setup.ts'
import { dependabotAlerts } from './streams/dependabot-alerts.ts'
import { dependencyScanning } from './streams/dependency-scanning.ts'
import { deployKeys } from './streams/deploy-keys.ts'
import { deployments } from './streams/deployments.ts'
import { environments } from './streams/environments.ts'
import { membersWithoutTwoFactor } from './streams/members-without-two-factor.ts'
import { members } from './streams/members.ts'
import { organization } from './streams/organization.ts'
import { outsideCollaboratorAccess } from './streams/outside-collaborator-access.ts'
import { outsideCollaborators } from './streams/outside-collaborators.ts'
import { repositories } from './streams/repositories.ts'
import { ruleSuites } from './streams/rule-suites.ts'
import { runnerGroups } from './streams/runner-groups.ts'
import { secretScanningAlerts } from './streams/secret-scanning-alerts.ts'
import { securityPolicies } from './streams/security-policies.ts'
import { teamRepositories } from './streams/team-repositories.ts'
import { teams } from './streams/teams.ts'
import { webhooks } from './streams/webhooks.ts'

const tokenExchange =
  'Exchanges the app’s signed statement for a token that is valid for an hour; changes nothing else.'

const graphqlReads = 'Asks one of the documents of the manifest, all of which only read.'

export const collector = defineCollector({
  apiVersion: 1,
  id: 'github',
  title: 'GitHub organisations',
  docs: 'https://docs.github.com/en/rest',
  // Fields of api.request: src/audit-logs/data/ghec/enterprise.json in https://github.com/github/docs
  requestLog: [
    'GitHub tells of requests to its API only in the audit log that an enterprise streams to a place of its own, if API request events are turned on there, and only of those to private resources:',
    'look for events with the action api.request and the request_id REQUEST-ID.',
    'The audit log on the web site and in the API has no such events; without streaming only the support of GitHub can look the id up.',
    'https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise/streaming-the-audit-log-for-your-enterprise',
  ].join(' '),
  config: GithubConfig,
  secrets: {
    token: 'Fine-grained personal access token of an organisation owner, with read access only.',
    privateKey: 'Private key of the GitHub App, the PEM file as downloaded.',
  },
  needs: ({ auth }) => [auth.type === 'app' ? 'privateKey' : 'token'],
  // 900 points a minute, 1 for each read, and 100 requests at once are GitHub's secondary limits. The hourly one (5,000
  // and more) depends on who asks; the seam learns it from the x-ratelimit headers.
  // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
  limits: [
    { id: 'rest', perMinute: 900, concurrency: 10 },
    // 2,000 points a minute, 1 for each query, and a minute of processor time, which queries for 100 repositories use up
    // sooner. Points of the hour are counted by the client: only answers say what a query costs.
    { id: 'graphql', operation: 'graphql:*', perMinute: 600, concurrency: 4 },
  ],
  // Of GraphQL, status 200 and nothing but this error. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
  throttling: [
    { body: /^\s*\{\s*(?:"data"\s*:\s*null\s*,\s*)?"errors"\s*:\s*\[\s*\{[^{}]*"RATE_LIMITED"/, whateverStatus: true },
  ],
  queries,
  // https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
  conditional: true,
  reads: [
    { method: 'POST', path: '/graphql', queries: true, why: graphqlReads },
    { method: 'POST', path: '/api/graphql', queries: true, why: graphqlReads },
    { method: 'POST', path: '/app/installations/*/access_tokens', why: tokenExchange },
    { method: 'POST', path: '/api/v3/app/installations/*/access_tokens', why: tokenExchange },
  ],
  async open(context: CollectContext<GithubConfig, GithubSecret>): Promise<Session> {
    const { connect } = await import('./client.ts')
    return openOrganizations(context, connect(context))
  },
  identify: async (session) => identityOf(session),
  access,
  expects: (config) => {
    const [only, ...others] = organizationsOf(config)
    return others.length === 0 ? { id: only?.id, name: only?.login } : {}
  },
  async *scopes({ organizations }, reader) {
    for (const one of organizations) {
      const { organization: id } = one
      if (!isOpen(one)) await reader.observe(`organisation ${id}`, () => Promise.reject(one.failure))
      yield { id, title: `Organisation ${id}`, kind: isOpen(one) ? kindOf(one) : EVERYTHING }
    }
  },
  streams: [
    organization,
    members,
    membersWithoutTwoFactor,
    outsideCollaborators,
    outsideCollaboratorAccess,
    teams,
    teamRepositories,
    repositories,
    branchProtection,
    codeOwners,
    changes,
    ruleSuites,
    deployments,
    secretScanningAlerts,
    dependencyScanning,
    dependabotAlerts,
    codeScanningSetup,
    codeScanningAlerts,
    actionsSettings,
    runnerGroups,
    environments,
    deployKeys,
    webhooks,
    appInstallations,
    accessTokens,
    auditLog,
    securityPolicies,
  ],
  checks: [
    twoFactorRequired,
    membersHaveTwoFactor,
    ownersFewAndApproved,
    basePermissionRestricted,
    membersCannotPublishOrDelete,
    outsideCollaboratorsApproved,
    membersAreStaff,
    teamAccessReviewed,
    defaultBranchProtected,
    reviewRequired,
    codeOwnersRequired,
    statusChecksRequired,
    noStandingBypass,
    forcePushBlocked,
    publicRepositoriesApproved,
    bypassesReviewed,
    changesReviewed,
    changesByPullRequest,
    dutiesSeparated,
    signedCommitsRequired,
    secretScanningEnabled,
    secretAlertsResolved,
    dependencyAlertsInTime,
    dependencyScanningEnabled,
    codeScanningRuns,
    codeAlertsInTime,
    actionsLockedDown,
    runnersNotPublic,
    productionNeedsApproval,
    deployKeysBounded,
    webhooksSecured,
    appsApproved,
    accessTokensExpire,
    auditLogKept,
    inactiveRepositoriesArchived,
    disclosurePolicyPublished,
  ],
})
