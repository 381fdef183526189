import { defineStream, type Page, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { LIMITS } from '../paging.ts'
import { path } from '../path.ts'
import { apps as listing, appUsers as permission } from '../permissions.ts'
import type { Session } from '../session.ts'
import { listApps } from './apps.ts'

export const AppAssignmentRecord = z.strictObject({
  app: z.string(),
  label: z.string(),
  /** Okta's id of the user. */
  user: z.string(),
  /** The person's name in the app, which need not be the one in Okta. */
  userName: z.string().nullable(),
  /** `USER`: given to the person; `GROUP`: by way of a group. */
  scope: z.string().nullable(),
  status: z.string().nullable(),
  created: z.string().nullable(),
  statusChanged: z.string().nullable(),
})
export type AppAssignmentRecord = z.output<typeof AppAssignmentRecord>

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationUsers/ */
const AppUserAnswer = z.object({
  id: z.string(),
  scope: told(z.string()),
  status: told(z.string()),
  created: told(z.string()),
  statusChanged: told(z.string()),
  credentials: told(z.object({ userName: told(z.string()) })),
})

export const appAssignments = defineStream({
  id: 'okta.app-assignments',
  version: 1,
  title: 'Who is assigned to which active app',
  record: AppAssignmentRecord,
  key: (record) => `${record.app}:${record.user}`,
  label: (record) => `${record.label}: ${record.userName ?? record.user}`,
  permissions: [permission, listing],
  limit: 'apps',
  redact: { userName: 'pseudonym' },
  reproduce: () =>
    'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/apps?limit=200" and, for each active id, "$OKTA_URL/api/v1/apps/$ID/users?limit=500"',
  async estimate(session: Session): Promise<Readonly<Record<string, number>>> {
    let requests = 0
    for await (const { records } of listApps(session)) {
      requests += 1 + records.filter(({ status }) => status === 'ACTIVE').length
    }
    return { apps: requests }
  },
  async *collect(session: Session): AsyncIterable<Page> {
    let number = 0
    for await (const { records: apps } of listApps(session)) {
      for (const { id, label, status } of apps) {
        // Nobody can use an app that is off. One after the other: the budget of apps is the smallest there is.
        if (status !== 'ACTIVE') continue
        const pages = session.client.pages(path`/api/v1/apps/${id}/users`, { limit: LIMITS.appUsers }, AppUserAnswer, {
          permission: permission.name,
        })
        for await (const { records, cursor } of pages) {
          number += 1
          yield { records: records.map((user) => assignmentOf(user, id, label)), number, cursor, last: false }
        }
      }
    }
    // Which answer is the last is known when no app is left.
    yield { records: [], number: number + 1, last: true }
  },
})

function assignmentOf(user: z.output<typeof AppUserAnswer>, app: string, label: string): AppAssignmentRecord {
  const { id, scope, status, created, statusChanged, credentials } = user
  return { app, label, user: id, userName: credentials?.userName ?? null, scope, status, created, statusChanged }
}
