import { defineStream, type Page, z } from 'affiant/sdk'
import { sorted, textOf, Time, timeOf } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { Metadata, metadataOf } from '../data/metadata.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const InstanceRecord = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  state: z.string(),
  image: z.string().nullable(),
  platform: z.string().nullable(),
  launched: Time,
  metadata: Metadata,
  /** Whether it can be reached from the internet by an IPv4 address; the address itself is not written. */
  publicAddress: z.boolean(),
  vpc: z.string().nullable(),
  subnet: z.string().nullable(),
  groups: z.array(z.string()),
  /** ARN of the instance profile. */
  profile: z.string().nullable(),
  labels: Labels,
})
export type InstanceRecord = z.output<typeof InstanceRecord>

type Answer = NonNullable<
  NonNullable<OutputOf<'ec2', 'DescribeInstances'>['Reservations']>[number]['Instances']
>[number]

function recordOf(instance: Answer): InstanceRecord {
  const name = textOf(instance.Tags?.find(({ Key }) => Key === 'Name')?.Value)
  return {
    id: given(instance.InstanceId, 'InstanceId'),
    // A name that holds an address may name a person.
    name: name?.includes('@') ? null : name,
    state: given(instance.State?.Name, 'State'),
    image: textOf(instance.ImageId),
    platform: textOf(instance.PlatformDetails),
    launched: timeOf(instance.LaunchTime),
    metadata: metadataOf(instance.MetadataOptions),
    publicAddress:
      textOf(instance.PublicIpAddress) !== null ||
      (instance.NetworkInterfaces ?? []).some(({ Association }) => textOf(Association?.PublicIp) !== null),
    vpc: textOf(instance.VpcId),
    subnet: textOf(instance.SubnetId),
    groups: sorted(instance.SecurityGroups?.map(({ GroupId }) => GroupId)),
    profile: textOf(instance.IamInstanceProfile?.Arn),
    labels: labelsOf(instance.Tags),
  }
}

export const ec2Instances = defineStream({
  id: 'aws.ec2-instances',
  version: 1,
  title: 'Machines, with their metadata service and addresses',
  record: InstanceRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.name ?? record.id,
  permissions: [allow('ec2:DescribeInstances', 'Lists machines with their metadata options and addresses.')],
  reproduce: inRegion('aws ec2 describe-instances'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('Reservations', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeInstances', { MaxResults: 1000, NextToken })
        return { items: answer.Reservations, next: answer.NextToken }
      }),
      (reservations) => reservations.flatMap(({ Instances }) => given(Instances, 'Instances').map(recordOf)),
    )
  },
})
