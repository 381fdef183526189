import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const ProtectedResourceRecord = z.strictObject({
  /** ARN of what is protected. */
  resource: z.string(),
  type: z.string().nullable(),
  lastBackup: Time,
  vault: z.string().nullable(),
})
export type ProtectedResourceRecord = z.output<typeof ProtectedResourceRecord>

export const backupProtectedResources = defineStream({
  id: 'aws.backup-protected-resources',
  version: 1,
  title: 'What AWS Backup protects, and when each was last backed up',
  record: ProtectedResourceRecord,
  appliesTo: [REGION],
  key: (record) => record.resource,
  permissions: [allow('backup:ListProtectedResources', 'Lists what is protected, and when it was last backed up.')],
  reproduce: inRegion('aws backup list-protected-resources'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('Results', async (NextToken) => {
      const answer = await place.call('backup', 'ListProtectedResources', { MaxResults: 1000, NextToken })
      return { items: answer.Results, next: answer.NextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (protectedOne): ProtectedResourceRecord => ({
          resource: given(protectedOne.ResourceArn, 'ResourceArn'),
          type: textOf(protectedOne.ResourceType),
          lastBackup: timeOf(protectedOne.LastBackupTime),
          vault: textOf(protectedOne.LastBackupVaultArn),
        }),
      ),
    )
  },
})
