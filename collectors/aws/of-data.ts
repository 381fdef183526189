import { adminPortsClosedInUnusedGroups } from './checks/admin-ports-closed-in-unused-groups.ts'
import { adminPortsClosedOnPrivateInterfaces } from './checks/admin-ports-closed-on-private-interfaces.ts'
import { adminPortsClosedOnPublicInterfaces } from './checks/admin-ports-closed-on-public-interfaces.ts'
import { backupJobsSucceed } from './checks/backup-jobs-succeed.ts'
import { backupVaultsLocked } from './checks/backup-vaults-locked.ts'
import { backupsCopiedElsewhere } from './checks/backups-copied-elsewhere.ts'
import { bucketsNotPublic } from './checks/buckets-not-public.ts'
import { bucketsTlsOnly } from './checks/buckets-tls-only.ts'
import { classifiedBucketsUseKms } from './checks/classified-buckets-use-kms.ts'
import { containerImagesScanned } from './checks/container-images-scanned.ts'
import { criticalDataBackedUp } from './checks/critical-data-backed-up.ts'
import { dataStoresInPrivateSubnets } from './checks/data-stores-in-private-subnets.ts'
import { databaseBackupsKept } from './checks/database-backups-kept.ts'
import { databaseEnginesSupported } from './checks/database-engines-supported.ts'
import { databaseSnapshotsPrivate } from './checks/database-snapshots-private.ts'
import { databasesEncrypted } from './checks/databases-encrypted.ts'
import { databasesNotPublic } from './checks/databases-not-public.ts'
import { defaultSecurityGroupsClosed } from './checks/default-security-groups-closed.ts'
import { ebsEncryptedByDefault } from './checks/ebs-encrypted-by-default.ts'
import { frontEndsSpanZones } from './checks/front-ends-span-zones.ts'
import { functionEnvironmentsWithoutSecrets } from './checks/function-environments-without-secrets.ts'
import { functionRuntimesSupported } from './checks/function-runtimes-supported.ts'
import { functionsNotPublic } from './checks/functions-not-public.ts'
import { guarddutyEnabled } from './checks/guardduty-enabled.ts'
import { guarddutyFindingsTriaged } from './checks/guardduty-findings-triaged.ts'
import { guarddutyPlansOn } from './checks/guardduty-plans-on.ts'
import { highRiskPortsClosedInUnusedGroups } from './checks/high-risk-ports-closed-in-unused-groups.ts'
import { highRiskPortsClosedOnPrivateInterfaces } from './checks/high-risk-ports-closed-on-private-interfaces.ts'
import { highRiskPortsClosedOnPublicInterfaces } from './checks/high-risk-ports-closed-on-public-interfaces.ts'
import { imageTagsImmutable } from './checks/image-tags-immutable.ts'
import { imdsv2Required } from './checks/imdsv2-required.ts'
import { inspectorCoversResources } from './checks/inspector-covers-resources.ts'
import { kubernetesClustersRestricted } from './checks/kubernetes-clusters-restricted.ts'
import { loadBalancersUseTls } from './checks/load-balancers-use-tls.ts'
import { networkAclsBlockAdminPorts } from './checks/network-acls-block-admin-ports.ts'
import { productionDatabasesResilient } from './checks/production-databases-resilient.ts'
import { publicInstancesApproved } from './checks/public-instances-approved.ts'
import { recordBucketsImmutable } from './checks/record-buckets-immutable.ts'
import { restoresTested } from './checks/restores-tested.ts'
import { s3AccountPublicAccessBlocked } from './checks/s3-account-public-access-blocked.ts'
import { securityHubEnabled } from './checks/security-hub-enabled.ts'
import { securityHubFindingsInTime } from './checks/security-hub-findings-in-time.ts'
import { snapshotsAndImagesPrivate } from './checks/snapshots-and-images-private.ts'
import { timeSourceStandard } from './checks/time-source-standard.ts'
import { volumesEncrypted } from './checks/volumes-encrypted.ts'
import { vulnerabilitiesFixedInTime } from './checks/vulnerabilities-fixed-in-time.ts'
import { backupCopyJobs } from './streams/backup-copy-jobs.ts'
import { backupJobs } from './streams/backup-jobs.ts'
import { backupPlans } from './streams/backup-plans.ts'
import { backupProtectedResources } from './streams/backup-protected-resources.ts'
import { backupVaults } from './streams/backup-vaults.ts'
import { dhcpOptions } from './streams/dhcp-options.ts'
import { ebsEncryptionDefault } from './streams/ebs-encryption-default.ts'
import { ebsSnapshots } from './streams/ebs-snapshots.ts'
import { ebsVolumes } from './streams/ebs-volumes.ts'
import { ec2Instances } from './streams/ec2-instances.ts'
import { ecrRepositories } from './streams/ecr-repositories.ts'
import { ecrScanning } from './streams/ecr-scanning.ts'
import { eksClusters } from './streams/eks-clusters.ts'
import { guardDuty } from './streams/guardduty.ts'
import { guardDutyFindings } from './streams/guardduty-findings.ts'
import { inspectorCoverage } from './streams/inspector-coverage.ts'
import { inspectorFindings } from './streams/inspector-findings.ts'
import { inspectorStatus } from './streams/inspector-status.ts'
import { lambdaFunctions } from './streams/lambda-functions.ts'
import { launchTemplates } from './streams/launch-templates.ts'
import { loadBalancers } from './streams/load-balancers.ts'
import { machineImages } from './streams/machine-images.ts'
import { networkAcls } from './streams/network-acls.ts'
import { networkInterfaces } from './streams/network-interfaces.ts'
import { rdsClusters } from './streams/rds-clusters.ts'
import { rdsInstances } from './streams/rds-instances.ts'
import { rdsSnapshots } from './streams/rds-snapshots.ts'
import { restoreJobs } from './streams/restore-jobs.ts'
import { restoreTestingPlans } from './streams/restore-testing-plans.ts'
import { s3AccountPublicAccess } from './streams/s3-account-public-access.ts'
import { s3Buckets } from './streams/s3-buckets.ts'
import { securityGroups } from './streams/security-groups.ts'
import { securityHub } from './streams/security-hub.ts'
import { securityHubFindings } from './streams/security-hub-findings.ts'
import { subnets } from './streams/subnets.ts'

/** Data and what works on it: storage, machines, networks, databases, backups, and what watches over them. */
export const streams = [
  s3AccountPublicAccess,
  s3Buckets,
  ebsEncryptionDefault,
  ebsVolumes,
  ebsSnapshots,
  machineImages,
  ec2Instances,
  launchTemplates,
  securityGroups,
  networkInterfaces,
  networkAcls,
  subnets,
  dhcpOptions,
  rdsInstances,
  rdsClusters,
  rdsSnapshots,
  loadBalancers,
  ecrScanning,
  ecrRepositories,
  lambdaFunctions,
  eksClusters,
  backupPlans,
  backupProtectedResources,
  backupJobs,
  backupCopyJobs,
  backupVaults,
  restoreJobs,
  restoreTestingPlans,
  guardDuty,
  guardDutyFindings,
  securityHub,
  securityHubFindings,
  inspectorStatus,
  inspectorCoverage,
  inspectorFindings,
] as const

export const checks = [
  s3AccountPublicAccessBlocked,
  bucketsNotPublic,
  bucketsTlsOnly,
  classifiedBucketsUseKms,
  recordBucketsImmutable,
  ebsEncryptedByDefault,
  volumesEncrypted,
  snapshotsAndImagesPrivate,
  imdsv2Required,
  publicInstancesApproved,
  adminPortsClosedOnPublicInterfaces,
  adminPortsClosedOnPrivateInterfaces,
  adminPortsClosedInUnusedGroups,
  highRiskPortsClosedOnPublicInterfaces,
  highRiskPortsClosedOnPrivateInterfaces,
  highRiskPortsClosedInUnusedGroups,
  defaultSecurityGroupsClosed,
  networkAclsBlockAdminPorts,
  dataStoresInPrivateSubnets,
  timeSourceStandard,
  databasesNotPublic,
  databasesEncrypted,
  databaseBackupsKept,
  productionDatabasesResilient,
  databaseSnapshotsPrivate,
  databaseEnginesSupported,
  loadBalancersUseTls,
  frontEndsSpanZones,
  containerImagesScanned,
  imageTagsImmutable,
  functionsNotPublic,
  functionRuntimesSupported,
  functionEnvironmentsWithoutSecrets,
  kubernetesClustersRestricted,
  criticalDataBackedUp,
  backupJobsSucceed,
  restoresTested,
  backupVaultsLocked,
  backupsCopiedElsewhere,
  guarddutyEnabled,
  guarddutyPlansOn,
  guarddutyFindingsTriaged,
  securityHubEnabled,
  securityHubFindingsInTime,
  inspectorCoversResources,
  vulnerabilitiesFixedInTime,
] as const
