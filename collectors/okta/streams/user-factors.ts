import { type CarriedRecord, defineStream, observedOf, type Page, type Previous, type Reader, z } from 'affiant/sdk'
import { Time, told } from '../answers.ts'
import type { ListPage } from '../client.ts'
import { changedUsers } from '../factor-changes.ts'
import { unlessGone } from '../gone.ts'
import { pagesOf } from '../paging.ts'
import { path } from '../path.ts'
import { factors as permission, groups as countPermission, logs } from '../permissions.ts'
import type { Session } from '../session.ts'
import {
  countUsers,
  isServiceAccount,
  isUsable,
  listDeactivated,
  listUsers,
  lookUpUser,
  observeUserCount,
  reconcileUsers,
  type UserAnswer,
} from '../users.ts'

const FactorRecord = z.strictObject({
  id: z.string(),
  /** `push`, `signed_nonce`, `webauthn`, `token:software:totp`, `sms`, `call`, `email`, `question` … */
  type: z.string(),
  provider: z.string().nullable(),
  /** `ACTIVE`, `PENDING_ACTIVATION`, `INACTIVE` … */
  status: z.string(),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
})

export const UserFactorsRecord = z.strictObject({
  /** Id of the user. */
  user: z.string(),
  login: z.string(),
  status: z.string(),
  serviceAccount: z.boolean(),
  /** `absent`: the user was deleted while this was read. `null`: not read, see `notRead`. */
  factors: observedOf(z.array(FactorRecord)).nullable(),
  /** Why factors are not read: in this status nobody signs in. */
  notRead: z.literal('not-usable').nullable(),
})
export type UserFactorsRecord = z.output<typeof UserFactorsRecord>

/** What a factor is made of (telephone numbers, addresses, names of devices) is not read. */
const FactorAnswer = z.object({
  id: z.string(),
  factorType: z.string(),
  provider: told(z.string()),
  status: z.string(),
  created: told(Time),
  lastUpdated: told(Time),
})

/** What of a user decides what is read; an increment holds it of every user at once. */
type Known = Pick<UserAnswer, 'id' | 'status' | 'lastUpdated'> & { profile: { login: string } }

async function factorsOf(session: Session, user: Known, reader: Reader): Promise<UserFactorsRecord> {
  const record = {
    user: user.id,
    login: user.profile.login,
    status: user.status,
    serviceAccount: isServiceAccount(session, user),
  }
  if (!isUsable(user)) return { ...record, factors: null, notRead: 'not-usable' }
  const factors = await reader.observe(
    `user ${user.id}: factors`,
    async () => {
      const options = { permission: permission.name }
      const answers = await unlessGone(
        () => session.client.all(path`/api/v1/users/${user.id}/factors`, {}, FactorAnswer, options),
        () => lookUpUser(session, user.id),
      )
      return answers
        .map(({ factorType: type, ...factor }) => ({ ...factor, type }))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    // Deleted since the list was read.
    { absentOn: 'not-found' },
  )
  return { ...record, factors, notRead: null }
}

/**
 * Every user but deactivated ones, who have no factors; a gap if Okta counts more. Whether its count holds deactivated
 * users depends on how they left, so where users seem to be missing those are counted as well.
 */
async function* countedUsers(session: Session, reader: Reader): AsyncIterable<ListPage<UserAnswer>> {
  const counted = await observeUserCount(session, reader)
  let read = 0
  for await (const page of listUsers(session)) {
    read += page.records.length
    if (page.last && counted !== undefined && read < counted) {
      for await (const { records } of listDeactivated(session)) read += records.length
      await reconcileUsers(session, reader, counted, read)
    }
    yield page
  }
}

/** The pool of the HTTP seam bounds what is under way. */
function collect(session: Session, reader: Reader): AsyncIterable<Page> {
  return pagesOf(countedUsers(session, reader), (users) =>
    Promise.all(users.map((user) => factorsOf(session, user, reader))),
  )
}

const BATCH = 200

/**
 * Reads anew whose factors may have changed: users that are new, whose account was touched, or whom an event about factors
 * names; and those that could not be read before. All others are carried over.
 */
async function* increment(
  session: Session,
  reader: Reader,
  previous: Previous<UserFactorsRecord>,
): AsyncIterable<Page> {
  const changed = await changedUsers(session, previous.since)
  const users = new Map<string, Known>()
  for await (const { records } of countedUsers(session, reader)) {
    for (const { id, status, lastUpdated, profile } of records) {
      users.set(id, { id, status, lastUpdated, profile: { login: profile.login } })
    }
  }
  const total = users.size
  let number = 0
  let carried: CarriedRecord<UserFactorsRecord>[] = []
  for await (const before of previous.records()) {
    const user = users.get(before.record.user)
    if (user === undefined || changed.includes(user) || !holds(before.record, user, session)) continue
    users.delete(user.id)
    carried.push(before)
    if (carried.length < BATCH) continue
    number += 1
    yield { records: [], carried, number, last: false }
    carried = []
  }
  const rest = [...users.values()]
  for (let start = 0; start < rest.length; start += BATCH) {
    number += 1
    const batch = rest.slice(start, start + BATCH)
    yield {
      records: await Promise.all(batch.map((user) => factorsOf(session, user, reader))),
      number,
      last: false,
    }
  }
  yield { records: [], carried, number: number + 1, last: true, total }
}

/** Whether the earlier record says of the user what the list says now. People are compared by what is not a name. */
function holds(record: UserFactorsRecord, user: Known, session: Session): boolean {
  return (
    record.status === user.status &&
    record.serviceAccount === isServiceAccount(session, user) &&
    (record.factors === null || record.factors.state === 'observed')
  )
}

export const userFactors = defineStream({
  id: 'okta.user-factors',
  version: 1,
  title: 'Second factors that users have enrolled',
  record: UserFactorsRecord,
  key: (record) => record.user,
  label: (record) => record.login,
  permissions: [permission, countPermission, logs],
  redact: { login: 'pseudonym' },
  sweep: {
    every: '7d',
    increment: (session: Session, _scope, reader, previous) => increment(session, reader, previous),
  },
  async estimate(session: Session): Promise<Readonly<Record<string, number>>> {
    const users = await countUsers(session)
    return users === undefined ? {} : { rest: users, users: Math.ceil(users / BATCH) }
  },
  reproduce: () =>
    `curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/users/$USER_ID/factors", for each user of okta.users`,
  collect: (session: Session, _scope, reader) => collect(session, reader),
})
