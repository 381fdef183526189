import { artifactService } from './artifact.ts'
import { readService, type Service } from './model.ts'

interface ClientModule {
  readonly [name: string]: unknown
}

/** Signing name of each service, and its client: module and name of the class. */
const CLIENTS: Readonly<Record<string, readonly [() => Promise<ClientModule>, string]>> = {
  'access-analyzer': [() => import('@aws-sdk/client-accessanalyzer'), 'AccessAnalyzerClient'],
  account: [() => import('@aws-sdk/client-account'), 'AccountClient'],
  acm: [() => import('@aws-sdk/client-acm'), 'ACMClient'],
  backup: [() => import('@aws-sdk/client-backup'), 'BackupClient'],
  cloudformation: [() => import('@aws-sdk/client-cloudformation'), 'CloudFormationClient'],
  cloudtrail: [() => import('@aws-sdk/client-cloudtrail'), 'CloudTrailClient'],
  config: [() => import('@aws-sdk/client-config-service'), 'ConfigServiceClient'],
  ec2: [() => import('@aws-sdk/client-ec2'), 'EC2Client'],
  ecr: [() => import('@aws-sdk/client-ecr'), 'ECRClient'],
  eks: [() => import('@aws-sdk/client-eks'), 'EKSClient'],
  elasticloadbalancing: [() => import('@aws-sdk/client-elastic-load-balancing-v2'), 'ElasticLoadBalancingV2Client'],
  guardduty: [() => import('@aws-sdk/client-guardduty'), 'GuardDutyClient'],
  iam: [() => import('@aws-sdk/client-iam'), 'IAMClient'],
  identitystore: [() => import('@aws-sdk/client-identitystore'), 'IdentitystoreClient'],
  inspector2: [() => import('@aws-sdk/client-inspector2'), 'Inspector2Client'],
  kms: [() => import('@aws-sdk/client-kms'), 'KMSClient'],
  lambda: [() => import('@aws-sdk/client-lambda'), 'LambdaClient'],
  logs: [() => import('@aws-sdk/client-cloudwatch-logs'), 'CloudWatchLogsClient'],
  monitoring: [() => import('@aws-sdk/client-cloudwatch'), 'CloudWatchClient'],
  organizations: [() => import('@aws-sdk/client-organizations'), 'OrganizationsClient'],
  rds: [() => import('@aws-sdk/client-rds'), 'RDSClient'],
  s3: [() => import('@aws-sdk/client-s3'), 'S3Client'],
  secretsmanager: [() => import('@aws-sdk/client-secrets-manager'), 'SecretsManagerClient'],
  securityhub: [() => import('@aws-sdk/client-securityhub'), 'SecurityHubClient'],
  sns: [() => import('@aws-sdk/client-sns'), 'SNSClient'],
  ssm: [() => import('@aws-sdk/client-ssm'), 'SSMClient'],
  sso: [() => import('@aws-sdk/client-sso-admin'), 'SSOAdminClient'],
  sts: [() => import('@aws-sdk/client-sts'), 'STSClient'],
  tagging: [() => import('@aws-sdk/client-resource-groups-tagging-api'), 'ResourceGroupsTaggingAPIClient'],
}

/** S3 Control signs as S3; its requests name the account in a header. */
const S3_CONTROL = [() => import('@aws-sdk/client-s3-control'), 'S3ControlClient'] as const

let loadedArtifact: Promise<Service> | undefined
const loaded = new Map<string, Promise<Service>>()

/** The service a request was signed for; `undefined` if the fake does not have it. */
export function serviceOf(
  signingName: string,
  headers: Readonly<Record<string, string>>,
): Promise<Service> | undefined {
  if (signingName === 'artifact') return (loadedArtifact ??= Promise.resolve(artifactService()))
  const isControl = signingName === 's3' && headers['x-amz-account-id'] !== undefined
  const client = isControl ? S3_CONTROL : CLIENTS[signingName]
  if (client === undefined) return undefined
  const id = isControl ? 's3control' : signingName
  const known = loaded.get(id)
  if (known !== undefined) return known
  const [from, name] = client
  const loading = load(id, from, name)
  loaded.set(id, loading)
  return loading
}

async function load(id: string, from: () => Promise<ClientModule>, name: string): Promise<Service> {
  const module = await from()
  const Client = module[name] as new (config: object) => unknown
  return readService(
    id,
    module,
    new Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } }),
  )
}
