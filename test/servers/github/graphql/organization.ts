import { actsAsOwner } from '../principal.ts'
import { findRepository, sees } from '../site.ts'
import type { Repository } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, need, needScope, nodeId, paged, sorted, upper, WEB } from './context.ts'
import { notFound } from './errors.ts'

const CREATED = '2021-04-06T09:00:00Z'

export interface RepositoryArguments extends PageArguments {
  isArchived?: boolean
  isFork?: boolean
  privacy?: string
  visibility?: string
  orderBy?: { field: string; direction: string }
}

const ORDERS: Readonly<Record<string, (repository: Repository) => string>> = {
  NAME: ({ seed }) => seed.name.toLowerCase(),
  CREATED_AT: ({ id }) => String(id),
  PUSHED_AT: ({ seed }) => seed.pushedAt,
  UPDATED_AT: ({ seed }) => seed.pushedAt,
}

function repositoriesOf(call: At, args: RepositoryArguments): readonly Repository[] {
  const all = [...call.world.repositories.values()].filter((one) => {
    if (!sees(call.world, call.principal, one)) return false
    if (args.isArchived !== undefined && args.isArchived !== (one.seed.archived ?? false)) return false
    if (args.isFork !== undefined && args.isFork !== (one.seed.fork ?? false)) return false
    if (args.privacy && (args.privacy === 'PUBLIC') !== (one.visibility === 'public')) return false
    return !args.visibility || upper(one.visibility) === args.visibility
  })
  const order = ORDERS[args.orderBy?.field ?? 'CREATED_AT']
  return order ? sorted(all, order, args.orderBy?.direction) : all
}

export function organizationNode(call: At): Record<string, unknown> {
  const { world, principal } = call
  const { seed } = world
  const path = `/${seed.login}`
  const owner = actsAsOwner(principal, 'organization_administration=read', 'admin:org')
  const settings = actsAsOwner(principal, 'members=read', 'admin:org')
  return {
    __typename: 'Organization',
    id: nodeId('O', seed.id),
    databaseId: seed.id,
    login: seed.login,
    name: seed.name,
    description: 'Emulated organization. Demo data.',
    createdAt: CREATED,
    updatedAt: CREATED,
    archivedAt: null,
    avatarUrl: `${WEB}/avatars/${seed.id}`,
    resourcePath: path,
    url: `${WEB}${path}`,
    email: null,
    isVerified: false,
    webCommitSignoffRequired: false,
    viewerCanAdminister: principal.person?.standing === 'owner',
    viewerIsAMember: principal.person !== undefined && principal.person.standing !== 'outside',
    // Shown to owners; null to anyone else.
    requiresTwoFactorAuthentication: owner ? seed.settings.twoFactorRequired : null,
    membersCanForkPrivateRepositories: seed.settings.membersCanForkPrivateRepositories,
    repository: ({ name }: { name: string }) => {
      const found = findRepository(world, principal, name)
      if (!found) throw notFound(`a Repository with the name '${seed.login}/${name}'`)
      return call.make.repository(call, found)
    },
    repositories: (args: RepositoryArguments) =>
      paged(call, repositoriesOf(call, args), args, (one) => call.make.repository(call, one)),
    membersWithRole: (args: PageArguments) => {
      needScope(call, 'membersWithRole', ['read:org'])
      need(call, 'members=read')
      const people = [...world.people.values()].filter(({ standing }) => standing !== 'outside')
      // Nobody in the seed made their membership public.
      const shown = principal.kind === 'app' || principal.person?.standing !== 'outside' ? people : []
      return paged(
        call,
        shown,
        args,
        (one) => call.make.person(call, one),
        (one) => ({
          role: one.standing === 'owner' ? 'ADMIN' : 'MEMBER',
          hasTwoFactorEnabled: settings ? one.twoFactor : null,
        }),
      )
    },
    team: ({ slug }: { slug: string }) => {
      need(call, 'members=read')
      const found = world.teams.get(slug)
      return found && (settings || !found.seed.secret) ? call.make.team(call, found) : null
    },
    teams: (args: PageArguments & { privacy?: string }) => {
      needScope(call, 'teams', ['read:org'])
      need(call, 'members=read')
      const teams = [...world.teams.values()].filter(
        ({ seed: one }) =>
          (settings || !one.secret) && (!args.privacy || (args.privacy === 'SECRET') === (one.secret ?? false)),
      )
      return paged(call, teams, args, (one) => call.make.team(call, one))
    },
    ruleset: ({ databaseId }: { databaseId: number }) => {
      const found = world.rulesets.find(({ id }) => id === databaseId)
      return found && owner ? call.make.ruleset(call, found) : null
    },
    rulesets: (args: PageArguments) => {
      need(call, 'organization_administration=read')
      return owner ? paged(call, world.rulesets, args, (one) => call.make.ruleset(call, one)) : null
    },
  }
}
