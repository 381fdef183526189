import { defineStream, onlyPage, z } from 'affiant/sdk'
import { channels, channelStatus, recorders, recorderStatus } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { REGION, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { inRegion } from '../in-region.ts'

/** One record for each region, so that a region without a recorder is seen as well. */
export const ConfigRecorderRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  recorders: z.array(
    z.strictObject({
      name: z.string(),
      /** The AWS service it belongs to; `null` for one of the customer. */
      servicePrincipal: z.string().nullable(),
      /** `ALL_SUPPORTED_RESOURCE_TYPES`, `INCLUSION_BY_RESOURCE_TYPES` or `EXCLUSION_BY_RESOURCE_TYPES`. */
      strategy: z.string(),
      /** Whether IAM and other types that belong to no region are recorded here. */
      globalTypes: z.boolean(),
      types: z.array(z.string()),
      excludedTypes: z.array(z.string()),
      /** `CONTINUOUS` or `DAILY`. */
      frequency: z.string().nullable(),
      recording: z.boolean(),
      /** `Success`, `Pending`, `Failure`. */
      status: z.string().nullable(),
      errorCode: z.string().nullable(),
    }),
  ),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      bucket: z.string().nullable(),
      /** Last delivery of configuration history to the bucket: `Success`, `Failure`, `Not_Applicable`. */
      historyStatus: z.string().nullable(),
      historyErrorCode: z.string().nullable(),
      lastHistory: z.string().nullable(),
      streamStatus: z.string().nullable(),
    }),
  ),
})
export type ConfigRecorderRecord = z.output<typeof ConfigRecorderRecord>

/** https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationRecorders.html */
export const configRecorders = defineStream({
  id: 'aws.config-recorders',
  version: 1,
  title: 'What AWS Config records in each region, and whether it arrives',
  record: ConfigRecorderRecord,
  key: (record) => `${record.account}/${record.region}`,
  appliesTo: [REGION],
  permissions: [recorders, recorderStatus, channels, channelStatus],
  reproduce: inRegion(
    'aws configservice describe-configuration-recorders; aws configservice describe-configuration-recorder-status; aws configservice describe-delivery-channels; aws configservice describe-delivery-channel-status',
  ),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const { ConfigurationRecorders } = await place.call('config', 'DescribeConfigurationRecorders', {})
    const { ConfigurationRecordersStatus } = await place.call('config', 'DescribeConfigurationRecorderStatus', {})
    const { DeliveryChannels } = await place.call('config', 'DescribeDeliveryChannels', {})
    const { DeliveryChannelsStatus } = await place.call('config', 'DescribeDeliveryChannelStatus', {})
    const statuses = given(ConfigurationRecordersStatus, 'ConfigurationRecordersStatus')
    const deliveries = given(DeliveryChannelsStatus, 'DeliveryChannelsStatus')
    const record: ConfigRecorderRecord = {
      account: place.account,
      region: place.region,
      recorders: given(ConfigurationRecorders, 'ConfigurationRecorders').map(
        ({ name = '', servicePrincipal, recordingGroup: group, recordingMode }) => {
          const status = statuses.find((one) => one.name === name)
          return {
            name,
            servicePrincipal: servicePrincipal ?? null,
            strategy: group?.recordingStrategy?.useOnly ?? strategyOf(group?.allSupported),
            globalTypes: group?.includeGlobalResourceTypes ?? false,
            types: [...(group?.resourceTypes ?? [])].sort(),
            excludedTypes: [...(group?.exclusionByResourceTypes?.resourceTypes ?? [])].sort(),
            frequency: recordingMode?.recordingFrequency ?? null,
            recording: status?.recording ?? false,
            status: status?.lastStatus ?? null,
            errorCode: status?.lastErrorCode ?? null,
          }
        },
      ),
      channels: given(DeliveryChannels, 'DeliveryChannels').map(({ name = '', s3BucketName }) => {
        const delivery = deliveries.find((one) => one.name === name)
        const { configHistoryDeliveryInfo: info, configStreamDeliveryInfo: stream } = delivery ?? {}
        return {
          name,
          bucket: s3BucketName ?? null,
          historyStatus: info?.lastStatus ?? null,
          historyErrorCode: info?.lastErrorCode ?? null,
          lastHistory: timeOf(info?.lastSuccessfulTime),
          streamStatus: stream?.lastStatus ?? null,
        }
      }),
    }
    yield onlyPage([record])
  },
})

/** What recorders of before strategies mean. */
function strategyOf(allSupported: boolean | undefined): string {
  return allSupported === true ? 'ALL_SUPPORTED_RESOURCE_TYPES' : 'INCLUSION_BY_RESOURCE_TYPES'
}
