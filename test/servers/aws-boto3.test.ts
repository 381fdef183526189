import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import type { NormalizedSchema } from '@smithy/core/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { handlers } from './aws/answers/index.ts'
import { type AwsWorldServer, startAws, wellKept } from './aws/index.ts'
import type { Operation } from './aws/model.ts'
import { limitMember, pageSizes } from './aws/pages.ts'
import { serviceOf } from './aws/services.ts'

/** Debian's own Python, whose boto3 nobody here wrote. */
const PYTHON = '/usr/bin/python3'
const AT = new Date('2026-11-02T03:04:05.000Z')

/** Names of services in boto3, where they are not those of their signatures. */
const CLIENTS: Readonly<Record<string, string>> = {
  'access-analyzer': 'accessanalyzer',
  elasticloadbalancing: 'elbv2',
  monitoring: 'cloudwatch',
  sso: 'sso-admin',
  tagging: 'resourcegroupstaggingapi',
}

/** Operations that are younger than Debian's botocore. */
const TOO_YOUNG = [
  'account:ListRegions',
  'artifact:GetReport',
  'artifact:GetReportMetadata',
  'artifact:GetTermForReport',
  'artifact:ListReports',
  'backup:ListRestoreTestingPlans',
  'ec2:GetImageBlockPublicAccessState',
  'ec2:GetInstanceMetadataDefaults',
  'ec2:GetSnapshotBlockPublicAccessState',
  'eks:DescribeClusterVersions',
  'access-analyzer:ListFindingsV2',
  'iam:ListOrganizationsFeatures',
  'sso:ListAccountAssignmentsForPrincipal',
]

/** Runs a script of ours with JSON in and out. */
async function python(script: string, input: unknown): Promise<unknown> {
  const child = spawn(PYTHON, [join(import.meta.dirname, 'aws', script)], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(JSON.stringify(input))
  const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
  if (out === '') throw new Error(`${script}: ${err}`)
  return JSON.parse(out)
}

async function operationOf(action: string): Promise<Operation> {
  const [id = '', name = ''] = action.split(':')
  const isControl = id === 's3control'
  const service = await serviceOf(isControl ? 's3' : id, isControl ? { 'x-amz-account-id': '1' } : {})
  const operation = service?.operations.get(name)
  if (operation === undefined) throw new Error(`no operation ${action}`)
  return operation
}

function askedOf(action: string) {
  const [id = '', operation = ''] = action.split(':')
  return { action, client: CLIENTS[id] ?? id, operation }
}

/** What an operation that is about one thing is asked about: something of the well-kept world. */
function inputs(server: AwsWorldServer): Record<string, object> {
  const { world } = server
  const account = world.accounts.get(world.home)
  const region = account?.regions.get('eu-west-1')
  const center = world.identityCenter
  if (account === undefined || region === undefined || center === undefined) throw new Error('the world is too small')
  const instance = { InstanceArn: center.instanceArn }
  const set = { ...instance, PermissionSetArn: center.permissionSets[0]?.set.PermissionSetArn }
  const store = { IdentityStoreId: center.storeId }
  const bucket = { Bucket: `logs-${account.id}` }
  const rule = { ConfigRuleName: 'encrypted-volumes' }
  const aggregator = { ConfigurationAggregatorName: 'organization' }
  const pack = { ConformancePackName: 'baseline' }
  const detector = { DetectorId: region.detectors[0]?.id }
  const plan = { BackupPlanId: region.backupPlans[0]?.plan.BackupPlanId }
  const key = { KeyId: region.keys[0]?.key.KeyId }
  const trail = region.trails[0]?.trail.TrailARN
  const func = { FunctionName: 'invoices' }
  const query = "SELECT resourceId, resourceType WHERE resourceType = 'AWS::EC2::Volume'"
  const buckets = Object.fromEntries(
    Object.keys(handlers).flatMap((action) => (action.startsWith('s3:Get') ? [[action, bucket]] : [])),
  )
  return {
    ...buckets,
    'access-analyzer:ListFindingsV2': { analyzerArn: region.analyzers[0]?.analyzer.arn },
    'account:GetAlternateContact': { AlternateContactType: 'SECURITY' },
    'acm:DescribeCertificate': { CertificateArn: region.certificates[0]?.CertificateArn },
    'backup:DescribeBackupVault': { BackupVaultName: 'tidy' },
    'backup:GetBackupPlan': plan,
    'backup:ListBackupSelections': plan,
    'backup:ListRecoveryPointsByBackupVault': { BackupVaultName: 'tidy' },
    'cloudformation:DescribeStackResourceDrifts': { StackName: 'network' },
    'cloudtrail:GetEventSelectors': { TrailName: trail },
    'cloudtrail:GetTrailStatus': { Name: trail },
    'config:DescribeAggregateComplianceByConfigRules': aggregator,
    'config:DescribeConfigurationAggregatorSourcesStatus': aggregator,
    'config:DescribeConformancePackCompliance': pack,
    'config:GetAggregateComplianceDetailsByConfigRule': {
      ...aggregator,
      ...rule,
      AccountId: account.id,
      AwsRegion: 'eu-west-1',
    },
    'config:GetAggregateDiscoveredResourceCounts': aggregator,
    'config:GetComplianceDetailsByConfigRule': rule,
    'config:GetConformancePackComplianceDetails': pack,
    'config:GetConformancePackComplianceSummary': { ConformancePackNames: ['baseline'] },
    'config:GetResourceConfigHistory': {
      resourceType: 'AWS::EC2::SecurityGroup',
      resourceId: region.history[0]?.resourceId,
    },
    'config:ListDiscoveredResources': { resourceType: 'AWS::EC2::Volume' },
    'config:SelectAggregateResourceConfig': { ...aggregator, Expression: query },
    'config:SelectResourceConfig': { Expression: query },
    'eks:DescribeCluster': { name: 'shop' },
    'elasticloadbalancing:DescribeListeners': { LoadBalancerArn: region.loadBalancers[0]?.balancer.LoadBalancerArn },
    'elasticloadbalancing:DescribeTags': { ResourceArns: [region.loadBalancers[0]?.balancer.LoadBalancerArn] },
    'guardduty:DescribeOrganizationConfiguration': detector,
    'guardduty:GetDetector': detector,
    'guardduty:GetFindings': { ...detector, FindingIds: [region.detectors[0]?.findings[0]?.Id] },
    'guardduty:ListFindings': detector,
    'iam:GetOpenIDConnectProvider': { OpenIDConnectProviderArn: account.oidcProviders[0]?.arn },
    'iam:GetRole': { RoleName: 'affiant' },
    'iam:ListMFADevices': { UserName: account.users[0]?.detail.UserName },
    'iam:SimulatePrincipalPolicy': {
      PolicySourceArn: `arn:aws:iam::${account.id}:role/affiant`,
      ActionNames: ['iam:CreateUser', 'iam:ListUsers'],
    },
    'identitystore:DescribeUser': { ...store, UserId: center.users[0]?.UserId },
    'identitystore:ListGroupMemberships': { ...store, GroupId: center.groups[0]?.id },
    'identitystore:ListGroups': store,
    'identitystore:ListUsers': store,
    'inspector2:BatchGetAccountStatus': { accountIds: [account.id] },
    'kms:DescribeKey': key,
    'kms:GetKeyPolicy': { ...key, PolicyName: 'default' },
    'kms:GetKeyRotationStatus': key,
    'kms:ListKeyPolicies': key,
    'kms:ListResourceTags': key,
    'lambda:GetPolicy': func,
    'lambda:ListFunctionUrlConfigs': func,
    'logs:ListTagsForResource': { resourceArn: region.logGroups[0]?.arn?.replace(/:\*$/, '') },
    'organizations:DescribeAccount': { AccountId: account.id },
    'organizations:DescribePolicy': { PolicyId: 'p-FullAWSAccess' },
    'organizations:ListAccountsForParent': { ParentId: 'r-demo' },
    'organizations:ListChildren': { ParentId: 'r-demo', ChildType: 'ORGANIZATIONAL_UNIT' },
    'organizations:ListOrganizationalUnitsForParent': { ParentId: 'r-demo' },
    'organizations:ListParents': { ChildId: account.id },
    'organizations:ListPolicies': { Filter: 'SERVICE_CONTROL_POLICY' },
    'organizations:ListPoliciesForTarget': { TargetId: 'r-demo', Filter: 'SERVICE_CONTROL_POLICY' },
    'organizations:ListTagsForResource': { ResourceId: account.id },
    'organizations:ListTargetsForPolicy': { PolicyId: 'p-FullAWSAccess' },
    'rds:DescribeDBClusterSnapshotAttributes': { DBClusterSnapshotIdentifier: 'none' },
    'rds:DescribeDBSnapshotAttributes': { DBSnapshotIdentifier: 'orders-weekly' },
    's3control:GetPublicAccessBlock': { AccountId: account.id },
    'sns:ListSubscriptionsByTopic': { TopicArn: region.subscriptions[0]?.TopicArn },
    'ssm:DescribeInstancePatchStates': { InstanceIds: [region.instances[0]?.InstanceId] },
    'ssm:GetDocument': { Name: 'SSM-SessionManagerRunShell' },
    'sso:DescribePermissionSet': set,
    'sso:GetInlinePolicyForPermissionSet': set,
    'sso:ListAccountAssignments': { ...set, AccountId: account.id },
    'sso:ListAccountsForProvisionedPermissionSet': set,
    'sso:ListCustomerManagedPolicyReferencesInPermissionSet': set,
    'sso:ListManagedPoliciesInPermissionSet': set,
    'sso:ListPermissionSets': instance,
    'sso:ListPermissionSetsProvisionedToAccount': { ...instance, AccountId: account.id },
  }
}

interface Made {
  action: string
  known: boolean
  problems: string[]
  leaves: number
  error?: string
}

describe('boto3 reads what the fake writes', () => {
  let made: Made[]
  beforeAll(async () => {
    await using server = await startAws({ world: wellKept(AT) })
    const given = inputs(server)
    const calls = ['iam:GenerateCredentialReport', ...Object.keys(handlers)].map((action) => ({
      ...askedOf(action),
      input: given[action] ?? {},
    }))
    made = (await python('boto3_client.py', {
      url: server.url,
      region: 'eu-west-1',
      keys: server.keys,
      calls,
    })) as Made[]
  }, 60_000)

  it('all operations but those that are younger', () => {
    const unknown = made.filter(({ known }) => !known).map(({ action }) => action)
    expect(unknown.sort()).toEqual([...TOO_YOUNG].sort())
  })

  it('each answer as its model says, with every member that is always there', () => {
    expect(made.flatMap(({ action, problems }) => problems.map((problem) => `${action}: ${problem}`))).toEqual([])
  })

  it('with nothing lost on the way', () => {
    const empty = made.filter(({ known, leaves, error }) => known && leaves === 0 && error === undefined)
    expect(empty.map(({ action }) => action).sort()).toEqual(EMPTY)
  })

  it('and the errors by their codes', () => {
    const errors = made.flatMap(({ action, error }) => (error === undefined ? [] : [`${action} ${error}`]))
    expect(errors.sort()).toEqual([
      'iam:GetCredentialReport ReportInProgress',
      'rds:DescribeDBClusterSnapshotAttributes DBClusterSnapshotNotFoundFault',
    ])
  })
})

/** Lists of which the well-kept world has none, and an empty map. */
const EMPTY = [
  'cloudformation:DescribeStackResourceDrifts',
  'logs:ListTagsForResource',
  'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
]

interface Shape {
  type: string
  members?: Record<string, Shape>
  item?: Shape
}

describe('the schemas agree with botocore’s models', () => {
  let models: Record<string, { input: Shape | null; output: Shape | null; pages: Record<string, number> }>
  beforeAll(async () => {
    models = (await python('botocore_models.py', Object.keys(handlers).map(askedOf))) as typeof models
  }, 60_000)

  it('in the names and types of what goes in and what comes out', async () => {
    const differences: string[] = []
    for (const [action, { input, output }] of Object.entries(models)) {
      const operation = await operationOf(action)
      if (input) differences.push(...compare(input, operation.input, `${action} input`))
      if (output) differences.push(...compare(output, operation.output, `${action} output`))
    }
    expect(differences).toEqual([])
  })

  it('in how large a page may be', async () => {
    const differences: string[] = []
    for (const [action, { pages }] of Object.entries(models)) {
      const most = pages[limitMember(await operationOf(action)) ?? '']
      if (most !== undefined && pageSizes(action)[1] > most) differences.push(`${action}: ${most}`)
    }
    expect(differences).toEqual([])
  })
})

function kindOf(schema: NormalizedSchema): string {
  if (schema.isStructSchema()) return 'structure'
  if (schema.isListSchema()) return 'list'
  if (schema.isMapSchema()) return 'map'
  if (schema.isTimestampSchema()) return 'timestamp'
  if (schema.isBlobSchema()) return 'blob'
  if (schema.isBooleanSchema()) return 'boolean'
  if (schema.isNumericSchema()) return 'number'
  return 'string'
}

const LOOSE: Readonly<Record<string, string>> = { integer: 'number', float: 'number' }

function compare(shape: Shape, schema: NormalizedSchema | undefined, path: string): string[] {
  if (schema === undefined) return Object.keys(shape.members ?? {}).length === 0 ? [] : [`${path} is absent`]
  const kind = kindOf(schema)
  if (shape.type === 'document') return []
  if (kind !== (LOOSE[shape.type] ?? shape.type)) return [`${path} is ${kind}, not ${shape.type}`]
  if (shape.item) return compare(shape.item, schema.getValueSchema(), `${path}[]`)
  const known = new Map(kind === 'structure' ? schema.structIterator() : [])
  return Object.entries(shape.members ?? {}).flatMap(([name, member]) => {
    const own = known.get(name)
    return own === undefined ? [`${path}.${name} is absent`] : compare(member, own, `${path}.${name}`)
  })
}
