import type { AlarmTopicRecord } from '../streams/alarm-topics.ts'
import type { AlarmRecord } from '../streams/alarms.ts'
import type { LogGroupRecord } from '../streams/log-groups.ts'
import type { ManagedInstanceRecord } from '../streams/managed-instances.ts'
import type { MetricFilterRecord } from '../streams/metric-filters.ts'
import type { SessionPreferencesRecord } from '../streams/session-preferences.ts'
import type { TrailBucketRecord } from '../streams/trail-buckets.ts'
import type { TrailKeyRecord } from '../streams/trail-keys.ts'
import type { TrailRecord } from '../streams/trails.ts'
import type { VpcFlowLogRecord } from '../streams/vpc-flow-logs.ts'
import { noLabels } from '../data/labels.ts'

/** Invented records of CloudTrail, CloudWatch and Systems Manager for the examples of checks. */
const ACCOUNT = '111122223333'
const REGION = 'eu-central-1'
const place = { account: ACCOUNT, region: REGION }
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`
export const TRAIL = arn('cloudtrail', 'trail/organisation')
export const LOG_GROUP = 'cloudtrail'
const TOPIC = arn('sns', 'security')

type Own = NonNullable<TrailRecord['own']>

export const ownExample = (parts: Partial<Own> = {}): Own => ({
  logging: true,
  latestDelivery: '2026-01-02T03:00:00.000Z',
  deliveryError: null,
  latestDigest: '2026-01-02T03:00:00.000Z',
  digestError: null,
  selection: {
    kind: 'basic',
    managementReads: true,
    managementWrites: true,
    excludedSources: [],
    objectReads: [],
    objectWrites: [],
  },
  ...parts,
})

export const trailExample = (parts: Partial<TrailRecord> = {}): TrailRecord => ({
  ...place,
  arn: TRAIL,
  name: 'organisation',
  owner: ACCOUNT,
  homeRegion: REGION,
  organization: true,
  multiRegion: true,
  globalEvents: true,
  validation: true,
  key: arn('kms', 'key/0a1b'),
  bucket: 'acme-trail',
  logGroup: arn('logs', `log-group:${LOG_GROUP}:*`),
  own: ownExample(),
  ...parts,
})

export const trailKeyExample = (parts: Partial<TrailKeyRecord> = {}): TrailKeyRecord => ({
  account: ACCOUNT,
  trail: TRAIL,
  trailName: 'organisation',
  key: arn('kms', 'key/0a1b'),
  state: { state: 'observed', value: { state: 'Enabled', manager: 'CUSTOMER' } },
  ...parts,
})

export const trailBucketExample = (parts: Partial<TrailBucketRecord> = {}): TrailBucketRecord => ({
  account: ACCOUNT,
  bucket: 'acme-trail',
  trails: ['organisation'],
  block: {
    state: 'observed',
    value: { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true },
  },
  publicPolicy: { state: 'observed', value: false },
  logsTo: { state: 'observed', value: 'acme-access-logs' },
  ...parts,
})

export const logGroupExample = (parts: Partial<LogGroupRecord> = {}): LogGroupRecord => ({
  ...place,
  arn: arn('logs', 'log-group:/acme/orders'),
  name: '/acme/orders',
  class: 'STANDARD',
  retentionDays: 365,
  key: null,
  ...parts,
})

export const metricFilterExample = (parts: Partial<MetricFilterRecord> = {}): MetricFilterRecord => ({
  ...place,
  group: LOG_GROUP,
  name: 'root',
  pattern: '{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }',
  metrics: ['Security/RootUsage'],
  ...parts,
})

export const alarmExample = (parts: Partial<AlarmRecord> = {}): AlarmRecord => ({
  ...place,
  arn: arn('cloudwatch', 'alarm:root'),
  name: 'root',
  metric: 'Security/RootUsage',
  actionsEnabled: true,
  actions: [TOPIC],
  ...parts,
})

export const alarmTopicExample = (parts: Partial<AlarmTopicRecord> = {}): AlarmTopicRecord => ({
  ...place,
  topic: TOPIC,
  subscriptions: { state: 'observed', value: [{ protocol: 'email', confirmed: true }] },
  ...parts,
})

export const vpcExample = (parts: Partial<VpcFlowLogRecord> = {}): VpcFlowLogRecord => ({
  ...place,
  vpc: 'vpc-0a1b2c3d',
  default: false,
  labels: noLabels,
  flowLogs: [
    {
      id: 'fl-0a1b',
      status: 'ACTIVE',
      traffic: 'ALL',
      delivery: 'SUCCESS',
      deliveryError: null,
      destination: 's3',
    },
  ],
  ...parts,
})

export const managedInstanceExample = (parts: Partial<ManagedInstanceRecord> = {}): ManagedInstanceRecord => ({
  ...place,
  instance: 'i-0a1b2c3d',
  type: 'EC2Instance',
  ping: 'Online',
  platform: 'Linux',
  patches: {
    state: 'observed',
    value: {
      missing: 0,
      failed: 0,
      criticalMissing: 0,
      securityMissing: 0,
      operation: 'Scan',
      operationEnded: '2026-01-02T03:04:05.000Z',
    },
  },
  ...parts,
})

export const sessionPreferencesExample = (parts: Partial<SessionPreferencesRecord> = {}): SessionPreferencesRecord => ({
  ...place,
  preferences: {
    state: 'observed',
    value: { bucket: 'acme-sessions', bucketEncrypted: true, logGroup: null, logGroupEncrypted: false },
  },
  instances: true,
  ...parts,
})
