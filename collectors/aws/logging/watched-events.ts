import type { Json } from './filter-pattern.ts'

/**
 * What somebody should be told of, after section 5 of the CIS AWS Foundations Benchmark 6.0, as events of CloudTrail that
 * an alarm has to notice: 5.1 to 5.15 in this order. Calls of EC2-Classic (5.14) are left out, as it is gone since 2023.
 * https://www.cisecurity.org/benchmark/amazon_web_services
 */
export interface WatchedEvent {
  id: WatchedEventId
  title: string
  events: readonly Json[]
}

export const WATCHED_EVENT_IDS = [
  'unauthorized-calls',
  'sign-in-without-mfa',
  'root-usage',
  'iam-policy-changes',
  'trail-changes',
  'sign-in-failures',
  'key-disabling',
  'bucket-policy-changes',
  'config-changes',
  'security-group-changes',
  'network-acl-changes',
  'gateway-changes',
  'route-table-changes',
  'vpc-changes',
  'organization-changes',
] as const
export type WatchedEventId = (typeof WATCHED_EVENT_IDS)[number]

const person = { type: 'IAMUser', userName: 'someone' }
const base = {
  eventVersion: '1.09',
  eventType: 'AwsApiCall',
  userIdentity: person,
  sourceIPAddress: '192.0.2.10',
  userAgent: 'example',
  awsRegion: 'eu-central-1',
  readOnly: false,
}
const calls = (service: string, names: string): Json[] =>
  names.split(' ').map((eventName) => ({ ...base, eventSource: `${service}.amazonaws.com`, eventName }))
const signIn = (parts: { readonly [name: string]: Json }): Json => ({
  ...base,
  eventType: 'AwsConsoleSignIn',
  eventSource: 'signin.amazonaws.com',
  eventName: 'ConsoleLogin',
  ...parts,
})

/** A call like thousands a day. A filter that counts it as well tells nobody anything. */
export const EVERYDAY_EVENT: Json = {
  ...base,
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  userIdentity: { type: 'AssumedRole', sessionContext: { attributes: { mfaAuthenticated: 'true' } } },
  readOnly: true,
}

export const WATCHED_EVENTS: readonly WatchedEvent[] = [
  {
    id: 'unauthorized-calls',
    title: 'Calls that were refused',
    events: ['AccessDenied', 'Client.UnauthorizedOperation'].map((errorCode) => ({
      ...base,
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      errorCode,
    })),
  },
  {
    id: 'sign-in-without-mfa',
    title: 'Sign-in to the console without a second factor',
    events: [signIn({ additionalEventData: { MFAUsed: 'No' }, responseElements: { ConsoleLogin: 'Success' } })],
  },
  {
    id: 'root-usage',
    title: 'Use of the root user',
    events: [
      { ...base, eventSource: 'iam.amazonaws.com', eventName: 'CreateAccessKey', userIdentity: { type: 'Root' } },
    ],
  },
  {
    id: 'iam-policy-changes',
    title: 'Changes of IAM policies',
    events: calls(
      'iam',
      'DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy',
    ),
  },
  {
    id: 'trail-changes',
    title: 'Changes of CloudTrail',
    events: calls('cloudtrail', 'CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging'),
  },
  {
    id: 'sign-in-failures',
    title: 'Failed sign-ins to the console',
    events: [signIn({ errorMessage: 'Failed authentication', responseElements: { ConsoleLogin: 'Failure' } })],
  },
  {
    id: 'key-disabling',
    title: 'Disabling or deleting of keys',
    events: calls('kms', 'DisableKey ScheduleKeyDeletion'),
  },
  {
    id: 'bucket-policy-changes',
    title: 'Changes of bucket policies',
    events: calls(
      's3',
      'PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication',
    ),
  },
  {
    id: 'config-changes',
    title: 'Changes of AWS Config',
    events: calls(
      'config',
      'StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder',
    ),
  },
  {
    id: 'security-group-changes',
    title: 'Changes of security groups',
    events: calls(
      'ec2',
      'AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup',
    ),
  },
  {
    id: 'network-acl-changes',
    title: 'Changes of network ACLs',
    events: calls(
      'ec2',
      'CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation',
    ),
  },
  {
    id: 'gateway-changes',
    title: 'Changes of network gateways',
    events: calls(
      'ec2',
      'CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway DeleteInternetGateway DetachInternetGateway',
    ),
  },
  {
    id: 'route-table-changes',
    title: 'Changes of route tables',
    events: calls(
      'ec2',
      'CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute DisassociateRouteTable',
    ),
  },
  {
    id: 'vpc-changes',
    title: 'Changes of VPCs',
    events: calls(
      'ec2',
      'CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection',
    ),
  },
  {
    id: 'organization-changes',
    title: 'Changes of the organisation',
    events: calls(
      'organizations',
      'AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdateOrganizationalUnit UpdatePolicy',
    ),
  },
]
