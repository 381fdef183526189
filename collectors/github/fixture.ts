import type { Answer, Fixture } from 'affiant/testing'
import { changeRecords, changeRoutes } from './fixture-changes.ts'
import { securityPeople, securityRecords, securityRoutes } from './fixture-security.ts'

/** An invented organisation: two repositories on two pages, two members, one collaborator from outside, two teams. */
const API = 'https://api.github.com'
const person = (login: string) => ({ login, id: 7, type: 'User', site_admin: false })
const list = (body: readonly unknown[], next?: string): Answer => ({
  body,
  ...(next && { headers: { link: `<${API}${next}>; rel="next"` } }),
})
const repository = (name: string) => ({
  node_id: `R_${name}`,
  name,
  full_name: `acme/${name}`,
  private: true,
  visibility: 'private',
  archived: false,
  fork: false,
  default_branch: 'main',
  pushed_at: '2026-01-02T03:04:05Z',
})

const review = {
  required_approving_review_count: 1,
  dismiss_stale_reviews: true,
  require_code_owner_reviews: true,
  require_last_push_approval: false,
}
const protection: Answer = {
  // A requirement that is off is left out, so an object without fields says that all are off.
  mayBeBlank: true,
  body: {
    enforce_admins: { enabled: true },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
    required_signatures: { enabled: false },
    required_pull_request_reviews: review,
    required_status_checks: { strict: true, contexts: ['build'], checks: [{ context: 'build' }] },
  },
}
const ruleset: Answer = {
  body: { id: 31, name: 'main', source_type: 'Organization', bypass_actors: [{ actor_id: 5, actor_type: 'Team' }] },
}
const noErrors: Answer = {
  // GitHub answers 404 where there is no such file.
  mayBeAbsent: true,
  body: { errors: [] },
}

function aboutRepository(name: string): Record<string, Answer> {
  return {
    [`/repos/acme/${name}/rules/branches/main`]: list([{ type: 'non_fast_forward', ruleset_id: 31 }]),
    [`/repos/acme/${name}/collaborators?affiliation=outside`]: list([
      { ...person('octo-guest'), role_name: 'read', permissions: { admin: false } },
    ]),
  }
}

/** A connection of the organisation on one page. What GraphQL refuses or cannot answer is asked in another way. */
const connection = (field: string, rows: Record<string, readonly unknown[]>): Answer => ({
  mayBeReplaced: true,
  body: {
    data: {
      rateLimit: { cost: 1, remaining: 4999, resetAt: '2026-01-05T07:00:00Z' },
      organization: {
        [field]: {
          totalCount: Object.values(rows)[0]?.length,
          pageInfo: { hasNextPage: false, endCursor: null },
          ...rows,
        },
      },
    },
  },
})
const node = (name: string) => ({
  id: `R_${name}`,
  name,
  nameWithOwner: `acme/${name}`,
  isPrivate: true,
  isArchived: false,
  isEmpty: false,
})
const classicRule = {
  isAdminEnforced: true,
  allowsForcePushes: false,
  allowsDeletions: false,
  requiresCommitSignatures: false,
  requiresApprovingReviews: true,
  requiredApprovingReviewCount: 1,
  dismissesStaleReviews: true,
  requiresCodeOwnerReviews: true,
  requireLastPushApproval: false,
  requiresStatusChecks: true,
  requiresStrictStatusChecks: true,
  requiredStatusCheckContexts: ['build'],
  bypassPullRequestAllowances: { pageInfo: { hasNextPage: false }, nodes: [] },
}
const bypassTeam = {
  deployKey: false,
  enterpriseOwner: false,
  organizationAdmin: false,
  repositoryRoleDatabaseId: null,
  actor: { kind: 'Team', databaseId: 5 },
}
const protectedNode = (name: string, branchProtectionRule: typeof classicRule | null) => ({
  ...node(name),
  defaultBranchRef: {
    name: 'main',
    branchProtectionRule,
    rules: {
      pageInfo: { hasNextPage: false },
      nodes: [{ type: 'NON_FAST_FORWARD', repositoryRuleset: { databaseId: 31 }, parameters: null }],
    },
  },
  rulesets: {
    nodes: [
      {
        databaseId: 31,
        name: 'main',
        source: { kind: 'Organization' },
        bypassActors: { pageInfo: { hasNextPage: false }, nodes: [bypassTeam] },
      },
    ],
  },
})
const ownedNode = (name: string, codeowners: { errors: [] } | null) => ({
  ...node(name),
  defaultBranchRef: { name: 'main' },
  codeowners,
})
const member = (login: string, role: string) => ({ hasTwoFactorEnabled: role === 'ADMIN', role, node: { login } })

const graphql: Record<string, Answer> = {
  'POST /graphql?query=protection': connection('repositories', {
    nodes: [protectedNode('api', classicRule), protectedNode('web', null)],
  }),
  'POST /graphql?query=codeOwners': connection('repositories', {
    nodes: [ownedNode('api', { errors: [] }), ownedNode('web', null)],
  }),
  'POST /graphql?query=members': connection('membersWithRole', {
    edges: [member('octo-owner', 'ADMIN'), member('octo-dev', 'MEMBER')],
  }),
  'POST /graphql?query=teams': connection('teams', {
    nodes: [{ databaseId: 5, slug: 'platform', name: 'Platform', privacy: 'VISIBLE', parentTeam: null }],
  }),
}

/** What REST says where GraphQL says nothing, and where GraphQL is refused. */
const rest: Record<string, Answer> = {
  '/repos/acme/api/branches/main/protection': protection,
  '/repos/acme/web/branches/main/protection': {
    mayBeBlank: true,
    status: 404,
    body: { message: 'Branch not protected' },
  },
  '/repos/acme/web/rulesets/31': ruleset,
  '/repos/acme/api/rulesets/31': { ...ruleset, onlyInstead: true },
  '/repos/acme/web/codeowners/errors': noErrors,
  '/repos/acme/api/codeowners/errors': { ...noErrors, onlyInstead: true },
  '/orgs/acme/members?role=member': { ...list([person('octo-dev')]), onlyInstead: true },
}

export const fixture: Fixture = {
  folder: import.meta.dirname,
  config: { organization: 'acme', changes: { bypasses: true } },
  // An installation token: to a person GitHub does not list fine-grained tokens.
  secrets: { token: 'ghs_made-up-token-of-the-fixture' },
  baseUrl: API,
  routes: {
    '/orgs/acme': {
      body: {
        id: 1001,
        login: 'acme',
        public_repos: 0,
        total_private_repos: 2,
        two_factor_requirement_enabled: true,
        default_repository_permission: 'read',
        members_can_create_public_repositories: false,
        members_can_create_private_repositories: true,
        members_can_create_internal_repositories: false,
        members_can_delete_repositories: false,
        members_can_change_repo_visibility: false,
        members_can_invite_outside_collaborators: false,
        members_can_fork_private_repositories: false,
        members_can_create_public_pages: false,
        web_commit_signoff_required: false,
      },
    },
    '/installation/repositories': { body: { total_count: 2, repository_selection: 'all', repositories: [] } },
    '/orgs/acme/members?role=admin': list([person('octo-owner')]),
    '/orgs/acme/members?filter=2fa_disabled': list([person('octo-dev')]),
    '/orgs/acme/outside_collaborators': list([person('octo-guest')]),
    '/orgs/acme/teams': list([{ id: 5, slug: 'platform', name: 'Platform', privacy: 'closed', parent: null }]),
    '/orgs/acme/teams/platform/repos': list([
      { ...repository('api'), role_name: 'write', permissions: { admin: false } },
    ]),
    '/orgs/acme/repos': list([repository('api')], '/orgs/acme/repos?type=all&sort=full_name&per_page=100&page=2'),
    // Nothing was ever pushed to it.
    '/orgs/acme/repos?page=2': list([{ ...repository('web'), pushed_at: null }]),
    ...aboutRepository('api'),
    ...aboutRepository('web'),
    ...graphql,
    ...rest,
    ...changeRoutes,
    ...securityRoutes,
  },
  records: {
    'github.organization': 1,
    'github.members': 2,
    'github.members-without-two-factor': 1,
    'github.outside-collaborators': 1,
    'github.outside-collaborator-access': 2,
    'github.teams': 1,
    'github.team-repositories': 1,
    'github.repositories': 2,
    'github.branch-protection': 2,
    'github.code-owners': 2,
    ...changeRecords,
    ...securityRecords,
  },
  pages: { stream: 'github.repositories', first: '/orgs/acme/repos', second: '/orgs/acme/repos?page=2' },
  people: ['octo-owner', 'octo-dev', 'octo-guest', ...securityPeople],
}
