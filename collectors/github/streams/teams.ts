import { defineStream, type Page, pagesFrom, quoted, type Reader, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { instead } from '../instead.ts'
import { pagesOf } from '../listing.ts'
import { members as permission, wholeOrganization } from '../permissions.ts'
import type { Organization, Session } from '../session.ts'
import { noteHiddenFromMembers } from '../standing.ts'

export const TeamRecord = z.strictObject({
  slug: z.string(),
  name: z.string(),
  /** Names the team among the bypass actors of a ruleset (`Team:<id>`). */
  id: z.int(),
  /** `closed`: visible to all members; `secret`: to its own members and owners. */
  privacy: z.string().nullable(),
  parent: z.string().nullable(),
})
export type TeamRecord = z.output<typeof TeamRecord>

const TeamAnswer = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  privacy: told(z.string()),
  parent: told(z.object({ slug: z.string() })),
})

/** https://docs.github.com/en/graphql/reference/objects#team */
const TeamNode = z.object({
  databaseId: z.int(),
  slug: z.string(),
  name: z.string(),
  privacy: z.enum(['SECRET', 'VISIBLE']),
  parentTeam: z.object({ slug: z.string() }).nullable(),
})

async function* byGraphql({ client, organization: login }: Organization, reader: Reader) {
  const pages = client.graphqlPages(
    reader,
    'teams',
    { login },
    { path: ['organization', 'teams'], item: TeamNode, permission: permission.name },
  )
  for await (const { items, cursor, last, total } of pages) {
    const records = items.map(
      ({ slug, name, databaseId: id, privacy, parentTeam }): TeamRecord => ({
        slug,
        name,
        id,
        privacy: privacy === 'SECRET' ? 'secret' : 'closed',
        parent: parentTeam?.slug ?? null,
      }),
    )
    yield { records, cursor, last, ...(total !== undefined && { total }) }
  }
}

/** The list by REST, from which the rights of teams are read too. */
export function listTeams({ client, organization: org }: Organization) {
  return client.pages('/orgs/{org}/teams', { org }, TeamAnswer, { permission: permission.name })
}

function byRest(at: Organization): AsyncIterable<Page> {
  return pagesOf(listTeams(at), (items) =>
    items.map(
      ({ slug, name, id, privacy, parent }): TeamRecord => ({
        slug,
        name,
        id,
        privacy,
        parent: parent?.slug ?? null,
      }),
    ),
  )
}

export const teams = defineStream({
  id: 'github.teams',
  version: 1,
  title: 'Teams of the organisation',
  record: TeamRecord,
  key: (record) => record.slug,
  permissions: [permission, wholeOrganization],
  limit: 'graphql',
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/teams`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    await noteHiddenFromMembers(at, reader, 'secret teams')
    const { pages } = await instead<Page>(
      reader,
      () => pagesFrom(byGraphql(at, reader), (page) => page),
      () => byRest(at),
    )
    yield* pages
  },
})
