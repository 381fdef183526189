import { observed } from './data.ts'
import type { BackupJobRecord } from '../streams/backup-jobs.ts'
import type { VaultRecord } from '../streams/backup-vaults.ts'
import type { CopyJobRecord } from '../streams/backup-copy-jobs.ts'
import type { GuardDutyFindingRecord } from '../streams/guardduty-findings.ts'
import type { GuardDutyRecord } from '../streams/guardduty.ts'
import type { CoverageRecord } from '../streams/inspector-coverage.ts'
import type { InspectorFindingRecord } from '../streams/inspector-findings.ts'
import type { InspectorStatusRecord } from '../streams/inspector-status.ts'
import type { RestoreJobRecord } from '../streams/restore-jobs.ts'
import type { SecurityHubFindingRecord } from '../streams/security-hub-findings.ts'
import type { SecurityHubRecord } from '../streams/security-hub.ts'

/** Records for the examples of checks about detection and backup, of an invented account, changed by `parts`. */
const ARN = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`
const VAULT = ARN('backup', 'backup-vault:main')

/** So long ago that it is before, or so far that it is after, whatever day an example is judged on. */
export const LONG_AGO = '2020-01-02T03:04:05.000Z'
export const FAR_AHEAD = '2999-01-02T03:04:05.000Z'

type Detector = NonNullable<GuardDutyRecord['detector']>

export const exampleGuardDuty = (parts: Partial<Detector> = {}): GuardDutyRecord => ({
  region: 'eu-west-1',
  detector: {
    id: '12abc34d567e8fa901bc2d34e56789f0',
    status: 'ENABLED',
    frequency: 'FIFTEEN_MINUTES',
    plans: [
      { name: 'EBS_MALWARE_PROTECTION', status: 'ENABLED' },
      { name: 'EKS_AUDIT_LOGS', status: 'ENABLED' },
      { name: 'LAMBDA_NETWORK_LOGS', status: 'ENABLED' },
      { name: 'RDS_LOGIN_EVENTS', status: 'ENABLED' },
      { name: 'S3_DATA_EVENTS', status: 'ENABLED' },
    ],
    autoEnable: { state: 'absent' },
    ...parts,
  },
})

export const exampleThreat = (parts: Partial<GuardDutyFindingRecord> = {}): GuardDutyFindingRecord => ({
  id: 'f1',
  type: 'UnauthorizedAccess:EC2/SSHBruteForce',
  severity: 8,
  archived: false,
  created: LONG_AGO,
  updated: LONG_AGO,
  resourceType: 'Instance',
  count: 4,
  ...parts,
})

export const exampleHub = (parts: Partial<SecurityHubRecord> = {}): SecurityHubRecord => ({
  region: 'eu-west-1',
  hub: observed(ARN('securityhub', 'hub/default')),
  standards: [{ arn: 'arn:aws:securityhub:::standards/example', status: 'READY' }],
  ...parts,
})

export const exampleHubFinding = (parts: Partial<SecurityHubFindingRecord> = {}): SecurityHubFindingRecord => ({
  id: ARN('securityhub', 'finding/1'),
  generator: 'security-control/S3.8',
  title: 'Buckets should block public access',
  severity: 'HIGH',
  workflow: 'NEW',
  firstObserved: LONG_AGO,
  updated: LONG_AGO,
  resource: 'arn:aws:s3:::acme-orders',
  noted: false,
  ...parts,
})

export const exampleInspector = (parts: Partial<InspectorStatusRecord> = {}): InspectorStatusRecord => ({
  region: 'eu-west-1',
  status: 'ENABLED',
  ec2: 'ENABLED',
  ecr: 'ENABLED',
  lambda: 'ENABLED',
  ...parts,
})

export const exampleCoverage = (parts: Partial<CoverageRecord> = {}): CoverageRecord => ({
  resource: 'i-0a1',
  resourceType: 'AWS_EC2_INSTANCE',
  scanType: 'PACKAGE',
  status: 'ACTIVE',
  reason: 'SUCCESSFUL',
  lastScanned: LONG_AGO,
  ...parts,
})

export const exampleVulnerability = (parts: Partial<InspectorFindingRecord> = {}): InspectorFindingRecord => ({
  arn: ARN('inspector2', 'finding/1'),
  type: 'PACKAGE_VULNERABILITY',
  severity: 'HIGH',
  status: 'ACTIVE',
  firstObserved: LONG_AGO,
  updated: LONG_AGO,
  resource: 'i-0a1',
  resourceType: 'AWS_EC2_INSTANCE',
  vulnerability: 'CVE-2020-0001',
  fixAvailable: 'YES',
  ...parts,
})

export const exampleVault = (parts: Partial<VaultRecord> = {}): VaultRecord => ({
  arn: VAULT,
  name: 'main',
  encryptionKey: ARN('kms', 'key/1'),
  recoveryPoints: 12,
  locked: true,
  lockedFor: null,
  minRetentionDays: 14,
  maxRetentionDays: null,
  ...parts,
})

export const exampleBackupJob = (parts: Partial<BackupJobRecord> = {}): BackupJobRecord => ({
  id: 'job1',
  state: 'COMPLETED',
  resource: ARN('rds', 'db:orders'),
  resourceType: 'RDS',
  vault: VAULT,
  created: '2026-01-01T02:00:00.000Z',
  completed: '2026-01-01T03:00:00.000Z',
  ...parts,
})

export const exampleCopy = (parts: Partial<CopyJobRecord> = {}): CopyJobRecord => ({
  id: 'copy1',
  state: 'COMPLETED',
  resource: ARN('rds', 'db:orders'),
  from: VAULT,
  to: 'arn:aws:backup:eu-central-1:111122223333:backup-vault:main',
  created: FAR_AHEAD,
  completed: FAR_AHEAD,
  ...parts,
})

export const exampleRestore = (parts: Partial<RestoreJobRecord> = {}): RestoreJobRecord => ({
  id: 'restore1',
  status: 'COMPLETED',
  source: ARN('rds', 'db:orders'),
  resourceType: 'RDS',
  created: FAR_AHEAD,
  completed: FAR_AHEAD,
  testingPlan: null,
  validation: null,
  ...parts,
})
