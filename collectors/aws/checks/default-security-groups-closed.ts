import { checkEach, fail, notApplicable, pass } from 'affiant/sdk'
import { exampleSecurityGroup, openTo } from '../examples/network.ts'
import { securityGroups } from '../streams/security-groups.ts'

export const defaultSecurityGroupsClosed = checkEach(securityGroups, {
  id: 'aws.default-security-groups-closed',
  revision: 1,
  title: 'Default security groups admit nothing',
  severity: 'medium',
  rationale: 'Whatever is started without thought lands in the default group, and reaches all others in it.',
  remediation:
    'VPC console, "Security groups", the group named "default": delete all inbound and outbound rules, after its members have groups of their own.',
  criteria: () => ({
    pass: 'The default group of a VPC has no rules.',
    fail: 'It has inbound or outbound rules.',
  }),
  examples: {
    pass: { record: exampleSecurityGroup({ name: 'default' }) },
    fail: { record: exampleSecurityGroup({ name: 'default', egress: [openTo('0.0.0.0/0', 443)] }) },
    'not-applicable': { record: exampleSecurityGroup() },
  },
  evaluate({ name, ingress, egress }) {
    if (name !== 'default') return notApplicable('not-default', 'not a default group')
    const rules = ingress.length + egress.length
    return rules === 0 ? pass('has no rules') : fail(`has rules: ${ingress.length} inbound, ${egress.length} outbound`)
  },
})
