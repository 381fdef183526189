import { defineStream, type Reader, z } from 'affiant/sdk'
import { type GroupAnswer, isEveryone, listGroups, statsOf } from '../groups.ts'
import { assertWhole, listMembers } from '../members.ts'
import { pagesOf } from '../paging.ts'
import { groups as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

/** One record for each group, and one for each member of it. */
export const GroupMemberRecord = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('group'),
    group: z.string(),
    name: z.string(),
    /** Okta's count; `null` where it gives none. */
    counted: z.int().nullable(),
    /** How many members were listed; `null` if that was not possible. */
    listed: z.int().nullable(),
    /** Why members are not listed: every user is one, or Okta counts none. */
    notRead: z.enum(['everyone', 'empty']).nullable(),
  }),
  z.strictObject({ kind: z.literal('member'), group: z.string(), user: z.string() }),
])
export type GroupMemberRecord = z.output<typeof GroupMemberRecord>

const MemberAnswer = z.object({ id: z.string().min(1) })

async function membersOf(session: Session, answer: GroupAnswer, reader: Reader): Promise<GroupMemberRecord[]> {
  const { id: group, profile } = answer
  const counted = statsOf(answer).usersCount
  const about = { kind: 'group', group, name: profile.name, counted } as const
  const notRead = isEveryone(answer) ? 'everyone' : counted === 0 ? 'empty' : null
  if (notRead !== null) return [{ ...about, listed: notRead === 'empty' ? 0 : null, notRead }]
  const members = await reader.observe(
    `group ${group}: members`,
    () => listMembers(session, group, MemberAnswer),
    // Deleted since the list was read.
    { absentOn: 'not-found' },
  )
  if (members.state === 'absent') return []
  if (members.state === 'unknown') return [{ ...about, listed: null, notRead }]
  const listed = members.value.length
  await reader.observe(`group ${group}: number of members`, () => assertWhole(session, group, counted, listed))
  return [
    { ...about, listed, notRead },
    ...members.value.map(({ id: user }): GroupMemberRecord => ({ kind: 'member', group, user })),
  ]
}

export const groupMembers = defineStream({
  id: 'okta.group-members',
  version: 1,
  title: 'Members of every group, with the count of each',
  record: GroupMemberRecord,
  key: (record) => (record.kind === 'group' ? record.group : `${record.group}:${record.user}`),
  label: (record) => (record.kind === 'group' ? record.name : `${record.group}: ${record.user}`),
  permissions: [permission],
  reproduce: () =>
    `curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/groups/$GROUP_ID/users?limit=1000", for each group of okta.groups`,
  collect: (session: Session, _scope, reader) =>
    pagesOf(listGroups(session), async (groups) => {
      const records = await Promise.all(groups.map((group) => membersOf(session, group, reader)))
      return records.flat()
    }),
})
