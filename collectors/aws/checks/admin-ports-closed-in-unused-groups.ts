import { ADMIN_PORTS, openPortsCheck } from '../data/open-ports.ts'

export const adminPortsClosedInUnusedGroups = openPortsCheck('unattached', {
  id: 'aws.admin-ports-closed-in-unused-groups',
  title: 'Security groups not in use keep administration ports closed to the internet',
  ports: ADMIN_PORTS,
  what: 'secure shell and remote desktop',
})
