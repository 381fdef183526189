import { checkAll, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { adminExample } from '../examples.ts'
import { adminAssignments } from '../streams/admin-assignments.ts'

const ann = adminExample('person-a')
const bob = adminExample('person-b', { through: 'group', group: '00g1' })
const AGGREGATE = { subject: 'super-administrators', name: 'All super administrators' }

export const superAdminsFewAndApproved = checkAll(
  { admins: adminAssignments },
  {
    id: 'okta.super-admins-few-and-approved',
    revision: 1,
    title: 'Super administrators are few, and each is approved',
    severity: 'high',
    rationale:
      'A super administrator can change every policy and become anybody. One is too few to lose, many are too many to watch; those who are it by a group are easily overlooked.',
    remediation:
      'Admin Console, "Security", "Administrators": edit the assignments of those who need less. Keep the approved list in config.',
    params: z.strictObject({
      minimum: z.int().min(1).default(2).describe('Fewest super administrators.'),
      maximum: z.int().min(1).default(5).describe('Most super administrators.'),
      approved: z.array(z.string()).optional().describe('Okta usernames of everyone who may be one.'),
    }),
    redactParams: { 'approved.*': 'pseudonym' },
    criteria: ({ minimum, maximum }) => ({
      pass: `The organisation has ${minimum} to ${plural(maximum, 'super administrator')}, by own right or by a group, and each of them is on the approved list.`,
      fail: `There are fewer than ${minimum} or more than ${plural(maximum, 'super administrator')}, or one of them is not on the approved list.`,
    }),
    examples: {
      pass: { inputs: { admins: [ann, bob] }, params: { approved: ['person-a', 'person-b'] } },
      fail: { inputs: { admins: [ann, bob] }, params: { approved: ['person-a'] } },
      'not-applicable': { inputs: { admins: [ann, bob] } },
    },
    async *evaluate(datasets, { params }) {
      const { minimum, maximum } = params
      const approved = params.approved && new Set(params.approved)
      const people = new Map<string, { login: string; scope: string; groups: number }>()
      let anyone = false
      for await (const { record, scope } of datasets.admins.items()) {
        anyone = true
        if (record.role !== 'SUPER_ADMIN' || record.userStatus === 'DEPROVISIONED') continue
        const known = people.get(record.user) ?? { login: record.login, scope, groups: 0 }
        people.set(record.user, { ...known, groups: known.groups + (record.through === 'group' ? 1 : 0) })
      }
      // Nobody holds any role at all: every organisation has somebody, so that says nothing.
      if (!anyone) return
      if (approved !== undefined) {
        for (const [subject, { login: name, scope }] of people) {
          const verdict = approved.has(name) ? pass() : fail('a super administrator is not on the approved list')
          yield { subject, name, scope, ...verdict }
        }
      }
      const byGroup = [...people.values()].filter(({ groups }) => groups > 0).length
      const counted = `the organisation has ${plural(people.size, 'super administrator')}, ${byGroup} of them by a group`
      if (people.size < minimum || people.size > maximum) {
        yield { ...AGGREGATE, ...fail(`${counted}; ${minimum} to ${maximum} are expected`) }
      } else if (approved === undefined) {
        yield {
          ...AGGREGATE,
          ...notApplicable(
            'undeclared',
            `${counted}, within ${minimum} to ${maximum}; declare who may be one as checks.okta.super-admins-few-and-approved.params.approved`,
          ),
        }
      } else {
        yield { ...AGGREGATE, ...pass(`${counted}, within ${minimum} to ${maximum}`) }
      }
    },
  },
)
