import { checkEach, fail, pass, unknown } from 'affiant/sdk'
import { ownRightsExample } from '../examples/organization.ts'
import { ownRights } from '../streams/own-rights.ts'
import { named } from '../texts.ts'

export const collectorCannotWrite = checkEach(ownRights, {
  id: 'aws.collector-cannot-write',
  revision: 1,
  title: 'The credentials of this agent can neither change anything nor read contents',
  severity: 'high',
  rationale:
    'Who gathers evidence must not be able to make it, and must not become the way in. This asks AWS itself what the credentials allow.',
  remediation:
    'Replace the policies of the role by what "affiant permissions aws --format iam-policy" prints, and remove managed ones such as ReadOnlyAccess, which also reads contents.',
  criteria: () => ({
    pass: 'The simulator of IAM denies the credentials every action of the list: changes, ways to more rights, and reading of contents.',
    fail: 'The simulator of IAM allows the credentials an action of the list.',
  }),
  examples: {
    pass: { record: ownRightsExample() },
    fail: { record: ownRightsExample(['s3:GetObject']) },
  },
  evaluate({ kind, decisions }) {
    const allowed = decisions.filter(({ decision }) => decision === 'allowed').map(({ action }) => action)
    if (kind === 'root') return fail('these are credentials of the root user, which may do everything')
    if (decisions.length === 0) return unknown('invalid', 'the simulator of IAM decided on nothing')
    if (allowed.length > 0)
      return fail(`actions that are allowed, ${allowed.length} of ${decisions.length}: ${named(allowed)}`)
    return pass(`every action is denied (${decisions.length})`)
  },
})
