import { DescribeRepositoriesCommand, ECRClient, GetRegistryScanningConfigurationCommand } from '@aws-sdk/client-ecr'

export const Client = ECRClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeRepositories: DescribeRepositoriesCommand,
  GetRegistryScanningConfiguration: GetRegistryScanningConfigurationCommand,
}
