import { defineStream, DeniedError, quoted, z } from 'affiant/sdk'
import { AccountAnswer, accountFields, accountKey, accountOf, accountRedactions } from '../answers.ts'
import { pagesOf } from '../listing.ts'
import { membersAsOwner as permission, wholeOrganization } from '../permissions.ts'
import type { Session } from '../session.ts'
import { noteHiddenFromMembers } from '../standing.ts'

const MemberWithoutTwoFactorRecord = z.strictObject(accountFields)

export const membersWithoutTwoFactor = defineStream({
  id: 'github.members-without-two-factor',
  version: 1,
  title: 'Members without a second factor',
  record: MemberWithoutTwoFactorRecord,
  key: (record) => accountKey(record),
  permissions: [permission, wholeOrganization],
  redact: accountRedactions,
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/members?filter=2fa_disabled`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const { client, organization: org } = at
    await noteHiddenFromMembers(at, reader, 'members without a second factor')
    const pages = client.pages('/orgs/{org}/members', { org, filter: '2fa_disabled' }, AccountAnswer, {
      permission: permission.name,
      // Without the rights of an owner GitHub answers 403 or 422, never an empty list.
      explain: ({ status }) =>
        status === 422
          ? new DeniedError('only organisation owners may ask GitHub who has no second factor', {
              status,
              permission: permission.name,
            })
          : undefined,
    })
    yield* pagesOf(pages, (items) => items.map(accountOf))
  },
})
