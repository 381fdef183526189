import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { aclEntry, exampleAcl } from '../examples/network.ts'
import { isWholeInternet, isWideRange } from '../data/wide-ranges.ts'
import { ADMIN_PORTS } from '../data/open-ports.ts'
import { type NetworkAclEntry, networkAcls } from '../streams/network-acls.ts'

export const networkAclsBlockAdminPorts = checkEach(networkAcls, {
  id: 'aws.network-acls-block-admin-ports',
  revision: 1,
  title: 'Network access lists do not admit the internet to administration ports',
  severity: 'medium',
  rationale: 'The list of the subnet is what remains when somebody opens a security group.',
  remediation:
    'VPC console, "Network ACLs", the list named, "Edit inbound rules": put a denial for ports 22 and 3389 before the rule that admits them.',
  params: z.strictObject({
    ports: z.array(z.int()).default(ADMIN_PORTS).describe('Ports that must not be open to the internet.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: ({ ports }) => ({
    pass: `No entry admits 0.0.0.0/0 or ::/0, or a large part of them, to ${ports.join(' or ')} before another denies it.`,
    fail: 'An entry admits the whole internet to such a port.',
  }),
  examples: {
    pass: { record: exampleAcl([aclEntry()]) },
    fail: { record: exampleAcl([aclEntry({ from: 0, to: 65535 })]) },
    'not-applicable': { record: exampleAcl([], { subnets: 0 }) },
  },
  evaluate({ entries, subnets }, { params }) {
    if (subnets === 0) return notApplicable('unattached', 'no subnet has it')
    const open = params.ports.filter((port) => FAMILIES.some((isOf) => admits(entries.filter(isOf), port)))
    return open.length === 0
      ? pass('admits the internet to none of the ports')
      : fail(`open to the internet: ${open.join(', ')}`)
  },
})

/** A denial of one kind of address says nothing of the other. */
const FAMILIES = [false, true].map((ipv6) => (entry: NetworkAclEntry) => entry.source.includes(':') === ipv6)
const WITH_TCP = ['-1', '6']

/** AWS goes through them by number and stops at the first that fits: only a denial of everybody stops a wide range. */
function admits(entries: readonly NetworkAclEntry[], port: number): boolean {
  const first = entries.find(
    ({ egress, protocol, action, source, from, to }) =>
      !egress &&
      WITH_TCP.includes(protocol) &&
      (action === 'allow' ? isWideRange(source) : isWholeInternet(source)) &&
      (protocol === '-1' || (port >= (from ?? 0) && port <= (to ?? 65_535))),
  )
  return first?.action === 'allow'
}
