import { defineStream, type Page, z } from 'affiant/sdk'
import { Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const RepositoryRecord = z.strictObject({
  arn: z.string(),
  name: z.string(),
  created: Time,
  /** Setting of the repository itself, for basic scanning. */
  scanOnPush: z.boolean(),
  /** `IMMUTABLE`, `MUTABLE`, or one of them with exclusions. */
  tagMutability: z.string(),
})
export type RepositoryRecord = z.output<typeof RepositoryRecord>

export const ecrRepositories = defineStream({
  id: 'aws.ecr-repositories',
  version: 1,
  title: 'Repositories of container images',
  record: RepositoryRecord,
  appliesTo: [REGION],
  key: (record) => record.arn,
  label: (record) => record.name,
  permissions: [allow('ecr:DescribeRepositories', 'Lists repositories with their settings.')],
  reproduce: inRegion('aws ecr describe-repositories'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const repositories = listOf('repositories', async (nextToken) => {
      const answer = await place.call('ecr', 'DescribeRepositories', { maxResults: 1000, nextToken })
      return { items: answer.repositories, next: answer.nextToken }
    })
    yield* pagesOf(repositories, (items) =>
      items.map(
        (repository): RepositoryRecord => ({
          arn: given(repository.repositoryArn, 'repositoryArn'),
          name: given(repository.repositoryName, 'repositoryName'),
          created: timeOf(repository.createdAt),
          scanOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false,
          tagMutability: given(repository.imageTagMutability, 'imageTagMutability'),
        }),
      ),
    )
  },
})
