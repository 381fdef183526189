import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const SubnetRecord = z.strictObject({
  id: z.string(),
  vpc: z.string(),
  zone: z.string().nullable(),
  /** The internet gateway that its route table leads to; `null`: none, so nothing in it is reached from the internet. */
  internetGateway: z.string().nullable(),
  assignsPublicAddress: z.boolean(),
})
export type SubnetRecord = z.output<typeof SubnetRecord>

/** The gateway of each subnet that has a route table of its own, and of the main table of each VPC. */
async function gatewaysOf(place: Place) {
  const own = new Map<string, string | null>()
  const main = new Map<string, string | null>()
  const tables = listOf('RouteTables', async (NextToken) => {
    const answer = await place.call('ec2', 'DescribeRouteTables', { MaxResults: 100, NextToken })
    return { items: answer.RouteTables, next: answer.NextToken }
  })
  for await (const { items } of tables) {
    for (const { Routes, Associations = [], VpcId = '' } of items) {
      const gateway = given(Routes, 'Routes').find(
        ({ GatewayId, State }) => GatewayId?.startsWith('igw-') && State !== 'blackhole',
      )
      const id = gateway?.GatewayId ?? null
      for (const { Main, SubnetId } of Associations) {
        if (SubnetId !== undefined) own.set(SubnetId, id)
        else if (Main === true) main.set(VpcId, id)
      }
    }
  }
  return { own, main }
}

export const subnets = defineStream({
  id: 'aws.subnets',
  version: 1,
  title: 'Subnets, and whether their routes lead to the internet',
  record: SubnetRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [
    allow('ec2:DescribeRouteTables', 'Shows whether a subnet has a route to the internet.'),
    allow('ec2:DescribeSubnets', 'Lists subnets.'),
  ],
  reproduce: inRegion('aws ec2 describe-route-tables; aws ec2 describe-subnets'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const { own, main } = await gatewaysOf(place)
    const pages = listOf('Subnets', async (NextToken) => {
      const answer = await place.call('ec2', 'DescribeSubnets', { MaxResults: 1000, NextToken })
      return { items: answer.Subnets, next: answer.NextToken }
    })
    yield* pagesOf(pages, (items) =>
      items.map((subnet): SubnetRecord => {
        const id = given(subnet.SubnetId, 'SubnetId')
        const vpc = given(subnet.VpcId, 'VpcId')
        const gateway = own.has(id) ? own.get(id) : main.get(vpc)
        return {
          id,
          vpc,
          zone: textOf(subnet.AvailabilityZone),
          internetGateway: given(gateway, `route table of ${id}`),
          assignsPublicAddress: subnet.MapPublicIpOnLaunch ?? false,
        }
      }),
    )
  },
})
