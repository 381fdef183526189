import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { vpcExample } from '../examples/logging.ts'
import { type VpcFlowLogRecord, vpcFlowLogs } from '../streams/vpc-flow-logs.ts'

export const vpcFlowLogsOn = checkEach(vpcFlowLogs, {
  id: 'aws.vpc-flow-logs-on',
  revision: 1,
  title: 'Every VPC has a flow log that is delivered',
  severity: 'medium',
  rationale: 'Flow logs show who talked to whom: often the only trace of a scan or of data that left.',
  remediation: 'VPC, "Your VPCs", the VPC, "Flow logs", "Create flow log", filter Reject or All.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    excluded: z.array(z.string()).default([]).describe('Ids of VPCs that are out of scope.'),
  }),
  criteria: () => ({
    pass: 'The VPC has an ACTIVE flow log of REJECT or ALL traffic whose delivery did not fail.',
    fail: 'The VPC has no such flow log.',
  }),
  examples: {
    pass: { record: vpcExample() },
    fail: { record: vpcExample({ flowLogs: [] }) },
    'not-applicable': { record: vpcExample({ flowLogs: [] }), params: { excluded: ['vpc-0a1b2c3d'] } },
  },
  evaluate({ vpc, flowLogs, ...record }, { params: { excluded } }) {
    if (excluded.includes(vpc)) return notApplicable('excluded', 'declared as out of scope')
    const kind = record.default ? ' of the default VPC' : ''
    if (flowLogs.length === 0) return fail(`there is no flow log${kind}`)
    const good = flowLogs.find((log) => faultOf(log) === undefined)
    if (good !== undefined) return pass(`${good.id} writes ${good.traffic} to ${good.destination ?? 'its destination'}`)
    return fail(flowLogs.map((log) => `${log.id} ${faultOf(log)}`).join('; '))
  },
})

function faultOf({ status, traffic, delivery }: VpcFlowLogRecord['flowLogs'][number]): string | undefined {
  if (status !== 'ACTIVE') return 'is not active'
  if (traffic !== 'ALL' && traffic !== 'REJECT') return `writes ${traffic ?? 'nothing'} only`
  return delivery === 'SUCCESS' ? undefined : `is not delivered (${delivery ?? 'no delivery yet'})`
}
