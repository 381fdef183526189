import { type CollectContext, defineCollector } from 'affiant/sdk'
import { access } from './access.ts'
import { OrganizationAnswer } from './answers.ts'
import { basePermissionRestricted } from './checks/base-permission-restricted.ts'
import { codeOwnersRequired } from './checks/code-owners-required.ts'
import { defaultBranchProtected } from './checks/default-branch-protected.ts'
import { forcePushBlocked } from './checks/force-push-blocked.ts'
import { membersAreStaff } from './checks/members-are-staff.ts'
import { membersCannotPublishOrDelete } from './checks/members-cannot-publish-or-delete.ts'
import { membersHaveTwoFactor } from './checks/members-have-two-factor.ts'
import { noStandingBypass } from './checks/no-standing-bypass.ts'
import { outsideCollaboratorsApproved } from './checks/outside-collaborators-approved.ts'
import { ownersFewAndApproved } from './checks/owners-few-and-approved.ts'
import { publicRepositoriesApproved } from './checks/public-repositories-approved.ts'
import { reviewRequired } from './checks/review-required.ts'
import { statusChecksRequired } from './checks/status-checks-required.ts'
import { teamAccessReviewed } from './checks/team-access-reviewed.ts'
import { twoFactorRequired } from './checks/two-factor-required.ts'
import { GithubConfig, type GithubSecret } from './config.ts'
import type { Session } from './session.ts'
import { standingOf } from './standing.ts'
import { branchProtection } from './streams/branch-protection.ts'
import { codeOwners } from './streams/code-owners.ts'
import { members } from './streams/members.ts'
import { membersWithoutTwoFactor } from './streams/members-without-two-factor.ts'
import { organization } from './streams/organization.ts'
import { outsideCollaboratorAccess } from './streams/outside-collaborator-access.ts'
import { outsideCollaborators } from './streams/outside-collaborators.ts'
import { repositories } from './streams/repositories.ts'
import { teamRepositories } from './streams/team-repositories.ts'
import { teams } from './streams/teams.ts'

const tokenExchange =
  'Exchanges the app’s signed statement for a token that is valid for an hour; changes nothing else.'

export const collector = defineCollector({
  apiVersion: 1,
  id: 'github',
  title: 'GitHub organisation',
  docs: 'https://docs.github.com/en/rest',
  config: GithubConfig,
  secrets: {
    token: 'Fine-grained personal access token of an organisation owner, with read access only.',
    privateKey: 'Private key of the GitHub App, the PEM file as downloaded.',
  },
  needs: ({ auth }) => [auth.type === 'app' ? 'privateKey' : 'token'],
  // 900 points a minute, 1 for each read, and 100 requests at once are GitHub's secondary limits. The hourly one (5,000
  // and more) depends on who asks; the seam learns it from the x-ratelimit headers.
  // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
  limits: [{ id: 'rest', perMinute: 900, concurrency: 10 }],
  reads: [
    { method: 'POST', path: '/app/installations/*/access_tokens', why: tokenExchange },
    { method: 'POST', path: '/api/v3/app/installations/*/access_tokens', why: tokenExchange },
  ],
  async open(context: CollectContext<GithubConfig, GithubSecret>): Promise<Session> {
    const { createClient } = await import('./client.ts')
    const client = createClient(context)
    const { config } = context
    const { id, login } = await client.get('/orgs/{org}', { org: config.organization }, OrganizationAnswer)
    const excluded = new Map(config.repositories.exclude.map(({ name, reason }) => [name.toLowerCase(), reason]))
    const principal = await client.principal()
    const standing = await standingOf(client, login, principal)
    return { client, principal, standing, organization: login, organizationId: String(id), excluded }
  },
  async identify({ principal, organization: name, organizationId: id }) {
    const { granted, kind, name: who } = principal
    return { id, name, principal: { kind, name: who }, ...(granted && { granted }) }
  },
  access,
  expects: ({ organization: name, organizationId: id }) => ({ id: id === undefined ? undefined : String(id), name }),
  async *scopes({ organization: id }) {
    yield { id, title: `Organisation ${id}` }
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
  ],
})
