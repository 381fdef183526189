import { defineStream, quoted, z } from 'affiant/sdk'
import { AccountAnswer, accountFields, accountKey, accountOf, accountRedactions } from '../answers.ts'
import { pagesOf } from '../listing.ts'
import { outsideCollaborators as permission, wholeOrganization } from '../permissions.ts'
import type { Organization, Session } from '../session.ts'
import { noteHiddenFromMembers } from '../standing.ts'

const OutsideCollaboratorRecord = z.strictObject(accountFields)

/** The list both streams about outside collaborators start from. */
export function listOutsideCollaborators({ client, organization: org }: Organization) {
  return client.pages('/orgs/{org}/outside_collaborators', { org }, AccountAnswer, { permission: permission.name })
}

export const outsideCollaborators = defineStream({
  id: 'github.outside-collaborators',
  version: 1,
  title: 'People outside of the organisation with access to its repositories',
  record: OutsideCollaboratorRecord,
  key: (record) => accountKey(record),
  permissions: [permission, wholeOrganization],
  redact: accountRedactions,
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/outside_collaborators`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    await noteHiddenFromMembers(at, reader, 'outside collaborators')
    yield* pagesOf(listOutsideCollaborators(at), (items) => items.map(accountOf))
  },
})
