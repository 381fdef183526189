import { createHash } from 'node:crypto'
import type { RestEndpointMethodTypes } from '@octokit/rest'
import { type ClassicProtectionSeed, ROLES, type Role } from './seed.ts'
import { type Person, type Repository, type Ruleset, rulesetsOn, type Team, type World } from './world.ts'

/**
 * GitHub's answers, built from the seed. The types are those Octokit generates from GitHub's OpenAPI description
 * (https://github.com/github/rest-api-description), so a field that GitHub does not have does not compile.
 */
type Api = RestEndpointMethodTypes
type Data<Group extends keyof Api, Name extends keyof Api[Group]> = Api[Group][Name] extends {
  response: { data: infer Body }
}
  ? Body
  : never
type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never

type User = ItemOf<Data<'orgs', 'listMembers'>>
export type Organization = Data<'orgs', 'get'>
type MinimalRepository = ItemOf<Data<'repos', 'listForOrg'>>
export type Collaborator = ItemOf<Data<'repos', 'listCollaborators'>>
export type TeamItem = ItemOf<Data<'teams', 'list'>>
export type BranchProtection = Data<'repos', 'getBranchProtection'>
export type BranchRule = ItemOf<Data<'repos', 'getBranchRules'>>
export type RulesetItem = ItemOf<Data<'repos', 'getRepoRulesets'>>
export type RulesetDetail = Data<'repos', 'getRepoRuleset'>
type Membership = Data<'orgs', 'getMembershipForAuthenticatedUser'>
export type AuthenticatedUser = Data<'users', 'getAuthenticated'>

/** Where web pages would be; no such host exists (RFC 2606). */
const WEB = 'https://github.example.com'
const CREATED = '2021-04-06T09:00:00Z'
const UPDATED = '2026-03-02T09:30:00Z'

const nodeId = (prefix: string, id: number) => `${prefix}_${Buffer.from(`${prefix}:${id}`).toString('base64url')}`

export function user(base: string, { login, id }: { login: string; id: number }, type = 'User') {
  const url = `${base}/users/${login}`
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${WEB}/avatars/${id}`,
    gravatar_id: '',
    url,
    html_url: `${WEB}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  } satisfies User
}

/** `GET /user`, as a token without the `user` scope sees it. */
export function authenticatedUser(base: string, person: Person): AuthenticatedUser {
  return {
    ...user(base, person),
    name: null,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: CREATED,
    updated_at: UPDATED,
    user_view_type: 'public',
  }
}

/** `settings`: whether the caller sees what only owners see. Otherwise those fields are left out, not null. */
export function organization(base: string, world: World, settings: boolean): Organization {
  const { login, id, name, plan, settings: chosen } = world.seed
  const url = `${base}/orgs/${login}`
  const all = [...world.repositories.values()]
  const open = all.filter(({ visibility }) => visibility === 'public').length
  const seats = world.seed.members.length
  return {
    login,
    id,
    node_id: nodeId('O', id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${WEB}/avatars/${id}`,
    description: 'Emulated organization. Demo data.',
    name,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: open,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${WEB}/${login}`,
    type: 'Organization',
    created_at: CREATED,
    updated_at: UPDATED,
    archived_at: null,
    ...(settings && {
      total_private_repos: all.length - open,
      owned_private_repos: all.length - open,
      private_gists: 0,
      disk_usage: 4096,
      collaborators: world.seed.outsideCollaborators.length,
      billing_email: 'billing@example.com',
      plan: { name: plan, space: 976_562_499, private_repos: 9999, filled_seats: seats, seats: seats + 5 },
      default_repository_permission: chosen.basePermission,
      default_repository_branch: 'main',
      two_factor_requirement_enabled: chosen.twoFactorRequired,
      members_can_create_repositories: true,
      members_allowed_repository_creation_type: chosen.membersCanCreatePublicRepositories ? 'all' : 'private',
      members_can_create_public_repositories: chosen.membersCanCreatePublicRepositories,
      members_can_create_private_repositories: true,
      members_can_create_internal_repositories: false,
      members_can_create_pages: true,
      members_can_create_public_pages: true,
      members_can_create_private_pages: true,
      members_can_delete_repositories: chosen.membersCanDeleteRepositories,
      members_can_change_repo_visibility: chosen.membersCanChangeVisibility,
      members_can_invite_outside_collaborators: chosen.membersCanInviteOutsideCollaborators,
      members_can_delete_issues: false,
      members_can_create_teams: false,
      members_can_fork_private_repositories: chosen.membersCanForkPrivateRepositories,
      web_commit_signoff_required: false,
      deploy_keys_enabled_for_repositories: true,
    }),
  }
}

function permissions(role: Role) {
  const rank = ROLES.indexOf(role)
  return { pull: rank >= 0, triage: rank >= 1, push: rank >= 2, maintain: rank >= 3, admin: rank >= 4 }
}

/** GitHub's words for roles where it does not use permission names. */
const roleName = (role: Role) => ({ pull: 'read', push: 'write' })[role as string] ?? role

/** `role`: what the caller, or the team that is asked for, may do in it. */
/** `GET /user/memberships/orgs/{org}`: an owner's role is called `admin`. */
export function membership(base: string, world: World, person: Person): Membership {
  const { login, id } = world.seed
  const url = `${base}/orgs/${login}`
  return {
    url: `${url}/memberships/${person.login}`,
    state: 'active',
    role: person.standing === 'owner' ? 'admin' : 'member',
    organization_url: url,
    organization: {
      login,
      id,
      node_id: nodeId('O', id),
      url,
      repos_url: `${url}/repos`,
      events_url: `${url}/events`,
      hooks_url: `${url}/hooks`,
      issues_url: `${url}/issues`,
      members_url: `${url}/members{/member}`,
      public_members_url: `${url}/public_members{/member}`,
      avatar_url: `${WEB}/avatars/${id}`,
      description: 'Emulated organization. Demo data.',
    },
    user: user(base, person),
    permissions: { can_create_repository: true },
  }
}

export function repository(base: string, world: World, repo: Repository, role: Role) {
  const url = `${base}/repos/${repo.fullName}`
  const { seed } = repo
  const isPrivate = repo.visibility !== 'public'
  return {
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: seed.name,
    full_name: repo.fullName,
    owner: user(base, world.seed, 'Organization'),
    private: isPrivate,
    html_url: `${WEB}/${repo.fullName}`,
    description: repo.seed.description ?? null,
    fork: seed.fork ?? false,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
    homepage: null,
    language: seed.language ?? null,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    size: seed.empty ? 0 : 108,
    default_branch: repo.defaultBranch,
    open_issues_count: 0,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: seed.archived ?? false,
    disabled: false,
    visibility: repo.visibility,
    pushed_at: seed.pushedAt,
    created_at: CREATED,
    updated_at: seed.pushedAt,
    allow_forking: !isPrivate || world.seed.settings.membersCanForkPrivateRepositories,
    web_commit_signoff_required: false,
    license: null,
    forks: 0,
    open_issues: 0,
    watchers: 0,
    permissions: permissions(role),
    role_name: roleName(role),
  } satisfies MinimalRepository
}

export function collaborator(base: string, person: Person, role: Role): Collaborator {
  return { ...user(base, person), permissions: permissions(role), role_name: roleName(role) }
}

function teamSimple(base: string, world: World, { id, seed }: Team) {
  const url = `${base}/organizations/${world.seed.id}/team/${id}`
  return {
    id,
    node_id: nodeId('T', id),
    url,
    html_url: `${WEB}/orgs/${world.seed.login}/teams/${seed.slug}`,
    name: seed.name,
    slug: seed.slug,
    description: '',
    privacy: seed.secret ? 'secret' : 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization' as const,
    organization_id: world.seed.id,
  }
}

export function team(base: string, world: World, one: Team): TeamItem {
  const parent = one.seed.parent === undefined ? undefined : world.teams.get(one.seed.parent)
  return {
    ...teamSimple(base, world, one),
    parent: parent ? teamSimple(base, world, parent) : null,
  }
}

export function branchProtection(
  base: string,
  world: World,
  repo: Repository,
  branch: string,
  rule: ClassicProtectionSeed,
): BranchProtection {
  const url = `${base}/repos/${repo.fullName}/branches/${encodeURIComponent(branch)}/protection`
  const { reviews, statusChecks } = rule
  const checksUrl = `${url}/required_status_checks`
  return {
    url,
    ...(statusChecks && {
      required_status_checks: {
        url: checksUrl,
        strict: statusChecks.strict ?? false,
        contexts: [...statusChecks.contexts],
        contexts_url: `${checksUrl}/contexts`,
        checks: statusChecks.contexts.map((context) => ({ context, app_id: null })),
      },
    }),
    ...(reviews && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: reviews.dismissStale ?? false,
        require_code_owner_reviews: reviews.codeOwners ?? false,
        require_last_push_approval: reviews.lastPushApproval ?? false,
        required_approving_review_count: reviews.count,
        ...(reviews.bypass && {
          bypass_pull_request_allowances: {
            users: reviews.bypass.flatMap((login) => {
              const person = world.people.get(login)
              return person ? [user(base, person)] : []
            }),
            teams: [],
            apps: [],
          },
        }),
      },
    }),
    required_signatures: { url: `${url}/required_signatures`, enabled: rule.signatures ?? false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: rule.enforceAdmins ?? false },
    required_linear_history: { enabled: rule.linearHistory ?? false },
    allow_force_pushes: { enabled: rule.allowForcePushes ?? false },
    allow_deletions: { enabled: rule.allowDeletions ?? false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  }
}

/** One entry per rule in force, each with the ruleset it comes from. */
export function branchRules(repo: Repository, branch: string): BranchRule[] {
  return rulesetsOn(repo, branch).flatMap((ruleset) =>
    ruleset.seed.rules.map((rule) => ({
      ...rule,
      ruleset_source_type: ruleset.level,
      ruleset_source: ruleset.source,
      ruleset_id: ruleset.id,
    })),
  )
}

export function rulesetItem(base: string, ruleset: Ruleset): RulesetItem {
  const path = ruleset.level === 'Organization' ? `/orgs/${ruleset.source}` : `/repos/${ruleset.source}`
  return {
    id: ruleset.id,
    name: ruleset.seed.name,
    target: 'branch',
    source_type: ruleset.level,
    source: ruleset.source,
    enforcement: ruleset.seed.enforcement ?? 'active',
    node_id: nodeId('RRS', ruleset.id),
    _links: {
      self: { href: `${base}${path}/rulesets/${ruleset.id}` },
      html: { href: `${WEB}/${ruleset.source}/rules/${ruleset.id}` },
    },
    created_at: CREATED,
    updated_at: UPDATED,
  }
}

/**
 * `canEdit`: whether the caller may change the ruleset. Only then does GitHub return `bypass_actors`
 * (https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset).
 */
export function rulesetDetail(base: string, ruleset: Ruleset, canEdit: boolean): RulesetDetail {
  return {
    ...rulesetItem(base, ruleset),
    ...(canEdit && { bypass_actors: [...(ruleset.seed.bypass ?? [])] }),
    current_user_can_bypass: 'never',
    conditions: { ref_name: { include: [...(ruleset.seed.include ?? ['~DEFAULT_BRANCH'])], exclude: [] } },
    rules: [...ruleset.seed.rules],
  }
}

/** A CODEOWNERS file that has the errors of the seed on their lines. */
export function codeOwnersFile(base: string, repo: Repository) {
  const lines = ['# Emulated file. Demo data.', `* @${repo.fullName.split('/')[0]}/engineering`]
  for (const error of repo.seed.codeOwners ?? []) {
    while (lines.length < error.line - 1) lines.push('')
    lines[error.line - 1] = error.source ?? ''
  }
  const content = Buffer.from(`${lines.join('\n')}\n`)
  const sha = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
  const path = '.github/CODEOWNERS'
  const url = `${base}/repos/${repo.fullName}/contents/${path}?ref=${encodeURIComponent(repo.defaultBranch)}`
  const html = `${WEB}/${repo.fullName}/blob/${repo.defaultBranch}/${path}`
  const git = `${base}/repos/${repo.fullName}/git/blobs/${sha}`
  return {
    type: 'file' as const,
    encoding: 'base64',
    size: content.length,
    name: 'CODEOWNERS',
    path,
    content: content.toString('base64'),
    sha,
    url,
    git_url: git,
    html_url: html,
    download_url: `${html}?raw=true`,
    _links: { self: url, git, html },
  } satisfies Extract<Data<'repos', 'getContent'>, { type: 'file' }>
}
