import { defineStream, observedOf, type Observed, type Page, z } from 'affiant/sdk'
import { sorted, textOf } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { engineVersions } from '../data/databases.ts'
import { given } from '../given.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const DatabaseInstanceRecord = z.strictObject({
  id: z.string(),
  arn: z.string(),
  engine: z.string(),
  version: z.string(),
  /** Of the version: `available`, `deprecated`, or `not-listed` if AWS does not know it any more. */
  versionStatus: observedOf(z.string()),
  status: z.string().nullable(),
  /** The cluster it is part of: Aurora and Multi-AZ clusters keep storage and backups there. */
  cluster: z.string().nullable(),
  /** What it is a read replica of. */
  replicaOf: z.string().nullable(),
  public: z.boolean(),
  encrypted: z.boolean(),
  backupDays: z.int(),
  multiAz: z.boolean(),
  deletionProtection: z.boolean(),
  minorUpgrades: z.boolean(),
  vpc: z.string().nullable(),
  subnets: z.array(z.string()),
  groups: z.array(z.string()),
  labels: Labels,
})
export type DatabaseInstanceRecord = z.output<typeof DatabaseInstanceRecord>

type Answer = NonNullable<OutputOf<'rds', 'DescribeDBInstances'>['DBInstances']>[number]

function recordOf(answer: Answer, versionStatus: Observed<string>): DatabaseInstanceRecord {
  return {
    id: given(answer.DBInstanceIdentifier, 'DBInstanceIdentifier'),
    arn: given(answer.DBInstanceArn, 'DBInstanceArn'),
    engine: given(answer.Engine, 'Engine'),
    version: given(answer.EngineVersion, 'EngineVersion'),
    versionStatus,
    status: textOf(answer.DBInstanceStatus),
    cluster: textOf(answer.DBClusterIdentifier),
    replicaOf:
      textOf(answer.ReadReplicaSourceDBInstanceIdentifier) ?? textOf(answer.ReadReplicaSourceDBClusterIdentifier),
    public: given(answer.PubliclyAccessible, 'PubliclyAccessible'),
    encrypted: given(answer.StorageEncrypted, 'StorageEncrypted'),
    backupDays: given(answer.BackupRetentionPeriod, 'BackupRetentionPeriod'),
    multiAz: given(answer.MultiAZ, 'MultiAZ'),
    deletionProtection: given(answer.DeletionProtection, 'DeletionProtection'),
    minorUpgrades: given(answer.AutoMinorVersionUpgrade, 'AutoMinorVersionUpgrade'),
    vpc: textOf(answer.DBSubnetGroup?.VpcId),
    subnets: sorted(answer.DBSubnetGroup?.Subnets?.map(({ SubnetIdentifier }) => SubnetIdentifier)),
    groups: sorted(answer.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId)),
    labels: labelsOf(answer.TagList),
  }
}

export const rdsInstances = defineStream({
  id: 'aws.rds-instances',
  version: 1,
  title: 'Database instances with their storage, backups and versions',
  record: DatabaseInstanceRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [
    allow('rds:DescribeDBInstances', 'Lists database instances.'),
    allow('rds:DescribeDBEngineVersions', 'Shows whether a version of a database engine is still supported.'),
  ],
  reproduce: inRegion(
    'aws rds describe-db-instances; aws rds describe-db-engine-versions --include-all --engine ENGINE --engine-version VERSION',
  ),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const versionStatus = engineVersions(place, reader)
    const instances = listOf('DBInstances', async (Marker) => {
      const answer = await place.call('rds', 'DescribeDBInstances', { MaxRecords: 100, Marker })
      return { items: answer.DBInstances, next: answer.Marker }
    })
    yield* pagesOf(instances, (items) =>
      eachOf(items, 4, async (answer) =>
        recordOf(
          answer,
          await versionStatus(given(answer.Engine, 'Engine'), given(answer.EngineVersion, 'EngineVersion')),
        ),
      ),
    )
  },
})
