import type { ComplianceType, EvaluationResult } from '@aws-sdk/client-config-service'
import { type Ask, found, type Handlers, list, named, text, texts } from '../answer.ts'
import type { Members } from '../read.ts'
import type { ConfigResource, Region } from '../world.ts'
import { AwsError } from '../write.ts'
import { select } from './config-query.ts'

/** AWS Config. What an aggregator tells is drawn from all accounts and regions of the world. */
export const configHandlers: Handlers = {
  'config:DescribeConfigurationRecorders': ({ region }) => ({
    ConfigurationRecorders: region.recorders.map(({ recorder }) => recorder),
  }),
  'config:DescribeConfigurationRecorderStatus': ({ region }) => ({
    ConfigurationRecordersStatus: region.recorders.map(({ status }) => status),
  }),
  'config:DescribeDeliveryChannels': ({ region }) => ({
    DeliveryChannels: region.deliveryChannels.map(({ channel }) => channel),
  }),
  'config:DescribeDeliveryChannelStatus': ({ region }) => ({
    DeliveryChannelsStatus: region.deliveryChannels.map(({ status }) => status),
  }),
  'config:DescribeRetentionConfigurations': list('RetentionConfigurations', ({ region }) =>
    region.recorders.length > 0 ? [{ Name: 'default', RetentionPeriodInDays: 2557 }] : [],
  ),
  'config:DescribeConfigurationAggregators': list('ConfigurationAggregators', ({ region }) =>
    region.aggregators.map(({ aggregator }) => aggregator),
  ),
  'config:DescribeConfigurationAggregatorSourcesStatus': list('AggregatedSourceStatusList', (ask) =>
    aggregatorOf(ask).sources.filter(
      ({ LastUpdateStatus }) => texts(ask, 'UpdateStatus')?.includes(LastUpdateStatus ?? '') !== false,
    ),
  ),
  'config:DescribeConfigRules': list('ConfigRules', (ask) =>
    named(ask.region.configRules, texts(ask, 'ConfigRuleNames'), ({ rule }) => rule.ConfigRuleName).map(
      ({ rule }) => rule,
    ),
  ),
  'config:DescribeConfigRuleEvaluationStatus': list('ConfigRulesEvaluationStatus', (ask) =>
    ask.region.configRules.map(({ rule }) => ({
      ConfigRuleName: rule.ConfigRuleName,
      ConfigRuleArn: rule.ConfigRuleArn,
      ConfigRuleId: rule.ConfigRuleId,
      LastSuccessfulEvaluationTime: ask.world.at,
      FirstEvaluationStarted: true,
    })),
  ),
  'config:DescribeComplianceByConfigRule': list('ComplianceByConfigRules', (ask) =>
    named(ask.region.configRules, texts(ask, 'ConfigRuleNames'), ({ rule }) => rule.ConfigRuleName)
      .map(({ rule, results }) => ({ ConfigRuleName: rule.ConfigRuleName, Compliance: complianceOf(results) }))
      .filter(({ Compliance }) => texts(ask, 'ComplianceTypes')?.includes(Compliance.ComplianceType) !== false),
  ),
  'config:GetComplianceDetailsByConfigRule': list('EvaluationResults', (ask) =>
    found(
      ask.region.configRules.find(({ rule }) => rule.ConfigRuleName === text(ask, 'ConfigRuleName')),
      'NoSuchConfigRuleException',
      'The rule',
      400,
    ).results.filter(({ ComplianceType: type }) => texts(ask, 'ComplianceTypes')?.includes(type ?? '') !== false),
  ),
  'config:DescribeAggregateComplianceByConfigRules': list('AggregateComplianceByConfigRules', (ask) => {
    aggregatorOf(ask)
    return aggregated(ask).flatMap(({ account, region }) =>
      region.configRules.map(({ rule, results }) => ({
        ConfigRuleName: rule.ConfigRuleName,
        Compliance: complianceOf(results),
        AccountId: account,
        AwsRegion: region.name,
      })),
    )
  }),
  'config:GetAggregateComplianceDetailsByConfigRule': list('AggregateEvaluationResults', (ask) => {
    aggregatorOf(ask)
    return aggregated(ask)
      .filter(({ account, region }) => account === text(ask, 'AccountId') && region.name === text(ask, 'AwsRegion'))
      .flatMap(({ account, region }) =>
        region.configRules
          .filter(({ rule }) => rule.ConfigRuleName === text(ask, 'ConfigRuleName'))
          .flatMap(({ results }) =>
            results.map(({ EvaluationResultIdentifier: id, ...result }) => ({
              ...withoutToken(result),
              ...(id && { EvaluationResultIdentifier: id }),
              AccountId: account,
              AwsRegion: region.name,
            })),
          ),
      )
      .filter(({ ComplianceType: type }) => ask.input.ComplianceType === undefined || ask.input.ComplianceType === type)
  }),
  'config:GetComplianceSummaryByConfigRule': ({ region }) => ({
    ComplianceSummary: {
      CompliantResourceCount: { CappedCount: countOf(region, 'COMPLIANT'), CapExceeded: false },
      NonCompliantResourceCount: { CappedCount: countOf(region, 'NON_COMPLIANT'), CapExceeded: false },
      ComplianceSummaryTimestamp: new Date(0),
    },
  }),
  'config:DescribeConformancePacks': list('ConformancePackDetails', ({ region }) =>
    region.conformancePacks.map(({ pack }) => pack),
  ),
  'config:DescribeConformancePackStatus': list('ConformancePackStatusDetails', ({ region }) =>
    region.conformancePacks.map(({ status }) => status),
  ),
  'config:GetConformancePackComplianceSummary': list('ConformancePackComplianceSummaryList', (ask) =>
    packsNamed(ask).map((pack) => ({
      ConformancePackName: pack.pack.ConformancePackName,
      ConformancePackComplianceStatus: complianceOf(rulesOf(ask.region, pack).flatMap(({ results }) => results))
        .ComplianceType,
    })),
  ),
  'config:ListConformancePackComplianceScores': list('ConformancePackComplianceScores', ({ region }) =>
    region.conformancePacks.map((pack) => {
      const results = rulesOf(region, pack).flatMap((rule) => rule.results)
      const met = results.filter(({ ComplianceType: type }) => type === 'COMPLIANT').length
      return {
        ConformancePackName: pack.pack.ConformancePackName,
        Score: results.length === 0 ? 'INSUFFICIENT_DATA' : ((100 * met) / results.length).toFixed(1),
      }
    }),
  ),
  'config:DescribeConformancePackCompliance': list(
    'ConformancePackRuleComplianceList',
    (ask) =>
      rulesOf(ask.region, packOf(ask)).map(({ rule, results }) => ({
        ConfigRuleName: rule.ConfigRuleName,
        ComplianceType: complianceOf(results).ComplianceType,
        Controls: [],
      })),
    (ask) => ({ ConformancePackName: text(ask, 'ConformancePackName') }),
  ),
  'config:GetConformancePackComplianceDetails': list(
    'ConformancePackRuleEvaluationResults',
    (ask) => rulesOf(ask.region, packOf(ask)).flatMap(({ results }) => results.map(withoutToken)),
    (ask) => ({ ConformancePackName: text(ask, 'ConformancePackName') }),
  ),
  'config:SelectResourceConfig': (ask) => {
    const rows = ask.region.resources.map((resource) => ({
      accountId: ask.account.id,
      awsRegion: ask.region.name,
      ...resource,
    }))
    return selected(ask, rows)
  },
  'config:SelectAggregateResourceConfig': (ask) => {
    found(
      ask.region.aggregators.find(
        ({ aggregator }) => aggregator.ConfigurationAggregatorName === text(ask, 'ConfigurationAggregatorName'),
      ),
      'NoSuchConfigurationAggregatorException',
      'The aggregator',
      400,
    )
    return selected(ask, rowsOf(ask))
  },
  'config:GetDiscoveredResourceCounts': (ask) => {
    const counts = countsOf(ask.region.resources)
    return {
      totalDiscoveredResources: ask.region.resources.length,
      ...list('resourceCounts', () => counts.map(([resourceType, count]) => ({ resourceType, count })))(ask),
    }
  },
  'config:GetAggregateDiscoveredResourceCounts': (ask) => {
    aggregatorOf(ask)
    const rows = rowsOf(ask)
    const counts = countsOf(rows)
    return {
      TotalDiscoveredResources: rows.length,
      ...list('GroupedResourceCounts', () =>
        counts.map(([GroupName, ResourceCount]) => ({ GroupName, ResourceCount })),
      )(ask),
    }
  },
  'config:ListDiscoveredResources': list('resourceIdentifiers', (ask) =>
    ask.region.resources
      .filter(({ resourceType }) => resourceType === text(ask, 'resourceType'))
      .map(({ resourceId, resourceType, resourceName }) => ({ resourceId, resourceType, resourceName })),
  ),
  'config:GetResourceConfigHistory': list('configurationItems', (ask) => {
    const { laterTime, earlierTime } = ask.input as { laterTime?: Date; earlierTime?: Date }
    const items = ask.region.history.filter(
      ({ resourceId, resourceType }) =>
        resourceId === text(ask, 'resourceId') && resourceType === text(ask, 'resourceType'),
    )
    if (items.length === 0 && !ask.region.resources.some(({ resourceId }) => resourceId === text(ask, 'resourceId'))) {
      throw new AwsError('ResourceNotDiscoveredException', 'The resource was not discovered.')
    }
    return items.filter(
      ({ configurationItemCaptureTime: at }) =>
        at !== undefined &&
        (laterTime === undefined || at <= laterTime) &&
        (earlierTime === undefined || at >= earlierTime),
    )
  }),
}

const heldRows = new WeakMap<object, (ConfigResource & { accountId: string; awsRegion: string })[]>()

/** Made once for a world: an aggregator may hold a hundred thousand. */
function rowsOf(ask: Ask) {
  const known = heldRows.get(ask.world)
  if (known !== undefined) return known
  const rows = aggregated(ask).flatMap(({ account, region }) =>
    region.resources.map((resource) => ({ accountId: account, awsRegion: region.name, ...resource })),
  )
  heldRows.set(ask.world, rows)
  return rows
}

function aggregated({ world }: Ask): { account: string; region: Region }[] {
  return [...world.accounts.values()].flatMap(({ id, status, regions }) =>
    status === 'ACTIVE' ? [...regions.values()].map((region) => ({ account: id, region })) : [],
  )
}

function aggregatorOf(ask: Ask) {
  return found(
    ask.region.aggregators.find(
      ({ aggregator }) => aggregator.ConfigurationAggregatorName === text(ask, 'ConfigurationAggregatorName'),
    ),
    'NoSuchConfigurationAggregatorException',
    'The aggregator',
    400,
  )
}

function selected(ask: Ask, rows: readonly Members[]): Members {
  const { fields, found: hits } = select(text(ask, 'Expression'), rows)
  return {
    QueryInfo: { SelectFields: fields.map((Name) => ({ Name })) },
    ...pageOnly(list('Results', () => hits)(ask)),
  }
}

function pageOnly(page: Members): Members {
  return { ...page, Results: (page.Results as (() => string)[]).map((make) => make()) }
}

function complianceOf(results: readonly EvaluationResult[]): {
  ComplianceType: ComplianceType
  ComplianceContributorCount?: { CappedCount: number; CapExceeded: boolean }
} {
  const bad = results.filter(({ ComplianceType: type }) => type === 'NON_COMPLIANT').length
  if (bad > 0) {
    return {
      ComplianceType: 'NON_COMPLIANT',
      ComplianceContributorCount: { CappedCount: Math.min(bad, 25), CapExceeded: bad > 25 },
    }
  }
  return { ComplianceType: results.length === 0 ? 'INSUFFICIENT_DATA' : 'COMPLIANT' }
}

const countOf = ({ configRules }: Region, type: ComplianceType) =>
  configRules.filter(({ results }) => complianceOf(results).ComplianceType === type).length

function packsNamed(ask: Ask) {
  return named(ask.region.conformancePacks, texts(ask, 'ConformancePackNames'), ({ pack }) => pack.ConformancePackName)
}

function packOf(ask: Ask) {
  return found(
    ask.region.conformancePacks.find(({ pack }) => pack.ConformancePackName === text(ask, 'ConformancePackName')),
    'NoSuchConformancePackException',
    'The conformance pack',
    400,
  )
}

const rulesOf = ({ configRules }: Region, { rules }: Region['conformancePacks'][number]) =>
  configRules.filter(({ rule }) => rules.includes(rule.ConfigRuleName ?? ''))

function countsOf(rows: readonly { resourceType: string }[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { resourceType } of rows) counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}

/** Tokens are for who reports results, and are not among the details of a rule. */
function withoutToken(result: EvaluationResult): Omit<EvaluationResult, 'ResultToken'> {
  const rest = { ...result }
  delete rest.ResultToken
  return rest
}
