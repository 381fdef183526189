import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const RestoreTestingPlanRecord = z.strictObject({
  arn: z.string(),
  name: z.string(),
  schedule: z.string().nullable(),
  lastRun: Time,
})
export type RestoreTestingPlanRecord = z.output<typeof RestoreTestingPlanRecord>

export const restoreTestingPlans = defineStream({
  id: 'aws.restore-testing-plans',
  version: 1,
  title: 'Plans that restore backups as a test',
  record: RestoreTestingPlanRecord,
  appliesTo: [REGION],
  key: (record) => record.arn,
  label: (record) => record.name,
  permissions: [allow('backup:ListRestoreTestingPlans', 'Lists plans that test restores.')],
  reproduce: inRegion('aws backup list-restore-testing-plans'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('RestoreTestingPlans', async (NextToken) => {
      const answer = await place.call('backup', 'ListRestoreTestingPlans', { MaxResults: 1000, NextToken })
      return { items: answer.RestoreTestingPlans, next: answer.NextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (plan): RestoreTestingPlanRecord => ({
          arn: given(plan.RestoreTestingPlanArn, 'RestoreTestingPlanArn'),
          name: given(plan.RestoreTestingPlanName, 'RestoreTestingPlanName'),
          schedule: textOf(plan.ScheduleExpression),
          lastRun: timeOf(plan.LastExecutionTime),
        }),
      ),
    )
  },
})
