import {
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  ListAccountAssignmentsCommand,
  ListAccountsForProvisionedPermissionSetCommand,
  ListInstancesCommand,
  ListManagedPoliciesInPermissionSetCommand,
  ListPermissionSetsCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin'

export const Client = SSOAdminClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribePermissionSet: DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSet: GetInlinePolicyForPermissionSetCommand,
  ListAccountAssignments: ListAccountAssignmentsCommand,
  ListAccountsForProvisionedPermissionSet: ListAccountsForProvisionedPermissionSetCommand,
  ListInstances: ListInstancesCommand,
  ListManagedPoliciesInPermissionSet: ListManagedPoliciesInPermissionSetCommand,
  ListPermissionSets: ListPermissionSetsCommand,
}
