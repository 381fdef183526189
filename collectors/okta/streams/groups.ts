import { defineStream, z } from 'affiant/sdk'
import { type GroupAnswer, listGroups, statsOf } from '../groups.ts'
import { pagesOf } from '../paging.ts'
import { groups as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const GroupRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** `OKTA_GROUP`, `APP_GROUP` (comes from an app or a directory) or `BUILT_IN`. */
  type: z.string(),
  /** Id of the app that a group of an app comes from. */
  source: z.string().nullable(),
  /** Okta's own counts; `null` where it gives none. */
  members: z.int().nullable(),
  apps: z.int().nullable(),
  /** Whether being in it makes somebody an administrator. */
  grantsAdmin: z.boolean().nullable(),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
  lastMembershipUpdated: z.string().nullable(),
})
export type GroupRecord = z.output<typeof GroupRecord>

function recordOf(group: GroupAnswer): GroupRecord {
  const { usersCount, appsCount, hasAdminPrivlege } = statsOf(group)
  const { _links: links } = group
  return {
    id: group.id,
    name: group.profile.name,
    type: group.type,
    source: /\/apps\/([^/?]+)$/.exec(links?.source?.href ?? '')?.[1] ?? null,
    members: usersCount,
    apps: appsCount,
    grantsAdmin: hasAdminPrivlege,
    created: group.created,
    lastUpdated: group.lastUpdated,
    lastMembershipUpdated: group.lastMembershipUpdated,
  }
}

export const groups = defineStream({
  id: 'okta.groups',
  version: 1,
  title: 'Groups, with counts of members and apps',
  record: GroupRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  limit: 'groups',
  reproduce: () =>
    `curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/groups?expand=stats&limit=200", then each link rel="next"`,
  collect: (session: Session) => pagesOf(listGroups(session), (items) => items.map(recordOf)),
})
