import { about, checkAll, pass, plural, unknown, type Verdict, z } from 'affiant/sdk'
import { judgeReview, reviewParams } from '../review.ts'
import { type GroupMemberRecord, groupMembers } from '../streams/group-members.ts'

const ID = 'okta.group-memberships-complete'
const member: GroupMemberRecord = { kind: 'member', group: '00g1', user: '00u1' }
const group: GroupMemberRecord = {
  kind: 'group',
  group: '00g1',
  name: 'Payroll',
  counted: 1,
  listed: 1,
  notRead: null,
}

export const groupMembershipsComplete = checkAll(
  { memberships: groupMembers },
  {
    id: ID,
    revision: 1,
    title: 'Group memberships are listed in full and were reviewed lately',
    severity: 'medium',
    rationale:
      'Groups decide who gets which app. A review means something only if the list that is looked at is the whole list.',
    remediation:
      'Go through the records of okta.group-members with the owners of the groups, remove who does not belong, and declare the day of the review.',
    onPartialData: 'fails-stand',
    params: z.strictObject(reviewParams),
    criteria: ({ maxAgeDays }) => ({
      pass: `As many members are listed of each group as Okta counts, and memberships were reviewed at most ${plural(maxAgeDays, 'day')} before the run.`,
      fail: `The last review is more than ${plural(maxAgeDays, 'day')} old.`,
    }),
    examples: {
      pass: { inputs: { memberships: [group, member] }, params: { reviewedOn: '2026-01-02', maxAgeDays: 1_000_000 } },
      fail: { inputs: { memberships: [group, member] }, params: { reviewedOn: '2001-01-02' } },
      unknown: { inputs: { memberships: [{ ...group, counted: 2 }, member] } },
    },
    async *evaluate(datasets, { params, at }) {
      let groups = 0
      let members = 0
      for await (const item of datasets.memberships.items()) {
        const { record } = item
        if (record.kind === 'member') {
          members += 1
          continue
        }
        groups += 1
        yield { ...about(item), ...whole(record) }
      }
      if (groups === 0) return
      const population = `${plural(members, 'membership')} of ${plural(groups, 'group')}`
      yield { subject: 'group-memberships', name: 'All memberships', ...judgeReview(ID, params, at, population) }
    },
  },
)

function whole({ counted, listed, notRead }: Extract<GroupMemberRecord, { kind: 'group' }>): Verdict {
  if (notRead === 'everyone') return pass('every user is a member')
  if (listed === null) return unknown('truncated', 'the members could not be listed')
  if (counted === null)
    return unknown('invalid', `${plural(listed, 'member is', 'members are')} listed, and Okta gives no count of them`)
  return listed < counted
    ? unknown('truncated', `Okta counts ${plural(counted, 'member')} and lists ${listed}`)
    : pass(plural(listed, 'member'))
}
