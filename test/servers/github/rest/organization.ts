import { actsAsOwner } from '../principal.ts'
import * as shapes from '../shapes.ts'
import { sees } from '../site.ts'
import type { Repository } from '../world.ts'
import {
  type Answer,
  type Call,
  callerRole,
  inOrganization,
  listOf,
  NOT_FOUND,
  ok,
  refusal,
  type Route,
} from './route.ts'

const ORDERS: Readonly<Record<string, (repository: Repository) => string>> = {
  created: ({ id }) => String(id),
  updated: ({ seed }) => seed.pushedAt,
  pushed: ({ seed }) => seed.pushedAt,
  full_name: ({ fullName }) => fullName,
}

function repositories(call: Call): Answer {
  const { query, world, principal } = call
  const type = query.get('type') ?? 'all'
  const sort = query.get('sort') ?? 'created'
  const ascending = (query.get('direction') ?? (sort === 'full_name' ? 'asc' : 'desc')) === 'asc'
  const order = ORDERS[sort] ?? ((repository: Repository) => String(repository.id))
  const chosen = [...world.repositories.values()].filter((one) => {
    if (!sees(world, principal, one)) return false
    if (type === 'public' || type === 'private') return (one.visibility === 'public') === (type === 'public')
    if (type === 'forks' || type === 'sources') return (one.seed.fork ?? false) === (type === 'forks')
    return true
  })
  const sorted = chosen.toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))
  const list = ascending ? sorted : sorted.toReversed()
  return listOf(list, (one) => shapes.listedRepository(call.base, world, one, callerRole(call), principal))
}

function people(call: Call, standings: readonly string[]): Answer {
  const filter = call.query.get('filter') ?? 'all'
  if (filter !== 'all' && !actsAsOwner(call.principal, 'members=read', 'admin:org')) {
    return refusal(422, 'Only owners can use this filter.')
  }
  // Nobody in the seed made their membership public, and nothing else is shown to those outside.
  if (call.principal.kind !== 'app' && (call.principal.person?.standing ?? 'outside') === 'outside') return { list: [] }
  const list = [...call.world.people.values()].filter(
    ({ standing, twoFactor }) =>
      standings.includes(standing) && (filter === 'all' || (filter === '2fa_disabled' && !twoFactor)),
  )
  return listOf(list, (person) => shapes.user(call.base, person))
}

function members(call: Call): Answer {
  const role = call.query.get('role') ?? 'all'
  const standings = { all: ['owner', 'member'], admin: ['owner'], member: ['member'] }[role]
  return standings ? people(call, standings) : refusal(422, 'Validation Failed')
}

function teamRepositories(call: Call): Answer {
  const { world, base } = call
  const team = world.teams.get(call.params.team ?? '')
  if (!team) return NOT_FOUND
  const list = Object.entries(team.seed.repositories).flatMap(([name, role]) => {
    const repository = world.repositories.get(name)
    return repository && world.hidden.get(name) !== 'absent' ? [{ repository, role }] : []
  })
  return listOf(list, ({ repository, role }) => shapes.listedRepository(base, world, repository, role, call.principal))
}

function teamMembers(call: Call): Answer {
  const team = call.world.teams.get(call.params.team ?? '')
  if (!team) return NOT_FOUND
  const list = team.seed.members.flatMap((login) => call.world.people.get(login) ?? [])
  return listOf(list, (person) => shapes.user(call.base, person))
}

export const organization: readonly Route[] = [
  {
    path: '/orgs/:org',
    right: 'metadata=read',
    open: true,
    answer: inOrganization((call) => {
      const settings = actsAsOwner(call.principal, 'organization_administration=read', 'admin:org')
      return ok(shapes.organization(call.base, call.world, settings))
    }),
  },
  { path: '/orgs/:org/repos', right: 'metadata=read', open: true, answer: inOrganization(repositories) },
  { path: '/orgs/:org/members', right: 'members=read', answer: inOrganization(members) },
  {
    path: '/orgs/:org/outside_collaborators',
    right: 'members=read',
    answer: inOrganization((call) =>
      actsAsOwner(call.principal, 'members=read', 'admin:org')
        ? people(call, ['outside'])
        : refusal(403, 'You must be an organization owner to list outside collaborators.'),
    ),
  },
  {
    path: '/orgs/:org/teams',
    right: 'members=read',
    answer: inOrganization((call) => {
      const secrets = actsAsOwner(call.principal, 'members=read', 'admin:org')
      const list = [...call.world.teams.values()].filter(({ seed }) => secrets || !seed.secret)
      return listOf(list, (team) => shapes.team(call.base, call.world, team))
    }),
  },
  { path: '/orgs/:org/teams/:team/repos', right: 'members=read', answer: inOrganization(teamRepositories) },
  { path: '/orgs/:org/teams/:team/members', right: 'members=read', answer: inOrganization(teamMembers) },
]
