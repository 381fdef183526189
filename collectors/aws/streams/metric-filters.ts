import { defineStream, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { metricFilters as permission } from '../logging/permissions.ts'
import { list, pagesOf } from '../paging.ts'
import { REGION, type Session } from '../session.ts'

export const MetricFilterRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  group: z.string(),
  name: z.string(),
  pattern: z.string(),
  /** The metrics it counts into, as `<namespace>/<name>`. */
  metrics: z.array(z.string()),
})
export type MetricFilterRecord = z.output<typeof MetricFilterRecord>

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html */
export const metricFilters = defineStream({
  id: 'aws.metric-filters',
  version: 1,
  title: 'Which log entries are counted, and as what',
  record: MetricFilterRecord,
  key: (record) => `${record.group} ${record.name}`,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission],
  reproduce: inRegion('aws logs describe-metric-filters'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const pages = list(
      (nextToken) => place.call('logs', 'DescribeMetricFilters', { limit: 50, nextToken }),
      (answer) => ({ items: given(answer.metricFilters, 'metricFilters'), next: answer.nextToken }),
    )
    yield* pagesOf(pages, (items) =>
      items.map(
        (filter): MetricFilterRecord => ({
          account: place.account,
          region: place.region,
          group: filter.logGroupName ?? '',
          name: filter.filterName ?? '',
          pattern: filter.filterPattern ?? '',
          metrics: (filter.metricTransformations ?? [])
            .map(({ metricNamespace, metricName }) => `${metricNamespace}/${metricName}`)
            .sort(),
        }),
      ),
    )
  },
})
