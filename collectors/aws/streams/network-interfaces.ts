import { defineStream, type Page, z } from 'affiant/sdk'
import { sorted, textOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const NetworkInterfaceRecord = z.strictObject({
  id: z.string(),
  /** `interface`, `network_load_balancer`, `nat_gateway` … */
  type: z.string().nullable(),
  groups: z.array(z.string()),
  /** Whether it has a public IPv4 address. */
  publicAddress: z.boolean(),
  /** Whether it has IPv6 addresses, which are public ones. */
  ipv6: z.boolean(),
  subnet: z.string().nullable(),
  instance: z.string().nullable(),
  status: z.string().nullable(),
})
export type NetworkInterfaceRecord = z.output<typeof NetworkInterfaceRecord>

export const networkInterfaces = defineStream({
  id: 'aws.network-interfaces',
  version: 1,
  title: 'Network interfaces with their security groups',
  record: NetworkInterfaceRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [
    allow(
      'ec2:DescribeNetworkInterfaces',
      'Shows what stands behind each security group, and whether it has a public address.',
    ),
  ],
  reproduce: inRegion('aws ec2 describe-network-interfaces'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('NetworkInterfaces', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeNetworkInterfaces', { MaxResults: 1000, NextToken })
        return { items: answer.NetworkInterfaces, next: answer.NextToken }
      }),
      (items) =>
        items.map(
          (network): NetworkInterfaceRecord => ({
            id: given(network.NetworkInterfaceId, 'NetworkInterfaceId'),
            type: network.InterfaceType ?? null,
            groups: sorted(network.Groups?.map(({ GroupId }) => GroupId)),
            publicAddress:
              textOf(network.Association?.PublicIp) !== null ||
              (network.PrivateIpAddresses ?? []).some(({ Association }) => textOf(Association?.PublicIp) !== null),
            ipv6: (network.Ipv6Addresses ?? []).length > 0,
            subnet: textOf(network.SubnetId),
            instance: textOf(network.Attachment?.InstanceId),
            status: network.Status ?? null,
          }),
        ),
    )
  },
})
