import {
  DescribeHubCommand,
  GetEnabledStandardsCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub'

export const Client = SecurityHubClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeHub: DescribeHubCommand,
  GetEnabledStandards: GetEnabledStandardsCommand,
  GetFindings: GetFindingsCommand,
}
