import { defineStream, z } from 'affiant/sdk'
import { ofEachAggregator } from '../configuration/aggregator-pages.ts'
import { aggregateCompliance as permission, aggregators } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { REGION, type Session } from '../session.ts'

export const AggregatedRuleRecord = z.strictObject({
  aggregator: z.string(),
  account: z.string(),
  region: z.string(),
  rule: z.string(),
  /** `COMPLIANT`, `NON_COMPLIANT`, `NOT_APPLICABLE` or `INSUFFICIENT_DATA`. */
  compliance: z.string().nullable(),
  /** Resources that do not meet it, and whether there are more than that. */
  notMet: z.int().nullable(),
  capped: z.boolean(),
})
export type AggregatedRuleRecord = z.output<typeof AggregatedRuleRecord>

/** https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeAggregateComplianceByConfigRules.html */
export const aggregatedRules = defineStream({
  id: 'aws.aggregated-rules',
  version: 1,
  title: 'The result of every rule in every account, as an aggregator of AWS Config has it',
  record: AggregatedRuleRecord,
  key: (record) => `${record.aggregator} ${record.account}/${record.region} ${record.rule}`,
  label: (record) => `${record.rule} in ${record.account}/${record.region}`,
  appliesTo: [REGION],
  permissions: [permission, aggregators],
  reproduce: inRegion(
    'aws configservice describe-aggregate-compliance-by-config-rules --configuration-aggregator-name "$NAME" --limit 1000',
  ),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    yield* ofEachAggregator(
      place,
      async (ConfigurationAggregatorName, NextToken) => {
        const answer = await place.call('config', 'DescribeAggregateComplianceByConfigRules', {
          ConfigurationAggregatorName,
          Limit: 1000,
          NextToken,
        })
        return {
          items: given(answer.AggregateComplianceByConfigRules, 'AggregateComplianceByConfigRules'),
          next: answer.NextToken,
        }
      },
      (one, aggregator): AggregatedRuleRecord => ({
        aggregator,
        account: given(one.AccountId, 'AccountId'),
        region: given(one.AwsRegion, 'AwsRegion'),
        rule: given(one.ConfigRuleName, 'ConfigRuleName'),
        compliance: one.Compliance?.ComplianceType ?? null,
        notMet: one.Compliance?.ComplianceContributorCount?.CappedCount ?? null,
        capped: one.Compliance?.ComplianceContributorCount?.CapExceeded ?? false,
      }),
    )
  },
})
