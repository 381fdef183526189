import { defineStream, pagesFrom, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { type IdentityCenter, throughInstances } from '../identity/center.ts'
import { identityCenters, storeGroups, storeMemberships as permission } from '../identity/permissions.ts'
import { eachOf, list, listAll } from '../paging.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const GroupMembersRecord = z.strictObject({
  group: z.string(),
  name: z.string().nullable(),
  /** Ids of people in the identity store. */
  members: z.array(z.string()),
})
export type GroupMembersRecord = z.output<typeof GroupMembersRecord>

/** Groups that are read at the same time. */
const WIDTH = 4

async function membersOf({ place, storeId: IdentityStoreId }: IdentityCenter, GroupId: string): Promise<string[]> {
  const memberships = await listAll(
    (NextToken) =>
      place.call('identitystore', 'ListGroupMemberships', { IdentityStoreId, GroupId, MaxResults: 100, NextToken }),
    (answer) => ({ items: given(answer.GroupMemberships, 'GroupMemberships'), next: answer.NextToken }),
  )
  return memberships.map(({ MemberId }) => given(MemberId?.UserId, 'UserId')).sort()
}

async function* pagesOfGroups(center: IdentityCenter) {
  const { place, storeId: IdentityStoreId } = center
  const answers = list(
    (NextToken) => place.call('identitystore', 'ListGroups', { IdentityStoreId, MaxResults: 100, NextToken }),
    ({ Groups, NextToken }) => ({ items: given(Groups, 'Groups'), next: NextToken }),
  )
  for await (const { items, cursor = 'start', last } of answers) {
    const records = await eachOf(items, WIDTH, async ({ GroupId, DisplayName }): Promise<GroupMembersRecord> => {
      const group = given(GroupId, 'GroupId')
      return { group, name: DisplayName ?? null, members: await membersOf(center, group) }
    })
    yield { records, cursor, last }
  }
}

export const identityCenterGroupMembers = defineStream({
  id: 'aws.identity-center-group-members',
  version: 1,
  title: 'Groups of IAM Identity Center and who is in them',
  record: GroupMembersRecord,
  key: (record) => record.group,
  label: (record) => record.name ?? record.group,
  permissions: [permission, storeGroups, identityCenters],
  appliesTo: [ORGANIZATION],
  reproduce: () =>
    'aws identitystore list-groups --identity-store-id "$STORE", then list-group-memberships --group-id "$GROUP" for each',
  collect: (session: Session) => pagesFrom(throughInstances(session, pagesOfGroups), (page) => page),
})
