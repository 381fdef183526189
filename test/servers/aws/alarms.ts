import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { LogGroup, MetricFilter } from '@aws-sdk/client-cloudwatch-logs'
import type { Subscription } from '@aws-sdk/client-sns'

const calls = (source: string, names: string) =>
  `{ ($.eventSource = "${source}.amazonaws.com") && (${names
    .split(' ')
    .map((name) => `($.eventName = "${name}")`)
    .join(' || ')}) }`

/** Name of a metric, and the pattern that counts it. */
const WATCHED: Readonly<Record<string, string>> = {
  UnauthorizedCalls: '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
  SignInWithoutMfa:
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
  RootUsage:
    '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
  IamPolicyChanges: calls(
    'iam',
    'DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy',
  ),
  TrailChanges: calls('cloudtrail', 'CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging'),
  SignInFailures: '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }',
  KeyDisabling: calls('kms', 'DisableKey ScheduleKeyDeletion'),
  BucketPolicyChanges: calls(
    's3',
    'PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication',
  ),
  ConfigChanges: calls(
    'config',
    'StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder',
  ),
  SecurityGroupChanges: calls(
    'ec2',
    'AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup',
  ),
  NetworkAclChanges: calls(
    'ec2',
    'CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation',
  ),
  GatewayChanges: calls(
    'ec2',
    'CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway DeleteInternetGateway DetachInternetGateway',
  ),
  RouteTableChanges: calls(
    'ec2',
    'CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute DisassociateRouteTable',
  ),
  VpcChanges: calls(
    'ec2',
    'CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc DisableVpcClassicLink EnableVpcClassicLink',
  ),
  OrganizationChanges: calls(
    'organizations',
    'AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit',
  ),
}

/** Somebody is told of each of the 15 events that CIS names: the log group, a filter and an alarm for each, and who hears it. */
export function alarmsFor(account: string, region: string, at: Date) {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`
  const topic = arn('sns', 'security')
  const logGroup: LogGroup = {
    logGroupName: 'organization-trail',
    arn: arn('logs', 'log-group:organization-trail:*'),
    creationTime: at.getTime() - 500 * 86_400_000,
    retentionInDays: 731,
    storedBytes: 1_000_000,
    metricFilterCount: 15,
  }
  const metricFilters = Object.entries(WATCHED).map(
    ([name, filterPattern]): MetricFilter => ({
      filterName: name,
      filterPattern,
      logGroupName: 'organization-trail',
      creationTime: at.getTime() - 400 * 86_400_000,
      metricTransformations: [{ metricName: name, metricNamespace: 'Security', metricValue: '1' }],
    }),
  )
  const alarms = Object.keys(WATCHED).map(
    (name): MetricAlarm => ({
      AlarmName: name,
      AlarmArn: arn('cloudwatch', `alarm:${name}`),
      ActionsEnabled: true,
      AlarmActions: [topic],
      OKActions: [],
      InsufficientDataActions: [],
      StateValue: 'OK',
      MetricName: name,
      Namespace: 'Security',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    }),
  )
  const subscriptions: Subscription[] = [
    {
      TopicArn: topic,
      SubscriptionArn: `${topic}:0000de00-da7a-11f0-8000-000000000001`,
      Protocol: 'email',
      Owner: account,
      Endpoint: 'security@example.com',
    },
  ]
  return { logGroup, metricFilters, alarms, subscriptions }
}
