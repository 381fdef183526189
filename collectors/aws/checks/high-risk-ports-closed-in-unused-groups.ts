import { HIGH_RISK_PORTS, openPortsCheck } from '../data/open-ports.ts'

export const highRiskPortsClosedInUnusedGroups = openPortsCheck('unattached', {
  id: 'aws.high-risk-ports-closed-in-unused-groups',
  title: 'Security groups not in use keep high-risk ports closed to the internet',
  ports: HIGH_RISK_PORTS,
  what: 'databases, mail and file services',
})
