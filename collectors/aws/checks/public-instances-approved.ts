import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { exampleInstance } from '../examples/network.ts'
import { ec2Instances } from '../streams/ec2-instances.ts'

export const publicInstancesApproved = checkEach(ec2Instances, {
  id: 'aws.public-instances-approved',
  revision: 1,
  title: 'Machines with a public address are approved ones',
  severity: 'medium',
  rationale: 'Each machine that the internet reaches is one more way in. Few need to be.',
  remediation:
    'Put the machine behind a load balancer and into a private subnet, or add its id to checks.aws.public-instances-approved.params.approved.',
  params: z.strictObject({
    approved: z.array(z.string()).default([]).describe('Ids of machines that may have a public address.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'The machine has no public address, or it is on the approved list.',
    fail: 'The machine has a public address and is not on the approved list.',
  }),
  examples: {
    pass: { record: exampleInstance() },
    fail: { record: exampleInstance({ publicAddress: true }) },
    'not-applicable': { record: exampleInstance({ state: 'terminated' }) },
  },
  evaluate(record, { params }) {
    if (record.state === 'terminated') return notApplicable('terminated', 'the machine is gone')
    if (!record.publicAddress) return pass('no public address')
    if (params.approved.includes(record.id)) return pass('has a public address and is approved')
    return fail('has a public address and is not on the approved list')
  },
})
