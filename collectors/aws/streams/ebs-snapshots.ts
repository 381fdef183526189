import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const SnapshotRecord = z.strictObject({
  id: z.string(),
  volume: z.string().nullable(),
  created: Time,
  encrypted: z.boolean(),
  public: z.boolean(),
})
export type SnapshotRecord = z.output<typeof SnapshotRecord>

function snapshotsOf(place: Place, filter: { RestorableByUserIds?: string[] }) {
  return listOf('Snapshots', async (NextToken) => {
    const input = { ...filter, OwnerIds: ['self'], MaxResults: 1000, NextToken }
    const answer = await place.call('ec2', 'DescribeSnapshots', input)
    return { items: answer.Snapshots, next: answer.NextToken }
  })
}

export const ebsSnapshots = defineStream({
  id: 'aws.ebs-snapshots',
  version: 1,
  title: 'Own snapshots of volumes, and whether everybody may restore them',
  record: SnapshotRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [allow('ec2:DescribeSnapshots', 'Lists own snapshots, and those of them that everybody may restore.')],
  reproduce: inRegion('aws ec2 describe-snapshots --owner-ids self; the same with --restorable-by-user-ids all'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    // Public ones are few or none, so they are asked for first and each snapshot is then known to be public or not.
    const open = new Set<string | undefined>()
    for await (const { items } of snapshotsOf(place, { RestorableByUserIds: ['all'] })) {
      for (const { SnapshotId } of items) open.add(SnapshotId)
    }
    yield* pagesOf(snapshotsOf(place, {}), (items) =>
      items.map(
        (snapshot): SnapshotRecord => ({
          id: given(snapshot.SnapshotId, 'SnapshotId'),
          volume: textOf(snapshot.VolumeId),
          created: timeOf(snapshot.StartTime),
          encrypted: given(snapshot.Encrypted, 'Encrypted'),
          public: open.has(snapshot.SnapshotId),
        }),
      ),
    )
  },
})
