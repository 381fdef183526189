import { defineStream, observedOf, type Observed, type Page, z } from 'affiant/sdk'
import { textOf } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { engineVersions } from '../data/databases.ts'
import { given } from '../given.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const DatabaseClusterRecord = z.strictObject({
  id: z.string(),
  arn: z.string(),
  engine: z.string(),
  version: z.string(),
  versionStatus: observedOf(z.string()),
  status: z.string().nullable(),
  /** What it is a read replica of. */
  replicaOf: z.string().nullable(),
  encrypted: z.boolean(),
  backupDays: z.int(),
  multiAz: z.boolean(),
  deletionProtection: z.boolean(),
  members: z.int(),
  labels: Labels,
})
export type DatabaseClusterRecord = z.output<typeof DatabaseClusterRecord>

type Answer = NonNullable<OutputOf<'rds', 'DescribeDBClusters'>['DBClusters']>[number]

function recordOf(answer: Answer, versionStatus: Observed<string>): DatabaseClusterRecord {
  return {
    id: given(answer.DBClusterIdentifier, 'DBClusterIdentifier'),
    arn: given(answer.DBClusterArn, 'DBClusterArn'),
    engine: given(answer.Engine, 'Engine'),
    version: given(answer.EngineVersion, 'EngineVersion'),
    versionStatus,
    status: textOf(answer.Status),
    replicaOf: textOf(answer.ReplicationSourceIdentifier),
    encrypted: given(answer.StorageEncrypted, 'StorageEncrypted'),
    backupDays: given(answer.BackupRetentionPeriod, 'BackupRetentionPeriod'),
    multiAz: given(answer.MultiAZ, 'MultiAZ'),
    deletionProtection: given(answer.DeletionProtection, 'DeletionProtection'),
    members: (answer.DBClusterMembers ?? []).length,
    labels: labelsOf(answer.TagList),
  }
}

export const rdsClusters = defineStream({
  id: 'aws.rds-clusters',
  version: 1,
  title: 'Database clusters with their storage, backups and versions',
  record: DatabaseClusterRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [
    allow('rds:DescribeDBClusters', 'Lists database clusters, which keep the storage and backups of Aurora.'),
    allow('rds:DescribeDBEngineVersions', 'Shows whether a version of a database engine is still supported.'),
  ],
  reproduce: inRegion('aws rds describe-db-clusters'),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const versionStatus = engineVersions(place, reader)
    const clusters = listOf('DBClusters', async (Marker) => {
      const answer = await place.call('rds', 'DescribeDBClusters', { MaxRecords: 100, Marker })
      return { items: answer.DBClusters, next: answer.Marker }
    })
    yield* pagesOf(clusters, (items) =>
      eachOf(items, 4, async (answer) =>
        recordOf(
          answer,
          await versionStatus(given(answer.Engine, 'Engine'), given(answer.EngineVersion, 'EngineVersion')),
        ),
      ),
    )
  },
})
