import type { World } from '../world.ts'
import { CREATED, type Data, nodeId, UPDATED, WEB } from './api.ts'

export type Organization = Data<'orgs', 'get'>

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
