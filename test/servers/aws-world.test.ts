import { ConfigServiceClient, SelectAggregateResourceConfigCommand } from '@aws-sdk/client-config-service'
import { DescribeSecurityGroupsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  GetCredentialReportCommand,
  IAMClient,
  ListUsersCommand,
  paginateListUsers,
} from '@aws-sdk/client-iam'
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import { GetBucketPolicyStatusCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { DescribeHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { handlers } from './aws/answers/index.ts'
import { acmeCloud, type AwsWorldServer, bigOrganization, largeAccount, startAws, wellKept } from './aws/index.ts'
import { serviceOf } from './aws/services.ts'

const AT = new Date('2026-11-02T03:04:05.000Z')
const EXTERNAL = { RoleSessionName: 'test', ExternalId: 'evidence' }

interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

function options(server: AwsWorldServer, credentials: Credentials = server.keys, region = 'eu-west-1') {
  return { endpoint: server.url, region, maxAttempts: 1, credentials, forcePathStyle: true }
}

async function enter(server: AwsWorldServer, account: string): Promise<Credentials> {
  const RoleArn = `arn:aws:iam::${account}:role/affiant`
  const { Credentials: given } = await new STSClient(options(server)).send(
    new AssumeRoleCommand({ RoleArn, ...EXTERNAL }),
  )
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
}

describe('who may come in', () => {
  it('AssumeRole gives keys of another account, and only of one that exists, lets in and is asked rightly', async () => {
    await using server = await startAws({ world: acmeCloud(AT) })
    const credentials = await enter(server, '222222222222')
    const identity = await new STSClient(options(server, credentials)).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({
      Account: '222222222222',
      Arn: 'arn:aws:sts::222222222222:assumed-role/affiant/test',
    })
    expect(server.secrets()).toContain(credentials.secretAccessKey)
    const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
    await expect(enter(server, '444444444444')).rejects.toMatchObject(denied)
    await expect(enter(server, '999999999999')).rejects.toMatchObject(denied)
    const RoleArn = 'arn:aws:iam::222222222222:role/affiant'
    const sts = new STSClient(options(server))
    const withoutId = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' })
    await expect(sts.send(withoutId)).rejects.toMatchObject(denied)
  })

  it('keys that nobody knows, and keys that are too old, are refused', async () => {
    let now = AT.getTime()
    await using server = await startAws({ world: wellKept(AT), now: () => now })
    const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }
    await expect(new STSClient(options(server, unknown)).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
    const credentials = await enter(server, '222233334444')
    now += 3_601_000
    await expect(
      new STSClient(options(server, credentials)).send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  it('a region that nobody opted into refuses every key, in the words of each protocol', async () => {
    await using server = await startAws({ world: wellKept(AT) })
    const away = options(server, server.keys, 'af-south-1')
    await expect(new EC2Client(away).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: 'AuthFailure' })
    await expect(new KMSClient(away).send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
  })

  it('only what is allowed is answered', async () => {
    await using server = await startAws({ world: wellKept(AT), allowed: ['iam:List*', 's3:ListAllMyBuckets'] })
    await new IAMClient(options(server)).send(new ListUsersCommand({}))
    await new S3Client(options(server)).send(new ListBucketsCommand({}))
    await expect(new EC2Client(options(server)).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    })
    const status = new GetBucketPolicyStatusCommand({ Bucket: 'data-111122223333' })
    await expect(new S3Client(options(server)).send(status)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('pages', () => {
  it('lead from the first to the last, as each service says it', async () => {
    await using server = await startAws({ world: largeAccount({ at: AT, users: 7, roles: 4 }), pageSize: 3 })
    const iam = new IAMClient(options(server))
    const sizes: number[] = []
    for await (const page of paginateListUsers({ client: iam }, {})) sizes.push(page.Users?.length ?? 0)
    expect(sizes).toEqual([3, 3, 1])
    const first = await iam.send(new GetAccountAuthorizationDetailsCommand({}))
    expect(first).toMatchObject({ IsTruncated: true, RoleDetailList: [] })
    const second = await iam.send(new GetAccountAuthorizationDetailsCommand({ Marker: first.Marker }))
    expect(second.UserDetailList).toHaveLength(3)
  })

  it('are no larger than asked for, nor than the service has them', async () => {
    await using server = await startAws({ world: bigOrganization({ at: AT, accounts: 25 }) })
    const organizations = new OrganizationsClient(options(server, server.keys, 'us-east-1'))
    const page = await organizations.send(new ListAccountsCommand({}))
    expect(page.Accounts).toHaveLength(20)
    const rest = await organizations.send(new ListAccountsCommand({ NextToken: page.NextToken }))
    expect(rest.Accounts).toHaveLength(5)
    expect(rest.NextToken).toBeUndefined()
    expect((await organizations.send(new ListAccountsCommand({ MaxResults: 2 }))).Accounts).toHaveLength(2)
    await expect(organizations.send(new ListAccountsCommand({ MaxResults: 21 }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  it('of another list are not there', async () => {
    await using server = await startAws({ world: bigOrganization({ at: AT, accounts: 25 }) })
    const organizations = new OrganizationsClient(options(server, server.keys, 'us-east-1'))
    await expect(organizations.send(new ListAccountsCommand({ NextToken: 'x' }))).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    })
  })
})

it('a credential report is started, is in progress, and then is there', async () => {
  let now = AT.getTime()
  await using server = await startAws({ world: wellKept(AT), now: () => now })
  const iam = new IAMClient(options(server))
  await expect(iam.send(new GetCredentialReportCommand({}))).rejects.toMatchObject({
    name: 'CredentialReportNotPresentException',
  })
  expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe('STARTED')
  expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe('INPROGRESS')
  await expect(iam.send(new GetCredentialReportCommand({}))).rejects.toMatchObject({
    name: 'CredentialReportNotReadyException',
  })
  now += 2000
  expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe('COMPLETE')
  const { Content, GeneratedTime } = await iam.send(new GetCredentialReportCommand({}))
  expect(Buffer.from(Content ?? []).toString()).toMatch(/^user,arn,.*\n<root_account>,arn:aws:iam::111122223333:root,/)
  expect(GeneratedTime).toEqual(AT)
})

it('an advanced query is answered from every account and region, a page at a time', async () => {
  await using server = await startAws({ world: bigOrganization({ at: AT, accounts: 2, resources: 250 }) })
  const config = new ConfigServiceClient(options(server, server.keys, 'us-east-1'))
  const query = (Expression: string, NextToken?: string) =>
    config.send(
      new SelectAggregateResourceConfigCommand({
        ConfigurationAggregatorName: 'organization',
        Expression,
        Limit: 100,
        NextToken,
      }),
    )
  const counts = await query(
    "SELECT resourceType, COUNT(*) WHERE resourceType = 'AWS::EC2::Volume' GROUP BY resourceType",
  )
  // One in each of 34 regions was there before.
  expect(counts.Results?.map((row) => JSON.parse(row))).toEqual([{ resourceType: 'AWS::EC2::Volume', 'COUNT(*)': 284 }])
  const expression = "SELECT resourceId, accountId, configuration.encrypted WHERE resourceType = 'AWS::EC2::Volume'"
  const ids = new Set<string>()
  for (let token: string | undefined, asked = 0; asked === 0 || token !== undefined; asked++) {
    const page = await query(expression, token)
    for (const row of page.Results ?? []) ids.add(row)
    token = page.NextToken
  }
  expect(ids.size).toBe(284)
  await expect(query('DROP TABLE x')).rejects.toMatchObject({ name: 'InvalidExpressionException' })
})

it('throttles one API of one account in one region, and the others go on', async () => {
  await using server = await startAws({
    world: wellKept(AT),
    now: () => AT.getTime(),
    rateOf: (action) => (action === 'ec2:DescribeVpcs' ? { perSecond: 1, burst: 2 } : undefined),
  })
  const ec2 = new EC2Client(options(server))
  await ec2.send(new DescribeVpcsCommand({}))
  await ec2.send(new DescribeVpcsCommand({}))
  await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: 'RequestLimitExceeded' })
  await ec2.send(new DescribeSecurityGroupsCommand({}))
  await new EC2Client(options(server, server.keys, 'us-east-1')).send(new DescribeVpcsCommand({}))
  expect(server.throttled()).toBe(1)
})

describe('faults', () => {
  it.each([
    ['denied', 'AccessDenied'],
    ['throttled', 'Throttling'],
    ['error', 'InternalFailure'],
    ['not-found', 'ResourceNotFoundException'],
  ] as const)('%s is told in the words of the protocol', async (kind, name) => {
    await using server = await startAws({ world: wellKept(AT) })
    const fault = server.setFault({ kind, on: /iam:ListUsers/, times: 1 })
    const iam = new IAMClient(options(server))
    await expect(iam.send(new ListUsersCommand({}))).rejects.toMatchObject({ name })
    expect(fault.hits()).toBe(1)
    expect((await iam.send(new ListUsersCommand({}))).Users).toHaveLength(2)
  })

  it.each(['truncated-body', 'reset', 'garbage', 'cut-body'] as const)('%s is no answer', async (kind) => {
    await using server = await startAws({ world: wellKept(AT) })
    server.setFault({ kind, on: /ec2:DescribeVpcs/ })
    const vpcs = new EC2Client(options(server)).send(new DescribeVpcsCommand({}))
    const answered = await vpcs.then(
      ({ Vpcs }) => Vpcs ?? [],
      () => [],
    )
    expect(answered).toEqual([])
  })

  it('strike where they are told to', async () => {
    await using server = await startAws({ world: wellKept(AT) })
    server.setFault({ kind: 'denied', on: /^111122223333\/us-east-1 ec2:/ })
    await new EC2Client(options(server)).send(new DescribeVpcsCommand({}))
    const elsewhere = new EC2Client(options(server, server.keys, 'us-east-1'))
    await expect(elsewhere.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
  })
})

it('a service that is not subscribed says so', async () => {
  const world = wellKept(AT)
  delete world.accounts.get('111122223333')?.regions.get('eu-west-1')?.securityHub
  await using server = await startAws({ world })
  await expect(new SecurityHubClient(options(server)).send(new DescribeHubCommand({}))).rejects.toMatchObject({
    name: 'InvalidAccessException',
  })
})

it('answers nothing that the model does not have', async () => {
  const unknown: string[] = []
  for (const action of Object.keys(handlers)) {
    const [id = '', operation = ''] = action.split(':')
    const isControl = id === 's3control'
    const service = await serviceOf(isControl ? 's3' : id, isControl ? { 'x-amz-account-id': '1' } : {})
    if (service?.operations.has(operation) !== true) unknown.push(action)
  }
  expect(unknown).toEqual([])
})
