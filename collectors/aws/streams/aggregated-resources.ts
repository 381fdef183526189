import { defineStream, InvalidError, z } from 'affiant/sdk'
import { ofEachAggregator } from '../configuration/aggregator-pages.ts'
import { aggregateResources as permission, aggregators } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { REGION, type Session } from '../session.ts'

export const AggregatedResourceRecord = z.strictObject({
  aggregator: z.string(),
  account: z.string(),
  region: z.string(),
  type: z.string(),
  id: z.string(),
  /** Not of users: their names are those of people. */
  name: z.string().nullable(),
  created: z.string().nullable(),
})
export type AggregatedResourceRecord = z.output<typeof AggregatedResourceRecord>

const Row = z.object({
  accountId: z.string(),
  awsRegion: z.string(),
  resourceType: z.string(),
  resourceId: z.string(),
  resourceName: z.string().nullish(),
  resourceCreationTime: z.string().nullish(),
})

/** https://docs.aws.amazon.com/config/latest/developerguide/query-components.html */
const QUERY = 'SELECT accountId, awsRegion, resourceType, resourceId, resourceName, resourceCreationTime'

/** A row of an advanced query is JSON in a string. @throws InvalidError */
export function rowOf<T>(text: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw new InvalidError('AWS Config answered a query with a row that is not what was asked for')
  }
}

export const aggregatedResources = defineStream({
  id: 'aws.aggregated-resources',
  version: 1,
  title: 'Every resource that an aggregator of AWS Config knows',
  record: AggregatedResourceRecord,
  key: (record) => `${record.aggregator} ${record.account}/${record.region} ${record.type} ${record.id}`,
  label: (record) => `${record.type} ${record.name ?? record.id}`,
  appliesTo: [REGION],
  permissions: [permission, aggregators],
  reproduce: inRegion(
    `aws configservice select-aggregate-resource-config --configuration-aggregator-name "$NAME" --limit 100 --expression '${QUERY}'`,
  ),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    yield* ofEachAggregator(
      place,
      async (ConfigurationAggregatorName, NextToken) => {
        const answer = await place.call('config', 'SelectAggregateResourceConfig', {
          ConfigurationAggregatorName,
          Expression: QUERY,
          Limit: 100,
          NextToken,
        })
        return { items: given(answer.Results, 'Results'), next: answer.NextToken }
      },
      (text, aggregator): AggregatedResourceRecord => {
        const row = rowOf(text, Row)
        return {
          aggregator,
          account: row.accountId,
          region: row.awsRegion,
          type: row.resourceType,
          id: row.resourceId,
          name: row.resourceType === 'AWS::IAM::User' ? null : (row.resourceName ?? null),
          created: row.resourceCreationTime ?? null,
        }
      },
    )
  },
})
