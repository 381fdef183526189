import { checkAll, fail, notApplicable, pass, z } from 'affiant/sdk'
import { supportAccessExample } from '../examples/organization.ts'
import { supportAccess } from '../streams/support-access.ts'

export const supportAccessApproved = checkAll(
  { events: supportAccess },
  {
    id: 'aws.support-access-approved',
    revision: 1,
    title: 'AWS Support looked into contents only for cases the organisation knows of',
    severity: 'medium',
    rationale:
      'A permit lets people of the provider see contents. Whoever may write one decides that for everybody, so each use has to belong to a case that somebody in charge knows.',
    remediation:
      'Find the case in the Support Center and who wrote the permit in CloudTrail (CreateSupportPermit). Declare it in params.cases if it was right; otherwise delete the permit.',
    params: z.strictObject({
      cases: z.array(z.string()).optional().describe('Ids of the support cases whose access was approved.'),
    }),
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    criteria: () => ({
      pass: 'Each action of AWS Support on contents within the 90 days that CloudTrail remembers belongs to a declared case.',
      fail: 'AWS Support acted on contents for a case that is not declared, or for none.',
    }),
    examples: {
      pass: { inputs: { events: [supportAccessExample()] }, params: { cases: ['1234567890'] } },
      fail: { inputs: { events: [supportAccessExample({ case: '2222222222' })] }, params: { cases: ['1234567890'] } },
      'not-applicable': { inputs: { events: [supportAccessExample()] } },
    },
    async *evaluate({ events }, { params: { cases } }) {
      const used = new Map<string, { account: string; of: string | null; actions: Set<string>; days: Set<string> }>()
      for await (const { record } of events.items()) {
        if (!record.byAws || record.name !== 'StartSupportAction') continue
        const key = `${record.account}/${record.case ?? 'none'}`
        const known = used.get(key) ?? { account: record.account, of: record.case, actions: new Set(), days: new Set() }
        used.set(key, known)
        for (const action of record.actions) known.actions.add(action)
        known.days.add(record.at.slice(0, 10))
      }
      for (const [subject, { account, of, actions, days }] of [...used].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const did = `AWS Support did ${[...actions].sort().join(', ') || 'something'} in account ${account} on ${[...days].sort().join(', ')}`
        const verdict =
          cases === undefined
            ? notApplicable('undeclared', `${did}; no approved cases are declared`)
            : of !== null && cases.includes(of)
              ? pass(did)
              : fail(did)
        yield { subject, name: of === null ? 'No support case' : `Support case ${of}`, ...verdict }
      }
    },
  },
)
