import {
  DescribeOrganizationConfigurationCommand,
  GetDetectorCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty'

export const Client = GuardDutyClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeOrganizationConfiguration: DescribeOrganizationConfigurationCommand,
  GetDetector: GetDetectorCommand,
  GetFindings: GetFindingsCommand,
  ListDetectors: ListDetectorsCommand,
  ListFindings: ListFindingsCommand,
}
