import { allow } from '../permissions.ts'

/** Rights for AWS Config, CloudFormation and Systems Manager. */
export const recorders = allow('config:DescribeConfigurationRecorders', 'Shows what AWS Config records in a region.')
export const recorderStatus = allow('config:DescribeConfigurationRecorderStatus', 'Shows whether it does so.')
export const channels = allow('config:DescribeDeliveryChannels', 'Shows where the recordings go.')
export const channelStatus = allow('config:DescribeDeliveryChannelStatus', 'Shows whether they arrive.')
export const aggregators = allow('config:DescribeConfigurationAggregators', 'Lists aggregators.')
export const aggregatorSources = allow(
  'config:DescribeConfigurationAggregatorSourcesStatus',
  'Shows which accounts and regions an aggregator has, and whether they are up to date.',
)
export const aggregateCompliance = allow(
  'config:DescribeAggregateComplianceByConfigRules',
  'Shows the result of each rule in every account of an aggregator.',
)
export const aggregateResources = allow(
  'config:SelectAggregateResourceConfig',
  'Lists the resources an aggregator knows, without their settings.',
)
export const rules = allow('config:DescribeConfigRules', 'Lists the rules of AWS Config.')
export const ruleCompliance = allow('config:DescribeComplianceByConfigRule', 'Shows the result of each rule.')
export const ruleDetails = allow(
  'config:GetComplianceDetailsByConfigRule',
  'Lists the resources a rule looked at, those that meet it too.',
)
export const packs = allow('config:DescribeConformancePacks', 'Lists conformance packs.')
export const packStatus = allow('config:DescribeConformancePackStatus', 'Shows whether a pack was deployed.')
export const packSummary = allow('config:GetConformancePackComplianceSummary', 'Shows the result of a pack.')
export const packCompliance = allow(
  'config:DescribeConformancePackCompliance',
  'Shows the result of each rule of a pack.',
)
export const packScores = allow('config:ListConformancePackComplianceScores', 'Shows the score of a pack.')
export const template = allow(
  'cloudformation:GetTemplate',
  'Reads the template a pack was deployed with; only its digest is kept.',
)
export const selectResources = allow('config:SelectResourceConfig', 'Finds which resources changed in the period.')
export const discovered = allow('config:ListDiscoveredResources', 'Finds which resources were deleted in the period.')
export const history = allow(
  'config:GetResourceConfigHistory',
  'Reads the changes of a resource; of its settings only a digest is kept.',
)
export const events = allow('cloudtrail:LookupEvents', 'Finds who made a change.')
export const stacks = allow(
  'cloudformation:DescribeStacks',
  'Lists stacks with the result of the last search for drift.',
)
export const drifts = allow(
  'cloudformation:DescribeStackResourceDrifts',
  'Names the resources of a stack that drifted.',
)

export const instanceInformation = allow('ssm:DescribeInstanceInformation', 'Lists instances under management.')
export const patchStates = allow('ssm:DescribeInstancePatchStates', 'Shows which patches an instance lacks.')
export const document = allow('ssm:GetDocument', 'Reads the preferences of Session Manager.')
