import { ADMIN_PORTS, openPortsCheck } from '../data/open-ports.ts'

export const adminPortsClosedOnPrivateInterfaces = openPortsCheck('private', {
  id: 'aws.admin-ports-closed-on-private-interfaces',
  title: 'Security groups in use keep administration ports closed to the internet',
  ports: ADMIN_PORTS,
  what: 'secure shell and remote desktop',
})
