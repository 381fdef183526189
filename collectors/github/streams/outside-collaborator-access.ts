import { defineStream, onlyPage, quoted, type Reader, z } from 'affiant/sdk'
import {
  AccountAnswer,
  accountFields,
  accountKey,
  accountOf,
  accountRedactions,
  type RepositoryAnswer,
  told,
} from '../answers.ts'
import { listRepositories, noteHiddenRepositories, pagesOf, pathOf } from '../listing.ts'
import { everyRepository, metadata, outsideCollaborators, wholeOrganization } from '../permissions.ts'
import type { Organization, Session } from '../session.ts'
import { noteHiddenFromMembers } from '../standing.ts'
import { listOutsideCollaborators } from './outside-collaborators.ts'

export const OutsideCollaboratorAccessRecord = z.strictObject({
  repository: z.string(),
  ...accountFields,
  /** `read`, `triage`, `write`, `maintain`, `admin`, or the name of a role the organisation made. */
  role: z.string().nullable(),
  /** Whether the role includes the rights of a repository administrator. */
  admin: z.boolean().nullable(),
})
export type OutsideCollaboratorAccessRecord = z.output<typeof OutsideCollaboratorAccessRecord>

const CollaboratorAnswer = AccountAnswer.extend({
  role_name: told(z.string()),
  permissions: told(z.object({ admin: told(z.boolean()) })),
})

async function accessTo(
  { client }: Organization,
  repository: RepositoryAnswer,
  reader: Reader,
): Promise<OutsideCollaboratorAccessRecord[]> {
  const collaborators = await reader.observe(`${repository.full_name}: outside collaborators`, () =>
    client.all(
      '/repos/{owner}/{repo}/collaborators',
      { ...pathOf(repository), affiliation: 'outside' },
      CollaboratorAnswer,
      { permission: metadata.name },
    ),
  )
  if (collaborators.state !== 'observed') return []
  return collaborators.value.map((collaborator) => ({
    repository: repository.full_name,
    ...accountOf(collaborator),
    role: collaborator.role_name,
    admin: collaborator.permissions?.admin ?? null,
  }))
}

export const outsideCollaboratorAccess = defineStream({
  id: 'github.outside-collaborator-access',
  version: 1,
  title: 'Repository access of outside collaborators',
  record: OutsideCollaboratorAccessRecord,
  key: (record) => `${record.repository}:${accountKey(record)}`,
  permissions: [metadata, outsideCollaborators, wholeOrganization, everyRepository],
  redact: accountRedactions,
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[].full_name' | xargs -I{} gh api --paginate '/repos/{}/collaborators?affiliation=outside'`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    await noteHiddenFromMembers(at, reader, 'outside collaborators')
    // Most organisations have none: one request then answers for all repositories.
    let anyone = false
    for await (const { items } of listOutsideCollaborators(at)) {
      anyone ||= items.length > 0
      if (anyone) break
    }
    if (!anyone) {
      yield onlyPage([])
      return
    }
    await noteHiddenRepositories(at, reader)
    yield* pagesOf(listRepositories(at), async (repositories) => {
      const access = await Promise.all(repositories.map((repository) => accessTo(at, repository, reader)))
      return access.flat()
    })
  },
})
