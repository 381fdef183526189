import { checkAll, DAY_MS, plural, z } from 'affiant/sdk'
import { adminExample } from '../examples.ts'
import { judgeReview, reviewParams } from '../review.ts'
import { adminAssignments } from '../streams/admin-assignments.ts'

const ID = 'okta.admin-roles-reviewed'
const inputs = { admins: [adminExample('person-a'), adminExample('person-b', { role: 'APP_ADMIN' })] }

export const adminRolesReviewed = checkAll(
  { admins: adminAssignments },
  {
    id: ID,
    revision: 1,
    title: 'Administrator roles are listed in full and were reviewed lately',
    severity: 'high',
    rationale:
      'Roles outlive the task they were given for. The complete list with the last sign-in of each holder is in this bundle; a person has to look at it.',
    remediation:
      'Go through the records of okta.admin-assignments, remove under "Security", "Administrators" what is not needed, and declare the day of the review.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      ...reviewParams,
      idleDays: z
        .int()
        .min(1)
        .default(90)
        .describe('Holders who have not signed in for so many days are counted for the reviewer.'),
    }),
    criteria: ({ maxAgeDays }) => ({
      pass: `All administrator roles could be listed, and they were reviewed at most ${plural(maxAgeDays, 'day')} before the run.`,
      fail: `The last review is more than ${plural(maxAgeDays, 'day')} old.`,
    }),
    examples: {
      pass: { inputs, params: { reviewedOn: '2026-01-02', maxAgeDays: 1_000_000 } },
      fail: { inputs, params: { reviewedOn: '2001-01-02' } },
      'not-applicable': { inputs },
    },
    async *evaluate(datasets, { params, at }) {
      const people = new Set<string>()
      const idle = new Set<string>()
      let roles = 0
      for await (const { record } of datasets.admins.items()) {
        roles += 1
        people.add(record.user)
        const days = record.lastLogin === null ? Infinity : (at.getTime() - Date.parse(record.lastLogin)) / DAY_MS
        if (days > params.idleDays) idle.add(record.user)
      }
      if (roles === 0) return
      const population = `${plural(roles, 'role')} of ${plural(people.size, 'person', 'people')} (not signed in for ${plural(params.idleDays, 'day')}: ${idle.size})`
      yield {
        subject: 'administrator-roles',
        name: 'All administrator roles',
        ...judgeReview(ID, params, at, population),
      }
    },
  },
)
