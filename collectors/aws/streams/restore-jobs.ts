import { daysBefore, defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const RestoreJobRecord = z.strictObject({
  id: z.string(),
  /** `COMPLETED`, `FAILED`, `ABORTED`, `RUNNING`, `PENDING`. */
  status: z.string(),
  /** ARN of what was backed up. */
  source: z.string().nullable(),
  resourceType: z.string().nullable(),
  created: z.iso.datetime(),
  completed: Time,
  /** ARN of the restore testing plan that started it; `null`: a person or program did. */
  testingPlan: z.string().nullable(),
  /** What a test of the restored data said: `SUCCESSFUL`, `FAILED` …; `null`: none was made. */
  validation: z.string().nullable(),
})
export type RestoreJobRecord = z.output<typeof RestoreJobRecord>

export const restoreJobs = defineStream({
  id: 'aws.restore-jobs',
  version: 1,
  title: 'Restores of the last year',
  record: RestoreJobRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.source ?? record.id,
  permissions: [allow('backup:ListRestoreJobs', 'Lists restores, which show that backups can be used.')],
  reproduce: inRegion('aws backup list-restore-jobs --by-created-after DAY'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('RestoreJobs', async (NextToken) => {
      const answer = await place.call('backup', 'ListRestoreJobs', {
        MaxResults: 1000,
        ByCreatedAfter: daysBefore(session.now, 366),
        NextToken,
      })
      return { items: answer.RestoreJobs, next: answer.NextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (job): RestoreJobRecord => ({
          id: given(job.RestoreJobId, 'RestoreJobId'),
          status: given(job.Status, 'Status'),
          source: textOf(job.SourceResourceArn),
          resourceType: textOf(job.ResourceType),
          created: given(job.CreationDate, 'CreationDate').toISOString(),
          completed: timeOf(job.CompletionDate),
          testingPlan: textOf(job.CreatedBy?.RestoreTestingPlanArn),
          validation: textOf(job.ValidationStatus),
        }),
      ),
    )
  },
})
