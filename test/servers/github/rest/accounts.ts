import { hasScope } from '../principal.ts'
import * as shapes from '../shapes.ts'
import { sees } from '../site.ts'
import { type Answer, type Call, inOrganization, NOT_FOUND, ok, refusal, type Route } from './route.ts'

/** The caller's own standing. Who is no member is told that there is none. */
function membership({ base, world, principal }: Call): Answer {
  const { person, kind } = principal
  if (!person) return kind === 'app' ? refusal(403, 'Resource not accessible by integration') : NOT_FOUND
  if (kind === 'classic' && !hasScope(principal, 'read:org')) {
    return refusal(403, 'You need at least read:org scope or user scope to get your membership.')
  }
  return person.standing === 'outside' ? NOT_FOUND : ok(shapes.membership(base, world, person))
}

/** Answered to installation tokens only. */
function installationRepositories({ world, base, principal }: Call): Answer {
  if (principal.kind !== 'app') return refusal(403, 'You must authenticate with an installation access token.')
  const repositories = [...world.repositories.values()].filter((one) => sees(world, principal, one))
  return {
    list: repositories,
    shape: (one) => shapes.sideRepository(base, world, one),
    wrap: (items, total) => ({
      total_count: total,
      repository_selection: principal.repositories ? 'selected' : 'all',
      repositories: items,
    }),
  }
}

export const accounts: readonly Route[] = [
  {
    path: '/user',
    right: 'metadata=read',
    answer: ({ base, principal }) =>
      principal.person
        ? ok(shapes.authenticatedUser(base, principal.person))
        : refusal(403, 'Resource not accessible by integration'),
  },
  { path: '/installation/repositories', right: 'metadata=read', answer: installationRepositories },
  { path: '/user/memberships/orgs/:org', right: 'members=read', answer: inOrganization(membership) },
]
