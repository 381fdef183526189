import { defineStream, observedOf, type Reader, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { type AppRecord, appOf, isServiceApp } from '../app.ts'
import { pagesOf } from '../paging.ts'
import { path } from '../path.ts'
import { appGrants as permission, apps as listing } from '../permissions.ts'
import type { Session } from '../session.ts'
import { listApps } from './apps.ts'

const Grant = z.strictObject({
  /** `okta.users.read`. */
  scope: z.string(),
  status: z.string().nullable(),
  /** `ADMIN` or `END_USER`. */
  source: z.string().nullable(),
  created: z.string().nullable(),
})

export const ServiceAppGrantsRecord = z.strictObject({
  app: z.string(),
  label: z.string(),
  status: z.string(),
  /** In the order of scopes. */
  grants: observedOf(z.array(Grant)),
})
export type ServiceAppGrantsRecord = z.output<typeof ServiceAppGrantsRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGrants/ */
const GrantAnswer = z.object({
  scopeId: z.string(),
  status: told(z.string()),
  source: told(z.string()),
  created: told(z.string()),
})

export const serviceAppGrants = defineStream({
  id: 'okta.service-app-grants',
  version: 1,
  title: 'Scopes of Okta’s API that service apps were granted',
  record: ServiceAppGrantsRecord,
  key: (record) => record.app,
  label: (record) => record.label,
  permissions: [permission, listing],
  limit: 'apps',
  reproduce: () =>
    'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/apps?limit=200" and, for each service app, "$OKTA_URL/api/v1/apps/$ID/grants"',
  collect: (session: Session, _scope, reader) =>
    pagesOf(listApps(session), (items) =>
      Promise.all(
        items
          .map(appOf)
          .filter(isServiceApp)
          .map((app) => grantsOf(session, app, reader)),
      ),
    ),
})

async function grantsOf({ client }: Session, app: AppRecord, reader: Reader): Promise<ServiceAppGrantsRecord> {
  const { id, label, status } = app
  const grants = await reader.observe(`grants of app ${id}`, async () => {
    const all = await client.all(path`/api/v1/apps/${id}/grants`, {}, GrantAnswer, { permission: permission.name })
    return all
      .map(({ scopeId: scope, status: state, source, created }) => ({ scope, status: state, source, created }))
      .sort((a, b) => (a.scope < b.scope ? -1 : 1))
  })
  return { app: id, label, status, grants }
}
