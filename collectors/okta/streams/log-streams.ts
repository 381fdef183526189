import { defineStream, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pagesOf } from '../paging.ts'
import { logStreams as permission, superAdministrator } from '../permissions.ts'
import type { Session } from '../session.ts'

export const LogStreamRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** `aws_eventbridge`, `splunk_cloud_logstreaming`, …; where exactly it leads is not read. */
  type: z.string(),
  status: z.string(),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
})
export type LogStreamRecord = z.output<typeof LogStreamRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/LogStream/ */
const Answer = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  status: z.string(),
  created: told(z.string()),
  lastUpdated: told(z.string()),
})

export const logStreams = defineStream({
  id: 'okta.log-streams',
  version: 1,
  title: 'Where the System Log is sent to',
  record: LogStreamRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission, superAdministrator],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/logStreams?limit=200"',
  collect: ({ client }: Session) =>
    pagesOf(
      client.pages('/api/v1/logStreams', { limit: 200 }, Answer, {
        permission: permission.name,
        role: superAdministrator.name,
      }),
      (items) => [...items],
    ),
})
