import { about, checkAll, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { accountKey } from '../answers.ts'
import { members } from '../streams/members.ts'

const owner = (login: string) => ({ login, app: null, role: 'admin' as const, twoFactor: true })
const AGGREGATE = { subject: 'owners', name: 'All owners' }

export const ownersFewAndApproved = checkAll(
  { members },
  {
    id: 'github.owners-few-and-approved',
    revision: 1,
    title: 'Owners are few, and each is approved',
    severity: 'high',
    rationale: 'An owner can read, change and delete everything. One is too few to lose, many are too many to watch.',
    remediation:
      'Organisation, "People", filter "Role: Owner": change owners who need not be one to "Member". Keep the approved list in config.',
    params: z.strictObject({
      minimum: z.int().min(1).default(2).describe('Fewest owners.'),
      maximum: z.int().min(1).default(5).describe('Most owners.'),
      approved: z.array(z.string()).optional().describe('Logins of everyone who may be an owner.'),
    }),
    redactParams: { 'approved.*': 'pseudonym' },
    criteria: ({ minimum, maximum }) => ({
      pass: `The organisation has ${minimum} to ${plural(maximum, 'owner')}, and each of them is on the approved list.`,
      fail: `There are fewer than ${minimum} or more than ${plural(maximum, 'owner')}, or one of them is not on the approved list.`,
    }),
    examples: {
      pass: {
        inputs: { members: [owner('person-a'), owner('person-b')] },
        params: { approved: ['person-a', 'person-b'] },
      },
      fail: { inputs: { members: [owner('person-a'), owner('person-b')] }, params: { approved: ['person-a'] } },
      'not-applicable': { inputs: { members: [owner('person-a'), owner('person-b')] } },
    },
    async *evaluate(datasets, { params }) {
      const { minimum, maximum } = params
      const approved = params.approved && new Set(params.approved)
      let anyone = false
      let owners = 0
      for await (const item of datasets.members.items()) {
        anyone = true
        if (item.record.role !== 'admin') continue
        owners += 1
        if (approved === undefined) continue
        yield {
          ...about(item),
          ...(approved.has(accountKey(item.record)) ? pass() : fail('an owner is not on the approved list')),
        }
      }
      // Nobody was listed at all: that says nothing of owners.
      if (!anyone) return
      const counted = `the organisation has ${plural(owners, 'owner')}`
      if (owners < minimum || owners > maximum) {
        yield { ...AGGREGATE, ...fail(`${counted}; ${minimum} to ${maximum} are expected`) }
      } else if (approved === undefined) {
        yield {
          ...AGGREGATE,
          ...notApplicable(
            'undeclared',
            `${counted}, within ${minimum} to ${maximum}; declare who may be one as checks.github.owners-few-and-approved.params.approved`,
          ),
        }
      } else {
        yield { ...AGGREGATE, ...pass(`${counted}, within ${minimum} to ${maximum}`) }
      }
    },
  },
)
