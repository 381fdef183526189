import { defineStream, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { logGroups as permission } from '../logging/permissions.ts'
import { list, pagesOf } from '../paging.ts'
import { REGION, type Session } from '../session.ts'

export const LogGroupRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  arn: z.string(),
  name: z.string(),
  /** `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`. */
  class: z.string().nullable(),
  /** Days until entries are deleted; `null`: never. */
  retentionDays: z.int().nullable(),
  key: z.string().nullable(),
})
export type LogGroupRecord = z.output<typeof LogGroupRecord>

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const logGroups = defineStream({
  id: 'aws.log-groups',
  version: 1,
  title: 'Log groups of CloudWatch and how long they are kept',
  record: LogGroupRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission],
  reproduce: inRegion('aws logs describe-log-groups'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const pages = list(
      (nextToken) => place.call('logs', 'DescribeLogGroups', { limit: 50, nextToken }),
      (answer) => ({ items: given(answer.logGroups, 'logGroups'), next: answer.nextToken }),
    )
    yield* pagesOf(pages, (items) =>
      items.map(
        (group): LogGroupRecord => ({
          account: place.account,
          region: place.region,
          arn: (group.logGroupArn ?? group.arn ?? '').replace(/:\*$/, ''),
          name: group.logGroupName ?? '',
          class: group.logGroupClass ?? null,
          retentionDays: group.retentionInDays ?? null,
          key: group.kmsKeyId ?? null,
        }),
      ),
    )
  },
})
