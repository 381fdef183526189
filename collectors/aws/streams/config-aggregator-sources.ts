import { defineStream, z } from 'affiant/sdk'
import { ofEachAggregator } from '../configuration/aggregator-pages.ts'
import { aggregatorSources as permission, aggregators } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { REGION, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { inRegion } from '../in-region.ts'

export const ConfigAggregatorSourceRecord = z.strictObject({
  /** ARN of the aggregator. */
  aggregator: z.string(),
  aggregatorName: z.string(),
  /** Id of the account or organisation. */
  source: z.string(),
  /** `ACCOUNT` or `ORGANIZATION`. */
  type: z.string(),
  region: z.string(),
  /** `SUCCEEDED`, `OUTDATED` or `FAILED`. */
  status: z.string().nullable(),
  errorCode: z.string().nullable(),
  lastUpdate: z.string().nullable(),
})
export type ConfigAggregatorSourceRecord = z.output<typeof ConfigAggregatorSourceRecord>

/** https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationAggregatorSourcesStatus.html */
export const configAggregatorSources = defineStream({
  id: 'aws.config-aggregator-sources',
  version: 1,
  title: 'Whether each account and region arrives at an aggregator of AWS Config',
  record: ConfigAggregatorSourceRecord,
  key: (record) => `${record.aggregator} ${record.type} ${record.source}/${record.region}`,
  label: (record) => `${record.aggregatorName}: ${record.source}/${record.region}`,
  appliesTo: [REGION],
  permissions: [permission, aggregators],
  reproduce: inRegion(
    'aws configservice describe-configuration-aggregator-sources-status --configuration-aggregator-name "$NAME"',
  ),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    yield* ofEachAggregator(
      place,
      async (ConfigurationAggregatorName, NextToken) => {
        const answer = await place.call('config', 'DescribeConfigurationAggregatorSourcesStatus', {
          ConfigurationAggregatorName,
          Limit: 100,
          NextToken,
        })
        return { items: given(answer.AggregatedSourceStatusList, 'AggregatedSourceStatusList'), next: answer.NextToken }
      },
      (one, aggregator, aggregatorName): ConfigAggregatorSourceRecord => ({
        aggregator,
        aggregatorName,
        source: given(one.SourceId, 'SourceId'),
        type: given(one.SourceType, 'SourceType'),
        region: one.AwsRegion ?? '',
        status: one.LastUpdateStatus ?? null,
        errorCode: one.LastErrorCode ?? null,
        lastUpdate: timeOf(one.LastUpdateTime),
      }),
    )
  },
})
