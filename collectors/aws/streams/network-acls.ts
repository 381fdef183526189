import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

const NetworkAclEntry = z.strictObject({
  number: z.int(),
  egress: z.boolean(),
  action: z.enum(['allow', 'deny']),
  /** A number of IANA, or `-1` for all. */
  protocol: z.string(),
  source: z.string(),
  from: z.int().nullable(),
  to: z.int().nullable(),
})
export type NetworkAclEntry = z.output<typeof NetworkAclEntry>

export const NetworkAclRecord = z.strictObject({
  id: z.string(),
  vpc: z.string().nullable(),
  isDefault: z.boolean(),
  /** How many subnets it stands before. */
  subnets: z.int(),
  /** In the order AWS goes through them. */
  entries: z.array(NetworkAclEntry),
})
export type NetworkAclRecord = z.output<typeof NetworkAclRecord>

type Answer = NonNullable<NonNullable<OutputOf<'ec2', 'DescribeNetworkAcls'>['NetworkAcls']>[number]['Entries']>[number]

function entryOf(entry: Answer): NetworkAclEntry {
  return {
    number: given(entry.RuleNumber, 'RuleNumber'),
    egress: given(entry.Egress, 'Egress'),
    action: given(entry.RuleAction, 'RuleAction'),
    protocol: given(entry.Protocol, 'Protocol'),
    source: entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '',
    from: entry.PortRange?.From ?? null,
    to: entry.PortRange?.To ?? null,
  }
}

export const networkAcls = defineStream({
  id: 'aws.network-acls',
  version: 1,
  title: 'Network access lists with all their entries',
  record: NetworkAclRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [allow('ec2:DescribeNetworkAcls', 'Lists network access lists with their entries.')],
  reproduce: inRegion('aws ec2 describe-network-acls'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('NetworkAcls', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeNetworkAcls', { MaxResults: 1000, NextToken })
        return { items: answer.NetworkAcls, next: answer.NextToken }
      }),
      (items) =>
        items.map(
          (acl): NetworkAclRecord => ({
            id: given(acl.NetworkAclId, 'NetworkAclId'),
            vpc: textOf(acl.VpcId),
            isDefault: acl.IsDefault ?? false,
            subnets: given(acl.Associations, 'Associations').length,
            entries: given(acl.Entries, 'Entries')
              .map(entryOf)
              .sort(
                (a, b) => Number(a.egress) - Number(b.egress) || a.number - b.number || (a.source < b.source ? -1 : 1),
              ),
          }),
        ),
    )
  },
})
