import { about, checkAll, fail, pass, z } from 'affiant/sdk'
import { accountKey } from '../answers.ts'
import { members } from '../streams/members.ts'
import { membersWithoutTwoFactor } from '../streams/members-without-two-factor.ts'

const ann = { login: 'person-a', app: null }
const bob = { login: 'person-b', app: null }

export const membersHaveTwoFactor = checkAll(
  { members, withoutTwoFactor: membersWithoutTwoFactor },
  {
    id: 'github.members-have-two-factor',
    revision: 1,
    title: 'Every member has a second factor',
    severity: 'high',
    rationale: 'The requirement can be off, or newer than a member. This looks at each account.',
    remediation:
      'Organisation, "People", filter "two-factor: disabled": ask each member to set one up, or remove the member. Then require it for everyone.',
    onPartialData: 'fails-stand',
    params: z.strictObject({}),
    criteria: () => ({
      pass: 'GitHub lists no second factor as disabled for the member.',
      fail: 'The member is on GitHub’s list of accounts with two-factor authentication disabled.',
    }),
    examples: {
      pass: { inputs: { members: [{ ...ann, role: 'admin' }], withoutTwoFactor: [] } },
      fail: {
        inputs: {
          members: [
            { ...ann, role: 'admin' },
            { ...bob, role: 'member' },
          ],
          withoutTwoFactor: [bob],
        },
      },
    },
    async *evaluate(datasets) {
      const without = new Set<string>()
      for await (const item of datasets.withoutTwoFactor.items()) {
        without.add(accountKey(item.record))
        yield { ...about(item), ...fail('a member of the organisation has no second factor') }
      }
      for await (const item of datasets.members.items()) {
        if (!without.has(accountKey(item.record))) yield { ...about(item), ...pass() }
      }
    },
  },
)
