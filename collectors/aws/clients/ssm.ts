import {
  DescribeInstanceInformationCommand,
  DescribeInstancePatchStatesCommand,
  GetDocumentCommand,
  ListComplianceSummariesCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'

export const Client = SSMClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeInstanceInformation: DescribeInstanceInformationCommand,
  DescribeInstancePatchStates: DescribeInstancePatchStatesCommand,
  GetDocument: GetDocumentCommand,
  ListComplianceSummaries: ListComplianceSummariesCommand,
}
