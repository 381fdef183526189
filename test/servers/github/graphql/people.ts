import { actorOf, GHOST, WEB_FLOW } from '../actors.ts'
import type { Person, Team } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, at, need, nodeId, paged, WEB } from './context.ts'

const CREATED = '2021-04-06T09:00:00Z'
export const PERMISSIONS = {
  pull: 'READ',
  triage: 'TRIAGE',
  push: 'WRITE',
  maintain: 'MAINTAIN',
  admin: 'ADMIN',
} as const

/** A person, an app, or null for a deleted account. Logins of apps come without `[bot]` here. */
export function actorNode(call: At, login: string) {
  if (login === GHOST) return null
  const { id, type } = actorOf(call.world, login)
  const name = login.replace(/\[bot\]$/, '')
  return {
    __typename: type,
    id: nodeId(type === 'Bot' ? 'BOT' : 'U', id),
    databaseId: id,
    login: name,
    name: null,
    email: '',
    createdAt: CREATED,
    updatedAt: CREATED,
    avatarUrl: `${WEB}/avatars/${id}`,
    resourcePath: `/${name}`,
    url: `${WEB}/${name}`,
    isSiteAdmin: false,
    isViewer: call.principal.name === login,
    organization: ({ login: asked }: { login: string }) => {
      const world = call.site.worlds.find(({ seed, people }) => seed.login === asked.toLowerCase() && people.has(login))
      return world ? call.make.organization(at(call, world)) : null
    },
  }
}

/** Who a commit says it is by; `user` only if GitHub knows the address. */
export function gitActorNode(call: At, login: string, date: string) {
  const name = login === WEB_FLOW ? 'GitHub' : login
  return {
    name,
    email: login === WEB_FLOW ? 'noreply@example.com' : `${login}@example.com`,
    date,
    avatarUrl: `${WEB}/avatars/${login}`,
    // GitHub's own committer is an account too.
    user: () => (actorOf(call.world, login).type === 'User' ? actorNode(call, login) : null),
  }
}

export const personNode = (call: At, { login }: Person) => actorNode(call, login)

export function teamNode(call: At, team: Team): Record<string, unknown> {
  const { world } = call
  const { seed, id } = team
  const path = `/orgs/${world.seed.login}/teams/${seed.slug}`
  const teams = [...world.teams.values()]
  return {
    __typename: 'Team',
    id: nodeId('T', id),
    databaseId: id,
    name: seed.name,
    slug: seed.slug,
    combinedSlug: `${world.seed.login}/${seed.slug}`,
    description: '',
    privacy: seed.secret ? 'SECRET' : 'VISIBLE',
    notificationSetting: 'NOTIFICATIONS_ENABLED',
    createdAt: CREATED,
    updatedAt: CREATED,
    resourcePath: path,
    url: `${WEB}${path}`,
    organization: () => call.make.organization(call),
    parentTeam: () => {
      const parent = seed.parent === undefined ? undefined : world.teams.get(seed.parent)
      return parent ? teamNode(call, parent) : null
    },
    childTeams: (args: PageArguments) =>
      paged(
        call,
        teams.filter((one) => one.seed.parent === seed.slug),
        args,
        (one) => teamNode(call, one),
      ),
    members: (args: PageArguments & { membership?: string; role?: string }) => {
      need(call, 'members=read')
      const direct = args.membership === 'IMMEDIATE' ? [seed] : [seed, ...below(call, seed.slug)]
      const logins = [...new Set(direct.flatMap(({ members }) => members))]
      const people = args.role === 'MAINTAINER' ? [] : logins.flatMap((login) => world.people.get(login) ?? [])
      return paged(
        call,
        people,
        args,
        (one) => personNode(call, one),
        ({ login }) => ({
          role: 'MEMBER',
          memberAccessResourcePath: `${path}/members/${login}`,
          memberAccessUrl: `${WEB}${path}/members/${login}`,
        }),
      )
    },
    repositories: (args: PageArguments) => {
      need(call, 'members=read')
      const list = Object.entries(seed.repositories).flatMap(([name, role]) => {
        const repository = world.repositories.get(name)
        return repository && world.hidden.get(name) !== 'absent' ? [{ repository, role }] : []
      })
      return paged(
        call,
        list,
        args,
        ({ repository }) => call.make.repository(call, repository),
        ({ role }) => ({ permission: PERMISSIONS[role] }),
      )
    },
  }
}

/** Teams below one, at any depth: GitHub counts their members to it. */
function below({ world }: At, slug: string): Team['seed'][] {
  const children = world.seed.teams.filter(({ parent }) => parent === slug)
  return children.flatMap((child) => [child, ...below({ world } as At, child.slug)])
}
