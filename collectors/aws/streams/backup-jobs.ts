import { daysBefore, defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const BackupJobRecord = z.strictObject({
  id: z.string(),
  /** `COMPLETED`, `FAILED`, `ABORTED`, `EXPIRED`, `PARTIAL`, `RUNNING` … */
  state: z.string(),
  resource: z.string().nullable(),
  resourceType: z.string().nullable(),
  vault: z.string().nullable(),
  created: z.iso.datetime(),
  completed: Time,
})
export type BackupJobRecord = z.output<typeof BackupJobRecord>

export const backupJobs = defineStream({
  id: 'aws.backup-jobs',
  version: 1,
  title: 'Backup jobs of the last 35 days',
  record: BackupJobRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.resource ?? record.id,
  permissions: [allow('backup:ListBackupJobs', 'Lists backup jobs with how they ended.')],
  reproduce: inRegion('aws backup list-backup-jobs --by-created-after DAY'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('BackupJobs', async (NextToken) => {
      const answer = await place.call('backup', 'ListBackupJobs', {
        MaxResults: 1000,
        ByCreatedAfter: daysBefore(session.now, 35),
        NextToken,
      })
      return { items: answer.BackupJobs, next: answer.NextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (job): BackupJobRecord => ({
          id: given(job.BackupJobId, 'BackupJobId'),
          state: given(job.State, 'State'),
          resource: textOf(job.ResourceArn),
          resourceType: textOf(job.ResourceType),
          vault: textOf(job.BackupVaultArn),
          created: given(job.CreationDate, 'CreationDate').toISOString(),
          completed: timeOf(job.CompletionDate),
        }),
      ),
    )
  },
})
