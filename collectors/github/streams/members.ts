import { defineStream, pagesFrom, z } from 'affiant/sdk'
import { AccountAnswer, accountFields, accountKey, accountOf, accountRedactions } from '../answers.ts'
import { members as permission, wholeOrganization } from '../permissions.ts'
import type { Session } from '../session.ts'
import { noteHiddenMembers } from '../standing.ts'

const MemberRecord = z.strictObject({
  ...accountFields,
  /** `admin` is what GitHub's pages call an owner. */
  role: z.enum(['admin', 'member']),
})
type MemberRecord = z.output<typeof MemberRecord>

/** The list itself does not say who is an owner; the role filter does, so both roles are read one after the other. */
async function* byRole({ client, organization: org }: Session) {
  for (const role of ['admin', 'member'] as const) {
    const pages = client.pages('/orgs/{org}/members', { org, role }, AccountAnswer, { permission: permission.name })
    for await (const { items, cursor, last } of pages) {
      const records: MemberRecord[] = items.map((account) => ({ ...accountOf(account), role }))
      yield { records, cursor, last: last && role === 'member' }
    }
  }
}

export const members = defineStream({
  id: 'github.members',
  version: 1,
  title: 'Members of the organisation and their role',
  record: MemberRecord,
  key: (record) => accountKey(record),
  permissions: [permission, wholeOrganization],
  redact: accountRedactions,
  reproduce: (scope) =>
    `gh api --paginate '/orgs/${scope.id}/members?role=admin' && gh api --paginate '/orgs/${scope.id}/members?role=member'`,
  async *collect(session: Session, _scope, reader) {
    await noteHiddenMembers(session, reader)
    yield* pagesFrom(byRole(session), (page) => page)
  },
})
