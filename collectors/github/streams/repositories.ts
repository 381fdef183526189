import { defineStream, quoted, z } from 'affiant/sdk'
import { SecurityAndAnalysis } from '../answers.ts'
import { eachRepository } from '../listing.ts'
import { everyRepository, metadata, scanningSettings } from '../permissions.ts'
import type { Session } from '../session.ts'

export const RepositoryRecord = z.strictObject({
  /** `owner/name`. */
  repository: z.string(),
  nodeId: z.string(),
  private: z.boolean(),
  /** `null` where the server does not tell it (older Enterprise Servers); `private` is always told. */
  visibility: z.enum(['public', 'private', 'internal']).nullable(),
  archived: z.boolean(),
  fork: z.boolean(),
  defaultBranch: z.string().nullable(),
  /** UTC day of the last push; `null` if there was none. */
  pushedOn: z.iso.date().nullable(),
  /**
   * What GitHub scans the repository for. `null`: not shown to these credentials; a single feature that is `null` is not
   * known to this server or not part of the plan.
   */
  securityAndAnalysis: SecurityAndAnalysis.nullable(),
})
export type RepositoryRecord = z.output<typeof RepositoryRecord>

export const repositories = defineStream({
  id: 'github.repositories',
  version: 2,
  title: 'All repositories of the organisation',
  record: RepositoryRecord,
  key: (record) => record.repository,
  permissions: [metadata, scanningSettings, everyRepository],
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/repos?type=all`)}`,
  async *collect(session: Session, scope, reader) {
    yield* eachRepository(
      session.in(scope),
      reader,
      (repository): RepositoryRecord => ({
        repository: repository.full_name,
        nodeId: repository.node_id,
        private: repository.private,
        visibility: repository.visibility,
        archived: repository.archived,
        fork: repository.fork,
        defaultBranch: repository.default_branch,
        pushedOn: repository.pushed_at && new Date(repository.pushed_at).toISOString().slice(0, 10),
        securityAndAnalysis: repository.security_and_analysis,
      }),
    )
  },
})
