import { baselineChangesExplained } from './checks/baseline-changes-explained.ts'
import { configAggregatorCoversOrganization } from './checks/config-aggregator-covers-organization.ts'
import { configRecorderInEveryRegion } from './checks/config-recorder-in-every-region.ts'
import { configRulesMet } from './checks/config-rules-met.ts'
import { conformancePackDeployed } from './checks/conformance-pack-deployed.ts'
import { everyAccountHasTrail } from './checks/every-account-has-trail.ts'
import { instancesManaged } from './checks/instances-managed.ts'
import { logGroupsKeptAYear } from './checks/log-groups-kept-a-year.ts'
import { objectEventsLogged } from './checks/object-events-logged.ts'
import { patchesInstalled } from './checks/patches-installed.ts'
import { securityEventsAlerted } from './checks/security-events-alerted.ts'
import { sessionsRecorded } from './checks/sessions-recorded.ts'
import { stacksInSync } from './checks/stacks-in-sync.ts'
import { trailBucketPrivate } from './checks/trail-bucket-private.ts'
import { trailDelivers } from './checks/trail-delivers.ts'
import { trailEncryptedWithCustomerKey } from './checks/trail-encrypted-with-customer-key.ts'
import { trailLogFilesValidated } from './checks/trail-log-files-validated.ts'
import { trailLogsManagementEvents } from './checks/trail-logs-management-events.ts'
import { vpcFlowLogsOn } from './checks/vpc-flow-logs-on.ts'
import { aggregatedResources } from './streams/aggregated-resources.ts'
import { aggregatedRules } from './streams/aggregated-rules.ts'
import { alarmTopics } from './streams/alarm-topics.ts'
import { alarms } from './streams/alarms.ts'
import { baselineChanges } from './streams/baseline-changes.ts'
import { configAggregatorSources } from './streams/config-aggregator-sources.ts'
import { configAggregators } from './streams/config-aggregators.ts'
import { configRecorders } from './streams/config-recorders.ts'
import { configResults } from './streams/config-results.ts'
import { configRules } from './streams/config-rules.ts'
import { conformancePacks } from './streams/conformance-packs.ts'
import { logGroups } from './streams/log-groups.ts'
import { managedInstances } from './streams/managed-instances.ts'
import { metricFilters } from './streams/metric-filters.ts'
import { sessionPreferences } from './streams/session-preferences.ts'
import { stacks } from './streams/stacks.ts'
import { trailBuckets } from './streams/trail-buckets.ts'
import { trailKeys } from './streams/trail-keys.ts'
import { trails } from './streams/trails.ts'
import { vpcFlowLogs } from './streams/vpc-flow-logs.ts'

/** AWS Config, CloudFormation, Systems Manager, CloudTrail, CloudWatch and flow logs. */
export const streams = [
  configRecorders,
  configAggregators,
  configAggregatorSources,
  configRules,
  configResults,
  aggregatedRules,
  aggregatedResources,
  conformancePacks,
  baselineChanges,
  stacks,
  managedInstances,
  sessionPreferences,
  trails,
  trailKeys,
  trailBuckets,
  logGroups,
  metricFilters,
  alarms,
  alarmTopics,
  vpcFlowLogs,
] as const

export const checks = [
  configRecorderInEveryRegion,
  configAggregatorCoversOrganization,
  configRulesMet,
  conformancePackDeployed,
  baselineChangesExplained,
  stacksInSync,
  instancesManaged,
  patchesInstalled,
  sessionsRecorded,
  trailLogsManagementEvents,
  everyAccountHasTrail,
  trailLogFilesValidated,
  trailEncryptedWithCustomerKey,
  trailDelivers,
  trailBucketPrivate,
  objectEventsLogged,
  securityEventsAlerted,
  logGroupsKeptAYear,
  vpcFlowLogsOn,
] as const
