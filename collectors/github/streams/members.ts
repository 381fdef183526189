import { defineStream, InvalidError, type Page, plural, quoted, type Reader, z } from 'affiant/sdk'
import { AccountAnswer, accountFields, accountKey, accountOf, accountRedactions } from '../answers.ts'
import { instead } from '../instead.ts'
import { members as permission, wholeOrganization } from '../permissions.ts'
import type { Organization, Session } from '../session.ts'
import { noteHiddenMembers } from '../standing.ts'

export const MemberRecord = z.strictObject({
  ...accountFields,
  /** `admin` is what GitHub's pages call an owner. */
  role: z.enum(['admin', 'member']),
  /** `null`: not told, which says nothing. GitHub tells it to owners, by GraphQL only. */
  twoFactor: z.boolean().nullable(),
})
export type MemberRecord = z.output<typeof MemberRecord>

/** https://docs.github.com/en/graphql/reference/objects#organizationmemberedge */
const MemberEdge = z
  .object({
    hasTwoFactorEnabled: z.boolean().nullable(),
    role: z.enum(['ADMIN', 'MEMBER']),
    node: z.object({ login: z.string() }),
  })
  .transform(
    ({ hasTwoFactorEnabled: twoFactor, role, node }): MemberRecord => ({
      login: node.login,
      app: null,
      role: role === 'ADMIN' ? 'admin' : 'member',
      twoFactor,
    }),
  )

type Pages = AsyncIterable<Omit<Page, 'number'> & { records: readonly MemberRecord[] }>

async function* byGraphql({ client, organization: login }: Organization, reader: Reader): Pages {
  const pages = client.graphqlPages(
    reader,
    'members',
    { login },
    { path: ['organization', 'membersWithRole'], item: MemberEdge, permission: permission.name },
  )
  for await (const { items: records, cursor, last, total } of pages) {
    yield { records, cursor, last, ...(total !== undefined && { total }) }
  }
}

/** The list itself does not say who is an owner; the role filter does, so both roles are read one after the other. */
async function* byRest(at: Organization): Pages {
  for (const role of ['admin', 'member'] as const) {
    for await (const { items, cursor, last } of listMembers(at, role)) {
      const records = items.map((account): MemberRecord => ({ ...accountOf(account), role, twoFactor: null }))
      yield { records, cursor, last: last && role === 'member' }
    }
  }
}

function listMembers({ client, organization: org }: Organization, role: 'admin' | 'member') {
  return client.pages('/orgs/{org}/members', { org, role }, AccountAnswer, { permission: permission.name })
}

/** Owners by the other route: they are few, and most depends on them. */
async function compareOwners(at: Organization, owners: ReadonlySet<string>, reader: Reader): Promise<void> {
  await reader.observe(`${at.organization}: owners, by GraphQL and by REST`, async () => {
    const others = new Set<string>()
    for await (const { items } of listMembers(at, 'admin')) for (const { login } of items) others.add(login)
    if (owners.size === others.size && [...owners].every((login) => others.has(login))) return
    throw new InvalidError(
      `GraphQL names ${plural(owners.size, 'owner')} of ${at.organization} and REST ${others.size}, or other ones; run again, as they may have changed meanwhile`,
    )
  })
}

export const members = defineStream({
  id: 'github.members',
  version: 2,
  title: 'Members of the organisation, their role and second factor',
  record: MemberRecord,
  key: (record) => accountKey(record),
  permissions: [permission, wholeOrganization],
  redact: accountRedactions,
  limit: 'graphql',
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/members?role=admin`)} && gh api --paginate ${quoted(`/orgs/${scope.id}/members?role=member`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    await noteHiddenMembers(at, reader)
    const { pages, route } = await instead(
      reader,
      () => byGraphql(at, reader),
      () => byRest(at),
    )
    const owners = new Set<string>()
    let number = 0
    for await (const page of pages) {
      for (const { login, role } of page.records) if (role === 'admin' && login !== null) owners.add(login)
      if (page.last && route === 'first') await compareOwners(at, owners, reader)
      number += 1
      yield { ...page, number }
    }
  },
})
