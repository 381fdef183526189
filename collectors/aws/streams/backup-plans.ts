import { defineStream, observedOf, type Page, z } from 'affiant/sdk'
import { Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf, wholeListOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const BackupPlanRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  created: Time,
  lastRun: Time,
  /** Names of its selections of resources, sorted; `absent`: it was deleted while this was read. */
  selections: observedOf(z.array(z.string())),
})
export type BackupPlanRecord = z.output<typeof BackupPlanRecord>

export const backupPlans = defineStream({
  id: 'aws.backup-plans',
  version: 1,
  title: 'Plans of AWS Backup with their selections',
  record: BackupPlanRecord,
  appliesTo: [REGION],
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [
    allow('backup:ListBackupPlans', 'Lists backup plans.'),
    allow('backup:ListBackupSelections', 'Shows what a plan selects.'),
  ],
  reproduce: inRegion('aws backup list-backup-plans; aws backup list-backup-selections --backup-plan-id ID'),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const plans = listOf('BackupPlansList', async (NextToken) => {
      const answer = await place.call('backup', 'ListBackupPlans', { MaxResults: 1000, NextToken })
      return { items: answer.BackupPlansList, next: answer.NextToken }
    })
    yield* pagesOf(plans, (items) =>
      eachOf(items, 4, async (plan): Promise<BackupPlanRecord> => {
        const id = given(plan.BackupPlanId, 'BackupPlanId')
        const selections = await reader.observe(
          `backup plan ${id}: selections`,
          async () => {
            const all = await wholeListOf('BackupSelectionsList', async (NextToken) => {
              const input = { BackupPlanId: id, MaxResults: 1000, NextToken }
              const answer = await place.call('backup', 'ListBackupSelections', input)
              return { items: answer.BackupSelectionsList, next: answer.NextToken }
            })
            return all.map(({ SelectionName }) => given(SelectionName, 'SelectionName')).sort()
          },
          { absentOn: 'not-found' },
        )
        return {
          id,
          name: given(plan.BackupPlanName, 'BackupPlanName'),
          created: timeOf(plan.CreationDate),
          lastRun: timeOf(plan.LastExecutionDate),
          selections,
        }
      }),
    )
  },
})
