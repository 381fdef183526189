import { allow } from '../permissions.ts'

/** Rights for CloudTrail, CloudWatch, its Logs, and flow logs. */
export const trails = allow('cloudtrail:DescribeTrails', 'Lists trails, those of the organisation too.')
export const trailStatus = allow(
  'cloudtrail:GetTrailStatus',
  'Shows whether a trail is on, and when it last delivered.',
)
export const eventSelectors = allow('cloudtrail:GetEventSelectors', 'Shows which events a trail writes.')
export const trailKey = allow('kms:DescribeKey', 'Shows whether the key of a trail is enabled.')
export const bucketBlock = allow('s3:GetBucketPublicAccessBlock', 'Shows whether public access to a bucket is blocked.')
export const bucketPolicyStatus = allow('s3:GetBucketPolicyStatus', 'Shows whether the policy of a bucket is public.')
export const bucketLogging = allow('s3:GetBucketLogging', 'Shows whether access to a bucket is logged.')
export const logGroups = allow(
  'logs:DescribeLogGroups',
  'Lists log groups with how long they are kept; never their content.',
)
export const metricFilters = allow('logs:DescribeMetricFilters', 'Lists which log entries are counted.')
export const alarms = allow('cloudwatch:DescribeAlarms', 'Lists alarms and what they do.')
export const subscriptions = allow(
  'sns:ListSubscriptionsByTopic',
  'Shows whether anybody receives alarms; addresses are not written.',
)
export const vpcs = allow('ec2:DescribeVpcs', 'Lists networks.')
export const flowLogs = allow('ec2:DescribeFlowLogs', 'Lists flow logs and whether they are delivered.')
