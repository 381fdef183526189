import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account'
import { ConfigServiceClient, DescribeConfigurationRecordersCommand } from '@aws-sdk/client-config-service'
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks'
import {
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds'
import { GetBucketPolicyStatusCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import type { Members } from './aws/read.ts'
import { type Answer, type Call, startAwsServer } from './aws/server.ts'
import { AwsError } from './aws/write.ts'

const CREATED = new Date('2026-01-02T03:04:05.000Z')

/** What each service would say, by the names of its model. */
const OUTPUTS: Readonly<Record<string, (input: Members) => Members>> = {
  'iam:GetAccountSummary': () => ({ SummaryMap: { AccountMFAEnabled: 1, Users: 3 } }),
  'iam:ListUsers': () => ({
    Users: [
      {
        Path: '/',
        UserName: 'deploy & <test>',
        UserId: 'AIDA1',
        Arn: 'arn:aws:iam::111122223333:user/deploy',
        CreateDate: CREATED,
      },
    ],
    IsTruncated: true,
    Marker: 'next',
  }),
  'ec2:DescribeSecurityGroups': ({ Filters, MaxResults }) => ({
    SecurityGroups: [
      {
        GroupId: 'sg-1',
        GroupName: `${JSON.stringify(Filters)} ${String(MaxResults)}`,
        IpPermissions: [{ FromPort: 22, ToPort: 22, IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    ],
  }),
  'config:DescribeConfigurationRecorders': ({ ConfigurationRecorderNames: names }) => ({
    ConfigurationRecorders: [{ name: `default ${String(names)}`, recordingGroup: { allSupported: true } }],
  }),
  'rds:DescribeDBInstances': () => ({
    DBInstances: [
      { DBInstanceIdentifier: 'orders', StorageEncrypted: false, TagList: [{ Key: 'env', Value: 'prod' }] },
    ],
  }),
  's3:ListBuckets': () => ({ Buckets: [{ Name: 'logs', CreationDate: CREATED }] }),
  's3:GetBucketPolicyStatus': ({ Bucket }) => ({ PolicyStatus: { IsPublic: Bucket === 'logs' } }),
  'eks:ListClusters': ({ maxResults }) => ({ clusters: [`of ${String(maxResults)}`] }),
  'eks:DescribeCluster': ({ name }) => ({
    cluster: { name, createdAt: CREATED, resourcesVpcConfig: { endpointPublicAccess: true } },
  }),
  'account:ListRegions': () => ({ Regions: [{ RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' }] }),
}

const answer: Answer = ({ action, input }: Call) => {
  if (action === 'iam:GetAccountPasswordPolicy') throw new AwsError('NoSuchEntity', 'no policy', 404)
  const output = OUTPUTS[action]
  if (output === undefined) throw new AwsError('AccessDenied', `not authorized to perform: ${action}`, 403)
  return output(input)
}

const options = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
})

test('the SDK reads what the fake writes, in every protocol', async () => {
  await using server = await startAwsServer({ answer })
  const at = options(server.url)
  const iam = new IAMClient(at)
  expect((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap).toEqual({ AccountMFAEnabled: 1, Users: 3 })
  const users = await iam.send(new ListUsersCommand({ MaxItems: 1 }))
  expect(users).toMatchObject({
    IsTruncated: true,
    Marker: 'next',
    Users: [{ UserName: 'deploy & <test>', CreateDate: CREATED }],
  })
  await expect(iam.send(new GetAccountPasswordPolicyCommand({}))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })

  const groups = await new EC2Client(at).send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['a', 'b'] }], MaxResults: 1000 }),
  )
  expect(groups.SecurityGroups).toMatchObject([
    {
      GroupName: '[{"Name":"group-name","Values":["a","b"]}] 1000',
      IpPermissions: [{ FromPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    },
  ])
  const recorders = await new ConfigServiceClient(at).send(
    new DescribeConfigurationRecordersCommand({ ConfigurationRecorderNames: ['x'] }),
  )
  expect(recorders.ConfigurationRecorders).toMatchObject([
    { name: 'default x', recordingGroup: { allSupported: true } },
  ])
  const databases = await new RDSClient(at).send(new DescribeDBInstancesCommand({}))
  expect(databases.DBInstances).toMatchObject([
    { DBInstanceIdentifier: 'orders', StorageEncrypted: false, TagList: [{ Key: 'env', Value: 'prod' }] },
  ])
  const s3 = new S3Client(at)
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([{ Name: 'logs', CreationDate: CREATED }])
  expect((await s3.send(new GetBucketPolicyStatusCommand({ Bucket: 'logs' }))).PolicyStatus).toEqual({ IsPublic: true })
  const eks = new EKSClient(at)
  expect((await eks.send(new ListClustersCommand({ maxResults: 7 }))).clusters).toEqual(['of 7'])
  expect((await eks.send(new DescribeClusterCommand({ name: 'prod' }))).cluster).toMatchObject({
    name: 'prod',
    createdAt: CREATED,
    resourcesVpcConfig: { endpointPublicAccess: true },
  })
  expect((await new AccountClient(at).send(new ListRegionsCommand({}))).Regions).toEqual([
    { RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
  ])
  expect(server.calls[0]).toMatchObject({ action: 'iam:GetAccountSummary', accessKeyId: 'AKIDEXAMPLE' })
})

test('a denial keeps its name in every protocol', async () => {
  await using server = await startAwsServer({
    answer: () => {
      throw new AwsError('AccessDeniedException', 'no', 403)
    },
  })
  const at = options(server.url)
  const denied = { name: 'AccessDeniedException' }
  await expect(new IAMClient(at).send(new GetAccountSummaryCommand({}))).rejects.toMatchObject(denied)
  await expect(new EC2Client(at).send(new DescribeSecurityGroupsCommand({}))).rejects.toMatchObject(denied)
  await expect(new ConfigServiceClient(at).send(new DescribeConfigurationRecordersCommand({}))).rejects.toMatchObject(
    denied,
  )
  await expect(new S3Client(at).send(new ListBucketsCommand({}))).rejects.toMatchObject(denied)
  await expect(new EKSClient(at).send(new ListClustersCommand({}))).rejects.toMatchObject(denied)
})
