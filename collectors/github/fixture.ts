import type { Answer, Fixture } from 'affiant/testing'

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
    required_pull_request_reviews: review,
    required_status_checks: { strict: true, contexts: ['build'], checks: [{ context: 'build' }] },
  },
}
const ruleset: Answer = {
  body: { id: 31, name: 'main', source_type: 'Organization', bypass_actors: [{ actor_id: 5, actor_type: 'Team' }] },
}

function aboutRepository(name: string): Record<string, Answer> {
  return {
    [`/repos/acme/${name}/branches/main/protection`]: protection,
    [`/repos/acme/${name}/rules/branches/main`]: list([{ type: 'non_fast_forward', ruleset_id: 31 }]),
    // GitHub answers 404 where there is no such file.
    [`/repos/acme/${name}/codeowners/errors`]: { mayBeAbsent: true, body: { errors: [] } },
    [`/repos/acme/${name}/collaborators?affiliation=outside`]: list([
      { ...person('octo-guest'), role_name: 'read', permissions: { admin: false } },
    ]),
  }
}

export const fixture: Fixture = {
  folder: import.meta.dirname,
  config: { organization: 'acme' },
  secrets: { token: 'made-up-token-of-the-fixture' },
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
    '/user': { body: person('octo-owner') },
    '/user/memberships/orgs/acme': { body: { state: 'active', role: 'admin' } },
    '/orgs/acme/members?role=admin': list([person('octo-owner')]),
    '/orgs/acme/members?role=member': list([person('octo-dev')]),
    '/orgs/acme/members?filter=2fa_disabled': list([person('octo-dev')]),
    '/orgs/acme/outside_collaborators': list([person('octo-guest')]),
    '/orgs/acme/teams': list([{ id: 5, slug: 'platform', name: 'Platform', privacy: 'closed', parent: null }]),
    '/orgs/acme/teams/platform/repos': list([
      { ...repository('api'), role_name: 'write', permissions: { admin: false } },
    ]),
    '/orgs/acme/repos': list([repository('api')], '/orgs/acme/repos?type=all&sort=full_name&per_page=100&page=2'),
    '/orgs/acme/repos?page=2': list([repository('web')]),
    ...aboutRepository('api'),
    ...aboutRepository('web'),
    '/repos/acme/api/rulesets/31': ruleset,
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
  },
  pages: { stream: 'github.repositories', first: '/orgs/acme/repos', second: '/orgs/acme/repos?page=2' },
  people: ['octo-owner', 'octo-dev', 'octo-guest'],
}
