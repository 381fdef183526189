import { defineStream, z } from 'affiant/sdk'
import { aggregators as permission } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { type ListPage, list, pagesOf } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const ConfigAggregatorRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  arn: z.string(),
  name: z.string(),
  /** Takes from every account of the organisation. */
  organization: z.boolean(),
  allRegions: z.boolean(),
  /** The regions it takes from, where not all. */
  regions: z.array(z.string()),
  /** The accounts it takes from, where not the organisation. */
  accounts: z.array(z.string()),
})
export type ConfigAggregatorRecord = z.output<typeof ConfigAggregatorRecord>

/** https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationAggregators.html */
export function listAggregators(place: Place): AsyncIterable<ListPage<ConfigAggregatorRecord>> {
  return list(
    (NextToken) => place.call('config', 'DescribeConfigurationAggregators', { NextToken, Limit: 100 }),
    ({ ConfigurationAggregators: found, NextToken: next }) => ({
      next,
      items: given(found, 'ConfigurationAggregators').map((one): ConfigAggregatorRecord => {
        const { ConfigurationAggregatorArn: arn = '', ConfigurationAggregatorName: name = '' } = one
        const { OrganizationAggregationSource: organization, AccountAggregationSources: accounts = [] } = one
        return {
          account: place.account,
          region: place.region,
          arn,
          name,
          organization: organization !== undefined,
          allRegions:
            organization?.AllAwsRegions ??
            (accounts.length > 0 && accounts.every(({ AllAwsRegions }) => AllAwsRegions)),
          regions: unique(organization?.AwsRegions ?? accounts.flatMap(({ AwsRegions = [] }) => AwsRegions)),
          accounts: unique(accounts.flatMap(({ AccountIds = [] }) => AccountIds)),
        }
      }),
    }),
  )
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort()

export const configAggregators = defineStream({
  id: 'aws.config-aggregators',
  version: 1,
  title: 'Aggregators of AWS Config and what they take from',
  record: ConfigAggregatorRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission],
  reproduce: inRegion('aws configservice describe-configuration-aggregators'),
  async *collect(session: Session, scope) {
    yield* pagesOf(listAggregators(await session.in(scope)), (items) => items)
  },
})
