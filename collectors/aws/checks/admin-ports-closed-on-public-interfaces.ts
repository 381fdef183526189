import { ADMIN_PORTS, openPortsCheck } from '../data/open-ports.ts'

export const adminPortsClosedOnPublicInterfaces = openPortsCheck('public', {
  id: 'aws.admin-ports-closed-on-public-interfaces',
  title: 'Nobody on the internet reaches administration ports of public interfaces',
  ports: ADMIN_PORTS,
  what: 'secure shell and remote desktop',
})
