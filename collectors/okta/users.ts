import { InvalidError, plural, type Reader, TruncatedError, z } from 'affiant/sdk'
import { Time, told } from './answers.ts'
import type { ListPage, Query } from './client.ts'
import { LIMITS } from './paging.ts'
import { path } from './path.ts'
import { groups, users } from './permissions.ts'
import type { Session } from './session.ts'

/**
 * What is read of a user. The profile is an open set of attributes: only those named by config are looked at.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/
 */
export const UserAnswer = z.object({
  id: z.string().min(1),
  status: z.string(),
  created: told(Time),
  activated: told(Time),
  statusChanged: told(Time),
  lastLogin: told(Time),
  lastUpdated: told(Time),
  passwordChanged: told(Time),
  type: told(z.object({ id: z.string() })),
  credentials: told(z.object({ provider: told(z.object({ type: told(z.string()) })) })),
  profile: z.looseObject({ login: z.string().min(1), email: told(z.string()) }),
})
export type UserAnswer = z.output<typeof UserAnswer>

/**
 * Statuses in which a person can sign in, or can get to it alone by setting a password or waiting.
 * https://developer.okta.com/docs/concepts/user-profiles/
 */
const USABLE = new Set(['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT'])

export function isUsable({ status }: { status: string }): boolean {
  return USABLE.has(status)
}

export function isServiceAccount(
  { serviceAccounts }: Pick<Session, 'serviceAccounts'>,
  { profile }: { profile: { login: string } },
): boolean {
  return serviceAccounts.has(profile.login.toLowerCase())
}

/** Every user but deactivated ones, which Okta leaves out of the plain list. */
export function listUsers(session: Session): AsyncIterable<ListPage<UserAnswer>> {
  return listOf(session, {})
}

/** Users that were deactivated and not yet deleted. */
export function listDeactivated(session: Session): AsyncIterable<ListPage<UserAnswer>> {
  return listOf(session, { filter: 'status eq "DEPROVISIONED"' })
}

/**
 * Users come and go while a list is read, and one may be shown again on a later page: it is taken once. A page with
 * nobody new is another matter.
 * @throws InvalidError for a page that was sent twice
 */
async function* listOf({ client }: Session, query: Query): AsyncIterable<ListPage<UserAnswer>> {
  const seen = new Set<string>()
  const pages = client.pages('/api/v1/users', { ...query, limit: LIMITS.users }, UserAnswer, { permission: users.name })
  for await (const page of pages) {
    const records = []
    for (const user of page.records) {
      if (!seen.has(user.id)) records.push(user)
      seen.add(user.id)
    }
    if (page.records.length > 0 && records.length === 0) throw new InvalidError('Okta sent a page of users twice')
    yield { ...page, records }
  }
}

/** @throws NotFoundError if the user was deleted */
export function lookUpUser({ client }: Session, id: string): Promise<unknown> {
  return client.get(path`/api/v1/users/${id}`, {}, z.object({ id: z.string() }), { permission: users.name })
}

const CountAnswer = z.object({ _embedded: told(z.object({ stats: told(z.object({ usersCount: told(z.int()) })) })) })

/**
 * How many users the group Everyone has, which is the only count of users that Okta gives: a second route to compare the
 * list with. `undefined` if Okta does not tell.
 */
export async function countUsers({ client }: Session): Promise<number | undefined> {
  const builtIn = await client.all(
    '/api/v1/groups',
    { filter: 'type eq "BUILT_IN"', expand: 'stats', limit: LIMITS.groups },
    CountAnswer,
    { permission: groups.name },
  )
  const counts = builtIn.flatMap(({ _embedded }) => _embedded?.stats?.usersCount ?? [])
  return counts.length === 0 ? undefined : Math.max(...counts)
}

/**
 * Records a gap if the list has fewer users than Okta counts. People come and go while a list is read, so it is counted
 * before and after, and the smaller count is what must be there. Whether Everyone holds deactivated users depends on how
 * they left, so all that were read are set against it.
 */
export async function reconcileUsers(
  session: Session,
  reader: Reader,
  before: number | undefined,
  read: number,
): Promise<void> {
  if (before === undefined || read >= before) return
  await reader.observe('the number of users', async () => {
    const after = await countUsers(session)
    const fewest = Math.min(before, after ?? before)
    if (read < fewest) throw new TruncatedError(`Okta counts ${plural(fewest, 'user')}, and lists ${read}`)
  })
}

/** The count before a list is read; a gap if it could not be asked for. */
export async function observeUserCount(session: Session, reader: Reader): Promise<number | undefined> {
  const count = await reader.observe('the number of users', () => countUsers(session))
  return count.state === 'observed' ? count.value : undefined
}
