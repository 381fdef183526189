import { DeniedError, defineStream, onlyPage, z } from 'affiant/sdk'
import { apps as permission, superAdministrator } from '../permissions.ts'
import type { Session } from '../session.ts'

export const FirstPartyAppSettingsRecord = z.strictObject({
  /** The one app Okta shows settings of. */
  app: z.literal('admin-console'),
  sessionIdleMinutes: z.int(),
  sessionLifetimeMinutes: z.int(),
})
export type FirstPartyAppSettingsRecord = z.output<typeof FirstPartyAppSettingsRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OktaApplicationSettings/ */
const Answer = z.object({ sessionIdleTimeoutMinutes: z.int(), sessionMaxLifetimeMinutes: z.int() })

export const firstPartyAppSettings = defineStream({
  id: 'okta.first-party-app-settings',
  version: 1,
  title: 'Session of the Admin Console',
  record: FirstPartyAppSettingsRecord,
  key: (record) => record.app,
  label: () => 'Admin Console',
  permissions: [permission, superAdministrator],
  reproduce: () =>
    'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/first-party-app-settings/admin-console"',
  async *collect({ client }: Session) {
    const answer = await client.get('/api/v1/first-party-app-settings/admin-console', {}, Answer, {
      permission: permission.name,
      role: superAdministrator.name,
      // Every organisation has an Admin Console: 404 hides it from whoever is not a super administrator.
      explain: ({ status }) =>
        status === 404
          ? new DeniedError(
              'GET /api/v1/first-party-app-settings/admin-console: Okta hides it from these credentials (404); it is shown to super administrators only',
              { status, permission: superAdministrator.name },
            )
          : undefined,
    })
    yield onlyPage([
      {
        app: 'admin-console',
        sessionIdleMinutes: answer.sessionIdleTimeoutMinutes,
        sessionLifetimeMinutes: answer.sessionMaxLifetimeMinutes,
      } satisfies FirstPartyAppSettingsRecord,
    ])
  },
})
