import { defineStream, onlyPage, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { superAdministrator, supportAccess as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const SupportAccessRecord = z.strictObject({
  /** Id of the organisation. */
  organization: z.string(),
  /** `ENABLED` or `DISABLED`. */
  support: z.string(),
  /** When the access ends by itself. */
  expiration: z.string().nullable(),
  /** Number of the support case the access was given for. */
  caseNumber: z.string().nullable(),
})
export type SupportAccessRecord = z.output<typeof SupportAccessRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingSupport/ */
const Answer = z.object({
  support: z.string(),
  expiration: told(z.string()),
  caseNumber: told(z.string()),
})

export const supportAccess = defineStream({
  id: 'okta.support-access',
  version: 1,
  title: 'Whether Okta’s support may sign in to the organisation',
  record: SupportAccessRecord,
  key: (record) => record.organization,
  label: () => 'Okta support',
  permissions: [permission, superAdministrator],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/org/privacy/oktaSupport"',
  async *collect({ client, organizationId: organization }: Session) {
    const answer = await client.get('/api/v1/org/privacy/oktaSupport', {}, Answer, {
      permission: permission.name,
      role: superAdministrator.name,
    })
    yield onlyPage([{ organization, ...answer } satisfies SupportAccessRecord])
  },
})
