import { defineStream, InvalidError, onlyPage, z } from 'affiant/sdk'
import { Time, told } from '../answers.ts'
import { orgs as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const OrganizationRecord = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  subdomain: z.string().nullable(),
  status: z.string().nullable(),
  /** `identity` (Identity Engine) or `classic`: which kinds of policies there are depends on it. */
  engine: z.enum(['identity', 'classic', 'unknown']),
  created: z.string().nullable(),
  /** Set for trials and the like; `null` for an organisation that does not end. */
  expiresAt: z.string().nullable(),
})
export type OrganizationRecord = z.output<typeof OrganizationRecord>

/** The address and telephone numbers of the answer are not read. */
const SettingsAnswer = z.object({
  id: z.string(),
  companyName: told(z.string()),
  subdomain: told(z.string()),
  status: told(z.string()),
  created: told(Time),
  expiresAt: told(Time),
})

export const organization = defineStream({
  id: 'okta.organization',
  version: 1,
  title: 'The organisation and its engine',
  record: OrganizationRecord,
  key: (record) => record.id,
  label: (record) => record.name ?? record.id,
  permissions: [permission],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/org"',
  async *collect({ client, organizationId, engine }: Session) {
    const answer = await client.get('/api/v1/org', {}, SettingsAnswer, { permission: permission.name })
    if (answer.id !== organizationId) {
      throw new InvalidError(`Okta answered about organisation ${answer.id} when asked for ${organizationId}`)
    }
    yield onlyPage([
      {
        id: answer.id,
        name: answer.companyName,
        subdomain: answer.subdomain,
        status: answer.status,
        engine,
        created: answer.created,
        expiresAt: answer.expiresAt,
      } satisfies OrganizationRecord,
    ])
  },
})
