import { HIGH_RISK_PORTS, openPortsCheck } from '../data/open-ports.ts'

export const highRiskPortsClosedOnPrivateInterfaces = openPortsCheck('private', {
  id: 'aws.high-risk-ports-closed-on-private-interfaces',
  title: 'Security groups in use keep high-risk ports closed to the internet',
  ports: HIGH_RISK_PORTS,
  what: 'databases, mail and file services',
})
