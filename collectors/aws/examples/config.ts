import type { BaselineChangeRecord } from '../streams/baseline-changes.ts'
import type { ConfigAggregatorSourceRecord } from '../streams/config-aggregator-sources.ts'
import type { ConfigAggregatorRecord } from '../streams/config-aggregators.ts'
import type { ConfigRecorderRecord } from '../streams/config-recorders.ts'
import type { ConfigResultRecord } from '../streams/config-results.ts'
import type { ConfigRuleRecord } from '../streams/config-rules.ts'
import type { ConformancePackRecord } from '../streams/conformance-packs.ts'
import type { StackRecord } from '../streams/stacks.ts'

/** Invented records of AWS Config for the examples of checks. */
export const ACCOUNT = '111122223333'
export const REGION = 'eu-central-1'
const place = { account: ACCOUNT, region: REGION }
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`

type Recorder = ConfigRecorderRecord['recorders'][number]
type Channel = ConfigRecorderRecord['channels'][number]

export const recorderExample = (parts: Partial<Recorder> = {}): Recorder => ({
  name: 'default',
  servicePrincipal: null,
  strategy: 'ALL_SUPPORTED_RESOURCE_TYPES',
  globalTypes: true,
  types: [],
  excludedTypes: [],
  frequency: 'CONTINUOUS',
  recording: true,
  status: 'Success',
  errorCode: null,
  ...parts,
})

export const channelExample = (parts: Partial<Channel> = {}): Channel => ({
  name: 'default',
  bucket: 'acme-config',
  historyStatus: 'Success',
  historyErrorCode: null,
  lastHistory: '2026-01-02T03:04:05.000Z',
  streamStatus: 'Success',
  ...parts,
})

export const recordersExample = (parts: Partial<ConfigRecorderRecord> = {}): ConfigRecorderRecord => ({
  ...place,
  recorders: [recorderExample()],
  channels: [channelExample()],
  ...parts,
})

export const aggregatorExample = (parts: Partial<ConfigAggregatorRecord> = {}): ConfigAggregatorRecord => ({
  ...place,
  arn: arn('config', 'config-aggregator/config-aggregator-acme'),
  name: 'organisation',
  organization: true,
  allRegions: true,
  regions: [],
  accounts: [],
  ...parts,
})

export const aggregatorSourceExample = (
  parts: Partial<ConfigAggregatorSourceRecord> = {},
): ConfigAggregatorSourceRecord => ({
  aggregator: arn('config', 'config-aggregator/config-aggregator-acme'),
  aggregatorName: 'organisation',
  source: ACCOUNT,
  type: 'ACCOUNT',
  region: REGION,
  status: 'SUCCEEDED',
  errorCode: null,
  lastUpdate: '2026-01-02T03:04:05.000Z',
  ...parts,
})

export const ruleExample = (parts: Partial<ConfigRuleRecord> = {}): ConfigRuleRecord => ({
  ...place,
  name: 'encrypted-volumes',
  arn: arn('config', 'config-rule/config-rule-abc123'),
  owner: 'AWS',
  identifier: 'ENCRYPTED_VOLUMES',
  state: 'ACTIVE',
  types: ['AWS::EC2::Volume'],
  parameters: {},
  createdBy: null,
  compliance: 'COMPLIANT',
  ...parts,
})

export const resultExample = (parts: Partial<ConfigResultRecord> = {}): ConfigResultRecord => ({
  ...place,
  rule: 'encrypted-volumes',
  resourceType: 'AWS::EC2::Volume',
  resource: 'vol-0a1b2c3d',
  mode: 'DETECTIVE',
  compliance: 'COMPLIANT',
  resultRecorded: '2026-01-02T03:04:05.000Z',
  ...parts,
})

export const packExample = (parts: Partial<ConformancePackRecord> = {}): ConformancePackRecord => ({
  ...place,
  name: 'baseline',
  arn: arn('config', 'conformance-pack/baseline/conformance-pack-abc'),
  state: 'CREATE_COMPLETE',
  createdBy: null,
  lastUpdate: '2025-11-01T09:00:00.000Z',
  document: null,
  template: { state: 'observed', value: { sha256: 'a'.repeat(64) } },
  compliance: 'COMPLIANT',
  score: '100.0',
  rules: [{ name: 'encrypted-volumes', compliance: 'COMPLIANT' }],
  ...parts,
})

type Call = Extract<BaselineChangeRecord['calls'], { state: 'observed' }>['value'][number]

export const callExample = (parts: Partial<Call> = {}): Call => ({
  id: '0f1e2d3c-0000-4000-8000-000000000001',
  time: '2026-01-02T03:00:00.000Z',
  source: 'ec2.amazonaws.com',
  name: 'AuthorizeSecurityGroupIngress',
  actorType: 'AssumedRole',
  role: `arn:aws:iam::${ACCOUNT}:role/deploy`,
  person: 'ada',
  service: null,
  ...parts,
})

export const changeExample = (parts: Partial<BaselineChangeRecord> = {}): BaselineChangeRecord => ({
  ...place,
  resourceType: 'AWS::EC2::SecurityGroup',
  resource: 'sg-0a1b2c3d',
  name: 'web',
  captured: '2026-01-02T03:04:05.000Z',
  stateId: '1767323045000',
  status: 'OK',
  configuration: { sha256: 'b'.repeat(64) },
  calls: { state: 'observed', value: [callExample()] },
  ...parts,
})

export const stackExample = (parts: Partial<StackRecord> = {}): StackRecord => ({
  ...place,
  id: arn('cloudformation', 'stack/network/1'),
  name: 'network',
  parent: null,
  status: 'UPDATE_COMPLETE',
  labels: { environment: 'production', classification: null, criticality: null },
  drift: 'IN_SYNC',
  driftChecked: '2026-01-02T03:04:05.000Z',
  drifted: { state: 'observed', value: [] },
  ...parts,
})
