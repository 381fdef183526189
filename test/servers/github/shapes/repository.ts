import type { Principal } from '../principal.ts'
import { administers } from '../site.ts'
import type { Role } from '../seed.ts'
import type { Repository, World } from '../world.ts'
import { CREATED, type Data, type ItemOf, nodeId, WEB } from './api.ts'
import { permissions, roleName, user } from './people.ts'
import { securityAndAnalysis } from './security.ts'

type MinimalRepository = ItemOf<Data<'repos', 'listForOrg'>>
export type FullRepository = Data<'repos', 'get'>

/** `role`: what the caller, or the team that is asked for, may do in it. */
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

/** As lists have it: with `security_and_analysis` for administrators. */
export function listedRepository(base: string, world: World, repo: Repository, role: Role, principal: Principal) {
  const shown = administers(world, principal) ? securityAndAnalysis(repo.seed.security) : undefined
  return { ...repository(base, world, repo, role), ...(shown && { security_and_analysis: shown }) }
}

const cloneUrls = ({ fullName }: Repository) => ({
  git_url: `git://github.example.com/${fullName}.git`,
  ssh_url: `git@github.example.com:${fullName}.git`,
  clone_url: `${WEB}/${fullName}.git`,
  svn_url: `${WEB}/${fullName}`,
  mirror_url: null,
})

/** As the two sides of a pull request have it. */
export function sideRepository(base: string, world: World, repo: Repository) {
  const { role_name: _role, permissions: _permissions, ...listed } = repository(base, world, repo, 'pull')
  return { ...listed, ...cloneUrls(repo) }
}

/** `GET /repos/{owner}/{repo}`: what the lists show and more, of which settings are for administrators. */
export function fullRepository(
  base: string,
  world: World,
  repo: Repository,
  role: Role,
  principal: Principal,
): FullRepository {
  const admin = administers(world, principal)
  const { role_name: _role, ...listed } = listedRepository(base, world, repo, role, principal)
  return {
    ...listed,
    ...cloneUrls(repo),
    temp_clone_token: null,
    network_count: 0,
    subscribers_count: 0,
    organization: user(base, world.seed, 'Organization'),
    ...(admin && {
      allow_rebase_merge: true,
      allow_squash_merge: true,
      allow_merge_commit: true,
      allow_auto_merge: false,
      allow_update_branch: false,
      delete_branch_on_merge: true,
    }),
  }
}
