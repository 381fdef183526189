import {
  CloudFormationClient,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation'

export const Client = CloudFormationClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeStackResourceDrifts: DescribeStackResourceDriftsCommand,
  DescribeStacks: DescribeStacksCommand,
  GetTemplate: GetTemplateCommand,
  ListStacks: ListStacksCommand,
}
