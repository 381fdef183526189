import { defineStream, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pagesOf } from '../paging.ts'
import { idps as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const IdentityProviderRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** `SAML2`, `OIDC`, `GOOGLE`, `MICROSOFT`, `X509`, … */
  type: z.string(),
  status: z.string().nullable(),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
  /** `AUTO`: whoever comes from there gets an account; `DISABLED`. */
  provisioning: z.string().nullable(),
  /** `AUTO`: who comes from there is taken for the user of the same name; `DISABLED`. */
  accountLink: z.string().nullable(),
  /** Whether names that come from there are filtered by a pattern. */
  namesFiltered: z.boolean(),
})
export type IdentityProviderRecord = z.output<typeof IdentityProviderRecord>

const Action = told(z.object({ action: told(z.string()) }))
/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/IdentityProvider/ */
const Answer = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  status: told(z.string()),
  created: told(z.string()),
  lastUpdated: told(z.string()),
  policy: told(
    z.object({ provisioning: Action, accountLink: Action, subject: told(z.object({ filter: told(z.string()) })) }),
  ),
})

export const identityProviders = defineStream({
  id: 'okta.identity-providers',
  version: 1,
  title: 'Other identity providers that may sign people in',
  record: IdentityProviderRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/idps?limit=200"',
  collect: ({ client }: Session) =>
    pagesOf(client.pages('/api/v1/idps', { limit: 200 }, Answer, { permission: permission.name }), (items) =>
      items.map(
        ({ policy, ...idp }): IdentityProviderRecord => ({
          ...idp,
          provisioning: policy?.provisioning?.action ?? null,
          accountLink: policy?.accountLink?.action ?? null,
          namesFiltered: (policy?.subject?.filter ?? '') !== '',
        }),
      ),
    ),
})
