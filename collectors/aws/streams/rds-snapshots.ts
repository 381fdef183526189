import { defineStream, observedOf, type Page, type Reader, z } from 'affiant/sdk'
import { sorted, textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { type Place, REGION, type Session } from '../session.ts'

/** Only snapshots that people made can be shared; AWS's own automatic ones cannot. */
export const DatabaseSnapshotRecord = z.strictObject({
  id: z.string(),
  kind: z.enum(['instance', 'cluster']),
  arn: z.string(),
  /** Id of the database. */
  database: z.string().nullable(),
  created: Time,
  encrypted: z.boolean(),
  /** Ids of accounts that may restore it, or `all`; sorted. `absent`: it was deleted while this was read. */
  restorableBy: observedOf(z.array(z.string())),
})
export type DatabaseSnapshotRecord = z.output<typeof DatabaseSnapshotRecord>

const MANUAL = { SnapshotType: 'manual', MaxRecords: 100 }

async function* ofInstances(place: Place, reader: Reader): AsyncIterable<Page> {
  const snapshots = listOf('DBSnapshots', async (Marker) => {
    const answer = await place.call('rds', 'DescribeDBSnapshots', { ...MANUAL, Marker })
    return { items: answer.DBSnapshots, next: answer.Marker }
  })
  yield* pagesOf(snapshots, (items) =>
    eachOf(items, 4, async (snapshot): Promise<DatabaseSnapshotRecord> => {
      const id = given(snapshot.DBSnapshotIdentifier, 'DBSnapshotIdentifier')
      return {
        id,
        kind: 'instance',
        arn: given(snapshot.DBSnapshotArn, 'DBSnapshotArn'),
        database: textOf(snapshot.DBInstanceIdentifier),
        created: timeOf(snapshot.SnapshotCreateTime),
        encrypted: given(snapshot.Encrypted, 'Encrypted'),
        restorableBy: await reader.observe(
          `snapshot ${id}: sharing`,
          async () => {
            const answer = await place.call('rds', 'DescribeDBSnapshotAttributes', { DBSnapshotIdentifier: id })
            return restorableBy(answer.DBSnapshotAttributesResult?.DBSnapshotAttributes)
          },
          { absentOn: 'not-found' },
        ),
      }
    }),
  )
}

async function* ofClusters(place: Place, reader: Reader): AsyncIterable<Page> {
  const snapshots = listOf('DBClusterSnapshots', async (Marker) => {
    const answer = await place.call('rds', 'DescribeDBClusterSnapshots', { ...MANUAL, Marker })
    return { items: answer.DBClusterSnapshots, next: answer.Marker }
  })
  yield* pagesOf(snapshots, (items) =>
    eachOf(items, 4, async (snapshot): Promise<DatabaseSnapshotRecord> => {
      const id = given(snapshot.DBClusterSnapshotIdentifier, 'DBClusterSnapshotIdentifier')
      return {
        id,
        kind: 'cluster',
        arn: given(snapshot.DBClusterSnapshotArn, 'DBClusterSnapshotArn'),
        database: textOf(snapshot.DBClusterIdentifier),
        created: timeOf(snapshot.SnapshotCreateTime),
        encrypted: given(snapshot.StorageEncrypted, 'StorageEncrypted'),
        restorableBy: await reader.observe(
          `cluster snapshot ${id}: sharing`,
          async () => {
            const input = { DBClusterSnapshotIdentifier: id }
            const answer = await place.call('rds', 'DescribeDBClusterSnapshotAttributes', input)
            return restorableBy(answer.DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes)
          },
          { absentOn: 'not-found' },
        ),
      }
    }),
  )
}

interface Attribute {
  AttributeName?: string | undefined
  AttributeValues?: string[] | undefined
}

function restorableBy(attributes: readonly Attribute[] | undefined): string[] {
  const restore = given(attributes, 'attributes of the snapshot').find(
    ({ AttributeName }) => AttributeName === 'restore',
  )
  return sorted(given(restore, 'attribute restore').AttributeValues)
}

export const rdsSnapshots = defineStream({
  id: 'aws.rds-snapshots',
  version: 1,
  title: 'Database snapshots that people made, and who may restore them',
  record: DatabaseSnapshotRecord,
  appliesTo: [REGION],
  key: (record) => `${record.kind}:${record.id}`,
  label: (record) => record.id,
  permissions: [
    allow('rds:DescribeDBSnapshots', 'Lists snapshots of instances.'),
    allow('rds:DescribeDBSnapshotAttributes', 'Shows who may restore a snapshot.'),
    allow('rds:DescribeDBClusterSnapshots', 'Lists snapshots of clusters.'),
    allow('rds:DescribeDBClusterSnapshotAttributes', 'Shows who may restore a snapshot of a cluster.'),
  ],
  reproduce: inRegion(
    'aws rds describe-db-snapshots --snapshot-type manual; aws rds describe-db-snapshot-attributes --db-snapshot-identifier ID, and the same for cluster snapshots',
  ),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    let number = 0
    for await (const page of ofInstances(place, reader)) {
      number = page.number
      yield { ...page, last: false, cursor: `instances ${page.cursor ?? ''}` }
    }
    for await (const page of ofClusters(place, reader)) {
      yield { ...page, number: number + page.number, cursor: `clusters ${page.cursor ?? ''}` }
    }
  },
})
