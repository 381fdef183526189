import { ROLES, type Role } from '../seed.ts'
import type { Person, Team, World } from '../world.ts'
import { CREATED, type Data, type ItemOf, nodeId, UPDATED, WEB } from './api.ts'

type User = ItemOf<Data<'orgs', 'listMembers'>>
export type Collaborator = ItemOf<Data<'repos', 'listCollaborators'>>
export type TeamItem = ItemOf<Data<'teams', 'list'>>
type Membership = Data<'orgs', 'getMembershipForAuthenticatedUser'>
export type AuthenticatedUser = Data<'users', 'getAuthenticated'>

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

export function permissions(role: Role) {
  const rank = ROLES.indexOf(role)
  return { pull: rank >= 0, triage: rank >= 1, push: rank >= 2, maintain: rank >= 3, admin: rank >= 4 }
}

/** GitHub's words for roles where it does not use permission names. */
export const roleName = (role: Role) => ({ pull: 'read', push: 'write' })[role as string] ?? role

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

export function collaborator(base: string, person: Person, role: Role): Collaborator {
  return { ...user(base, person), permissions: permissions(role), role_name: roleName(role) }
}

export function teamSimple(base: string, world: World, { id, seed }: Team) {
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
