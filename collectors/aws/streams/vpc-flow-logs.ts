import { defineStream, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { inRegion } from '../in-region.ts'
import { flowLogs, vpcs as permission } from '../logging/permissions.ts'
import { list, listAll, pagesOf } from '../paging.ts'
import { REGION, type Session } from '../session.ts'

export const VpcFlowLogRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  vpc: z.string(),
  /** The one that AWS made with the region. */
  default: z.boolean(),
  labels: Labels,
  flowLogs: z.array(
    z.strictObject({
      id: z.string(),
      /** `ACTIVE` if it is on. */
      status: z.string().nullable(),
      /** `ALL`, `ACCEPT` or `REJECT`. */
      traffic: z.string().nullable(),
      /** `SUCCESS` or `FAILED`. */
      delivery: z.string().nullable(),
      deliveryError: z.string().nullable(),
      /** `cloud-watch-logs`, `s3` or `kinesis-data-firehose`. */
      destination: z.string().nullable(),
    }),
  ),
})
export type VpcFlowLogRecord = z.output<typeof VpcFlowLogRecord>

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html */
export const vpcFlowLogs = defineStream({
  id: 'aws.vpc-flow-logs',
  version: 1,
  title: 'Every VPC and the flow logs of it',
  record: VpcFlowLogRecord,
  key: (record) => record.vpc,
  appliesTo: [REGION],
  permissions: [permission, flowLogs],
  reproduce: inRegion('aws ec2 describe-vpcs; aws ec2 describe-flow-logs'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const logs = await listAll(
      (NextToken) => place.call('ec2', 'DescribeFlowLogs', { MaxResults: 1000, NextToken }),
      (answer) => ({ items: given(answer.FlowLogs, 'FlowLogs'), next: answer.NextToken }),
    )
    const pages = list(
      (NextToken) => place.call('ec2', 'DescribeVpcs', { MaxResults: 1000, NextToken }),
      (answer) => ({ items: given(answer.Vpcs, 'Vpcs'), next: answer.NextToken }),
    )
    yield* pagesOf(pages, (items) =>
      items.map(
        ({ VpcId: vpc = '', IsDefault, Tags }): VpcFlowLogRecord => ({
          account: place.account,
          region: place.region,
          vpc,
          default: IsDefault ?? false,
          labels: labelsOf(Tags),
          flowLogs: logs
            .filter(({ ResourceId }) => ResourceId === vpc)
            .map((log) => ({
              id: log.FlowLogId ?? '',
              status: log.FlowLogStatus ?? null,
              traffic: log.TrafficType ?? null,
              delivery: log.DeliverLogsStatus ?? null,
              deliveryError: log.DeliverLogsErrorMessage ?? null,
              destination: log.LogDestinationType ?? null,
            })),
        }),
      ),
    )
  },
})
