import { z } from 'affiant/sdk'
import { Time, told } from './answers.ts'
import type { ListPage } from './client.ts'
import { LIMITS } from './paging.ts'
import { path } from './path.ts'
import { groups } from './permissions.ts'
import type { Session } from './session.ts'

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/ */
export const GroupAnswer = z.object({
  id: z.string().min(1),
  type: z.string(),
  created: told(Time),
  lastUpdated: told(Time),
  lastMembershipUpdated: told(Time),
  profile: z.object({ name: z.string() }),
  _embedded: told(
    z.object({
      stats: told(
        z.object({
          usersCount: told(z.int()),
          appsCount: told(z.int()),
          // Spelt like this by Okta.
          hasAdminPrivlege: told(z.boolean()),
        }),
      ),
    }),
  ),
  _links: told(z.object({ source: told(z.object({ href: z.string() })) })),
})
export type GroupAnswer = z.output<typeof GroupAnswer>

/** Every group with Okta's own counts. */
export function listGroups({ client }: Session): AsyncIterable<ListPage<GroupAnswer>> {
  return client.pages('/api/v1/groups', { expand: 'stats', limit: LIMITS.groups }, GroupAnswer, {
    permission: groups.name,
  })
}

/** @throws NotFoundError if it was deleted */
export function lookUpGroup({ client }: Session, id: string): Promise<unknown> {
  return client.get(path`/api/v1/groups/${id}`, {}, z.object({ id: z.string() }), { permission: groups.name })
}

/** Okta's count of one group as it is now; `null` if it gives none. */
export async function countMembers({ client }: Session, id: string): Promise<number | null> {
  const query = { filter: `id eq "${id}"`, expand: 'stats', limit: LIMITS.groups }
  const [found] = await client.all('/api/v1/groups', query, GroupAnswer, { permission: groups.name })
  return found === undefined ? null : statsOf(found).usersCount
}

export function statsOf({ _embedded }: Pick<GroupAnswer, '_embedded'>) {
  return _embedded?.stats ?? { usersCount: null, appsCount: null, hasAdminPrivlege: null }
}

/** Made by Okta, with every user in it. */
export function isEveryone({ type, profile }: Pick<GroupAnswer, 'type' | 'profile'>): boolean {
  return type === 'BUILT_IN' && profile.name === 'Everyone'
}
