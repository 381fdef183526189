import {
  DescribeTagsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeSSLPoliciesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'

export const Client = ElasticLoadBalancingV2Client

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeTags: DescribeTagsCommand,
  DescribeListeners: DescribeListenersCommand,
  DescribeLoadBalancers: DescribeLoadBalancersCommand,
  DescribeSSLPolicies: DescribeSSLPoliciesCommand,
}
