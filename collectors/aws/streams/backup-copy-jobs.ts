import { daysBefore, defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const CopyJobRecord = z.strictObject({
  id: z.string(),
  state: z.string(),
  resource: z.string().nullable(),
  /** ARNs of vaults, which tell region and account. */
  from: z.string(),
  to: z.string(),
  created: z.iso.datetime(),
  completed: Time,
})
export type CopyJobRecord = z.output<typeof CopyJobRecord>

export const backupCopyJobs = defineStream({
  id: 'aws.backup-copy-jobs',
  version: 1,
  title: 'Copies of recovery points to other vaults in the last 35 days',
  record: CopyJobRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  permissions: [allow('backup:ListCopyJobs', 'Lists copies to other vaults.')],
  reproduce: inRegion('aws backup list-copy-jobs --by-created-after DAY'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('CopyJobs', async (NextToken) => {
      const answer = await place.call('backup', 'ListCopyJobs', {
        MaxResults: 1000,
        ByCreatedAfter: daysBefore(session.now, 35),
        NextToken,
      })
      return { items: answer.CopyJobs, next: answer.NextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (job): CopyJobRecord => ({
          id: given(job.CopyJobId, 'CopyJobId'),
          state: given(job.State, 'State'),
          resource: textOf(job.ResourceArn),
          from: given(job.SourceBackupVaultArn, 'SourceBackupVaultArn'),
          to: given(job.DestinationBackupVaultArn, 'DestinationBackupVaultArn'),
          created: given(job.CreationDate, 'CreationDate').toISOString(),
          completed: timeOf(job.CompletionDate),
        }),
      ),
    )
  },
})
