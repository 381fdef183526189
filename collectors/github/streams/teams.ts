import { defineStream, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pagesOf } from '../listing.ts'
import { members as permission, wholeOrganization } from '../permissions.ts'
import type { Session } from '../session.ts'
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

/** The list both streams about teams start from. */
export function listTeams({ client, organization: org }: Session) {
  return client.pages('/orgs/{org}/teams', { org }, TeamAnswer, { permission: permission.name })
}

export const teams = defineStream({
  id: 'github.teams',
  version: 1,
  title: 'Teams of the organisation',
  record: TeamRecord,
  key: (record) => record.slug,
  permissions: [permission, wholeOrganization],
  reproduce: (scope) => `gh api --paginate /orgs/${scope.id}/teams`,
  async *collect(session: Session, _scope, reader) {
    await noteHiddenFromMembers(session, reader, 'secret teams')
    yield* pagesOf(listTeams(session), (items) =>
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
  },
})
