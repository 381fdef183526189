import type { Limit, Naming, Permission, ReadRule, ThrottleRule } from 'affiant/sdk'
import { operationOf, SERVICES } from './services.ts'

/**
 * What AWS lets an account do in a region, by API. Published are two of them, looked up on 2026-11-23:
 *
 * | limit | what AWS says | what is taken |
 * |---|---|---|
 * | `lookup-events` | two a second (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html) | 110 a minute, one at a time |
 * | `ec2` | buckets of 100 that fill with 20 a second (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html) | half of it |
 *
 * For `iam` and `api`, which covers everything else, no figure is published: these are careful starts of our own. All of them
 * adapt: they are halved when AWS throttles, and grow back.
 */
export const limits = [
  { id: 'api', perMinute: 600, concurrency: 10, adaptive: true },
  { id: 'ec2', operation: 'ec2:*', perMinute: 600, concurrency: 10, adaptive: true },
  { id: 'iam', operation: 'iam:*', perMinute: 300, concurrency: 5, adaptive: true },
  { id: 'lookup-events', operation: 'cloudtrail:LookupEvents', perMinute: 110, concurrency: 1, adaptive: true },
] as const satisfies readonly Limit[]

/**
 * The scope of a signature says whose key it is, and for which region and service: AWS itself refuses the request if that
 * is not true. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
const scopeOf = (pattern: RegExp) => ({ in: 'header', name: 'authorization', pattern }) as const

export const naming: Naming = {
  service: scopeOf(/Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/),
  operation: [
    { in: 'header', name: 'x-amz-target', pattern: /([A-Za-z0-9]+)$/ },
    { in: 'form', name: 'Action' },
    { in: 'query', name: 'Action' },
  ],
  budget: [scopeOf(/Credential=([^/]+)\//), scopeOf(/Credential=[^/]+\/\d{8}\/([^/]+)\//)],
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html lists the codes. */
const CODES =
  'Throttling(?:Exception)?|ThrottledException|RequestThrottled(?:Exception)?|RequestLimitExceeded|TooManyRequestsException|BandwidthLimitExceeded|SlowDown|EC2ThrottledException|PriorRequestNotComplete|ProvisionedThroughputExceededException'

export const throttling: readonly ThrottleRule[] = [
  { header: 'x-amzn-errortype', pattern: new RegExp(`^(?:[^#]*#)?(?:${CODES})(?::|$)`) },
  { header: 'x-amzn-query-error', pattern: new RegExp(`^(?:${CODES});`) },
  { body: new RegExp(`"(?:__type|code|Code)"\\s*:\\s*"(?:[^"#]*#)?(?:${CODES})"`) },
  { body: new RegExp(`<Code>(?:${CODES})</Code>`) },
]

/**
 * Reads of services with REST interfaces, by action. POST is allowed for these alone; GET only gets its name from here.
 * Paths are in the SDK's clients, of each operation.
 */
export const REST_READS: Readonly<Record<string, `${'GET' | 'POST'} /${string}`>> = {
  'access-analyzer:ListAnalyzers': 'GET /analyzer',
  'access-analyzer:ListFindingsV2': 'POST /findingv2',
  'account:GetAlternateContact': 'POST /getAlternateContact',
  'account:ListRegions': 'POST /listRegions',
  'artifact:GetReport': 'GET /v1/report/get',
  'artifact:GetReportMetadata': 'GET /v1/report/getMetadata',
  'artifact:GetTermForReport': 'GET /v1/report/getTermForReport',
  'artifact:ListReports': 'GET /v1/report/list',
  'backup:DescribeBackupVault': 'GET /backup-vaults/*',
  'backup:GetBackupPlan': 'GET /backup/plans/*',
  'backup:GetBackupSelection': 'GET /backup/plans/*/selections/*',
  'backup:ListBackupJobs': 'GET /backup-jobs',
  'backup:ListBackupPlans': 'GET /backup/plans',
  'backup:ListBackupSelections': 'GET /backup/plans/*/selections',
  'backup:ListBackupVaults': 'GET /backup-vaults',
  'backup:ListCopyJobs': 'GET /copy-jobs',
  'backup:ListProtectedResources': 'GET /resources',
  'backup:ListRecoveryPointsByBackupVault': 'GET /backup-vaults/*/recovery-points',
  'backup:ListRestoreJobs': 'GET /restore-jobs',
  'backup:ListRestoreTestingPlans': 'GET /restore-testing/plans',
  'eks:DescribeCluster': 'GET /clusters/*',
  'eks:ListClusters': 'GET /clusters',
  'guardduty:DescribeOrganizationConfiguration': 'GET /detector/*/admin',
  'guardduty:GetDetector': 'GET /detector/*',
  'guardduty:GetFindings': 'POST /detector/*/findings/get',
  'guardduty:ListDetectors': 'GET /detector',
  'guardduty:ListFindings': 'POST /detector/*/findings',
  'inspector2:BatchGetAccountStatus': 'POST /status/batch/get',
  'inspector2:ListCoverage': 'POST /coverage/list',
  'inspector2:ListFindings': 'POST /findings/list',
  'lambda:GetPolicy': 'GET /2015-03-31/functions/*/policy',
  'lambda:ListFunctionUrlConfigs': 'GET /2021-10-31/functions/*/urls',
  'lambda:ListFunctions': 'GET /2015-03-31/functions',
  's3:GetAccountPublicAccessBlock': 'GET /v20180820/configuration/publicAccessBlock',
  's3:GetBucketAcl': 'GET /*?acl',
  's3:GetBucketLocation': 'GET /*?location',
  's3:GetBucketLogging': 'GET /*?logging',
  's3:GetBucketObjectLockConfiguration': 'GET /*?object-lock',
  's3:GetBucketPolicy': 'GET /*?policy',
  's3:GetBucketPolicyStatus': 'GET /*?policyStatus',
  's3:GetBucketPublicAccessBlock': 'GET /*?publicAccessBlock',
  's3:GetBucketTagging': 'GET /*?tagging',
  's3:GetBucketVersioning': 'GET /*?versioning',
  's3:GetEncryptionConfiguration': 'GET /*?encryption',
  's3:GetLifecycleConfiguration': 'GET /*?lifecycle',
  's3:ListAllMyBuckets': 'GET /?x-id',
  'securityhub:DescribeHub': 'GET /accounts',
  'securityhub:GetEnabledStandards': 'POST /standards/get',
  'securityhub:GetFindings': 'POST /findings',
}

/** What the seam lets through: the actions the streams declare, and those the session itself needs. */
export function readsOf(permissions: readonly Permission[]): ReadRule[] {
  const byName = new Map(permissions.map((permission) => [permission.name, permission]))
  return [...byName.values()].flatMap(({ name, why }): ReadRule[] => {
    const [service, operation] = operationOf(name)
    const { protocol, signing = service } = SERVICES[service]
    if (protocol !== 'rest') return [{ method: 'POST', path: '/', operation: `${signing}:${operation}`, why }]
    const [method, path] = REST_READS[name]?.split(' ') ?? []
    if (path === undefined) throw new TypeError(`${name}: REST_READS of traffic.ts does not have its method and path`)
    return [
      { method: method === 'POST' ? 'POST' : 'GET', path, operation: `${signing}:${operation}`, byPath: true, why },
    ]
  })
}
