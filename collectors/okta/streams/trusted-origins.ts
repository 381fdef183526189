import { defineStream, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pagesOf } from '../paging.ts'
import { trustedOrigins as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const TrustedOriginRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  origin: z.string(),
  status: z.string().nullable(),
  /** `CORS`, `REDIRECT`, `IFRAME_EMBED`; sorted. */
  scopes: z.array(z.string()),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
})
export type TrustedOriginRecord = z.output<typeof TrustedOriginRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/TrustedOrigin/ */
const Answer = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.string(),
  status: told(z.string()),
  scopes: told(z.array(z.object({ type: z.string() }))),
  created: told(z.string()),
  lastUpdated: told(z.string()),
})

export const trustedOrigins = defineStream({
  id: 'okta.trusted-origins',
  version: 1,
  title: 'Web origins that may call Okta or be led back to',
  record: TrustedOriginRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/trustedOrigins?limit=200"',
  collect: ({ client }: Session) =>
    pagesOf(client.pages('/api/v1/trustedOrigins', { limit: 200 }, Answer, { permission: permission.name }), (items) =>
      items.map(
        ({ scopes, ...origin }): TrustedOriginRecord => ({
          ...origin,
          scopes: (scopes ?? []).map(({ type }) => type).sort(),
        }),
      ),
    ),
})
