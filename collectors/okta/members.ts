import { InvalidError, plural, TruncatedError, type z } from 'affiant/sdk'
import { unlessGone } from './gone.ts'
import { countMembers, lookUpGroup } from './groups.ts'
import { LIMITS } from './paging.ts'
import { path } from './path.ts'
import { groups as permission } from './permissions.ts'
import type { Session } from './session.ts'

/**
 * Every member of a group, each once.
 *
 * @throws NotFoundError if the group was deleted
 * @throws InvalidError for a page that was sent twice
 */
export function listMembers<T extends { id: string }>(session: Session, group: string, item: z.ZodType<T>) {
  async function read(): Promise<T[]> {
    const members = new Map<string, T>()
    const query = { limit: LIMITS.groupMembers }
    const options = { permission: permission.name }
    for await (const { records } of session.client.pages(path`/api/v1/groups/${group}/users`, query, item, options)) {
      const before = members.size
      for (const member of records) members.set(member.id, member)
      if (records.length > 0 && members.size === before) throw new InvalidError('Okta sent a page of members twice')
    }
    return [...members.values()]
  }
  return unlessGone(read, () => lookUpGroup(session, group))
}

/**
 * Compares a list of members with Okta's count. People come and go between the two: the group is counted again before the
 * list is said to be short.
 *
 * @throws TruncatedError
 */
export async function assertWhole(
  session: Session,
  group: string,
  counted: number | null,
  listed: number,
): Promise<void> {
  if (counted === null || listed >= counted) return
  const again = await countMembers(session, group)
  const fewest = Math.min(counted, again ?? counted)
  if (listed < fewest)
    throw new TruncatedError(`Okta counts ${plural(fewest, 'member')} of a group, and lists ${listed}`)
}
