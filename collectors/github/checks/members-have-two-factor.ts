import { about, checkAll, fail, pass, z } from 'affiant/sdk'
import { accountKey } from '../answers.ts'
import { members } from '../streams/members.ts'
import { membersWithoutTwoFactor } from '../streams/members-without-two-factor.ts'

const ann = { login: 'person-a', app: null, role: 'admin' as const, twoFactor: true }
const bob = { login: 'person-b', app: null }
const NONE = 'a member of the organisation has no second factor'

export const membersHaveTwoFactor = checkAll(
  { members, withoutTwoFactor: membersWithoutTwoFactor },
  {
    id: 'github.members-have-two-factor',
    revision: 2,
    title: 'Every member has a second factor',
    severity: 'high',
    rationale: 'The requirement can be off, or newer than a member. This looks at each account.',
    remediation:
      'Organisation, "People", filter "two-factor: disabled": ask each member to set one up, or remove the member. Then require it for everyone.',
    onPartialData: 'fails-stand',
    params: z.strictObject({}),
    criteria: () => ({
      pass: 'The member is not on GitHub’s list of accounts with two-factor authentication disabled, and GitHub says nothing else of the account.',
      fail: 'The member is on that list, or GitHub says of the account itself that it has no second factor.',
    }),
    examples: {
      pass: { inputs: { members: [ann], withoutTwoFactor: [] } },
      fail: { inputs: { members: [ann, { ...bob, role: 'member', twoFactor: false }], withoutTwoFactor: [bob] } },
    },
    async *evaluate(datasets) {
      const without = new Set<string>()
      for await (const item of datasets.withoutTwoFactor.items()) {
        without.add(accountKey(item.record))
        yield { ...about(item), ...fail(NONE) }
      }
      for await (const item of datasets.members.items()) {
        if (without.has(accountKey(item.record))) continue
        yield { ...about(item), ...(item.record.twoFactor === false ? fail(NONE) : pass()) }
      }
    },
  },
)
