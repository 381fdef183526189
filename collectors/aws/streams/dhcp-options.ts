import { defineStream, type Page, z } from 'affiant/sdk'
import { sorted } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const DhcpOptionsRecord = z.strictObject({
  id: z.string(),
  /** Time servers that machines are told; without any they use the Amazon Time Sync Service. Sorted. */
  ntpServers: z.array(z.string()),
})
export type DhcpOptionsRecord = z.output<typeof DhcpOptionsRecord>

export const dhcpOptions = defineStream({
  id: 'aws.dhcp-options',
  version: 1,
  title: 'What networks tell machines of time servers',
  record: DhcpOptionsRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [allow('ec2:DescribeDhcpOptions', 'Shows which time servers machines are told.')],
  reproduce: inRegion('aws ec2 describe-dhcp-options'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('DhcpOptions', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeDhcpOptions', { MaxResults: 1000, NextToken })
        return { items: answer.DhcpOptions, next: answer.NextToken }
      }),
      (items) =>
        items.map(
          (options): DhcpOptionsRecord => ({
            id: given(options.DhcpOptionsId, 'DhcpOptionsId'),
            ntpServers: sorted(
              given(options.DhcpConfigurations, 'DhcpConfigurations')
                .filter(({ Key }) => Key === 'ntp-servers')
                .flatMap(({ Values }) => given(Values, 'Values').map(({ Value }) => Value)),
            ),
          }),
        ),
    )
  },
})
