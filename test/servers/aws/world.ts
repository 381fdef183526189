import type { AnalyzerSummary, FindingSummaryV2 } from '@aws-sdk/client-accessanalyzer'
import type { AlternateContact } from '@aws-sdk/client-account'
import type { CertificateDetail } from '@aws-sdk/client-acm'
import type * as backup from '@aws-sdk/client-backup'
import type { StackResourceDrift, StackSummary } from '@aws-sdk/client-cloudformation'
import type { Event, EventSelector, GetTrailStatusResponse, Trail } from '@aws-sdk/client-cloudtrail'
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { LogGroup, MetricFilter } from '@aws-sdk/client-cloudwatch-logs'
import type * as config from '@aws-sdk/client-config-service'
import type * as ec2 from '@aws-sdk/client-ec2'
import type { RegistryScanningConfiguration, Repository } from '@aws-sdk/client-ecr'
import type { Cluster } from '@aws-sdk/client-eks'
import type { Listener, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2'
import type * as guardduty from '@aws-sdk/client-guardduty'
import type * as iam from '@aws-sdk/client-iam'
import type { User as DirectoryUser } from '@aws-sdk/client-identitystore'
import type * as inspector from '@aws-sdk/client-inspector2'
import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { FunctionConfiguration, FunctionUrlConfig } from '@aws-sdk/client-lambda'
import type { PolicySummary } from '@aws-sdk/client-organizations'
import type * as rds from '@aws-sdk/client-rds'
import type * as s3 from '@aws-sdk/client-s3'
import type { SecretListEntry } from '@aws-sdk/client-secrets-manager'
import type { AwsSecurityFinding, StandardsSubscription } from '@aws-sdk/client-securityhub'
import type { Subscription } from '@aws-sdk/client-sns'
import type { ComplianceSummaryItem, InstanceInformation, InstancePatchState } from '@aws-sdk/client-ssm'
import type { PermissionSet } from '@aws-sdk/client-sso-admin'

/** What is in one region of one account, by the names of each service's own model. */
export interface Region {
  name: string
  vpcs: ec2.Vpc[]
  subnets: ec2.Subnet[]
  routeTables: ec2.RouteTable[]
  dhcpOptions: ec2.DhcpOptions[]
  flowLogs: ec2.FlowLog[]
  networkAcls: ec2.NetworkAcl[]
  networkInterfaces: ec2.NetworkInterface[]
  securityGroups: ec2.SecurityGroup[]
  instances: ec2.Instance[]
  launchTemplates: { template: ec2.LaunchTemplate; versions: ec2.LaunchTemplateVersion[] }[]
  volumes: ec2.Volume[]
  /** `isPublic`: anybody may make a volume of it. */
  snapshots: { snapshot: ec2.Snapshot; isPublic?: boolean }[]
  images: ec2.Image[]
  ebsEncryptionByDefault: boolean
  recorders: { recorder: config.ConfigurationRecorder; status: config.ConfigurationRecorderStatus }[]
  deliveryChannels: { channel: config.DeliveryChannel; status: config.DeliveryChannelStatus }[]
  aggregators: { aggregator: config.ConfigurationAggregator; sources: config.AggregatedSourceStatus[] }[]
  /** The compliance of a rule is that of its results. */
  configRules: { rule: config.ConfigRule; results: config.EvaluationResult[] }[]
  conformancePacks: {
    pack: config.ConformancePackDetail
    status: config.ConformancePackStatusDetail
    rules: string[]
  }[]
  /** What `SELECT` finds. */
  resources: ConfigResource[]
  history: config.ConfigurationItem[]
  stacks: { stack: StackSummary; drifts: StackResourceDrift[] }[]
  trails: { trail: Trail; status: Omit<GetTrailStatusResponse, '$metadata'>; selectors: EventSelector[] }[]
  events: Event[]
  metricFilters: MetricFilter[]
  logGroups: LogGroup[]
  alarms: MetricAlarm[]
  subscriptions: Subscription[]
  databases: rds.DBInstance[]
  clusters: rds.DBCluster[]
  databaseSnapshots: { snapshot: rds.DBSnapshot; restore: string[] }[]
  clusterSnapshots: { snapshot: rds.DBClusterSnapshot; restore: string[] }[]
  engineVersions: rds.DBEngineVersion[]
  keys: { key: KeyMetadata; rotates: boolean; policy: object; aliases?: string[] }[]
  secrets: SecretListEntry[]
  certificates: CertificateDetail[]
  loadBalancers: { balancer: LoadBalancer; listeners: Listener[] }[]
  repositories: Repository[]
  registryScanning: RegistryScanningConfiguration
  functions: { function: FunctionConfiguration; policy?: object; urls: FunctionUrlConfig[] }[]
  kubernetes: Cluster[]
  backupPlans: {
    plan: backup.BackupPlansListMember
    selections: backup.BackupSelectionsListMember[]
    rules: backup.BackupRule[]
  }[]
  vaults: {
    vault: Omit<backup.DescribeBackupVaultOutput, '$metadata'>
    recoveryPoints: backup.RecoveryPointByBackupVault[]
  }[]
  protectedResources: backup.ProtectedResource[]
  backupJobs: backup.BackupJob[]
  restoreJobs: backup.RestoreJobsListMember[]
  copyJobs: backup.CopyJob[]
  restoreTestingPlans: backup.RestoreTestingPlanForList[]
  detectors: {
    id: string
    detector: Omit<guardduty.GetDetectorResponse, '$metadata'>
    autoEnable: 'ALL' | 'NEW' | 'NONE'
    findings: guardduty.Finding[]
  }[]
  /** Absent: not subscribed. */
  securityHub?: { standards: StandardsSubscription[]; findings: AwsSecurityFinding[] }
  inspector: { status: 'ENABLED' | 'DISABLED'; coverage: inspector.CoveredResource[]; findings: inspector.Finding[] }
  managedInstances: InstanceInformation[]
  patchStates: InstancePatchState[]
  complianceSummaries: ComplianceSummaryItem[]
  /** Content of `SSM-SessionManagerRunShell`; absent where sessions were never set up. */
  sessionPreferences?: object
  analyzers: { analyzer: AnalyzerSummary; findings: FindingSummaryV2[] }[]
}

/** A row that an advanced query of AWS Config sees; `configuration` and others may be selected by their path. */
export interface ConfigResource {
  resourceId: string
  resourceType: string
  resourceName?: string
  arn?: string
  tags?: { key: string; value: string; tag: string }[]
  configuration?: object
  [member: string]: unknown
}

export interface Bucket {
  name: string
  region: string
  createdAt: Date
  block?: s3.PublicAccessBlockConfiguration
  policy?: object
  isPublic?: boolean
  grants?: s3.Grant[]
  encryption: s3.ServerSideEncryptionRule
  versioning?: 'Enabled' | 'Suspended'
  lock?: s3.ObjectLockConfiguration
  lifecycle?: s3.LifecycleRule[]
  logging?: s3.LoggingEnabled
  tags?: s3.Tag[]
}

/** An IAM user as the authorization details and the credential report tell of it. */
export interface IamUser {
  detail: iam.UserDetail
  /** Days before the world's date; absent: no password. */
  password?: { lastUsed?: number; lastChanged: number }
  mfa: boolean
  keys: { id: string; active: boolean; created: number; lastUsed?: number }[]
}

export interface Account {
  id: string
  name: string
  email: string
  status: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE'
  joined: Date
  /** The role of the collector may not be assumed here. */
  refusesEntry?: boolean
  tags: Record<string, string>
  root: { mfa: boolean; hardware?: boolean; accessKeys: number; passwordLastUsed?: number }
  users: IamUser[]
  groups: iam.GroupDetail[]
  roles: iam.RoleDetail[]
  policies: iam.ManagedPolicyDetail[]
  passwordPolicy?: iam.PasswordPolicy
  samlProviders: iam.SAMLProviderListEntry[]
  oidcProviders: { arn: string; url: string; clients: string[] }[]
  serverCertificates: iam.ServerCertificateMetadata[]
  contacts: AlternateContact[]
  /** Account-wide block of public access to S3; absent: never set. */
  publicAccessBlock?: s3.PublicAccessBlockConfiguration
  buckets: Bucket[]
  /** By name. A region of the catalogue that is not here is empty. */
  regions: Map<string, Region>
  /** Regions that were opted into. */
  optedIn: string[]
}

export interface Unit {
  id: string
  name: string
  parent: string
  accounts: string[]
}

export interface Organization {
  id: string
  rootId: string
  management: string
  allFeatures: boolean
  units: Unit[]
  scps: { summary: PolicySummary; content: object; targets: string[] }[]
  delegated: { account: string; service: string }[]
  /** Root credentials of members were removed centrally. */
  rootManagement: boolean
}

export interface IdentityCenter {
  region: string
  account: string
  instanceArn: string
  storeId: string
  users: DirectoryUser[]
  groups: { id: string; name: string; members: string[] }[]
  permissionSets: { set: PermissionSet; managed: string[]; inline?: object }[]
  assignments: { account: string; set: string; principal: string; type: 'USER' | 'GROUP' }[]
}

export interface Report {
  id: string
  name: string
  series: string
  category: string
  description: string
  version: number
  from: Date
  to: Date
}

/** Accounts, what is in them, and who may come in. */
export interface World {
  at: Date
  partition: string
  /** The catalogue: `optIn` ones refuse unless an account opted in. */
  regions: { name: string; optIn: boolean }[]
  organization?: Organization
  identityCenter?: IdentityCenter
  accounts: Map<string, Account>
  reports: Report[]
  /** Where the collector starts. */
  home: string
  /** The role that is assumed in each account. */
  roleName: string
  externalId?: string
}

export const DAY = 86_400_000

export function emptyRegion(name: string): Region {
  return {
    name,
    vpcs: [],
    subnets: [],
    routeTables: [],
    dhcpOptions: [],
    flowLogs: [],
    networkAcls: [],
    networkInterfaces: [],
    securityGroups: [],
    instances: [],
    launchTemplates: [],
    volumes: [],
    snapshots: [],
    images: [],
    ebsEncryptionByDefault: false,
    recorders: [],
    deliveryChannels: [],
    aggregators: [],
    configRules: [],
    conformancePacks: [],
    resources: [],
    history: [],
    stacks: [],
    trails: [],
    events: [],
    metricFilters: [],
    logGroups: [],
    alarms: [],
    subscriptions: [],
    databases: [],
    clusters: [],
    databaseSnapshots: [],
    clusterSnapshots: [],
    engineVersions: [],
    keys: [],
    secrets: [],
    certificates: [],
    loadBalancers: [],
    repositories: [],
    registryScanning: { scanType: 'BASIC', rules: [] },
    functions: [],
    kubernetes: [],
    backupPlans: [],
    vaults: [],
    protectedResources: [],
    backupJobs: [],
    restoreJobs: [],
    copyJobs: [],
    restoreTestingPlans: [],
    detectors: [],
    inspector: { status: 'DISABLED', coverage: [], findings: [] },
    managedInstances: [],
    patchStates: [],
    complianceSummaries: [],
    analyzers: [],
  }
}

export function emptyAccount(id: string, name: string, joined: Date): Account {
  return {
    id,
    name,
    email: `aws+${name}@example.com`,
    status: 'ACTIVE',
    joined,
    tags: {},
    root: { mfa: false, accessKeys: 0 },
    users: [],
    groups: [],
    roles: [],
    policies: [],
    samlProviders: [],
    oidcProviders: [],
    serverCertificates: [],
    contacts: [],
    buckets: [],
    regions: new Map(),
    optedIn: [],
  }
}

/** Regions every account has from the start, and some that must be opted into. */
export const REGIONS = [
  ...[
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'ap-south-1',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-southeast-1',
    'ap-southeast-2',
    'ca-central-1',
    'eu-central-1',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'eu-north-1',
    'sa-east-1',
  ].map((name) => ({ name, optIn: false })),
  ...['af-south-1', 'ap-east-1', 'eu-south-1', 'me-south-1'].map((name) => ({ name, optIn: true })),
]
