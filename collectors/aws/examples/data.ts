import type { Observed } from 'affiant/sdk'
import { noLabels } from '../data/labels.ts'
import type { ClusterRecord } from '../streams/eks-clusters.ts'
import type { FunctionRecord } from '../streams/lambda-functions.ts'
import type { LoadBalancerRecord } from '../streams/load-balancers.ts'
import type { DatabaseClusterRecord } from '../streams/rds-clusters.ts'
import type { DatabaseInstanceRecord } from '../streams/rds-instances.ts'
import type { BucketRecord } from '../streams/s3-buckets.ts'
import type { VolumeRecord } from '../streams/ebs-volumes.ts'

/** Records for the examples of checks about data and what runs on it, of an invented account, changed by `parts`. */
const ARN = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`

export const observed = <T>(value: T): Observed<T> => ({ state: 'observed', value })
export const absent = { state: 'absent' } as const
export const denied = (permission: string) => ({ state: 'unknown', reason: 'denied', permission }) as const

export const allBlocked = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

export const exampleBucket = (parts: Partial<BucketRecord> = {}): BucketRecord => ({
  name: 'acme-orders',
  arn: 'arn:aws:s3:::acme-orders',
  created: '2025-01-10T09:00:00.000Z',
  region: 'eu-west-1',
  labels: observed(noLabels),
  block: observed(allBlocked),
  policyIsPublic: observed(false),
  publicGrants: observed([]),
  tlsOnly: observed(true),
  encryption: observed({ algorithm: 'AES256', key: null }),
  versioning: observed('Enabled'),
  objectLock: absent,
  lifecycleRules: observed(1),
  logsTo: observed('acme-logs'),
  ...parts,
})

export const exampleVolume = (parts: Partial<VolumeRecord> = {}): VolumeRecord => ({
  id: 'vol-0a1',
  arn: ARN('ec2', 'volume/vol-0a1'),
  state: 'in-use',
  encrypted: true,
  key: null,
  sizeGiB: 20,
  created: '2025-01-10T09:00:00.000Z',
  attachedTo: ['i-0a1'],
  labels: noLabels,
  ...parts,
})

export const exampleDatabase = (parts: Partial<DatabaseInstanceRecord> = {}): DatabaseInstanceRecord => ({
  id: 'orders',
  arn: ARN('rds', 'db:orders'),
  engine: 'postgres',
  version: '17.4',
  versionStatus: observed('available'),
  status: 'available',
  cluster: null,
  replicaOf: null,
  public: false,
  encrypted: true,
  backupDays: 14,
  multiAz: true,
  deletionProtection: true,
  minorUpgrades: true,
  vpc: 'vpc-0a1',
  subnets: ['subnet-0a1'],
  groups: ['sg-0a1'],
  labels: noLabels,
  ...parts,
})

export const exampleDatabaseCluster = (parts: Partial<DatabaseClusterRecord> = {}): DatabaseClusterRecord => ({
  id: 'ledger',
  arn: ARN('rds', 'cluster:ledger'),
  engine: 'aurora-postgresql',
  version: '16.6',
  versionStatus: observed('available'),
  status: 'available',
  replicaOf: null,
  encrypted: true,
  backupDays: 14,
  multiAz: true,
  deletionProtection: true,
  members: 2,
  labels: noLabels,
  ...parts,
})

export const exampleListener = {
  arn: ARN('elasticloadbalancing', 'listener/app/web/1/1'),
  protocol: 'HTTPS',
  port: 443,
  policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  redirectsToHttps: false,
}

export const exampleLoadBalancer = (parts: Partial<LoadBalancerRecord> = {}): LoadBalancerRecord => ({
  arn: ARN('elasticloadbalancing', 'loadbalancer/app/web/1'),
  name: 'web',
  type: 'application',
  scheme: 'internet-facing',
  zones: ['eu-west-1a', 'eu-west-1b'],
  listeners: observed([exampleListener]),
  labels: observed({ ...noLabels, environment: 'prod' }),
  ...parts,
})

export const exampleFunction = (parts: Partial<FunctionRecord> = {}): FunctionRecord => ({
  arn: ARN('lambda', 'function:resize'),
  name: 'resize',
  runtime: 'python3.13',
  packageType: 'Zip',
  modified: '2025-11-01T09:00:00.000+0000',
  environment: observed([{ name: 'LOG_LEVEL', detector: null }]),
  publicStatements: absent,
  urls: observed([]),
  ...parts,
})

type ClusterDetails = Extract<ClusterRecord['details'], { state: 'observed' }>['value']

export const exampleCluster = (parts: Partial<ClusterDetails> = {}): ClusterRecord => ({
  name: 'prod',
  details: observed({
    arn: ARN('eks', 'cluster/prod'),
    version: '1.35',
    status: 'ACTIVE',
    publicAccess: false,
    publicCidrs: [],
    privateAccess: true,
    logTypes: ['api', 'audit'],
    ...parts,
  }),
})
