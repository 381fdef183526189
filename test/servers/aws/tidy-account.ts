import type { Trail } from '@aws-sdk/client-cloudtrail'
import type { RoleDetail } from '@aws-sdk/client-iam'
import { alarmsFor } from './alarms.ts'
import { hex } from './answer.ts'
import { TAGS, tidyRegion } from './tidy-region.ts'
import { type Account, type Bucket, DAY, emptyAccount, type IamUser } from './world.ts'

export interface AccountSeed {
  id: string
  name: string
  at: Date
  regions: readonly string[]
  /** The one with the organisation's trail, aggregator and alarms, where there is one. */
  organization?: { id: string; home: string; members: readonly string[] }
}

/** The user with a password that is kept for emergencies. */
export const EMERGENCY = 'break-glass'

/** Name of the role the collector assumes. */
export const ROLE = 'affiant'

/** The policy of AWS for those who open cases. */
export const SUPPORT_ACCESS = 'arn:aws:iam::aws:policy/AWSSupportAccess'

/** An account in which all is as it should be. */
export function tidyAccount({ id, name, at, regions, organization }: AccountSeed): Account {
  const ago = (days: number) => new Date(at.getTime() - days * DAY)
  const [first = '', second = 'eu-central-1'] = regions
  const account: Account = {
    ...emptyAccount(id, name, ago(800)),
    tags: { ...TAGS },
    root: { mfa: true, hardware: true, accessKeys: 0, passwordLastUsed: 400 },
    users: [
      tidyUser(id, `deploy-${name}`, at),
      { ...tidyUser(id, EMERGENCY, at), password: { lastUsed: 20, lastChanged: 200 }, keys: [] },
    ],
    groups: [
      {
        Path: '/',
        GroupName: 'deployers',
        GroupId: `AGPA${hex(`${id} deployers`, 17).toUpperCase()}`,
        Arn: `arn:aws:iam::${id}:group/deployers`,
        CreateDate: ago(700),
        GroupPolicyList: [],
        AttachedManagedPolicies: [{ PolicyName: 'deploy', PolicyArn: `arn:aws:iam::${id}:policy/deploy` }],
      },
    ],
    roles: [
      tidyRole(id, 'invoices', at, {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': id } },
      }),
      tidyRole(id, ROLE, at, {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${id}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'evidence' } },
      }),
      tidyRole(
        id,
        'support',
        at,
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${id}:root` },
          Action: 'sts:AssumeRole',
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
        [SUPPORT_ACCESS],
      ),
    ],
    policies: [
      {
        PolicyName: 'AWSSupportAccess',
        PolicyId: 'ANPADEMOSUPPORTACCES1',
        Arn: SUPPORT_ACCESS,
        Path: '/',
        DefaultVersionId: 'v1',
        AttachmentCount: 1,
        IsAttachable: true,
        CreateDate: ago(3000),
        UpdateDate: ago(3000),
        PolicyVersionList: [
          {
            VersionId: 'v1',
            IsDefaultVersion: true,
            CreateDate: ago(3000),
            Document: JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: ['support:*'], Resource: '*' }],
            }),
          },
        ],
      },
      {
        PolicyName: 'deploy',
        PolicyId: `ANPA${hex(`${id} deploy`, 17).toUpperCase()}`,
        Arn: `arn:aws:iam::${id}:policy/deploy`,
        Path: '/',
        DefaultVersionId: 'v1',
        AttachmentCount: 1,
        IsAttachable: true,
        CreateDate: ago(700),
        UpdateDate: ago(100),
        PolicyVersionList: [
          {
            VersionId: 'v1',
            IsDefaultVersion: true,
            CreateDate: ago(100),
            Document: JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: ['ecr:GetAuthorizationToken', 'ecr:PutImage'], Resource: '*' }],
            }),
          },
        ],
      },
    ],
    passwordPolicy: {
      MinimumPasswordLength: 16,
      RequireSymbols: true,
      RequireNumbers: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
      AllowUsersToChangePassword: true,
      ExpirePasswords: false,
      PasswordReusePrevention: 24,
      HardExpiry: false,
    },
    samlProviders: [{ Arn: `arn:aws:iam::${id}:saml-provider/people`, ValidUntil: ago(-300), CreateDate: ago(700) }],
    oidcProviders: [
      {
        arn: `arn:aws:iam::${id}:oidc-provider/token.actions.example.com`,
        url: 'token.actions.example.com',
        clients: ['sts.amazonaws.com'],
      },
    ],
    contacts: (['SECURITY', 'OPERATIONS', 'BILLING'] as const).map((AlternateContactType) => ({
      AlternateContactType,
      Name: 'Security team',
      Title: 'On call',
      EmailAddress: `${AlternateContactType.toLowerCase()}@example.com`,
      PhoneNumber: '+15550100',
    })),
    publicAccessBlock: ALL_BLOCKED,
    buckets: [tidyBucket(`data-${id}`, first, at), { ...tidyBucket(`logs-${id}`, first, at), lock: LOCK }],
    regions: new Map(
      regions.map((region) => [
        region,
        tidyRegion({ account: id, region, at, otherRegion: region === first ? second : first }),
      ]),
    ),
  }
  if (organization?.home === id) govern(account, first, at, organization)
  else if (organization === undefined) addTrail(account, first, at, {})
  return account
}

export const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}
const LOCK = {
  ObjectLockEnabled: 'Enabled' as const,
  Rule: { DefaultRetention: { Mode: 'COMPLIANCE' as const, Days: 400 } },
}

export function tidyBucket(name: string, region: string, at: Date): Bucket {
  return {
    name,
    region,
    createdAt: new Date(at.getTime() - 600 * DAY),
    block: ALL_BLOCKED,
    policy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
    isPublic: false,
    encryption: {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/data' },
      BucketKeyEnabled: true,
    },
    versioning: 'Enabled',
    lifecycle: [
      {
        ID: 'old',
        Status: 'Enabled',
        Filter: { Prefix: '' },
        Expiration: { Days: 400 },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      },
    ],
    logging: { TargetBucket: 'access-logs', TargetPrefix: `${name}/` },
    tags: Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value })),
  }
}

export function tidyUser(account: string, name: string, at: Date): IamUser {
  const ago = (days: number) => new Date(at.getTime() - days * DAY)
  return {
    detail: {
      Path: '/',
      UserName: name,
      UserId: `AIDA${hex(`${account} ${name}`, 17).toUpperCase()}`,
      Arn: `arn:aws:iam::${account}:user/${name}`,
      CreateDate: ago(500),
      GroupList: ['deployers'],
      AttachedManagedPolicies: [],
      UserPolicyList: [],
      Tags: [],
    },
    mfa: true,
    keys: [{ id: `AKIA${hex(`${account} ${name} key`, 16).toUpperCase()}`, active: true, created: 30, lastUsed: 1 }],
  }
}

export function tidyRole(
  account: string,
  name: string,
  at: Date,
  trust: object,
  attached: readonly string[] = [],
): RoleDetail {
  const ago = (days: number) => new Date(at.getTime() - days * DAY)
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${hex(`${account} ${name}`, 17).toUpperCase()}`,
    Arn: `arn:aws:iam::${account}:role/${name}`,
    CreateDate: ago(600),
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: attached.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) })),
    Tags: [],
    RoleLastUsed: { LastUsedDate: ago(1), Region: 'eu-west-1' },
  }
}

/** What the central account has besides: the trail of all, its alarms, the aggregator. */
function govern(
  account: Account,
  region: string,
  at: Date,
  { id, members }: NonNullable<AccountSeed['organization']>,
): void {
  addTrail(account, region, at, { IsOrganizationTrail: true }, `${id}/`)
  const there = account.regions.get(region)
  if (there === undefined) return
  const ago = (days: number) => new Date(at.getTime() - days * DAY)
  there.aggregators.push({
    aggregator: {
      ConfigurationAggregatorName: 'organization',
      ConfigurationAggregatorArn: `arn:aws:config:${region}:${account.id}:config-aggregator/config-aggregator-${hex(id, 8)}`,
      OrganizationAggregationSource: {
        RoleArn: `arn:aws:iam::${account.id}:role/config-aggregator`,
        AllAwsRegions: true,
      },
      CreationTime: ago(700),
      LastUpdatedTime: ago(300),
    },
    sources: members.flatMap((member) =>
      [...account.regions.keys()].map((AwsRegion) => ({
        SourceId: member,
        SourceType: 'ACCOUNT' as const,
        AwsRegion,
        LastUpdateStatus: 'SUCCEEDED' as const,
        LastUpdateTime: ago(0.05),
      })),
    ),
  })
}

function addTrail(account: Account, region: string, at: Date, more: Partial<Trail>, prefix = ''): void {
  const ago = (days: number) => new Date(at.getTime() - days * DAY)
  const there = account.regions.get(region)
  if (there === undefined) return
  const { logGroup, metricFilters, alarms, subscriptions } = alarmsFor(account.id, region, at)
  there.logGroups.push(logGroup)
  there.metricFilters.push(...metricFilters)
  there.alarms.push(...alarms)
  there.subscriptions.push(...subscriptions)
  there.trails.push({
    trail: {
      Name: 'all',
      TrailARN: `arn:aws:cloudtrail:${region}:${account.id}:trail/all`,
      HomeRegion: region,
      S3BucketName: `logs-${account.id}`,
      ...(prefix !== '' && { S3KeyPrefix: prefix }),
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: true,
      IsOrganizationTrail: false,
      LogFileValidationEnabled: true,
      HasCustomEventSelectors: true,
      HasInsightSelectors: false,
      KmsKeyId: there.keys[0]?.key.Arn,
      CloudWatchLogsLogGroupArn: logGroup.arn,
      CloudWatchLogsRoleArn: `arn:aws:iam::${account.id}:role/trail-to-logs`,
      ...more,
    },
    status: {
      IsLogging: true,
      LatestDeliveryTime: ago(0.01),
      LatestDigestDeliveryTime: ago(0.04),
      LatestCloudWatchLogsDeliveryTime: ago(0.01),
      StartLoggingTime: ago(700),
    },
    selectors: [
      {
        ReadWriteType: 'All',
        IncludeManagementEvents: true,
        DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }],
        ExcludeManagementEventSources: [],
      },
    ],
  })
}
