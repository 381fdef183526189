import { defineStream, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { taggedResources as permission } from '../identity/permissions.ts'
import { list, pagesOf } from '../paging.ts'
import { withoutNames } from '../identity/iam-principal.ts'
import { inRegion } from '../in-region.ts'
import { REGION, type Session } from '../session.ts'

export const TaggedResourceRecord = z.strictObject({
  arn: z.string(),
  /** `ec2:instance`, `s3`, `rds:db`: service and kind, from the ARN. */
  type: z.string(),
  /** Names of tags that have a value. Values may name people, and are not written. */
  tags: z.array(z.string()),
})
export type TaggedResourceRecord = z.output<typeof TaggedResourceRecord>

/** `arn:aws:ec2:eu-west-1:111122223333:instance/i-1` is of type `ec2:instance`; a bucket is of type `s3`. */
export function typeOf(arn: string): string {
  const [, , service = '', , , ...rest] = arn.split(':')
  const resource = rest.join(':')
  const [, kind] = /^([a-z][\w-]*)[/:]/i.exec(resource) ?? []
  return service === 's3' || kind === undefined ? service : `${service}:${kind}`
}

/**
 * Lists resources that have, or once had, a tag. Those that never had one are not in it: see the inventory of AWS Config.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export const taggedResources = defineStream({
  id: 'aws.tagged-resources',
  version: 1,
  title: 'Resources with the names of their tags',
  record: TaggedResourceRecord,
  key: (record) => record.arn,
  permissions: [permission],
  appliesTo: [REGION],
  reproduce: inRegion('aws resourcegroupstaggingapi get-resources'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const answers = list(
      (PaginationToken) => place.call('tag', 'GetResources', { ResourcesPerPage: 100, PaginationToken }),
      (answer) => ({
        items: given(answer.ResourceTagMappingList, 'ResourceTagMappingList'),
        next: answer.PaginationToken,
      }),
    )
    yield* pagesOf(answers, (items) =>
      items.map(({ ResourceARN, Tags = [] }): TaggedResourceRecord => {
        const arn = withoutNames(given(ResourceARN, 'ResourceARN'))
        const tags = Tags.flatMap(({ Key, Value }) => (Key === undefined || !Value ? [] : [Key]))
        return { arn, type: typeOf(arn), tags: tags.sort() }
      }),
    )
  },
})
