import { defineStream, InvalidError, pagesFrom, type Reader, z } from 'affiant/sdk'
import { RoleAnswer, told, Time } from '../answers.ts'
import { unlessGone } from '../gone.ts'
import { listGroups, lookUpGroup, statsOf } from '../groups.ts'
import { assertWhole, listMembers } from '../members.ts'
import { LIMITS } from '../paging.ts'
import { path } from '../path.ts'
import { groups as groupPermission, roles as permission, users as userPermission, viewsAdmins } from '../permissions.ts'
import type { Session } from '../session.ts'
import { isServiceAccount, UserAnswer } from '../users.ts'

export const AdminAssignmentRecord = z.strictObject({
  /** Id of the user. */
  user: z.string(),
  login: z.string(),
  userStatus: z.string(),
  /** `null`: never signed in. */
  lastLogin: z.string().nullable(),
  serviceAccount: z.boolean(),
  /** `SUPER_ADMIN`, `ORG_ADMIN` … or `CUSTOM`. */
  role: z.string(),
  label: z.string().nullable(),
  /** Of a custom role: ids of the role and of what it is for. */
  customRole: z.string().nullable(),
  resourceSet: z.string().nullable(),
  /** `user`: given to the person; `group`: to a group the person is in. */
  through: z.enum(['user', 'group']),
  /** Id of that group; `null` also if Okta shows the role at the person and not the group. */
  group: z.string().nullable(),
})
export type AdminAssignmentRecord = z.output<typeof AdminAssignmentRecord>

const AssigneeAnswer = z.object({ id: z.string().min(1) })
const AdminAnswer = UserAnswer.pick({ id: true, status: true, profile: true }).extend({ lastLogin: told(Time) })
type AdminAnswer = z.output<typeof AdminAnswer>

const rolePermission = { permission: permission.name, role: viewsAdmins.name }

function recordOf(
  session: Session,
  user: AdminAnswer,
  role: RoleAnswer,
  way: Pick<AdminAssignmentRecord, 'through' | 'group'>,
): AdminAssignmentRecord {
  return {
    user: user.id,
    login: user.profile.login,
    userStatus: user.status,
    lastLogin: user.lastLogin,
    serviceAccount: isServiceAccount(session, user),
    role: role.type,
    label: role.label,
    customRole: role.role,
    resourceSet: role['resource-set'],
    ...way,
  }
}

/** What makes two assignments the same role. */
function nameOf({ role, customRole, resourceSet }: AdminAssignmentRecord): string {
  return [role, customRole ?? '', resourceSet ?? ''].join(':')
}

/** Roles that groups have, one record for each member. Only groups of which Okta says that they grant something are asked. */
async function* throughGroups(session: Session, reader: Reader) {
  const { client } = session
  for await (const { records, cursor } of listGroups(session)) {
    const granting = records.filter((group) => statsOf(group).hasAdminPrivlege !== false)
    const assignments = await Promise.all(
      granting.map(async ({ id, ...answer }) => {
        const group = await reader.observe(
          `group ${id}: administrator roles`,
          async () => {
            const roles = await unlessGone(
              () => client.all(path`/api/v1/groups/${id}/roles`, {}, RoleAnswer, rolePermission),
              () => lookUpGroup(session, id),
            )
            if (roles.length === 0) return []
            const members = await listMembers(session, id, AdminAnswer)
            await assertWhole(session, id, statsOf(answer).usersCount, members.length)
            return members.flatMap((user) =>
              roles.map((role) => recordOf(session, user, role, { through: 'group', group: id })),
            )
          },
          { absentOn: 'not-found' },
        )
        return group.state === 'observed' ? group.value : []
      }),
    )
    yield { records: once(assignments.flat()), cursor }
  }
}

/** A person's roles. Those that come by a group are listed too; they are kept only if no group was found that explains them. */
async function ofUser(session: Session, id: string, reader: Reader, explained: ReadonlySet<string>) {
  const { client } = session
  const assignments = await reader.observe(
    `user ${id}: administrator roles`,
    async () => {
      const ofPerson = () => client.get(path`/api/v1/users/${id}`, {}, AdminAnswer, { permission: userPermission.name })
      const ofRoles = () => client.all(path`/api/v1/users/${id}/roles`, {}, RoleAnswer, rolePermission)
      const user = await unlessGone(ofPerson, ofRoles)
      const roles = await unlessGone(ofRoles, ofPerson)
      return roles.map((role) => {
        const through = role.assignmentType === 'GROUP' ? 'group' : 'user'
        return recordOf(session, user, role, { through, group: null })
      })
    },
    // Deleted since the list was read.
    { absentOn: 'not-found' },
  )
  if (assignments.state !== 'observed') return []
  return once(assignments.value.filter((one) => one.through === 'user' || !explained.has(`${one.user}:${nameOf(one)}`)))
}

/** One role may be given to the same person more than once, with other targets. */
function once(records: readonly AdminAssignmentRecord[]): AdminAssignmentRecord[] {
  return [...new Map(records.map((record) => [keyOf(record), record])).values()]
}

function keyOf(record: AdminAssignmentRecord): string {
  return [record.user, nameOf(record), record.through, record.group ?? ''].join(':')
}

async function* everyAssignment(session: Session, reader: Reader) {
  const explained = new Set<string>()
  for await (const { records, cursor } of throughGroups(session, reader)) {
    for (const record of records) explained.add(`${record.user}:${nameOf(record)}`)
    yield { records, cursor, last: false }
  }
  const seen = new Set<string>()
  const assignees = session.client.pages('/api/v1/iam/assignees/users', { limit: LIMITS.assignees }, AssigneeAnswer, {
    ...rolePermission,
    envelope: 'value',
  })
  for await (const { records, cursor, last } of assignees) {
    const fresh = records.filter(({ id }) => !seen.has(id))
    if (records.length > 0 && fresh.length === 0) throw new InvalidError('Okta sent a page of administrators twice')
    for (const { id } of fresh) seen.add(id)
    const assignments = await Promise.all(fresh.map(({ id }) => ofUser(session, id, reader, explained)))
    yield { records: assignments.flat(), cursor, last }
  }
}

export const adminAssignments = defineStream({
  id: 'okta.admin-assignments',
  version: 1,
  title: 'Administrator roles of people, given to them or to a group they are in',
  record: AdminAssignmentRecord,
  key: keyOf,
  label: (record) => `${record.login}: ${record.label ?? record.role}`,
  permissions: [permission, userPermission, groupPermission, viewsAdmins],
  redact: { login: 'pseudonym' },
  reproduce: () =>
    `curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/iam/assignees/users", then "$OKTA_URL/api/v1/users/$USER_ID/roles" for each, and "$OKTA_URL/api/v1/groups/$GROUP_ID/roles" for each group`,
  collect: (session: Session, _scope, reader) => pagesFrom(everyAssignment(session, reader), (page) => page),
})
