import { defineStream, z } from 'affiant/sdk'
import { Time, told } from '../answers.ts'
import { pagesOf } from '../paging.ts'
import { apiTokens as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const ApiTokenRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** Id of the user whose rights it has. */
  user: z.string().nullable(),
  /** What the token was made for, such as an agent; `Okta API` for those made by hand. */
  client: z.string().nullable(),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
  /** A token ends this long after its last use: the end, and the time as an ISO 8601 duration (`P30D`). */
  expiresAt: z.string().nullable(),
  window: z.string().nullable(),
  /** Where it may be used from. `null`: Okta names no condition, so from anywhere. */
  network: z
    .strictObject({
      /** `ANYWHERE` or `ZONE`. */
      connection: z.string().nullable(),
      include: z.array(z.string()),
      exclude: z.array(z.string()),
    })
    .nullable(),
})
export type ApiTokenRecord = z.output<typeof ApiTokenRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApiToken/ */
const ApiTokenAnswer = z.object({
  id: z.string(),
  name: z.string(),
  userId: told(z.string()),
  clientName: told(z.string()),
  created: told(Time),
  lastUpdated: told(Time),
  expiresAt: told(Time),
  tokenWindow: told(z.string()),
  network: told(
    z.object({
      connection: told(z.string()),
      include: told(z.array(z.string())),
      exclude: told(z.array(z.string())),
    }),
  ),
})

function recordOf({ id, name, userId, clientName, tokenWindow, network, ...times }: z.output<typeof ApiTokenAnswer>) {
  return {
    id,
    name,
    user: userId,
    client: clientName,
    created: times.created,
    lastUpdated: times.lastUpdated,
    expiresAt: times.expiresAt,
    window: tokenWindow,
    network: network && {
      connection: network.connection,
      include: [...(network.include ?? [])].sort(),
      exclude: [...(network.exclude ?? [])].sort(),
    },
  } satisfies ApiTokenRecord
}

export const apiTokens = defineStream({
  id: 'okta.api-tokens',
  version: 1,
  title: 'API tokens that are in force, without their values',
  record: ApiTokenRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/api-tokens"',
  collect: ({ client }: Session) =>
    pagesOf(client.pages('/api/v1/api-tokens', {}, ApiTokenAnswer, { permission: permission.name }), (items) =>
      items.map(recordOf),
    ),
})
