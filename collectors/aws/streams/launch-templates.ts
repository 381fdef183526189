import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { Metadata, metadataOf } from '../data/metadata.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const LaunchTemplateRecord = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  version: z.int(),
  created: Time,
  /** Of machines that are started with it. User data is not read. */
  metadata: Metadata,
})
export type LaunchTemplateRecord = z.output<typeof LaunchTemplateRecord>

export const launchTemplates = defineStream({
  id: 'aws.launch-templates',
  version: 1,
  title: 'Default versions of launch templates',
  record: LaunchTemplateRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.name ?? record.id,
  permissions: [allow('ec2:DescribeLaunchTemplateVersions', 'Lists the default version of each launch template.')],
  reproduce: inRegion("aws ec2 describe-launch-template-versions --versions '$Default'"),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    yield* pagesOf(
      listOf('LaunchTemplateVersions', async (NextToken) => {
        const answer = await place.call('ec2', 'DescribeLaunchTemplateVersions', {
          Versions: ['$Default'],
          MaxResults: 200,
          NextToken,
        })
        return { items: answer.LaunchTemplateVersions, next: answer.NextToken }
      }),
      (items) =>
        items.map(
          (template): LaunchTemplateRecord => ({
            id: given(template.LaunchTemplateId, 'LaunchTemplateId'),
            name: textOf(template.LaunchTemplateName),
            version: given(template.VersionNumber, 'VersionNumber'),
            created: timeOf(template.CreateTime),
            metadata: metadataOf(template.LaunchTemplateData?.MetadataOptions),
          }),
        ),
    )
  },
})
