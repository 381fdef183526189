import { defineStream, onlyPage, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { threatInsight as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const ThreatInsightRecord = z.strictObject({
  /** Id of the organisation. */
  organization: z.string(),
  /** `none`, `audit` (only written to the log) or `block`. */
  action: z.string(),
  /** Ids of network zones that are spared. */
  excludedZones: z.array(z.string()),
  lastUpdated: z.string().nullable(),
})
export type ThreatInsightRecord = z.output<typeof ThreatInsightRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ThreatInsight/ */
const Answer = z.object({
  action: z.string(),
  excludeZones: told(z.array(z.string())),
  lastUpdated: told(z.string()),
})

export const threatInsight = defineStream({
  id: 'okta.threat-insight',
  version: 1,
  title: 'What Okta does with requests from suspicious addresses',
  record: ThreatInsightRecord,
  key: (record) => record.organization,
  label: () => 'ThreatInsight',
  permissions: [permission],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/threats/configuration"',
  async *collect({ client, organizationId: organization }: Session) {
    const answer = await client.get('/api/v1/threats/configuration', {}, Answer, { permission: permission.name })
    const { action, excludeZones, lastUpdated } = answer
    yield onlyPage([{ organization, action, excludedZones: (excludeZones ?? []).toSorted(), lastUpdated }])
  },
})
