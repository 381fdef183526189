import { checkEach, fail, pass, unknown } from 'affiant/sdk'
import { organizationExample } from '../organization-example.ts'
import { organizationAdministration } from '../permissions.ts'
import { organization } from '../streams/organization.ts'

export const membersCannotPublishOrDelete = checkEach(organization, {
  id: 'github.members-cannot-publish-or-delete',
  revision: 1,
  title: 'Members cannot create public repositories or delete repositories',
  severity: 'high',
  rationale: 'One click by any member must neither publish source code nor destroy it.',
  remediation:
    'Organisation settings, "Member privileges": clear "Public" under "Repository creation", and clear "Allow members to delete or transfer repositories".',
  criteria: () => ({
    pass: 'Members may not create public repositories, and, where GitHub tells it, may not delete repositories.',
    fail: 'Members may create public repositories or delete repositories.',
  }),
  examples: {
    pass: { record: organizationExample() },
    fail: { record: organizationExample({ membersCanDeleteRepositories: true }) },
    unknown: { record: organizationExample({ membersCanCreatePublicRepositories: null }) },
  },
  evaluate({ login, membersCanCreatePublicRepositories: publish, membersCanDeleteRepositories: remove }) {
    const rights = [publish && 'create public repositories', remove && 'delete repositories'].filter(Boolean)
    if (rights.length > 0) return fail(`members of ${login} may ${rights.join(' and ')}`)
    if (publish === null) {
      return unknown(
        'denied',
        `${login}: GitHub does not show the rights of members to these credentials; missing permission: ${organizationAdministration.name}`,
      )
    }
    // Not every edition and version tells the second right; what is shown decides.
    return pass(
      `members of ${login} may not create public repositories${remove === null ? '; whether they may delete any is not told' : ' nor delete any'}`,
    )
  },
})
