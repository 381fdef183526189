import type { Permission, ReadyMadePolicy } from 'affiant/sdk'
import { fits } from '../patterns.ts'
import { actionsOf } from './iam.ts'

/**
 * What policies of AWS for auditors allow, of the services that are asked here: action patterns by service, as AWS
 * published that version. Facts of their documents, read in the public copies that `source` names; AWS itself shows the
 * present one by `aws iam get-policy-version`. Neither restricts them by resource or condition.
 */
const SECURITY_AUDIT: Readonly<Record<string, string>> = {
  'access-analyzer':
    'GetAnalyzedResource GetAnalyzer GetArchiveRule GetFinding ListAnalyzedResources ListAnalyzers ListArchiveRules ListFindings ListTagsForResource',
  account: 'GetAccountInformation GetAlternateContact GetPrimaryEmail GetRegionOptStatus',
  acm: 'Describe* List*',
  backup:
    'DescribeGlobalSettings DescribeRegionSettings GetBackupVaultAccessPolicy GetBackupVaultNotifications ListBackupVaults ListTags',
  cloudformation: 'DescribeStack* GetStackPolicy GetTemplate ListStack*',
  cloudtrail:
    'DescribeTrails GetEventSelectors GetInsightSelectors GetTrail GetTrailStatus ListTags ListTrails LookupEvents',
  cloudwatch: 'Describe* GetDashboard ListDashboards ListTagsForResource',
  config:
    'BatchGetAggregateResourceConfig BatchGetResourceConfig Deliver* Describe* Get* List* SelectAggregateResourceConfig SelectResourceConfig',
  ec2: 'Describe* GetAllowedImagesSettings GetEbsDefaultKmsKeyId GetEbsEncryptionByDefault GetImageBlockPublicAccessState GetInstanceMetadataDefaults GetManagedPrefixListAssociations GetManagedPrefixListEntries GetNetworkInsightsAccessScopeAnalysisFindings GetNetworkInsightsAccessScopeContent GetSerialConsoleAccessStatus GetSnapshotBlockPublicAccessState GetTransitGatewayAttachmentPropagations GetTransitGatewayMulticastDomainAssociations GetTransitGatewayPrefixListReferences GetTransitGatewayRouteTableAssociations GetTransitGatewayRouteTablePropagations SearchTransitGatewayRoutes',
  ecr: 'BatchGetRepositoryScanningConfiguration DescribeImages DescribeImageScanFindings DescribeRegistry DescribeRepositories GetLifecyclePolicy GetRegistryPolicy GetRegistryScanningConfiguration GetRepositoryPolicy ListImages ListTagsForResource',
  eks: 'DescribeCluster DescribeFargateProfile DescribeNodeGroup ListAccessEntries ListAssociatedAccessPolicies ListClusters ListFargateProfiles ListNodeGroups ListTagsForResource ListUpdates',
  elasticloadbalancing: 'Describe*',
  guardduty: 'DescribePublishingDestination DescribeOrganizationConfiguration DescribeMalwareScans Get* List*',
  iam: 'GenerateCredentialReport GenerateServiceLastAccessedDetails Get* List* SimulateCustomPolicy SimulatePrincipalPolicy',
  identitystore:
    'DescribeGroupMembership GetGroupId GetGroupMembershipId GetUserId IsMemberInGroups ListGroupMemberships ListGroupMembershipsForMember ListGroups ListUsers',
  inspector2:
    'BatchGetAccountStatus BatchGetFreeTrialInfo DescribeOrganizationConfiguration GetConfiguration GetDelegatedAdminAccount GetFindingsReportStatus GetMember ListAccountPermissions ListCoverage ListCoverageStatistics ListDelegatedAdminAccounts ListFilters ListFindingAggregations ListFindings ListTagsForResource ListUsageTotals',
  kms: 'Describe* Get* List*',
  lambda:
    'GetAccountSettings GetFunctionConfiguration GetFunctionEventInvokeConfig GetLayerVersionPolicy GetPolicy List*',
  logs: 'Describe* GetLogDelivery ListLogDeliveries ListTagsForResource ListTagsLogGroup',
  organizations: 'Describe* List*',
  rds: 'Describe* DownloadDBLogFilePortion ListTagsForResource',
  s3: 'DescribeJob GetAccelerateConfiguration GetAccessGrantsInstanceResourcePolicy GetAccessPoint GetAccessPointConfigurationForObjectLambda GetAccessPointForObjectLambda GetAccessPointPolicy GetAccessPointPolicyForObjectLambda GetAccessPointPolicyStatus GetAccessPointPolicyStatusForObjectLambda GetAccountPublicAccessBlock GetAnalyticsConfiguration GetBucket* GetEncryptionConfiguration GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration GetMultiRegionAccessPoint GetMultiRegionAccessPointPolicy GetMultiRegionAccessPointPolicyStatus GetObjectAcl GetObjectTagging GetObjectVersionAcl GetReplicationConfiguration GetStorageLensConfiguration GetStorageLensGroup ListAccessGrants ListAccessGrantsInstances ListAccessPoints ListAccessPointsForObjectLambda ListAllMyBuckets ListBucket ListCallerAccessGrants ListJobs ListMultiRegionAccessPoints ListStorageLensConfigurations ListStorageLensGroups',
  secretsmanager: 'DescribeSecret GetResourcePolicy ListSecrets ListSecretVersionIds',
  securityhub:
    'BatchGetAutomationRules BatchGetConfigurationPolicyAssociations BatchGetControlEvaluations BatchGetSecurityControls BatchGetStandardsControlAssociations Describe* Get* List*',
  sns: 'GetPlatformApplicationAttributes GetTopicAttributes ListSubscriptions ListSubscriptionsByTopic ListTagsForResource ListTopics',
  ssm: 'Describe* GetAutomationExecution GetServiceSetting ListAssociations ListAssociationVersions ListCommands ListComplianceItems ListComplianceSummaries ListDocumentMetadataHistory ListDocuments ListDocumentVersions ListInventoryEntries ListOpsMetadata ListResourceComplianceSummaries ListResourceDataSync ListTagsForResource',
  sso: 'DescribeAccountAssignmentCreationStatus DescribeAccountAssignmentDeletionStatus DescribeApplication DescribeApplicationAssignment DescribeApplicationProvider DescribeInstance DescribeInstanceAccessControlAttributeConfiguration DescribePermissionSet DescribePermissionSetProvisioningStatus DescribeTrustedTokenIssuer GetApplicationAccessScope GetApplicationAssignmentConfiguration GetApplicationAuthenticationMethod GetApplicationGrant GetInlinePolicyForPermissionSet GetPermissionsBoundaryForPermissionSet ListAccountAssignmentCreationStatus ListAccountAssignmentDeletionStatus ListAccountAssignments ListAccountAssignmentsForPrincipal ListAccountsForProvisionedPermissionSet ListApplicationAccessScopes ListApplicationAssignments ListApplicationAssignmentsForPrincipal ListApplicationAuthenticationMethods ListApplicationGrants ListApplicationInstanceCertificates ListApplicationInstances ListApplicationProviders ListApplications ListApplicationTemplates ListCustomerManagedPolicyReferencesInPermissionSet ListDirectoryAssociations ListInstances ListManagedPoliciesInPermissionSet ListPermissionSetProvisioningStatus ListPermissionSets ListPermissionSetsProvisionedToAccount ListProfileAssociations ListProfiles ListTagsForResource ListTrustedTokenIssuers',
  sts: 'GetAccessKeyInfo',
  tag: 'GetResources GetTagKeys',
}

const VIEW_ONLY_ACCESS: Readonly<Record<string, string>> = {
  acm: 'ListCertificates',
  backup:
    'DescribeBackupJob DescribeBackupVault DescribeCopyJob DescribeFramework DescribeGlobalSettings DescribeProtectedResource DescribeRecoveryPoint DescribeRegionSettings DescribeReportJob DescribeReportPlan DescribeRestoreJob GetSupportedResourceTypes ListBackupJobs ListBackupPlans ListBackupPlanTemplates ListBackupPlanVersions ListBackupSelections ListBackupVaults ListCopyJobs ListFrameworks ListLegalHolds ListProtectedResources ListProtectedResourcesByBackupVault ListRecoveryPointsByBackupVault ListRecoveryPointsByLegalHold ListRecoveryPointsByResource ListReportJobs ListReportPlans ListRestoreJobs ListTags',
  cloudformation: 'DescribeStacks List*',
  cloudtrail: 'DescribeTrails ListTrails LookupEvents',
  cloudwatch: 'Get* List*',
  config: 'Describe* List*',
  ec2: 'DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones DescribeBundleTasks DescribeCarrierGateways DescribeClassicLinkInstances DescribeConversionTasks DescribeCustomerGateways DescribeDhcpOptions DescribeExportTasks DescribeFlowLogs DescribeHost* DescribeIdentityIdFormat DescribeIdFormat DescribeImage* DescribeImport* DescribeInstance* DescribeInternetGateways DescribeKeyPairs DescribeLocalGatewayRouteTables DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations DescribeLocalGatewayRouteTableVpcAssociations DescribeLocalGateways DescribeLocalGatewayVirtualInterfaceGroups DescribeLocalGatewayVirtualInterfaces DescribeMovingAddresses DescribeNatGateways DescribeNetwork* DescribePlacementGroups DescribePrefixLists DescribeRegions DescribeReserved* DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups DescribeSnapshot* DescribeSpot* DescribeSubnets DescribeTags DescribeVolume* DescribeVpc* DescribeVpnGateways SearchLocalGatewayRoutes',
  ecr: 'DescribeRegistry DescribeRepositories ListImages',
  eks: 'ListTagsForResource',
  elasticloadbalancing:
    'DescribeInstanceHealth DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeTargetGroups DescribeTargetHealth',
  iam: 'GetAccountSummary GetLoginProfile List*',
  kms: 'ListKeys ListResourceTags',
  lambda: 'List*',
  logs: 'Describe* GetTransformer ListEntitiesForLogGroup ListLogGroupsForEntity ListLogGroupsForQuery ListTagsForResource',
  organizations: 'List*',
  rds: 'Describe*',
  s3: 'ListAllMyBuckets ListBucket ListMultiRegionAccessPoints',
  sns: 'List*',
  ssm: 'ListAssociations ListDocuments',
}

/** Policies of AWS that auditors are usually given, and what they would leave unread. */
export const managedPolicies = [
  measured('SecurityAudit', 'v58', '2026-01-30', 'https://github.com/iann0036/iam-dataset', SECURITY_AUDIT),
  measured('ViewOnlyAccess', 'v36', '2026-02-11', 'https://github.com/zoph-io/MAMIP', VIEW_ONLY_ACCESS),
] as const

function measured(
  name: string,
  version: string,
  date: string,
  source: string,
  allowed: Readonly<Record<string, string>>,
): ReadyMadePolicy & { patterns: readonly string[] } {
  const patterns = Object.entries(allowed).flatMap(([service, actions]) =>
    actions.split(' ').map((action) => `${service}:${action}`),
  )
  return { name, version, date, source, patterns, lacks: (permissions) => lacking(patterns, permissions) }
}

/** Actions of the permissions, and of the session itself, that no pattern allows. IAM compares them without case. */
function lacking(patterns: readonly string[], permissions: readonly Permission[]): string[] {
  const allowed = patterns.map((pattern) => pattern.toLowerCase())
  return actionsOf(permissions).filter(
    // AWS answers it without any right.
    (action) => action !== 'sts:GetCallerIdentity' && !allowed.some((pattern) => fits(action.toLowerCase(), pattern)),
  )
}
