import { defineStream, quoted, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { actionsSettings as permission } from '../security/permissions.ts'
import { countedPages, countedRecords, Time } from '../security/reading.ts'
import type { Session } from '../session.ts'

export const AppInstallationRecord = z.strictObject({
  id: z.int(),
  appId: z.int(),
  app: z.string(),
  /** `all` or `selected`. */
  repositories: z.string(),
  /** `contents:write`, … */
  permissions: z.array(z.string()),
  events: z.array(z.string()),
  createdAt: z.iso.datetime().nullable(),
  suspendedAt: z.iso.datetime().nullable(),
})
export type AppInstallationRecord = z.output<typeof AppInstallationRecord>

/** https://docs.github.com/en/rest/orgs/orgs#list-app-installations-for-an-organization */
const InstallationAnswer = z.object({
  id: z.int(),
  app_id: z.int(),
  app_slug: z.string(),
  repository_selection: z.string(),
  permissions: z.record(z.string(), z.string()),
  events: told(z.array(z.string())),
  created_at: told(Time),
  suspended_at: told(Time),
})

export const appInstallations = defineStream({
  id: 'github.app-installations',
  version: 1,
  title: 'GitHub Apps installed in the organisation, and their rights',
  record: AppInstallationRecord,
  key: ({ id }) => String(id),
  label: ({ app }) => app,
  permissions: [permission],
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/installations`)}`,
  async *collect(session: Session, scope) {
    const at = session.in(scope)
    const route = '/orgs/{org}/installations'
    const params = { org: at.organization }
    const pages = countedPages(at, route, params, 'installations', InstallationAnswer, { permission: permission.name })
    yield* countedRecords(pages, (installations) =>
      installations.map(
        (one): AppInstallationRecord => ({
          id: one.id,
          appId: one.app_id,
          app: one.app_slug,
          repositories: one.repository_selection,
          permissions: rightsIn(one.permissions),
          events: (one.events ?? []).toSorted(),
          createdAt: one.created_at,
          suspendedAt: one.suspended_at,
        }),
      ),
    )
  },
})

function rightsIn(permissions: Readonly<Record<string, string>>): string[] {
  return Object.entries(permissions)
    .map(([name, level]) => `${name}:${level}`)
    .sort()
}
