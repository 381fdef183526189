import type { OrganizationRecord } from './streams/organization.ts'

/** A record for examples: the invented organisation `acme` with good settings, changed by `parts`. */
export function organizationExample(parts: Partial<OrganizationRecord> = {}): OrganizationRecord {
  return {
    id: '1001',
    login: 'acme',
    plan: 'team',
    listsAccessTokens: true,
    twoFactorRequired: true,
    baseRepositoryPermission: 'read',
    membersCanCreatePublicRepositories: false,
    membersCanCreatePrivateRepositories: true,
    membersCanCreateInternalRepositories: false,
    membersCanDeleteRepositories: false,
    membersCanChangeVisibility: false,
    membersCanInviteOutsideCollaborators: false,
    membersCanForkPrivateRepositories: false,
    membersCanCreatePublicPages: false,
    webCommitSignoffRequired: false,
    ...parts,
  }
}
