import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { accountKey } from '../answers.ts'
import { members } from '../streams/members.ts'

export const membersAreStaff = checkEach(members, {
  id: 'github.members-are-staff',
  revision: 1,
  title: 'Every member is on the roster',
  severity: 'high',
  rationale: 'An account that belongs to nobody on the roster is a leaver, a shared account or an intruder.',
  remediation: 'Organisation, "People": remove members who have left. Add those who belong to the declared roster.',
  params: z.strictObject({
    roster: z
      .array(z.string())
      .optional()
      .describe('Logins of everyone who belongs to the organisation, machine accounts included.'),
  }),
  redactParams: { 'roster.*': 'pseudonym' },
  criteria: () => ({
    pass: 'The member’s login is on the declared roster.',
    fail: 'The member’s login is not on the declared roster.',
  }),
  examples: {
    pass: { record: { login: 'person-a', app: null, role: 'member' }, params: { roster: ['person-a'] } },
    fail: { record: { login: 'person-b', app: null, role: 'member' }, params: { roster: ['person-a'] } },
    'not-applicable': { record: { login: 'person-a', app: null, role: 'member' } },
  },
  evaluate(record, { params }) {
    if (params.roster === undefined) {
      return notApplicable(
        'undeclared',
        'declare the logins of your people as checks.github.members-are-staff.params.roster',
      )
    }
    return params.roster.includes(accountKey(record))
      ? pass()
      : fail(`a ${record.role} of the organisation is not on the roster`)
  },
})
