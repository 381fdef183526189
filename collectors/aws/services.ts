import type { ServiceName } from './clients/index.ts'

export interface Service {
  /** In the scope of a signature, where it is not the service's name here. */
  signing?: string
  /** Before the colon of an IAM action, where it is not the service's name here. */
  prefix?: string
  /** How its requests name the operation: form field `Action`, header `X-Amz-Target`, or method and path. */
  protocol: 'query' | 'json' | 'rest'
  /** Its page of https://docs.aws.amazon.com/service-authorization/latest/reference/, after `list_`. */
  page: string
}

/** Facts of each service, by the name of its client here. */
export const SERVICES: Readonly<Record<ServiceName | 'artifact', Service>> = {
  'access-analyzer': { protocol: 'rest', page: 'awsiamaccessanalyzer' },
  account: { protocol: 'rest', page: 'awsaccountmanagement' },
  acm: { protocol: 'json', page: 'awscertificatemanager' },
  artifact: { protocol: 'rest', page: 'awsartifact' },
  backup: { protocol: 'rest', page: 'awsbackup' },
  cloudformation: { protocol: 'query', page: 'awscloudformation' },
  cloudtrail: { protocol: 'json', page: 'awscloudtrail' },
  cloudwatch: { protocol: 'json', signing: 'monitoring', page: 'amazoncloudwatch' },
  config: { protocol: 'json', page: 'awsconfig' },
  ec2: { protocol: 'query', page: 'amazonec2' },
  ecr: { protocol: 'json', page: 'amazonelasticcontainerregistry' },
  eks: { protocol: 'rest', page: 'amazonelastickubernetesservice' },
  elasticloadbalancing: { protocol: 'query', page: 'awselasticloadbalancingv2' },
  guardduty: { protocol: 'rest', page: 'amazonguardduty' },
  iam: { protocol: 'query', page: 'awsidentityandaccessmanagementiam' },
  identitystore: { protocol: 'json', page: 'awsidentitystore' },
  inspector2: { protocol: 'rest', page: 'amazoninspector2' },
  kms: { protocol: 'json', page: 'awskeymanagementservice' },
  lambda: { protocol: 'rest', page: 'awslambda' },
  logs: { protocol: 'json', page: 'amazoncloudwatchlogs' },
  organizations: { protocol: 'json', page: 'awsorganizations' },
  rds: { protocol: 'query', page: 'amazonrds' },
  s3: { protocol: 'rest', page: 'amazons3' },
  's3-control': { protocol: 'rest', signing: 's3', prefix: 's3', page: 'amazons3' },
  secretsmanager: { protocol: 'json', page: 'awssecretsmanager' },
  securityhub: { protocol: 'rest', page: 'awssecurityhub' },
  sns: { protocol: 'query', page: 'amazonsns' },
  ssm: { protocol: 'json', page: 'awssystemsmanager' },
  sso: { protocol: 'json', page: 'awsiamidentitycenter' },
  sts: { protocol: 'query', page: 'awssecuritytokenservice' },
  tag: { protocol: 'json', signing: 'tagging', page: 'amazonresourcegrouptaggingapi' },
}

/**
 * Operations whose IAM action has another name, as `<service>:<operation>` to the whole action.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html has those of S3.
 */
const RENAMED: Readonly<Record<string, string>> = {
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
  's3-control:GetPublicAccessBlock': 's3:GetAccountPublicAccessBlock',
}
const OPERATIONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(RENAMED).map(([operation, action]) => [action, operation]),
)

/** The IAM action an operation needs: `iam:GetAccountSummary`. */
export function actionOf(service: ServiceName | 'artifact', operation: string): string {
  const renamed = RENAMED[`${service}:${operation}`]
  return renamed ?? `${SERVICES[service].prefix ?? service}:${operation}`
}

/** The operation behind an IAM action, as `[service, operation]`. */
export function operationOf(action: string): readonly [ServiceName | 'artifact', string] {
  const [service = '', operation = ''] = (OPERATIONS[action] ?? action).split(':')
  if (!(service in SERVICES)) throw new TypeError(`${action}: no such service in services.ts`)
  return [service as ServiceName, operation]
}
