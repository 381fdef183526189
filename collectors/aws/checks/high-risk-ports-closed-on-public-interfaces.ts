import { HIGH_RISK_PORTS, openPortsCheck } from '../data/open-ports.ts'

export const highRiskPortsClosedOnPublicInterfaces = openPortsCheck('public', {
  id: 'aws.high-risk-ports-closed-on-public-interfaces',
  title: 'Nobody on the internet reaches high-risk ports of public interfaces',
  ports: HIGH_RISK_PORTS,
  what: 'databases, mail and file services',
})
