import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const ImageRecord = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  state: z.string().nullable(),
  created: z.string().nullable(),
  public: z.boolean(),
})
export type ImageRecord = z.output<typeof ImageRecord>

export const machineImages = defineStream({
  id: 'aws.machine-images',
  version: 1,
  title: 'Own machine images, and whether everybody may use them',
  record: ImageRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.name ?? record.id,
  permissions: [allow('ec2:DescribeImages', 'Lists own machine images.')],
  reproduce: inRegion('aws ec2 describe-images --owners self'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('Images', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeImages', {
          Owners: ['self'],
          IncludeDisabled: true,
          MaxResults: 1000,
          NextToken,
        })
        return { items: answer.Images, next: answer.NextToken }
      }),
      (items) =>
        items.map(
          (image): ImageRecord => ({
            id: given(image.ImageId, 'ImageId'),
            name: textOf(image.Name),
            state: image.State ?? null,
            created: textOf(image.CreationDate),
            public: given(image.Public, 'Public'),
          }),
        ),
    )
  },
})
