import {
  BackupClient,
  DescribeBackupVaultCommand,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  ListBackupJobsCommand,
  ListBackupPlansCommand,
  ListBackupSelectionsCommand,
  ListBackupVaultsCommand,
  ListCopyJobsCommand,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListRestoreJobsCommand,
  ListRestoreTestingPlansCommand,
} from '@aws-sdk/client-backup'

export const Client = BackupClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeBackupVault: DescribeBackupVaultCommand,
  GetBackupPlan: GetBackupPlanCommand,
  GetBackupSelection: GetBackupSelectionCommand,
  ListBackupJobs: ListBackupJobsCommand,
  ListBackupPlans: ListBackupPlansCommand,
  ListBackupSelections: ListBackupSelectionsCommand,
  ListBackupVaults: ListBackupVaultsCommand,
  ListCopyJobs: ListCopyJobsCommand,
  ListProtectedResources: ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVault: ListRecoveryPointsByBackupVaultCommand,
  ListRestoreJobs: ListRestoreJobsCommand,
  ListRestoreTestingPlans: ListRestoreTestingPlansCommand,
}
