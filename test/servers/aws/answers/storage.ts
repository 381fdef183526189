import { type Ask, found, type Handler, type Handlers, list, named, text } from '../answer.ts'
import type { Members } from '../read.ts'
import type { Bucket } from '../world.ts'
import { AwsError } from '../write.ts'

/** S3, RDS and Backup. */
export const storageHandlers: Handlers = {
  's3:ListBuckets': list(
    'Buckets',
    ({ account, input }) =>
      account.buckets
        .filter(({ region }) => input.BucketRegion === undefined || region === input.BucketRegion)
        .map(({ name, createdAt, region }) => ({ Name: name, CreationDate: createdAt, BucketRegion: region })),
    ({ account }) => ({ Owner: { ID: account.id } }),
  ),
  's3:GetBucketLocation': bucket(({ region }) => ({ LocationConstraint: region === 'us-east-1' ? '' : region })),
  's3:GetPublicAccessBlock': bucket(({ block }) => ({
    PublicAccessBlockConfiguration: set(block, 'NoSuchPublicAccessBlockConfiguration'),
  })),
  's3:GetBucketPolicyStatus': bucket(({ policy, isPublic }) => {
    set(policy, 'NoSuchBucketPolicy')
    return { PolicyStatus: { IsPublic: isPublic === true } }
  }),
  's3:GetBucketPolicy': bucket(({ policy }) => ({ Policy: JSON.stringify(set(policy, 'NoSuchBucketPolicy')) })),
  's3:GetBucketAcl': bucket(({ grants }, { account }) => ({
    Owner: { ID: account.id },
    Grants: [{ Grantee: { ID: account.id, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }, ...(grants ?? [])],
  })),
  's3:GetBucketEncryption': bucket(({ encryption }) => ({
    ServerSideEncryptionConfiguration: { Rules: [encryption] },
  })),
  's3:GetBucketVersioning': bucket(({ versioning }) => ({ ...(versioning && { Status: versioning }) })),
  's3:GetObjectLockConfiguration': bucket(({ lock }) => ({
    ObjectLockConfiguration: set(lock, 'ObjectLockConfigurationNotFoundError'),
  })),
  's3:GetBucketLifecycleConfiguration': bucket(({ lifecycle }) => ({
    Rules: set(lifecycle, 'NoSuchLifecycleConfiguration'),
  })),
  's3:GetBucketLogging': bucket(({ logging }) => ({ ...(logging && { LoggingEnabled: logging }) })),
  's3:GetBucketTagging': bucket(({ tags }) => ({ TagSet: set(tags, 'NoSuchTagSet') })),
  's3:GetBucketOwnershipControls': bucket(() => ({
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  })),
  's3control:GetPublicAccessBlock': ({ account }) => ({
    PublicAccessBlockConfiguration: set(account.publicAccessBlock, 'NoSuchPublicAccessBlockConfiguration'),
  }),
  'rds:DescribeDBInstances': list('DBInstances', ({ region }) => region.databases),
  'rds:DescribeDBClusters': list('DBClusters', ({ region }) => region.clusters),
  'rds:DescribeDBSnapshots': list('DBSnapshots', (ask) =>
    ask.region.databaseSnapshots
      .filter(({ restore, snapshot }) => hasType(ask, snapshot.SnapshotType, restore))
      .map(({ snapshot }) => snapshot),
  ),
  'rds:DescribeDBSnapshotAttributes': (ask) => {
    const id = text(ask, 'DBSnapshotIdentifier')
    const { restore } = found(
      ask.region.databaseSnapshots.find(
        ({ snapshot }) => snapshot.DBSnapshotIdentifier === id || snapshot.DBSnapshotArn === id,
      ),
      'DBSnapshotNotFound',
      id,
    )
    return {
      DBSnapshotAttributesResult: {
        DBSnapshotIdentifier: id,
        DBSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: restore }],
      },
    }
  },
  'rds:DescribeDBClusterSnapshots': list('DBClusterSnapshots', (ask) =>
    ask.region.clusterSnapshots
      .filter(({ restore, snapshot }) => hasType(ask, snapshot.SnapshotType, restore))
      .map(({ snapshot }) => snapshot),
  ),
  'rds:DescribeDBClusterSnapshotAttributes': (ask) => {
    const id = text(ask, 'DBClusterSnapshotIdentifier')
    const { restore } = found(
      ask.region.clusterSnapshots.find(
        ({ snapshot }) => snapshot.DBClusterSnapshotIdentifier === id || snapshot.DBClusterSnapshotArn === id,
      ),
      'DBClusterSnapshotNotFoundFault',
      id,
    )
    return {
      DBClusterSnapshotAttributesResult: {
        DBClusterSnapshotIdentifier: id,
        DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: restore }],
      },
    }
  },
  'rds:DescribeDBEngineVersions': list('DBEngineVersions', (ask) =>
    ask.region.engineVersions.filter(
      ({ Engine, EngineVersion, Status }) =>
        (ask.input.Engine === undefined || ask.input.Engine === Engine) &&
        (ask.input.EngineVersion === undefined || ask.input.EngineVersion === EngineVersion) &&
        (ask.input.IncludeAll === true || Status === undefined || Status === 'available'),
    ),
  ),
  'backup:ListBackupPlans': list('BackupPlansList', ({ region }) => region.backupPlans.map(({ plan }) => plan)),
  'backup:GetBackupPlan': (ask) => {
    const { plan, rules } = planOf(ask)
    return {
      BackupPlanId: plan.BackupPlanId,
      BackupPlanArn: plan.BackupPlanArn,
      BackupPlan: { BackupPlanName: plan.BackupPlanName, Rules: rules },
    }
  },
  'backup:ListBackupSelections': list('BackupSelectionsList', (ask) => planOf(ask).selections),
  'backup:ListProtectedResources': list('Results', ({ region }) => region.protectedResources),
  'backup:ListBackupJobs': list('BackupJobs', (ask) => jobsSince(ask, ask.region.backupJobs)),
  'backup:ListRestoreJobs': list('RestoreJobs', (ask) => jobsSince(ask, ask.region.restoreJobs)),
  'backup:ListCopyJobs': list('CopyJobs', (ask) => jobsSince(ask, ask.region.copyJobs)),
  'backup:ListRestoreTestingPlans': list('RestoreTestingPlans', ({ region }) => region.restoreTestingPlans),
  'backup:ListBackupVaults': list('BackupVaultList', ({ region }) =>
    region.vaults.map(({ vault }) =>
      Object.fromEntries(Object.entries(vault).filter(([name]) => LISTED_OF_VAULT.has(name))),
    ),
  ),
  'backup:DescribeBackupVault': (ask) => ({ ...vaultOf(ask).vault }),
  'backup:ListRecoveryPointsByBackupVault': list('RecoveryPoints', (ask) => vaultOf(ask).recoveryPoints),
}

const LISTED_OF_VAULT = new Set([
  'BackupVaultName',
  'BackupVaultArn',
  'CreationDate',
  'EncryptionKeyArn',
  'NumberOfRecoveryPoints',
  'Locked',
  'MinRetentionDays',
  'MaxRetentionDays',
  'LockDate',
])

/** S3 answers for a bucket in the region it is in, and refuses elsewhere. */
function bucket(answer: (bucket: Bucket, ask: Ask) => Members): Handler {
  return (ask) => {
    const name = text(ask, 'Bucket')
    const one = ask.account.buckets.find((other) => other.name === name)
    if (one === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
    if (one.region !== ask.region.name) {
      throw new AwsError('PermanentRedirect', `The bucket is in this region: ${one.region}.`, 301)
    }
    return answer(one, ask)
  }
}

const set = <T>(value: T | undefined, code: string): T => found(value, code, 'What was asked for was never set: it')

function hasType(ask: Ask, type: string | undefined, restore: readonly string[]): boolean {
  const wanted = text(ask, 'SnapshotType')
  return wanted === '' || (wanted === 'public' ? restore.includes('all') : type === wanted)
}

function planOf(ask: Ask) {
  const id = text(ask, 'BackupPlanId')
  return found(
    named(ask.region.backupPlans, [id], ({ plan }) => plan.BackupPlanId)[0],
    'ResourceNotFoundException',
    id,
    400,
  )
}

function vaultOf(ask: Ask) {
  const name = text(ask, 'BackupVaultName')
  return found(
    named(ask.region.vaults, [name], ({ vault }) => vault.BackupVaultName)[0],
    'ResourceNotFoundException',
    name,
    400,
  )
}

function jobsSince<T extends { CreationDate?: Date | undefined }>({ input }: Ask, jobs: readonly T[]): T[] {
  const after = input.ByCreatedAfter as Date | undefined
  return jobs.filter(({ CreationDate }) => after === undefined || (CreationDate?.getTime() ?? 0) >= after.getTime())
}
