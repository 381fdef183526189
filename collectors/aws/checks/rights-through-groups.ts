import { checkEach, fail, notApplicable, pass } from 'affiant/sdk'
import { iamUserExample, roleExample } from '../examples/identity.ts'
import { authorizationDetails } from '../streams/iam-authorization-details.ts'

export const rightsThroughGroups = checkEach(authorizationDetails, {
  id: 'aws.rights-through-groups',
  revision: 1,
  title: 'IAM users have rights through groups only',
  severity: 'low',
  rationale: 'Rights of a group are reviewed once for its task; rights given to one user are forgotten. (CIS 2.14)',
  remediation:
    'IAM, "Users", "Permissions": move each policy that is attached directly to a group, and remove it here.',
  criteria: () => ({
    pass: 'The user has no inline policy and no managed policy of its own.',
    fail: 'The user has an inline policy, or a managed policy is attached to it directly.',
  }),
  examples: {
    pass: { record: iamUserExample('person-a') },
    fail: { record: iamUserExample('person-a', { attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }) },
    'not-applicable': { record: roleExample('deploy') },
  },
  evaluate(record) {
    if (record.kind !== 'user') return notApplicable('not-a-user')
    const { attached, inline } = record
    if (attached.length + inline.length === 0) return pass()
    return fail(`policies of its own: ${attached.length} managed, ${inline.length} inline`)
  },
})
