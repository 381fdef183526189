import { defineStream, InvalidError, onlyPage, quoted, z } from 'affiant/sdk'
import { OrganizationAnswer, told } from '../answers.ts'
import { organizationAdministration } from '../permissions.ts'
import type { Session } from '../session.ts'

/** Settings GitHub shows to owners only. `null`: not shown to these credentials, which says nothing of the value. */
const seen = z.boolean().nullable()

export const OrganizationRecord = z.strictObject({
  id: z.string(),
  login: z.string(),
  /** `free`, `team`, `enterprise`. `null`: not told. */
  plan: z.string().nullable(),
  /** Whether GitHub lists fine-grained tokens to these credentials: to apps only, never to a person. */
  listsAccessTokens: z.boolean(),
  twoFactorRequired: seen,
  /** `read`, `write`, `admin` or `none`. */
  baseRepositoryPermission: z.string().nullable(),
  membersCanCreatePublicRepositories: seen,
  membersCanCreatePrivateRepositories: seen,
  membersCanCreateInternalRepositories: seen,
  membersCanDeleteRepositories: seen,
  membersCanChangeVisibility: seen,
  membersCanInviteOutsideCollaborators: seen,
  membersCanForkPrivateRepositories: seen,
  membersCanCreatePublicPages: seen,
  webCommitSignoffRequired: seen,
})
export type OrganizationRecord = z.output<typeof OrganizationRecord>

const flag = told(z.boolean())
/** Field names: https://docs.github.com/en/rest/orgs/orgs#get-an-organization */
const Settings = OrganizationAnswer.extend({
  two_factor_requirement_enabled: flag,
  default_repository_permission: told(z.string()),
  members_can_create_public_repositories: flag,
  members_can_create_private_repositories: flag,
  members_can_create_internal_repositories: flag,
  members_can_delete_repositories: flag,
  members_can_change_repo_visibility: flag,
  members_can_invite_outside_collaborators: flag,
  members_can_fork_private_repositories: flag,
  members_can_create_public_pages: flag,
  web_commit_signoff_required: flag,
})

export const organization = defineStream({
  id: 'github.organization',
  version: 2,
  title: 'Security settings of the organisation',
  record: OrganizationRecord,
  key: (record) => record.id,
  label: (record) => record.login,
  permissions: [organizationAdministration],
  reproduce: (scope) => `gh api ${quoted(`/orgs/${scope.id}`)}`,
  async *collect(session: Session, scope) {
    const { client, organization: org, organizationId, principal } = session.in(scope)
    const answer = await client.get('/orgs/{org}', { org }, Settings, { permission: organizationAdministration.name })
    if (String(answer.id) !== organizationId) {
      throw new InvalidError(`GitHub answered about organisation ${answer.id} when asked for ${organizationId}`)
    }
    yield onlyPage([
      {
        id: String(answer.id),
        login: answer.login,
        plan: answer.plan?.name ?? null,
        listsAccessTokens: principal.kind === 'app',
        twoFactorRequired: answer.two_factor_requirement_enabled,
        baseRepositoryPermission: answer.default_repository_permission,
        membersCanCreatePublicRepositories: answer.members_can_create_public_repositories,
        membersCanCreatePrivateRepositories: answer.members_can_create_private_repositories,
        membersCanCreateInternalRepositories: answer.members_can_create_internal_repositories,
        membersCanDeleteRepositories: answer.members_can_delete_repositories,
        membersCanChangeVisibility: answer.members_can_change_repo_visibility,
        membersCanInviteOutsideCollaborators: answer.members_can_invite_outside_collaborators,
        membersCanForkPrivateRepositories: answer.members_can_fork_private_repositories,
        membersCanCreatePublicPages: answer.members_can_create_public_pages,
        webCommitSignoffRequired: answer.web_commit_signoff_required,
      } satisfies OrganizationRecord,
    ])
  },
})
