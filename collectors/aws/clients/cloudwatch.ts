import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'

export const Client = CloudWatchClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeAlarms: DescribeAlarmsCommand,
}
