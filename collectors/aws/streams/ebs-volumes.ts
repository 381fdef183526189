import { defineStream, type Page, z } from 'affiant/sdk'
import { sorted, textOf, Time, timeOf } from '../answers.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const VolumeRecord = z.strictObject({
  id: z.string(),
  arn: z.string(),
  state: z.string().nullable(),
  encrypted: z.boolean(),
  /** ARN of the key. */
  key: z.string().nullable(),
  sizeGiB: z.int().nullable(),
  created: Time,
  attachedTo: z.array(z.string()),
  labels: Labels,
})
export type VolumeRecord = z.output<typeof VolumeRecord>

export const ebsVolumes = defineStream({
  id: 'aws.ebs-volumes',
  version: 1,
  title: 'Volumes, and whether they are encrypted',
  record: VolumeRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [allow('ec2:DescribeVolumes', 'Lists volumes with their encryption.')],
  reproduce: inRegion('aws ec2 describe-volumes'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('Volumes', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeVolumes', { MaxResults: 1000, NextToken })
        return { items: answer.Volumes, next: answer.NextToken }
      }),
      (items) =>
        items.map(({ VolumeId, ...volume }): VolumeRecord => {
          const id = given(VolumeId, 'VolumeId')
          return {
            id,
            arn: `arn:${place.partition}:ec2:${place.region}:${place.account}:volume/${id}`,
            state: volume.State ?? null,
            encrypted: given(volume.Encrypted, 'Encrypted'),
            key: textOf(volume.KmsKeyId),
            sizeGiB: volume.Size ?? null,
            created: timeOf(volume.CreateTime),
            attachedTo: sorted(volume.Attachments?.map(({ InstanceId }) => InstanceId)),
            labels: labelsOf(volume.Tags),
          }
        }),
    )
  },
})
