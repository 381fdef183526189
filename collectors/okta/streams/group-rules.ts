import { defineStream, z } from 'affiant/sdk'
import { Time, told } from '../answers.ts'
import { LIMITS, pagesOf } from '../paging.ts'
import { groupRules as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const GroupRuleRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** `ACTIVE`, `INACTIVE` or `INVALID`. */
  status: z.string(),
  /** Which users the rule is about, in Okta's expression language; mail addresses in it are masked. */
  expression: z.string().nullable(),
  /** Ids of the groups they are put into. */
  groups: z.array(z.string()),
  /** How many users are exempt. */
  excludedUsers: z.int(),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
})
export type GroupRuleRecord = z.output<typeof GroupRuleRecord>

const GroupRuleAnswer = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  created: told(Time),
  lastUpdated: told(Time),
  conditions: told(
    z.object({
      expression: told(z.object({ value: told(z.string()) })),
      people: told(z.object({ users: told(z.object({ exclude: told(z.array(z.string())) })) })),
    }),
  ),
  actions: told(z.object({ assignUserToGroups: told(z.object({ groupIds: told(z.array(z.string())) })) })),
})

const ADDRESS = /[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g

function recordOf({ id, name, status, created, lastUpdated, conditions, actions }: z.output<typeof GroupRuleAnswer>) {
  return {
    id,
    name,
    status,
    expression: conditions?.expression?.value?.replaceAll(ADDRESS, '[masked]') ?? null,
    groups: [...(actions?.assignUserToGroups?.groupIds ?? [])].sort(),
    excludedUsers: conditions?.people?.users?.exclude?.length ?? 0,
    created,
    lastUpdated,
  } satisfies GroupRuleRecord
}

export const groupRules = defineStream({
  id: 'okta.group-rules',
  version: 1,
  title: 'Rules that put people into groups',
  record: GroupRuleRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  reproduce: () =>
    `curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/groups/rules?limit=200", then each link rel="next"`,
  collect: (session: Session) =>
    pagesOf(
      session.client.pages('/api/v1/groups/rules', { limit: LIMITS.groupRules }, GroupRuleAnswer, {
        permission: permission.name,
      }),
      (items) => items.map(recordOf),
    ),
})
