import { defineStream, pagesFrom, type Reader, z } from 'affiant/sdk'
import { groups as countPermission, users as permission, readOnlyAdministrator } from '../permissions.ts'
import type { Session } from '../session.ts'
import {
  isServiceAccount,
  listDeactivated,
  listUsers,
  observeUserCount,
  reconcileUsers,
  type UserAnswer,
} from '../users.ts'

const time = z.string().nullable()

export const UserRecord = z.strictObject({
  id: z.string(),
  login: z.string(),
  email: z.string().nullable(),
  /** `ACTIVE`, `STAGED`, `PROVISIONED`, `RECOVERY`, `PASSWORD_EXPIRED`, `LOCKED_OUT`, `SUSPENDED` or `DEPROVISIONED`. */
  status: z.string(),
  created: time,
  activated: time,
  statusChanged: time,
  /** `null`: never signed in. */
  lastLogin: time,
  lastUpdated: time,
  passwordChanged: time,
  /** Id of the user type, which says what attributes a profile has. */
  type: z.string().nullable(),
  /** Who checks the password: `OKTA`, `ACTIVE_DIRECTORY`, `LDAP`, `FEDERATION`, `SOCIAL` or `IMPORT`. */
  provider: z.string().nullable(),
  /** Declared in config to be no person. */
  serviceAccount: z.boolean(),
  /** Accounts of the same person elsewhere, from the profile attributes that config names. */
  identities: z.array(z.strictObject({ system: z.literal('github'), login: z.string() })),
})
export type UserRecord = z.output<typeof UserRecord>

function recordOf(session: Session, user: UserAnswer): UserRecord {
  const { profile } = user
  return {
    id: user.id,
    login: profile.login,
    email: profile.email,
    status: user.status,
    created: user.created,
    activated: user.activated,
    statusChanged: user.statusChanged,
    lastLogin: user.lastLogin,
    lastUpdated: user.lastUpdated,
    passwordChanged: user.passwordChanged,
    type: user.type?.id ?? null,
    provider: user.credentials?.provider?.type ?? null,
    serviceAccount: isServiceAccount(session, user),
    identities: githubLogins(session, profile),
  }
}

function githubLogins({ config }: Session, profile: UserAnswer['profile']): UserRecord['identities'] {
  const attribute = config.profile.githubLogin
  const value = attribute === undefined ? undefined : profile[attribute]
  return typeof value === 'string' && value.trim() !== '' ? [{ system: 'github', login: value.trim() }] : []
}

/** Both lists as one. A user who is deactivated meanwhile stands in both, and is taken as first seen. */
async function* everyUser(session: Session, reader: Reader) {
  const counted = await observeUserCount(session, reader)
  const seen = new Set<string>()
  for await (const { records, cursor } of listUsers(session)) {
    for (const { id } of records) seen.add(id)
    yield { records: records.map((user) => recordOf(session, user)), cursor, last: false }
  }
  for await (const { records, cursor, last } of listDeactivated(session)) {
    const others = records.filter(({ id }) => !seen.has(id))
    for (const { id } of others) seen.add(id)
    if (last) await reconcileUsers(session, reader, counted, seen.size)
    yield { records: others.map((user) => recordOf(session, user)), cursor, last }
  }
}

export const users = defineStream({
  id: 'okta.users',
  version: 1,
  title: 'Users of the organisation, with status and times',
  record: UserRecord,
  key: (record) => record.id,
  label: (record) => record.login,
  permissions: [permission, countPermission, readOnlyAdministrator],
  limit: 'users',
  redact: { login: 'pseudonym', email: 'pseudonym', 'identities.*.login': 'pseudonym' },
  reproduce: () =>
    `curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/users?limit=200", then each link rel="next"; the same with filter=status eq "DEPROVISIONED"`,
  collect: (session: Session, _scope, reader) => pagesFrom(everyUser(session, reader), (page) => page),
})
