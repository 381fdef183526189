import { defineStream, type Page, z } from 'affiant/sdk'
import { sorted, textOf } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

const SecurityGroupRule = z.strictObject({
  /** `tcp`, `udp`, `icmp`, a number of IANA, or `-1` for all. */
  protocol: z.string(),
  from: z.int().nullable(),
  to: z.int().nullable(),
  /** Ranges of addresses, ids of prefix lists and of other groups; sorted. */
  sources: z.array(z.string()),
})
export type SecurityGroupRule = z.output<typeof SecurityGroupRule>

export const SecurityGroupRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  vpc: z.string().nullable(),
  ingress: z.array(SecurityGroupRule),
  egress: z.array(SecurityGroupRule),
})
export type SecurityGroupRecord = z.output<typeof SecurityGroupRecord>

type Answer = NonNullable<
  NonNullable<OutputOf<'ec2', 'DescribeSecurityGroups'>['SecurityGroups']>[number]['IpPermissions']
>[number]

function ruleOf(rule: Answer): SecurityGroupRule {
  return {
    protocol: given(rule.IpProtocol, 'IpProtocol'),
    from: rule.FromPort ?? null,
    to: rule.ToPort ?? null,
    sources: sorted([
      ...(rule.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
      ...(rule.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
      ...(rule.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
      ...(rule.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ]),
  }
}

export const securityGroups = defineStream({
  id: 'aws.security-groups',
  version: 1,
  title: 'Security groups with all their rules',
  record: SecurityGroupRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => `${record.name} (${record.id})`,
  permissions: [allow('ec2:DescribeSecurityGroups', 'Lists security groups with their rules.')],
  reproduce: inRegion('aws ec2 describe-security-groups'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('SecurityGroups', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeSecurityGroups', { MaxResults: 1000, NextToken })
        return { items: answer.SecurityGroups, next: answer.NextToken }
      }),
      (items) =>
        items.map(
          (group): SecurityGroupRecord => ({
            id: given(group.GroupId, 'GroupId'),
            name: given(group.GroupName, 'GroupName'),
            vpc: textOf(group.VpcId),
            ingress: given(group.IpPermissions, 'IpPermissions').map(ruleOf),
            egress: given(group.IpPermissionsEgress, 'IpPermissionsEgress').map(ruleOf),
          }),
        ),
    )
  },
})
