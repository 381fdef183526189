import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks'

export const Client = EKSClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeCluster: DescribeClusterCommand,
  ListClusters: ListClustersCommand,
}
