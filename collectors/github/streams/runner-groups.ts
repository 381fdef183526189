import { defineStream, observedOf, quoted, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { runnerGroups as permission } from '../security/permissions.ts'
import { countedPages, countedRecords } from '../security/reading.ts'
import type { Session } from '../session.ts'

export const RunnerGroupRecord = z.strictObject({
  id: z.int(),
  name: z.string(),
  /** Which repositories may use it: `all`, `private`, `selected`. */
  visibility: z.string().nullable(),
  default: z.boolean().nullable(),
  /** Made by the enterprise, not the organisation. */
  inherited: z.boolean().nullable(),
  allowsPublicRepositories: z.boolean().nullable(),
  /** `null`: any workflow may use it. */
  onlyWorkflows: z.array(z.string()).nullable(),
  /** How many self-hosted runners are in it. */
  runners: observedOf(z.int()),
})
export type RunnerGroupRecord = z.output<typeof RunnerGroupRecord>

/** https://docs.github.com/en/rest/actions/self-hosted-runner-groups */
const GroupAnswer = z.object({
  id: z.int(),
  name: z.string(),
  visibility: told(z.string()),
  default: told(z.boolean()),
  inherited: told(z.boolean()),
  allows_public_repositories: told(z.boolean()),
  restricted_to_workflows: told(z.boolean()),
  selected_workflows: told(z.array(z.string())),
})
const Count = z.object({ total_count: z.int() })

export const runnerGroups = defineStream({
  id: 'github.runner-groups',
  version: 1,
  title: 'Groups of self-hosted runners and who may use them',
  record: RunnerGroupRecord,
  key: ({ id }) => String(id),
  label: ({ name }) => name,
  permissions: [permission],
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/actions/runner-groups`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const { client, organization: org } = at
    const options = { permission: permission.name }
    const route = '/orgs/{org}/actions/runner-groups'
    const pages = countedPages(at, route, { org }, 'runner_groups', GroupAnswer, options)
    yield* countedRecords(pages, (groups) =>
      Promise.all(
        groups.map(
          async (group): Promise<RunnerGroupRecord> => ({
            id: group.id,
            name: group.name,
            visibility: group.visibility,
            default: group.default,
            inherited: group.inherited,
            allowsPublicRepositories: group.allows_public_repositories,
            onlyWorkflows: group.restricted_to_workflows === true ? (group.selected_workflows ?? []) : null,
            runners: await reader.observe(`runner group ${group.id}: runners`, async () => {
              const params = { org, id: group.id, per_page: 1 }
              return (await client.get(`${route}/{id}/runners`, params, Count, options)).total_count
            }),
          }),
        ),
      ),
    )
  },
})
