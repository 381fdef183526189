import { defineStream, type Page, z } from 'affiant/sdk'
import { textOf, Time, timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const VaultRecord = z.strictObject({
  arn: z.string(),
  name: z.string(),
  /** ARN of the key. */
  encryptionKey: z.string().nullable(),
  recoveryPoints: z.int(),
  locked: z.boolean(),
  /** When the lock can no longer be taken away; `null`: administrators can. */
  lockedFor: Time,
  minRetentionDays: z.int().nullable(),
  maxRetentionDays: z.int().nullable(),
})
export type VaultRecord = z.output<typeof VaultRecord>

export const backupVaults = defineStream({
  id: 'aws.backup-vaults',
  version: 1,
  title: 'Vaults of AWS Backup, and whether they are locked',
  record: VaultRecord,
  appliesTo: [REGION],
  key: (record) => record.arn,
  label: (record) => record.name,
  permissions: [allow('backup:ListBackupVaults', 'Lists vaults with their lock and key.')],
  reproduce: inRegion('aws backup list-backup-vaults'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    const all = listOf('BackupVaultList', async (NextToken) => {
      const answer = await place.call('backup', 'ListBackupVaults', { MaxResults: 1000, NextToken })
      return { items: answer.BackupVaultList, next: answer.NextToken }
    })
    yield* pagesOf(all, (items) =>
      items.map(
        (vault): VaultRecord => ({
          arn: given(vault.BackupVaultArn, 'BackupVaultArn'),
          name: given(vault.BackupVaultName, 'BackupVaultName'),
          encryptionKey: textOf(vault.EncryptionKeyArn),
          recoveryPoints: given(vault.NumberOfRecoveryPoints, 'NumberOfRecoveryPoints'),
          locked: vault.Locked ?? false,
          lockedFor: timeOf(vault.LockDate),
          minRetentionDays: vault.MinRetentionDays ?? null,
          maxRetentionDays: vault.MaxRetentionDays ?? null,
        }),
      ),
    )
  },
})
