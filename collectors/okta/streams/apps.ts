import { defineStream } from 'affiant/sdk'
import { AppAnswer, AppRecord, appOf } from '../app.ts'
import { LIMITS, pagesOf } from '../paging.ts'
import { apps as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

/** The list everything about apps starts from. Sent without `expand`, which would name people. */
export function listApps({ client }: Session) {
  return client.pages('/api/v1/apps', { limit: LIMITS.apps }, AppAnswer, { permission: permission.name })
}

export const apps = defineStream({
  id: 'okta.apps',
  version: 1,
  title: 'Apps with sign-on mode, provisioning features and policy',
  record: AppRecord,
  key: (record) => record.id,
  label: (record) => record.label,
  permissions: [permission],
  limit: 'apps',
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/apps?limit=200"',
  collect: (session: Session) => pagesOf(listApps(session), (items) => items.map(appOf)),
})
