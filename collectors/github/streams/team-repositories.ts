import { defineStream, quoted, type Reader, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { noteHiddenRepositories, pagesOf } from '../listing.ts'
import { everyRepository, members, metadata, wholeOrganization } from '../permissions.ts'
import type { Organization, Session } from '../session.ts'
import { noteHiddenFromMembers } from '../standing.ts'
import { listTeams } from './teams.ts'

export const TeamRepositoryRecord = z.strictObject({
  team: z.string(),
  repository: z.string(),
  /** `read`, `triage`, `write`, `maintain`, `admin`, or the name of a role the organisation made. */
  role: z.string().nullable(),
  admin: z.boolean().nullable(),
})
export type TeamRepositoryRecord = z.output<typeof TeamRepositoryRecord>

const TeamRepositoryAnswer = z.object({
  full_name: z.string(),
  role_name: told(z.string()),
  permissions: told(z.object({ admin: told(z.boolean()) })),
})

async function repositoriesOf(
  { client, organization: org }: Organization,
  team: string,
  reader: Reader,
): Promise<TeamRepositoryRecord[]> {
  const repositories = await reader.observe(`team ${team}: repositories`, () =>
    client.all('/orgs/{org}/teams/{team}/repos', { org, team }, TeamRepositoryAnswer, { permission: members.name }),
  )
  if (repositories.state !== 'observed') return []
  return repositories.value.map(({ full_name, role_name, permissions }) => ({
    team,
    repository: full_name,
    role: role_name,
    admin: permissions?.admin ?? null,
  }))
}

export const teamRepositories = defineStream({
  id: 'github.team-repositories',
  version: 1,
  title: 'Which team has which right on which repository',
  record: TeamRepositoryRecord,
  key: (record) => `${record.team}:${record.repository}`,
  permissions: [members, metadata, wholeOrganization, everyRepository],
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/teams`)} --jq '.[].slug' | xargs -I{} gh api --paginate ${quoted(`/orgs/${scope.id}/teams/{}/repos`)}`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    await noteHiddenFromMembers(at, reader, 'secret teams')
    await noteHiddenRepositories(at, reader)
    yield* pagesOf(listTeams(at), async (teams) => {
      const rights = await Promise.all(teams.map(({ slug }) => repositoriesOf(at, slug, reader)))
      return rights.flat()
    })
  },
})
